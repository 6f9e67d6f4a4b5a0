import { expect, test } from 'vitest';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { shownConfig } from '../../src/config/shown.ts';
import { folderWith } from './folder.ts';

function load(keys: string) {
  using folder = folderWith({
    'muster.yaml': `${keys}\n`,
    'checks/a.yaml': 'services: []\n',
    'list.token': 'secret\n',
  });
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  return { loaded, errors: loaded.ok ? [] : loaded.errors.map(formatConfigError), folder: folder.path };
}

function configOf(keys: string) {
  const { loaded, errors, folder } = load(keys);
  if (!loaded.ok) throw new Error(errors.join('\n'));
  return { ...loaded.config, folder };
}

const GROUP = 'groups: [{ name: web, listen: "127.0.0.1:8630" }]';

test('agents are told the host of public_url where nothing else is said', () => {
  const { boot } = configOf('http: { public_url: "https://muster.example.net:8443/" }');
  expect(boot).toEqual({ servers: ['muster.example.net'], intervalMs: 10_000 });
});

test('two servers and an interval', () => {
  const { boot } = configOf('boot: { servers: [a.example.net, "2001:db8::1"], interval: 30s }');
  expect(boot).toEqual({ servers: ['a.example.net', '2001:db8::1'], intervalMs: 30_000 });
});

test('what a group says of its instances', () => {
  const { groups } = configOf(
    'group_defaults: { new_host_grace: 1m }\n' +
      'groups: [{ name: web, listen: "127.0.0.1:8630", expected_lifetime: 6h, binding: on },\n' +
      '  { name: db, listen: "127.0.0.1:8631", new_host_grace: 0s }]',
  );
  expect(groups.slice(0, 2)).toMatchObject([
    { newHostGraceMs: 60_000, expectedLifetimeMs: 21_600_000, binding: true },
    { newHostGraceMs: 0, expectedLifetimeMs: null, binding: false },
  ]);
});

test('lists by file and by HTTP', () => {
  const { reconcilers, folder } = configOf(
    `${GROUP}\nreconcilers: [{ name: chef, file: ./nodes.json, groups: [web], shrink_max: 50%, interval: 5m },\n` +
      '  { name: cloud, url: "https://x.example.net/list?key=hidden", token_file: list.token }]',
  );
  expect(reconcilers).toEqual([
    {
      name: 'chef',
      source: { kind: 'file', file: `${folder}/nodes.json` },
      intervalMs: 300_000,
      timeoutMs: 10_000,
      groups: ['web'],
      shrinkMax: 0.5,
    },
    {
      name: 'cloud',
      source: {
        kind: 'http',
        url: 'https://x.example.net/list?key=hidden',
        tokenFile: `${folder}/list.token`,
      },
      intervalMs: 60_000,
      timeoutMs: 10_000,
      groups: [],
      shrinkMax: 0.3,
    },
  ]);
});

test('what may be a secret of an address is not shown', () => {
  const config = configOf(
    `${GROUP}\nreconcilers: [{ name: c, url: "https://x.example.net/list?key=hidden" }]`,
  );
  expect(JSON.stringify(shownConfig(config))).toContain('https://x.example.net/list"');
  expect(JSON.stringify(shownConfig(config))).not.toContain('hidden');
});

test.for([
  { name: 'neither file nor url', keys: 'reconcilers: [{ name: a }]', fault: 'a reconciler reads nothing' },
  {
    name: 'both',
    keys: 'reconcilers: [{ name: a, file: x.json, url: "http://x.example.net/" }]',
    fault: 'a reconciler reads two',
  },
  {
    name: 'a name twice',
    keys: 'reconcilers: [{ name: a, file: x.json }, { name: a, file: y.json }]',
    fault: 'a second reconciler "a"',
  },
  {
    name: 'a group that is none',
    keys: 'reconcilers: [{ name: a, file: x.json, groups: [wbe] }]',
    fault: 'no group is called "wbe"',
  },
  {
    name: 'no token',
    keys: 'reconcilers: [{ name: a, url: "http://x.example.net/", token_file: gone }]',
    fault: 'does not exist (expected a file with the token)',
  },
  { name: 'three servers', keys: 'boot: { servers: [a, b, c] }', fault: '3 items' },
  {
    name: 'a name with a quote',
    keys: `boot: { servers: 'a"b' }`,
    fault: 'is neither a name of DNS nor an address',
  },
  {
    name: 'an unknown binding',
    keys: 'groups: [{ name: w, listen: "127.0.0.1:1", binding: yes }]',
    fault: 'expected one of off, on',
  },
])('refused: $name', ({ keys, fault }) => {
  expect(load(keys).errors.join('\n')).toContain(fault);
});
