import { GROUP_DEFAULTS } from '../../src/contract/config.ts';
import { NO_ALERTS } from '../../src/contract/alerts.ts';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatConfigError } from '../../src/config/error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { folderWith } from './folder.ts';

const CHECKS = { 'checks/a.yaml': 'services: []\n' };

function configOf(text: string, files: Record<string, string> = {}, env: NodeJS.ProcessEnv = {}) {
  using folder = folderWith({ 'muster.yaml': text, ...CHECKS, ...files });
  const loaded = loadConfig({ env, cwd: folder.path });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatConfigError).join('\n'));
  return { ...loaded, directory: folder.path };
}

describe('what is valid', () => {
  test('an empty file has every default', () => {
    const { config, directory, warnings } = configOf('# nothing yet\n');
    expect(config).toEqual({
      file: join(directory, 'muster.yaml'),
      dataDir: join(directory, 'data'),
      http: {
        listen: { address: '127.0.0.1', port: 8600 },
        publicUrl: 'http://127.0.0.1:8600',
        tls: null,
        allowFraming: [],
        trustedProxies: [],
      },
      auth: { mode: 'none' },
      selfMonitor: { group: 'muster', intervalMs: 10_000 },
      groups: [
        {
          name: 'muster',
          listen: [{ address: '127.0.0.1', port: 0 }],
          accept: ['collectd', 'ganglia', 'statsd', 'graphite'],
          hostTmaxMs: 20_000,
          hostDmaxMs: 86_400_000,
          hostName: 'packet',
          maxSeriesPerHost: 5000,
          timestamps: { pastMs: 600_000, futureMs: 60_000, outside: 'refuse' },
          ...GROUP_DEFAULTS,
          rrdDir: null,
        },
      ],
      typesDb: [],
      store: {
        type: 'rrd',
        dir: join(directory, 'data/rrd'),
        workers: 2,
        archives: [{ match: '.*', use: 'default' }],
        summaryInfo: false,
      },
      cache: {
        maxAgeMs: 300_000,
        jitterMs: 60_000,
        maxPoints: 20_000_000,
        journalSyncMs: 1000,
        journalMaxBytes: 4 * 1024 ** 3,
      },
      retention: {
        retiredMs: 90 * 86_400_000,
        eventsMs: 365 * 86_400_000,
        auditMs: 730 * 86_400_000,
        minFreeDisk: 0.05,
      },
      ingestWorkers: expect.any(Number),
      maxSeries: expect.any(Number),
      gridName: 'unspecified',
      boot: { servers: ['127.0.0.1'], intervalMs: 10_000 },
      reconcilers: [],
      passive: { nsca: null, commandFile: null },
      plugins: { atOnce: 16 },
      checkFiles: [join(directory, 'checks/a.yaml')],
      dashboards: { directory, files: [], globs: ['dashboards/*.yaml'] },
      alerts: NO_ALERTS,
    });
    expect(warnings).toEqual([]);
  });

  test('a group takes its own settings before the defaults of all groups', () => {
    const { config } = configOf(
      'self_monitor: off\ngroup_defaults: { host_tmax: 1m, host_name: rdns }\n' +
        'groups:\n  - { name: a, listen: ["0.0.0.0:1", "[::]:1"], host_tmax: 1.5s, accept: ' +
        '[collectd, collectd],\n' +
        '      timestamps: { past: 1h, outside: arrival } }\n' +
        '  - { name: b b, listen: localhost:2 }\n',
    );
    expect(config.selfMonitor).toBeNull();
    const [a, b] = config.groups;
    expect(a).toMatchObject({ hostTmaxMs: 1500, hostName: 'rdns', accept: ['collectd'] });
    expect(a?.timestamps).toEqual({ pastMs: 3_600_000, futureMs: 60_000, outside: 'arrival' });
    expect(a?.listen).toEqual([
      { address: '0.0.0.0', port: 1 },
      { address: '::', port: 1 },
    ]);
    expect(b).toMatchObject({ hostTmaxMs: 60_000, listen: [{ address: '127.0.0.1', port: 2 }] });
    expect(config.groups).toHaveLength(2);
  });

  test('a listed group of self_monitor keeps its address', () => {
    const { config } = configOf('groups: [{ name: muster, listen: "127.0.0.1:8639" }]\n');
    expect(config.groups.map(({ listen }) => listen)).toEqual([[{ address: '127.0.0.1', port: 8639 }]]);
  });

  test('variables, escapes and numbers from the environment', () => {
    const text = 'grid: { name: "${A}/$${B}" }\ningest:\n  workers: ${N}\n';
    const { config } = configOf(text, {}, { A: 'x: [y]', N: '3' });
    expect(config.gridName).toBe('x: [y]/${B}');
    expect(config.ingestWorkers).toBe(3);
  });

  test('anchors and aliases', () => {
    const { config } = configOf(
      'group_defaults: &d { host_tmax: 7s }\ngrid: { name: &n here }\n' +
        'groups: [{ name: *n, listen: "127.0.0.1:1" }]\n',
    );
    expect(config.groups[0]).toMatchObject({ name: 'here', hostTmaxMs: 7000 });
  });

  test('routes keep their order and their conditions', () => {
    const { config, warnings } = configOf(
      'alerts:\n  receivers: [{ name: o, webhook: { url: "http://h/x" } }]\n' +
        '  routes:\n    - { match: { cluster: "mu.*", severity: critical }, receiver: o, ' +
        'continue: true }\n    - { receiver: o }\n',
    );
    expect(config.alerts.receivers).toMatchObject([
      { name: 'o', channels: [{ kind: 'webhook', url: 'http://h/x' }] },
    ]);
    expect(config.alerts.routes).toMatchObject([
      { match: { cluster: 'mu.*', severity: 'critical' }, receiver: 'o', continue: true },
      { match: {}, receiver: 'o', continue: false },
    ]);
    expect(warnings).toEqual([]);
  });

  test.for([
    {
      name: 'a last route with a match',
      text:
        'alerts:\n  receivers: [{ name: o, webhook: { url: "http://h/x" } }]\n  routes: [{ ' +
        'match: { host: a }, receiver: o }]\n',
      warning: 'muster.yaml:3:12: the last route has a match: what no route matches pages nobody',
    },
  ])('$name is a warning', ({ text, warning }) => {
    expect(configOf(text).warnings).toEqual([warning]);
  });

  test('a last route with a match behind one that takes everything is none', () => {
    const text =
      'alerts:\n  receivers: [{ name: o, webhook: { url: "http://h/x" } }]\n' +
      '  routes: [{ receiver: o, continue: true }, { match: { host: a }, receiver: o }]\n';
    expect(configOf(text).warnings).toEqual([]);
  });

  test("the repository's own configuration", () => {
    const root = join(import.meta.dirname, '../..');
    const loaded = loadConfig({ env: {}, cwd: root });
    expect(loaded.ok ? [] : loaded.errors.map(formatConfigError)).toEqual([]);
    expect(loaded.ok && loaded.config.groups.map(({ name }) => name)).toEqual(['dev', 'muster']);
  });

  test('several groups may go on with one tree; of collectd’s, it is told that hosts must differ', () => {
    const groups =
      'groups:\n  - { name: a, listen: "127.0.0.1:1", rrd_dir: ./tree }\n' +
      '  - { name: b, listen: "127.0.0.1:2", rrd_dir: ./tree }\n';
    const collectd = configOf(groups, { 'tree/host/load/load.rrd': '' });
    expect(collectd.warnings).toEqual([expect.stringContaining('is the tree of another group, too')]);
    const gmetad = configOf(groups, { 'tree/__SummaryInfo__/load_one.rrd': '' });
    expect(gmetad.warnings).toEqual([]);
  });
});
