import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { asideFiles, hostDirectories, inspectTree, removeTree } from '../../../src/store/rrd/host-trees.ts';
import { encodePart } from '../../../src/store/rrd/path.ts';
import { temporaryDirectory } from './directory.ts';

const LONG = 'ü'.repeat(200);
const OLD_S = 1_000_000;
const ASIDE = '.damaged-20200101T000000000Z';

async function put(root: string, path: string, timeS = OLD_S): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), 'x'.repeat(5000));
  await utimes(join(root, path), timeS, timeS);
}

async function hosts(root: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { cluster, host } of hostDirectories(root)) found.push(`${cluster}/${host}`);
  return found.toSorted();
}

test('finds directories that this store names so, and follows no link', async () => {
  await using dir = await temporaryDirectory();
  await put(dir.path, 'web/web-1/load.rrd');
  await put(dir.path, `${encodePart('a/b')}/${encodePart(LONG)}/cpu-0/cpu.rrd`);
  await put(dir.path, 'web/has space/load.rrd');
  await put(dir.path, '.hidden/web-1/load.rrd');
  await put(dir.path, 'a file');
  await symlink(join(dir.path, 'web'), join(dir.path, 'linked'));
  await symlink(join(dir.path, 'web/web-1'), join(dir.path, 'web/linked'));
  expect(await hosts(dir.path)).toEqual([`a%2Fb/${encodePart(LONG)}`, 'web/web-1'].toSorted());
  expect(await hosts(join(dir.path, 'missing'))).toEqual([]);
});

test.for<{ name: string; files: string[]; kind: string }>([
  { name: 'gmond’s and collectd’s files', files: ['load.rrd', 'cpu-0/cpu-idle.rrd'], kind: 'ours' },
  {
    name: 'full names, damaged files, what a create left',
    files: [`${encodePart(LONG)}.rrd`, `${encodePart(LONG)}.name`, `load.rrd${ASIDE}`, 'load.rrdAb1xY9'],
    kind: 'ours',
  },
  { name: 'somebody’s file', files: ['load.rrd', 'README'], kind: 'foreign' },
  { name: 'somebody’s file below', files: ['cpu-0/notes.txt'], kind: 'foreign' },
  { name: 'deeper than ours', files: ['a/b/load.rrd'], kind: 'foreign' },
  { name: 'a hidden file', files: ['.profile'], kind: 'foreign' },
])('$name: $kind', async ({ files, kind }) => {
  await using dir = await temporaryDirectory();
  for (const file of files) await put(dir.path, `web/web-1/${file}`);
  expect((await inspectTree(join(dir.path, 'web/web-1'))).kind).toBe(kind);
});

test('a link among the files is foreign', async () => {
  await using dir = await temporaryDirectory();
  await put(dir.path, 'web/web-1/load.rrd');
  await symlink('/etc/passwd', join(dir.path, 'web/web-1/other.rrd'));
  expect((await inspectTree(join(dir.path, 'web/web-1'))).kind).toBe('foreign');
});

test('its age is that of the newest file', async () => {
  await using dir = await temporaryDirectory();
  await put(dir.path, 'web/web-1/load.rrd', OLD_S);
  await put(dir.path, 'web/web-1/cpu-0/cpu.rrd', OLD_S + 7);
  expect(await inspectTree(join(dir.path, 'web/web-1'))).toMatchObject({ newestMs: (OLD_S + 7) * 1000 });
});

function treeOf(root: string, cluster: string, host: string) {
  return { path: join(root, cluster, host), cluster, host };
}

test('removes the tree, its full name, and the cluster’s directory with the last one', async () => {
  await using dir = await temporaryDirectory();
  const long = encodePart(LONG);
  await put(dir.path, `web/${long}/cpu-0/cpu.rrd`);
  await put(dir.path, `web/${long}.name`);
  await put(dir.path, 'web/web-2/load.rrd');
  expect(await removeTree(treeOf(dir.path, 'web', long), OLD_S * 1000 + 1)).toBeGreaterThan(0);
  expect(await readdir(join(dir.path, 'web'))).toEqual(['web-2']);
  await removeTree(treeOf(dir.path, 'web', 'web-2'), OLD_S * 1000 + 1);
  expect(await readdir(dir.path)).toEqual([]);
  expect(await removeTree(treeOf(dir.path, 'web', 'web-2'), OLD_S * 1000 + 1)).toBeUndefined();
});

test.for<{ name: string; file: string; timeS: number }>([
  { name: 'written meanwhile', file: 'load.rrd', timeS: OLD_S + 10 },
  { name: 'with somebody’s file in it', file: 'mine.txt', timeS: OLD_S },
])('a tree $name stays', async ({ file, timeS }) => {
  await using dir = await temporaryDirectory();
  await put(dir.path, 'web/web-1/cpu-0/cpu.rrd');
  await put(dir.path, `web/web-1/${file}`, timeS);
  expect(await removeTree(treeOf(dir.path, 'web', 'web-1'), (OLD_S + 5) * 1000)).toBeUndefined();
  expect((await readdir(join(dir.path, 'web/web-1'))).toSorted()).toEqual(['cpu-0', file].toSorted());
});

test('what an earlier run was taking away goes with the next look', async () => {
  await using dir = await temporaryDirectory();
  await put(dir.path, 'web/.leaving-web-1/cpu-0/cpu.rrd');
  await put(dir.path, 'web/web-2/load.rrd');
  expect(await hosts(dir.path)).toEqual(['web/web-2']);
  expect(await readdir(join(dir.path, 'web'))).toEqual(['web-2']);
});

test('files that were set aside before a time, by their names', async () => {
  await using dir = await temporaryDirectory();
  for (const file of [`load.rrd${ASIDE}`, 'load.rrd', `cpu-0/cpu.rrd${ASIDE}`, 'load.rrd.damaged-by-me']) {
    await put(dir.path, `web/web-1/${file}`);
  }
  const host = join(dir.path, 'web/web-1');
  const found = async (beforeMs: number) =>
    (await asideFiles(host, beforeMs)).map((path) => path.slice(host.length + 1)).toSorted();
  expect(await found(Date.UTC(2020, 0, 2))).toEqual([`cpu-0/cpu.rrd${ASIDE}`, `load.rrd${ASIDE}`]);
  expect(await found(Date.UTC(2020, 0, 1))).toEqual([]);
});
