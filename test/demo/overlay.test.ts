import { expect, test } from 'vitest';
import { clusterNames, withDemo } from '../../src/demo/overlay.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from '../config/folder.ts';
import type { MusterConfig } from '../../src/contract/config.ts';

function configOf(text: string): MusterConfig {
  using folder = folderWith({ 'muster.yaml': `checks: []\n${text}` });
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const place = JSON.stringify(folder.path).slice(1, -1);
  return JSON.parse(JSON.stringify(loaded.config).replaceAll(place, '/srv')) as MusterConfig;
}

function demo(text: string): MusterConfig {
  const config = configOf(text);
  return withDemo(config, clusterNames(config.groups.map(({ name }) => name)));
}

test.for([
  { name: 'the usual', text: '', dataDir: '/srv/data-demo', dir: '/srv/data-demo/rrd' },
  { name: 'another', text: 'data_dir: /var/m', dataDir: '/var/m-demo', dir: '/var/m-demo/rrd' },
  {
    name: 'a store inside',
    text: 'data_dir: /var/m\nstore: { rrd: { dir: /var/m/a/b } }',
    dataDir: '/var/m-demo',
    dir: '/var/m-demo/a/b',
  },
  {
    name: 'a store elsewhere',
    text: 'store: { rrd: { dir: /big/rrd } }',
    dataDir: '/srv/data-demo',
    dir: '/big/rrd-demo',
  },
])('a data directory of its own: $name', ({ text, dataDir, dir }) => {
  const config = demo(text);
  expect(config.dataDir).toBe(dataDir);
  expect(config.store).toMatchObject({ type: 'rrd', dir });
});

test('the memory store stays what it is', () => {
  expect(demo('store: { type: memory }').store).toEqual({ type: 'memory' });
});

test.for([
  {
    name: 'beside what is there',
    text: 'groups: [{ name: dev, listen: 8630 }]',
    names: 'dev muster web mysql batch',
  },
  {
    name: 'a name that is taken',
    text: 'groups: [{ name: web, listen: 8630 }]',
    names: 'web muster demo-web mysql batch',
  },
  {
    name: 'a name that is taken twice',
    text: 'groups: [{ name: demo-web, listen: 8630 }, { name: web, listen: 8631 }]',
    names: 'demo-web web muster demo-demo-web mysql batch',
  },
])('groups: $name', ({ text, names }) => {
  const { groups } = demo(text.replaceAll(/listen: (\d+)/g, 'listen: "127.0.0.1:$1"'));
  expect(groups.map(({ name }) => name).join(' ')).toBe(names);
  for (const { listen } of groups.slice(-3)) expect(listen).toEqual([{ address: '127.0.0.1', port: 0 }]);
});

test('at a reload the clusters keep their names, and a group that would have one of them waits', () => {
  const clusters = clusterNames(['dev']);
  const config = configOf('groups: [{ name: web, listen: "127.0.0.1:8630" }]');
  const { groups } = withDemo(config, clusters);
  expect(groups.map(({ name }) => name)).toEqual(['muster', 'web', 'mysql', 'batch']);
  expect(groups[1]?.listen).toEqual([{ address: '127.0.0.1', port: 0 }]);
});

test.for([
  { name: 'beside none', text: '', lists: ['cloud'] },
  {
    name: 'beside one of its name',
    text: 'reconcilers: [{ name: cloud, file: instances.json }]',
    lists: ['cloud', 'demo-cloud'],
  },
])('the list of its cloud: $name', ({ text, lists }) => {
  const { reconcilers } = demo(text);
  expect(reconcilers.map(({ name }) => name)).toEqual(lists);
  expect(reconcilers.at(-1)).toMatchObject({
    source: { kind: 'file', file: '/srv/data-demo/demo-cloud.json' },
    groups: ['web', 'mysql', 'batch'],
  });
});

test('a tree that a group has adopted is left alone', () => {
  const config = configOf('groups: [{ name: dev, listen: "127.0.0.1:8630" }]');
  const adopted = {
    ...config,
    groups: config.groups.map((g) => ({ ...g, rrdDir: '/var/lib/ganglia/rrds' })),
  };
  expect(withDemo(adopted, clusterNames([])).groups.map(({ rrdDir }) => rrdDir)).not.toContain(
    '/var/lib/ganglia/rrds',
  );
});
