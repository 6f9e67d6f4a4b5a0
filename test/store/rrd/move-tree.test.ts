import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { encodePart } from '../../../src/store/rrd/path.ts';
import { hasTree, moveTree } from '../../../src/store/rrd/move-tree.ts';
import { temporaryDirectory } from './directory.ts';

const LONG = 'l'.repeat(253);
const NONE: ReadonlyMap<string, string> = new Map();

async function put(root: string, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
}

async function all(root: string): Promise<string[]> {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .toSorted();
}

interface Row {
  readonly name: string;
  readonly adopted?: boolean;
  readonly before: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly after: readonly string[];
}

const ROWS: Row[] = [
  {
    name: 'gmond’s and collectd’s files of our own layout',
    before: ['web/web-1/load.rrd', 'web/web-1/cpu-0/cpu-idle.rrd', 'web/web-10/load.rrd'],
    after: ['web/web-10/load.rrd', 'web/web-1%7Ei-a/cpu-0/cpu-idle.rrd', 'web/web-1%7Ei-a/load.rrd'],
  },
  {
    name: 'a long name, which stands beside its directory',
    from: LONG,
    to: `${LONG}~i-a`,
    before: [`web/${encodePart(LONG)}/load.rrd`, `web/${encodePart(LONG)}.name`],
    after: [`web/${encodePart(`${LONG}~i-a`)}/load.rrd`, `web/${encodePart(`${LONG}~i-a`)}.name`],
  },
  {
    name: 'a name that leads out of the tree does not',
    from: '../web-1',
    to: '../../x',
    before: [`web/${encodePart('../web-1')}/load.rrd`],
    after: [`web/${encodePart('../../x')}/load.rrd`],
  },
  { name: 'nothing where there is nothing', before: ['web/web-2/load.rrd'], after: ['web/web-2/load.rrd'] },
  {
    name: 'collectd’s tree, which knows no clusters',
    adopted: true,
    before: ['web-1/load/load.rrd', 'web-2/load/load.rrd'],
    after: ['web-1~i-a/load/load.rrd', 'web-2/load/load.rrd'],
  },
  {
    name: 'gmetad’s tree, in lower case',
    adopted: true,
    from: 'Web-1',
    to: 'Web-1~i-A',
    before: ['web/web-1/load_one.rrd', 'web/__SummaryInfo__/load_one.rrd'],
    after: ['web/__SummaryInfo__/load_one.rrd', 'web/web-1~i-a/load_one.rrd'],
  },
];

test.for(ROWS)('renames $name', async ({ adopted, before, from = 'web-1', to = 'web-1~i-a', after }) => {
  await using dir = await temporaryDirectory();
  await put(dir.path, ...before);
  const roots = { dir: dir.path, rrdDirs: adopted ? new Map([['web', dir.path]]) : NONE };
  expect(await moveTree({ cluster: 'web', from, to }, roots)).toBeUndefined();
  expect(await all(dir.path)).toEqual(after.toSorted());
});

test('the name beside a directory is the whole one', async () => {
  await using dir = await temporaryDirectory();
  await put(dir.path, 'web/web-1/load.rrd');
  await moveTree({ cluster: 'web', from: 'web-1', to: LONG }, { dir: dir.path, rrdDirs: NONE });
  expect(await readFile(join(dir.path, `web/${encodePart(LONG)}.name`), 'utf8')).toBe(`${LONG}\n`);
});

test.for([
  { name: 'files of that name', there: 'web/web-9/load.rrd', words: /is there already/ },
  { name: 'a broken link of that name', there: '', words: /is there already/ },
])('$name are not mixed with others', async ({ there, words }) => {
  await using dir = await temporaryDirectory();
  await put(dir.path, 'web/web-1/load.rrd');
  if (there === '') await symlink('/nowhere', join(dir.path, 'web/web-9'));
  else await put(dir.path, there);
  const roots = { dir: dir.path, rrdDirs: NONE };
  const before = await all(dir.path);
  expect(await moveTree({ cluster: 'web', from: 'web-1', to: 'web-9' }, roots)).toMatch(words);
  expect(await all(dir.path)).toEqual(before);
});

test.skipIf(process.getuid?.() === 0)('a directory that may not be written: the files stay', async () => {
  await using dir = await temporaryDirectory();
  await put(dir.path, 'web/web-1/load.rrd');
  await chmod(join(dir.path, 'web'), 0o500);
  const fault = await moveTree({ cluster: 'web', from: 'web-1', to: 'x' }, { dir: dir.path, rrdDirs: NONE });
  await chmod(join(dir.path, 'web'), 0o700);
  expect(fault).toMatch(/may not write/);
  expect(await all(dir.path)).toEqual(['web/web-1/load.rrd']);
});

test('tells where there are files', async () => {
  await using dir = await temporaryDirectory();
  await put(dir.path, 'web/web-1%7Ea/load.rrd');
  const roots = { dir: dir.path, rrdDirs: NONE };
  expect(await hasTree({ cluster: 'web', host: 'web-1~a' }, roots)).toBe(true);
  expect(await hasTree({ cluster: 'web', host: 'web-1' }, roots)).toBe(false);
});
