import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatConfigError } from '../../src/config/error.ts';
import { defaultMaxSeries } from '../../src/config/keys.ts';
import { loadConfig } from '../../src/config/load.ts';
import { GROUP_DEFAULTS } from '../../src/contract/config.ts';
import { folderWith } from './folder.ts';

function load(keys: string) {
  using folder = folderWith({
    'muster.yaml': `groups:\n  - name: web\n    listen: "127.0.0.1:8630"\n${keys}`,
    'checks/a.yaml': 'services: []\n',
    'auth/collectd': 'alice: secret\n',
    'auth/open': 'alice: secret\n',
  });
  chmodSync(join(folder.path, 'auth/collectd'), 0o640);
  const loaded = loadConfig({ env: {}, cwd: folder.path });
  return { loaded, directory: folder.path };
}

function groupOf(keys: string) {
  const { loaded, directory } = load(keys);
  if (!loaded.ok) throw new Error(loaded.errors.map(formatConfigError).join('\n'));
  const { trust, collectd, statsd, graphite } = loaded.config.groups[0] ?? {};
  return { trust, collectd, statsd, graphite, directory };
}

test('nothing said', () => {
  const { directory: _, ...group } = groupOf('');
  const { trust, collectd, statsd, graphite } = GROUP_DEFAULTS;
  expect(group).toEqual({ trust, collectd, statsd, graphite });
});

test('everything said', () => {
  const { directory, ...group } = groupOf(`
    allow: [10.0.0.0/8, "2001:db8::/32", 127.0.0.1]
    max_packets_per_second_per_source: 20000
    max_series_per_source: 5000
    spoof: [10.0.0.1]
    collectd:
      security_level: Sign
      auth_file: auth/collectd
      users: [{ name: alice, hosts: "web-.*" }]
      replay_window: 60s
    statsd: { flush_interval: 60s, percentiles: [99.9, 50, 50] }
`);
  expect(group).toEqual({
    trust: {
      allow: ['10.0.0.0/8', '2001:db8::/32', '127.0.0.1'],
      packetsPerSecondPerSource: 20_000,
      maxSeriesPerSource: 5000,
      spoof: ['10.0.0.1'],
    },
    collectd: {
      securityLevel: 'Sign',
      authFile: join(directory, 'auth/collectd'),
      users: [{ name: 'alice', hosts: 'web-.*' }],
      replayWindowMs: 60_000,
    },
    statsd: { flushMs: 60_000, percentiles: [99.9, 50] },
    graphite: { listen: [], template: null },
  });
});

test.for([
  { name: 'hosts are named by their packets', keys: '', spoof: 'allow' },
  { name: 'by the name server', keys: '    host_name: rdns\n', spoof: 'deny' },
  { name: 'by their address', keys: '    host_name: address\n', spoof: 'deny' },
  { name: 'asked for all the same', keys: '    host_name: rdns\n    spoof: allow\n', spoof: 'allow' },
])('spoofing where $name', ({ keys, spoof }) => {
  expect(groupOf(keys).trust?.spoof).toEqual(spoof);
});

test('the group of the server’s own packets spoofs as little as the others', () => {
  const { loaded } = load('group_defaults: { host_name: rdns }\n');
  const own = loaded.ok ? loaded.config.groups.find(({ name }) => name === 'muster') : undefined;
  expect(own?.trust.spoof).toBe('deny');
});

const GIB = 1024 ** 3;
test.for([
  { name: 'a small machine', bytes: GIB / 4, series: 100_000 },
  { name: 'a common one', bytes: 8 * GIB, series: 1_398_101 },
  { name: 'one without an end', bytes: Infinity, series: 2_500_000 },
])('series that fit on $name', ({ bytes, series }) => {
  expect(defaultMaxSeries(bytes)).toBe(series);
});

test.for([
  {
    name: 'a network that is none',
    keys: '    allow: [10.0.0.0/33]\n',
    error:
      'muster.yaml:4:13: "10.0.0.0/33" has no prefix from 1 to 32 (expected an address or a network, ' +
      'such as 127.0.0.1 or 10.0.0.0/8)',
  },
  {
    name: 'an allow-list of nobody',
    keys: '    allow: []\n',
    error:
      'muster.yaml:4:12: an empty list (expected a list, each item an address or a network, ' +
      'such as 127.0.0.1 or 10.0.0.0/8)',
  },
  {
    name: 'a word for spoof that is not known',
    keys: '    spoof: alow\n',
    error: 'muster.yaml:4:12: "alow" is not known here (expected one of allow, deny; did you mean "allow"?)',
  },
  {
    name: 'a percentile above 100',
    keys: '    statsd: { percentiles: [101] }\n',
    error:
      'muster.yaml:4:29: "101" is no percentile (expected a percentile above 0 and at most 100, such as 95 or 99.9)',
  },
  {
    name: 'a file of passwords that is not there',
    keys: '    collectd:\n      security_level: Encrypt\n      auth_file: auth/nobody\n',
    error: 'muster.yaml:6:18: "DIR/auth/nobody" does not exist (expected a file with lines "user: password")',
  },
  {
    name: 'a directory for a file of passwords',
    keys: '    collectd: { auth_file: auth }\n',
    error: 'muster.yaml:4:28: "DIR/auth" is not a file (expected a file with lines "user: password")',
  },
  {
    name: 'a level that is none',
    keys: '    collectd: { security_level: sign }\n',
    error:
      'muster.yaml:4:33: "sign" is not known here (expected one of None, Sign, Encrypt; did you mean "Sign"?)',
  },
  {
    name: 'users without passwords',
    keys: '    collectd: { users: [{ name: alice, hosts: web-1 }] }\n',
    error: 'muster.yaml:4:24: users without an auth_file (expected auth_file: with a password of each)',
  },
  {
    name: 'two patterns for one user',
    keys:
      '    collectd:\n      auth_file: auth/collectd\n      security_level: Sign\n      users:\n' +
      '        - { name: alice, hosts: web-1 }\n        - { name: alice, hosts: web-2 }\n',
    error: 'muster.yaml:9:19: a second entry of user "alice" (expected one pattern a user: join them with |)',
  },
  {
    name: 'a pattern of hosts that cannot be compiled',
    keys: '    collectd: { auth_file: auth/collectd, users: [{ name: alice, hosts: "web-(" }] }\n',
    error: expect.stringMatching(/^muster.yaml:4:73: /),
  },
  {
    name: 'a replay window of more than an hour',
    keys: '    collectd: { replay_window: 2h }\n',
    error: expect.stringMatching(/^muster.yaml:4:32: .*1h/),
  },
  {
    name: 'the server’s own packets in a group that asks for signatures',
    keys: '    collectd: { security_level: Sign, auth_file: auth/collectd }\nself_monitor: { group: web }\n',
    error:
      'muster.yaml:4:33: self_monitor sends to group "web", and does not sign (expected self_monitor: with a ' +
      'group of its own)',
  },
  {
    name: 'no packet at all',
    keys: '    max_packets_per_second_per_source: 0\n',
    error: expect.stringMatching(/^muster.yaml:4:40: /),
  },
])('$name is refused', ({ keys, error }) => {
  const { loaded, directory } = load(keys);
  const errors = loaded.ok ? [] : loaded.errors.map(formatConfigError);
  expect(errors.map((line) => line.replaceAll(directory, 'DIR'))).toEqual([error]);
});

const SIGN = 'security_level: Sign, auth_file: auth/collectd';
test.for([
  { name: 'nothing', keys: `    accept: [collectd]\n    collectd: { ${SIGN} }\n`, warning: undefined },
  {
    name: 'that other protocols know no signatures',
    keys: `    collectd: { ${SIGN} }\n`,
    warning:
      'security_level Sign is of collectd alone: the group takes ganglia, statsd, graphite from anybody; ' +
      'accept: [collectd] keeps them out',
  },
  {
    name: 'that without passwords registered instances alone have keys',
    keys: '    accept: [collectd]\n    collectd: { security_level: Sign }\n',
    warning: 'security_level Sign without an auth_file: only instances that registered may send',
  },
  {
    name: 'that a password everybody may read is none',
    keys: `    accept: [collectd]\n    collectd: { security_level: Sign, auth_file: auth/open }\n`,
    warning: 'may be read by other users: chmod 600 it',
  },
  {
    name: 'that users at level None are bound to nothing',
    keys: '    collectd: { auth_file: auth/collectd, users: [{ name: alice, hosts: web-1 }] }\n',
    warning: 'users bind nobody at security_level None',
  },
  {
    name: 'that the server’s own packets would be refused',
    keys: '    allow: [10.0.0.0/8]\nself_monitor: { group: web }\n',
    warning: 'self_monitor sends from 127.0.0.1, which is not in allow',
  },
  {
    name: 'nothing of its own packets where they may come',
    keys: '    allow: [10.0.0.0/8, 127.0.0.0/8]\nself_monitor: { group: web }\n',
    warning: undefined,
  },
])('told: $name', ({ keys, warning }) => {
  const { loaded } = load(keys);
  expect(loaded.ok).toBe(true);
  expect(loaded.warnings).toEqual(warning === undefined ? [] : [expect.stringContaining(warning)]);
});
