import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { openControlSocket } from '../../src/ops/control-socket.ts';
import { lockDataDir } from '../../src/ops/lock.ts';
import { fakeContext } from './context.ts';
import type { ControlDesk } from '../../src/ops/control-socket.ts';

const CONFIG = `
data_dir: data
self_monitor: off
groups:
  - { name: web, listen: 127.0.0.1:0 }
  - { name: old, listen: 127.0.0.1:0, rrd_dir: collectd }
  - { name: older, listen: 127.0.0.1:0, rrd_dir: link }
`;

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-backup-')));
  writeFileSync(join(root, 'muster.yaml'), CONFIG);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** A data_dir as a server leaves it, and an adopted tree. */
function fleet(): void {
  write('data/format', '{"format":1,"muster":"0.1.0"}\n');
  write('data/rrd/web/web-1/load_one.rrd', 'rrd of load_one');
  write('data/rrd/web/web-2/load_one.rrd', 'rrd of load_one, too');
  write('data/journal/0/1.journal', 'segment');
  write('data/quarantine/influx.txt', 'refused');
  write('data/muster.pid', '1\n');
  write('collectd/host/cpu-0/cpu-idle.rrd', 'rrd of cpu-idle');
  symlinkSync('collectd', join(root, 'link'));
  utimesSync(join(root, 'data/rrd/web/web-1/load_one.rrd'), 1_600_000_000, 1_600_000_000);
  rows('data/events.db', ['first']);
}

function rows(path: string, texts: readonly string[]): void {
  using db = new DatabaseSync(join(root, path));
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (text)');
  for (const text of texts) db.prepare('INSERT INTO t VALUES (?)').run(text);
}

function rowsOf(path: string): unknown[] {
  using db = new DatabaseSync(join(root, path));
  return db
    .prepare('SELECT text FROM t')
    .all()
    .map(({ text }) => text);
}

async function muster(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { context, printed } = fakeContext(root);
  const code = await runCli(args, context);
  return { code, ...printed };
}

/** A server's control socket; what is done with its hold is written down. */
class FakeServer implements ControlDesk {
  readonly did: string[] = [];
  refusal: string | undefined;
  lost: (why: string) => void = () => undefined;

  hold(lost: (why: string) => void): ReturnType<ControlDesk['hold']> {
    this.lost = lost;
    if (this.refusal !== undefined)
      return Promise.resolve({ ok: false, message: this.refusal, cure: 'wait' });
    this.did.push('held');
    const release = () => {
      this.did.push('released');
      return 1500;
    };
    return Promise.resolve({ ok: true, release });
  }

  flush(): ReturnType<ControlDesk['flush']> {
    return Promise.resolve({ ok: true, records: 3, points: 90, left: 0 });
  }

  diagnose(): ReturnType<ControlDesk['diagnose']> {
    return Promise.resolve({ findings: [], left_out: 0, kinds: [] });
  }

  reconcilers(): ReturnType<ControlDesk['reconcilers']> {
    return [];
  }

  receivers(): ReturnType<ControlDesk['receivers']> {
    return Promise.resolve({ ok: true, receivers: [] });
  }

  testReceiver(name: string): ReturnType<ControlDesk['testReceiver']> {
    return Promise.resolve({ ok: true, tested: { receiver: name, outcomes: [] } });
  }

  confirm(): ReturnType<ControlDesk['confirm']> {
    return { ok: true, confirmed: '' };
  }
}

describe('a backup', () => {
  test('without a server: everything but what is of the moment, and what it is in the manifest', async () => {
    fleet();
    symlinkSync('/nowhere', join(root, 'data/link'));
    const { code, out, err } = await muster('backup', 'copy');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/copy: 7 files, .*; no server ran\n$/u);
    const copied = readdirSync(join(root, 'copy'), { recursive: true, withFileTypes: true });
    const files = copied.filter((entry) => !entry.isDirectory());
    expect(
      files.map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 6)).toSorted(),
    ).toEqual([
      'data/events.db',
      'data/format',
      'data/journal/0/1.journal',
      'data/link',
      'data/quarantine/influx.txt',
      'manifest.json',
      'rrd/web/web-1/load_one.rrd',
      'rrd/web/web-2/load_one.rrd',
      'rrd_dirs/0/host/cpu-0/cpu-idle.rrd',
    ]);
    expect(statSync(join(root, 'copy')).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, 'copy/data/events.db')).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'copy/rrd/web/web-1/load_one.rrd')).mtimeMs).toBe(1_600_000_000_000);
    expect(JSON.parse(read('copy/manifest.json'))).toMatchObject({
      backup: 1,
      format: 1,
      heldMs: 0,
      store: 'rrd',
      warnings: [],
      parts: [
        { kind: 'data', path: 'data', files: 4 },
        { kind: 'rrd', path: 'rrd', files: 2, bytes: 35 },
        { kind: 'rrd_dir', path: 'rrd_dirs/0', groups: ['old', 'older'], files: 1 },
      ],
    });
  });

  test('with a server: its store is held meanwhile, and a database that it writes is whole', async () => {
    fleet();
    using writer = new DatabaseSync(join(root, 'data/events.db'));
    writer.exec("INSERT INTO t VALUES ('second')");
    const server = new FakeServer();
    await using open = new AsyncDisposableStack();
    open.use(await openControlSocket(join(root, 'data'), server));
    const { code, out } = await muster('backup', 'copy', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ files: 7, held_ms: 1500, warnings: [] });
    expect(server.did).toEqual(['held', 'released']);
    expect(rowsOf('copy/data/events.db')).toEqual(['first', 'second']);
    expect(existsSync(join(root, 'copy/data/control.sock'))).toBe(false);
  });

  test('a hold that is refused says why, and leaves nothing', async () => {
    fleet();
    const server = new FakeServer();
    server.refusal = 'another backup is under way';
    await using open = new AsyncDisposableStack();
    open.use(await openControlSocket(join(root, 'data'), server));
    const { code, err } = await muster('backup', 'copy');
    expect({ code, err }).toEqual({ code: 1, err: 'muster: another backup is under way\n  wait\n' });
    expect(existsSync(join(root, 'copy'))).toBe(false);
  });

  test('a hold that ends too early: no manifest, no restore, and --force starts over', async () => {
    fleet();
    const server = new FakeServer();
    await using open = new AsyncDisposableStack();
    open.use(await openControlSocket(join(root, 'data'), server));
    const { context, printed } = fakeContext(root);
    const losing = {
      ...context,
      err: { write: (text: string) => (server.lost('too long'), context.err.write(text)) },
    };
    expect(await runCli(['backup', 'copy'], losing)).toBe(1);
    expect(printed.err).toContain('the backup is not whole: too long\n  run it again, with --force');
    expect((await muster('restore', 'copy')).err).toContain('was broken off');
    expect((await muster('backup', 'copy')).err).toContain('give --force to start over');
    expect(await muster('backup', 'copy', '--force')).toMatchObject({ code: 0 });
  });

  test('a database that is damaged is copied as it is, with a warning', async () => {
    fleet();
    write('data/judge.db', 'no database at all, but some bytes that may still be of use to somebody');
    const { code, err } = await muster('backup', 'copy');
    expect(code).toBe(0);
    expect(err).toMatch(/judge\.db cannot be read .* it was copied as it is \(warning\)/u);
    expect(read('copy/data/judge.db')).toBe(read('data/judge.db'));
  });

  test('what has the name of a database and is no file is left out, with a warning', async () => {
    fleet();
    mkdirSync(join(root, 'data/odd.db'));
    const { code, err } = await muster('backup', 'copy');
    expect(code).toBe(0);
    expect(err).toMatch(/odd\.db is no file: it was left out \(warning\)/u);
  });

  test('a tree that is too deep is told, and breaks it off', async () => {
    fleet();
    mkdirSync(join(root, 'data', 'deep/'.repeat(40)), { recursive: true });
    const { code, err } = await muster('backup', 'copy');
    expect(code).toBe(1);
    expect(err).toMatch(/is deeper than 32 directories\n  move it elsewhere\n$/u);
  });

  test.for<{ name: string; args: string[]; make?: () => void; code: number; err: string }>([
    { name: 'no DIR', args: ['backup'], code: 2, err: 'DIR is missing' },
    {
      name: 'a DIR with something in it',
      args: ['backup', 'full'],
      make: () => write('full/a', ''),
      code: 1,
      err: 'full is not empty\n  name a directory that is new or empty',
    },
    {
      name: 'a DIR with a backup',
      args: ['backup', 'full', '--force'],
      make: () => write('full/manifest.json', '{}'),
      code: 1,
      err: 'full has a backup already',
    },
    { name: 'a DIR in data_dir', args: ['backup', 'data/copy'], code: 1, err: 'which is to be copied' },
    {
      name: 'a DIR in an adopted tree',
      args: ['backup', 'collectd/copy'],
      code: 1,
      err: 'which is to be copied',
    },
    {
      name: 'a DIR that leads into data_dir',
      args: ['backup', 'inside'],
      make: () => {
        mkdirSync(join(root, 'data/empty'));
        symlinkSync('data/empty', join(root, 'inside'));
      },
      code: 1,
      err: 'which is to be copied',
    },
    {
      name: 'a DIR below a file',
      args: ['backup', 'file/copy'],
      make: () => write('file', ''),
      code: 1,
      err: 'muster: ENOTDIR: not a directory',
    },
    {
      name: 'data of a newer Muster',
      args: ['backup', 'copy'],
      make: () => write('data/format', '{"format":2,"muster":"9.0.0"}'),
      code: 1,
      err: 'was written by 9.0.0 of Muster',
    },
    {
      name: 'no data',
      args: ['backup', 'copy'],
      make: () => rmSync(join(root, 'data'), { recursive: true }),
      code: 1,
      err: 'data does not exist',
    },
  ])('$name is refused', async ({ args, make, code, err }) => {
    fleet();
    make?.();
    const outcome = await muster(...args);
    expect(outcome.code).toBe(code);
    expect(outcome.err).toContain(err);
    expect(existsSync(join(root, 'copy'))).toBe(false);
  });

  test('a server that does not answer yet is not taken for none', async () => {
    fleet();
    const lock = lockDataDir(join(root, 'data'));
    const { code, err } = await muster('backup', 'copy');
    if (lock.ok) lock.release();
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('does not answer at its control socket'),
    });
  });
});

describe('a restore', () => {
  const ASIDE = 'data/before-restore-20231114T221320Z';

  test('puts everything back; what was there is set aside, and adopted trees are left alone', async () => {
    fleet();
    await muster('backup', 'copy');
    rows('data/events.db', ['after']);
    write('data/rrd/web/web-1/load_one.rrd', 'later');
    write('data/rrd/web/web-9/load_one.rrd', 'later');
    write('collectd/host/cpu-0/cpu-idle.rrd', 'later');
    const { code, out, err } = await muster('restore', 'copy');
    expect(code).toBe(0);
    expect(out).toMatch(/data: 6 files, .* restored; start the server\n$/u);
    expect(err).toContain(`what was there before is in ${join(root, ASIDE)}`);
    expect(err).toContain('left in the backup: rrd_dirs/0 (the tree of old, older');
    expect(rowsOf('data/events.db')).toEqual(['first']);
    expect(read('data/rrd/web/web-1/load_one.rrd')).toBe('rrd of load_one');
    expect(statSync(join(root, 'data/rrd/web/web-1/load_one.rrd')).mtimeMs).toBe(1_600_000_000_000);
    expect(existsSync(join(root, 'data/rrd/web/web-9'))).toBe(false);
    expect(rowsOf(`${ASIDE}/events.db`)).toEqual(['first', 'after']);
    expect(read(`${ASIDE}/rrd/web/web-9/load_one.rrd`)).toBe('later');
    expect(read('collectd/host/cpu-0/cpu-idle.rrd')).toBe('later');
    expect(readdirSync(join(root, 'data')).filter((name) => name.startsWith('rest'))).toEqual([]);
    // What is set aside is in no later backup.
    await muster('backup', 'second');
    expect(readdirSync(join(root, 'second/data')).filter((name) => name.startsWith('before'))).toEqual([]);
  });

  test('with --rrd-dirs, adopted trees too, and into a data_dir that is not there', async () => {
    fleet();
    await muster('backup', 'copy');
    rmSync(join(root, 'data'), { recursive: true });
    write('collectd/host/cpu-0/cpu-idle.rrd', 'later');
    const { code, out } = await muster('restore', 'copy', '--rrd-dirs', '--json');
    expect(code).toBe(0);
    const aside = join(root, 'collectd.before-restore-20231114T221320Z');
    expect(JSON.parse(out)).toMatchObject({ files: 7, set_aside: [aside], left_out: [] });
    expect(read('collectd/host/cpu-0/cpu-idle.rrd')).toBe('rrd of cpu-idle');
    expect(readFileSync(join(aside, 'host/cpu-0/cpu-idle.rrd'), 'utf8')).toBe('later');
    expect(read('data/journal/0/1.journal')).toBe('segment');
    expect(statSync(join(root, 'data')).mode & 0o777).toBe(0o700);
  });

  test('an RRD tree outside of data_dir is put where the configuration wants it now', async () => {
    fleet();
    await muster('backup', 'copy');
    writeFileSync(join(root, 'muster.yaml'), `${CONFIG}store: { rrd: { dir: elsewhere/rrd } }\n`);
    expect(await muster('restore', 'copy')).toMatchObject({ code: 0 });
    expect(read('elsewhere/rrd/web/web-1/load_one.rrd')).toBe('rrd of load_one');
    expect(existsSync(join(root, 'data/rrd'))).toBe(false);
    await muster('backup', 'second');
    expect(read('second/rrd/web/web-1/load_one.rrd')).toBe('rrd of load_one');
  });

  test.for<{ name: string; harm: () => void; err: string }>([
    { name: 'no backup', harm: () => rmSync(join(root, 'copy/manifest.json')), err: 'copy is no backup' },
    {
      name: 'a torn manifest',
      harm: () => write('copy/manifest.json', '{'),
      err: 'is damaged: it is not JSON',
    },
    {
      name: 'a manifest that leads elsewhere',
      harm: () =>
        write(
          'copy/manifest.json',
          read('copy/manifest.json').replace('"path": "rrd"', '"path": "../../etc"'),
        ),
      err: 'is damaged: it is not a manifest',
    },
    {
      name: 'a newer format',
      harm: () =>
        write('copy/manifest.json', read('copy/manifest.json').replace('"format": 1', '"format": 4')),
      err: 'in format 4; this is 0.1.0, which knows 1\n  restore it with Muster 0.1.0',
    },
    {
      name: 'a newer database in it',
      harm: () => {
        using db = new DatabaseSync(join(root, 'copy/data/events.db'));
        db.exec('PRAGMA user_version = 99');
      },
      err: 'events.db has schema 99',
    },
    {
      name: 'a manifest with two parts for one place',
      harm: () =>
        write('copy/manifest.json', read('copy/manifest.json').replace('"kind": "rrd"', '"kind": "data"')),
      err: 'is damaged: it is not a manifest',
    },
    {
      name: 'a manifest without parts',
      harm: () =>
        write('copy/manifest.json', JSON.stringify({ ...JSON.parse(read('copy/manifest.json')), parts: [] })),
      err: 'is damaged: it is not a manifest',
    },
    {
      name: 'a manifest with control characters',
      harm: () =>
        write('copy/manifest.json', read('copy/manifest.json').replace('"muster": "', '"muster": "\\u001b')),
      err: 'is damaged: it is not a manifest',
    },
    {
      name: 'a link in it where a tree goes',
      harm: () => symlinkSync(join(root, 'collectd'), join(root, 'copy/data/rrd')),
      err: 'is there already',
    },
    {
      name: 'a file in it where another of a tree goes',
      harm: () => {
        write('copy/data/rrd/web/web-1/file', '');
        rmSync(join(root, 'copy/data/rrd/web/web-1/file'));
        symlinkSync(
          join(root, 'collectd/host/cpu-0/cpu-idle.rrd'),
          join(root, 'copy/data/rrd/web/web-1/load_one.rrd'),
        );
      },
      err: 'EEXIST: file already exists',
    },
    {
      name: 'a part that is a link',
      harm: () => {
        renameSync(join(root, 'copy/rrd'), join(root, 'copy/moved'));
        symlinkSync('moved', join(root, 'copy/rrd'));
      },
      err: 'copy/rrd is no directory',
    },
    {
      name: 'a file that is missing',
      harm: () => rmSync(join(root, 'copy/rrd/web/web-2'), { recursive: true }),
      err: 'the backup is damaged',
    },
  ])('$name is refused before anything is touched', async ({ harm, err }) => {
    fleet();
    await muster('backup', 'copy');
    harm();
    const before = readdirSync(join(root, 'data'), { recursive: true });
    const outcome = await muster('restore', 'copy');
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain(err);
    expect(readdirSync(join(root, 'data'), { recursive: true })).toEqual(before);
    expect(readdirSync(join(root, 'collectd'))).toEqual(['host']);
    expect(read('collectd/host/cpu-0/cpu-idle.rrd')).toBe('rrd of cpu-idle');
  });

  test('one that was broken off is run again: nothing of either is lost', async () => {
    fleet();
    await muster('backup', 'copy');
    write('data/restore-unfinished', 'x');
    write('data/restoring-x/format', 'half a copy');
    write('data/before-restore-x/judge.db', 'set aside before');
    const { code, out } = await muster('restore', 'copy', '--json');
    expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 0, files: 6 });
    expect(readdirSync(join(root, 'data')).toSorted()).toEqual([
      'before-restore-20231114T221320Z',
      'before-restore-x',
      'events.db',
      'format',
      'journal',
      'lock',
      'quarantine',
      'rrd',
    ]);
    expect(read('data/before-restore-x/judge.db')).toBe('set aside before');
    expect(await muster('backup', 'second')).toMatchObject({ code: 0 });
  });

  test('a server that runs is not disturbed', async () => {
    fleet();
    await muster('backup', 'copy');
    const lock = lockDataDir(join(root, 'data'));
    const { code, err } = await muster('restore', 'copy');
    if (lock.ok) lock.release();
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('stop the server, then restore') });
  });
});

describe('a flush', () => {
  test('is asked of the running server', async () => {
    fleet();
    expect(await muster('flush')).toMatchObject({ code: 1, err: expect.stringContaining('no server runs') });
    await using open = new AsyncDisposableStack();
    open.use(await openControlSocket(join(root, 'data'), new FakeServer()));
    expect(await muster('flush', '--host', 'web-.*')).toMatchObject({
      code: 0,
      out: '90 points of 3 records written\n',
    });
    expect(JSON.parse((await muster('flush', '--json')).out)).toEqual({ records: 3, points: 90, left: 0 });
  });
});
