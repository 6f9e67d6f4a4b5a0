import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { getuid } from 'node:process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DashboardWatch } from '../../src/config/dashboard-watch.ts';
import { DirectoryWatch } from '../../src/config/directory-watch.ts';
import { DASHBOARD_BYTES_MAX, DASHBOARD_FILES_MAX } from '../../src/limits.ts';
import { folderWith } from './folder.ts';

const GOOD = 'title: A\npanels: [text: x]\n';
const OTHER = 'title: B\npanels: [text: x]\n';
const BROKEN = 'panels: [txt: x]\n';

/** A watch over a folder's `dashboards/*.yaml` and `own.yaml`, with a clock that stands where it is told. */
function watching(files: Record<string, string>, { named = [] as string[] } = {}) {
  const folder = folderWith(files);
  const log: string[] = [];
  const followed: (readonly string[])[] = [];
  const clock = { ms: Date.now() + 60_000, looks: new Set<() => void>() };
  let reminded = 0;
  const watch = new DashboardWatch({
    cwd: folder.path,
    clock: {
      nowMs: () => clock.ms,
      every: (_periodMs, run) => {
        clock.looks.add(run);
        return { [Symbol.dispose]: () => void clock.looks.delete(run) };
      },
    },
    log: { info: (words) => void log.push(words), error: (words) => void log.push(`error ${words}`) },
    news: () => ({
      follow: (directories) => void followed.push(directories),
      remind: () => void (reminded += 1),
      [Symbol.dispose]: () => void followed.push([]),
    }),
  });
  const at = (name: string) => join(folder.path, name);
  const sources = { directory: folder.path, files: named.map(at), globs: ['dashboards/*.yaml'] };
  return {
    watch,
    log,
    clock,
    followed,
    sources,
    at,
    reminded: () => reminded,
    write: (name: string, text: string) => writeFileSync(at(name), text),
    titles: () => watch.list().map(({ title }) => title),
    [Symbol.dispose]: () => {
      watch[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe('what happens to a file', () => {
  const start = { 'dashboards/a.yaml': GOOD };
  type Stand = ReturnType<typeof watching>;
  test.for<{
    name: string;
    act: (stand: Stand) => void;
    titles: string[];
    fault?: RegExp;
    log: (string | RegExp)[];
  }>([
    { name: 'nothing', act: () => undefined, titles: ['A'], log: [] },
    {
      name: 'saved',
      act: ({ write }) => write('dashboards/a.yaml', OTHER),
      titles: ['B'],
      log: ['dashboard a changed'],
    },
    {
      name: 'saved by a rename',
      act: ({ write, at }) => {
        write('dashboards/.a.swp', OTHER);
        renameSync(at('dashboards/.a.swp'), at('dashboards/a.yaml'));
      },
      titles: ['B'],
      log: ['dashboard a changed'],
    },
    { name: 'touched', act: ({ at }) => utimesSync(at('dashboards/a.yaml'), 1, 1), titles: ['A'], log: [] },
    {
      name: 'added',
      act: ({ write }) => write('dashboards/b.yaml', OTHER),
      titles: ['A', 'B'],
      log: ['dashboard b added'],
    },
    {
      name: 'an editor’s own file',
      act: ({ write }) => write('dashboards/.b.yaml', BROKEN),
      titles: ['A'],
      log: [],
    },
    {
      name: 'removed',
      act: ({ at }) => rmSync(at('dashboards/a.yaml')),
      titles: [],
      log: ['dashboard a removed'],
    },
    {
      name: 'its directory removed',
      act: ({ at }) => rmSync(at('dashboards'), { recursive: true }),
      titles: [],
      log: ['dashboard a removed'],
    },
    {
      name: 'broken',
      act: ({ write }) => write('dashboards/a.yaml', BROKEN),
      titles: ['A'],
      fault: /^dashboards\/a\.yaml:1:10: unknown key "txt"/,
      log: [/^error dashboards\/a\.yaml:1:10: unknown key "txt"/],
    },
    {
      name: 'replaced by a directory',
      act: ({ at }) => {
        rmSync(at('dashboards/a.yaml'));
        mkdirSync(at('dashboards/a.yaml'));
      },
      titles: ['A'],
      fault: /^dashboards\/a\.yaml: is a directory$/,
      log: ['error dashboards/a.yaml: is a directory'],
    },
    {
      name: 'replaced by a link to nowhere',
      act: ({ at }) => {
        rmSync(at('dashboards/a.yaml'));
        symlinkSync('nowhere', at('dashboards/a.yaml'));
      },
      titles: ['A'],
      fault: /^dashboards\/a\.yaml: does not exist$/,
      log: ['error dashboards/a.yaml: does not exist'],
    },
    {
      name: 'replaced by something endless',
      act: ({ at }) => {
        rmSync(at('dashboards/a.yaml'));
        symlinkSync('/dev/zero', at('dashboards/a.yaml'));
      },
      titles: ['A'],
      fault: /^dashboards\/a\.yaml: is not a file$/,
      log: ['error dashboards/a.yaml: is not a file'],
    },
    {
      name: 'grown huge',
      act: ({ write }) => write('dashboards/a.yaml', `${GOOD}#${'x'.repeat(DASHBOARD_BYTES_MAX)}`),
      titles: ['A'],
      fault: /has \d+ bytes \(expected at most 65536\)$/,
      log: [/^error .*bytes/],
    },
    {
      name: 'named as no dashboard may be',
      act: ({ write }) => write('dashboards/<b>.yaml', GOOD),
      titles: ['<b>', 'A'],
      log: [/^error dashboards\/<b>\.yaml: "<b>" is no name for a dashboard/],
    },
  ])('$name', async ({ act, titles, fault, log }) => {
    using stand = watching(start);
    await stand.watch.use(stand.sources);
    expect(stand.titles()).toEqual(['A']);
    act(stand);
    await stand.watch.look();
    await stand.watch.look();
    expect(stand.titles()).toEqual(titles);
    expect(stand.log).toEqual(
      log.map((words) => (typeof words === 'string' ? words : expect.stringMatching(words))),
    );
    if (fault !== undefined) {
      expect(stand.watch.find('a')?.fault).toMatch(fault);
      expect(stand.watch.notes()).toEqual([expect.stringMatching(/; the dashboard before is shown$/)]);
    }
  });

  test.skipIf(getuid?.() === 0)('not readable', async () => {
    using stand = watching(start);
    await stand.watch.use(stand.sources);
    chmodSync(stand.at('dashboards/a.yaml'), 0);
    await stand.watch.look();
    expect(stand.watch.find('a')?.fault).toBe('dashboards/a.yaml: may not be read by this user');
  });

  test('mended: the fault and the note are gone', async () => {
    using stand = watching({ 'dashboards/a.yaml': BROKEN });
    await stand.watch.use(stand.sources);
    expect(stand.watch.find('a')).toMatchObject({ title: 'a', panels: [], fault: expect.any(String) });
    stand.write('dashboards/a.yaml', GOOD);
    await stand.watch.look();
    expect(stand.watch.list()).toEqual([{ name: 'a', title: 'A', description: '', fault: null }]);
    expect(stand.watch.notes()).toEqual([]);
    expect(stand.log.at(-1)).toBe('dashboard a in order again');
  });
});

test('a file named by itself that goes has a fault, and stays', async () => {
  using stand = watching({ 'own.yaml': GOOD }, { named: ['own.yaml'] });
  await stand.watch.use(stand.sources);
  rmSync(stand.at('own.yaml'));
  await stand.watch.look();
  expect(stand.watch.find('own')).toMatchObject({ title: 'A', fault: 'own.yaml: does not exist' });
});

test('a file that is being written is left alone for a moment, at a start it is not', async () => {
  using stand = watching({ 'dashboards/a.yaml': GOOD });
  await stand.watch.use(stand.sources);
  const nowS = Math.floor(stand.clock.ms / 1000);
  stand.clock.ms = nowS * 1000 + 50;
  stand.write('dashboards/a.yaml', BROKEN);
  utimesSync(stand.at('dashboards/a.yaml'), nowS, nowS);
  await stand.watch.look();
  expect(stand.watch.find('a')?.fault).toBeNull();
  expect(stand.reminded()).toBe(1);
  stand.clock.ms += 100;
  await stand.watch.look();
  expect(stand.watch.find('a')?.fault).toMatch(/unknown key/);
  stand.clock.ms = nowS * 1000 + 50;
  stand.write('dashboards/b.yaml', GOOD);
  expect(await stand.watch.use(stand.sources)).toEqual(['dashboard b added']);
});

test('a reload says what is different, and takes other places', async () => {
  using stand = watching({ 'dashboards/a.yaml': GOOD, 'own.yaml': OTHER });
  expect(await stand.watch.use(stand.sources)).toEqual(['dashboard a added']);
  const own = { directory: stand.sources.directory, files: [stand.at('own.yaml')], globs: [] };
  expect(await stand.watch.use(own)).toEqual(['dashboard own added', 'dashboard a removed']);
  expect(stand.log).toEqual([]);
  expect(stand.followed).toEqual([[stand.at('dashboards')], [stand.sources.directory]]);
});

test('looks one after another, and none after the end', async () => {
  using stand = watching({ 'dashboards/a.yaml': GOOD });
  await stand.watch.use(stand.sources);
  stand.write('dashboards/a.yaml', OTHER);
  await Promise.all([
    stand.watch.look(),
    stand.watch.look(),
    stand.watch.use(stand.sources),
    stand.watch.look(),
  ]);
  expect(stand.titles()).toEqual(['B']);
  expect(stand.clock.looks.size).toBe(1);
  stand.watch[Symbol.dispose]();
  expect(stand.clock.looks.size).toBe(0);
  const { length } = stand.followed;
  await stand.watch.look();
  expect(stand.followed).toHaveLength(length);
});

test('more files than there may be are left out, with a note', async () => {
  const many = Array.from({ length: DASHBOARD_FILES_MAX + 3 }, (_, i) => [`dashboards/a${i}.yaml`, GOOD]);
  using stand = watching(Object.fromEntries(many));
  await stand.watch.use(stand.sources);
  expect(stand.watch.list()).toHaveLength(DASHBOARD_FILES_MAX);
  expect(stand.watch.notes()).toEqual(['203 files of dashboards; the first 200 are shown']);
});

describe('a directory', () => {
  test('tells of a file that is saved in it, and is not missed when it is gone', async () => {
    using folder = folderWith({ 'a/x': '' });
    const changed = Promise.withResolvers<void>();
    using watch = new DirectoryWatch(changed.resolve);
    watch.follow([join(folder.path, 'a'), join(folder.path, 'missing')]);
    writeFileSync(join(folder.path, 'a/x'), 'y');
    await changed.promise;
    watch.follow([]);
    rmSync(join(folder.path, 'a'), { recursive: true });
    watch.follow([join(folder.path, 'a')]);
  });

  test('reminds by itself when asked', async () => {
    const changed = Promise.withResolvers<void>();
    using watch = new DirectoryWatch(changed.resolve);
    watch.remind();
    watch.remind();
    await changed.promise;
  });
});
