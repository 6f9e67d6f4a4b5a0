import { GROUP_DEFAULTS } from '../contract/config.ts';
import { isAbsolute, join, relative } from 'node:path';
import { ROLES } from './fleet.ts';
import type { GroupConfig, MusterConfig, ReconcilerConfig } from '../contract/config.ts';
import type { Role } from './fleet.ts';

/** Their agents, and the applications' statsd. */
const ACCEPTED: Readonly<Record<Role, GroupConfig['accept']>> = {
  web: ['ganglia', 'statsd'],
  mysql: ['collectd', 'statsd'],
  batch: ['collectd', 'ganglia', 'statsd'],
};
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * The configuration of a server that shows the simulated fleet: beside the groups it has, those of the fleet
 * on free loopback ports, the list of its cloud, and a data directory of its own, so that nothing simulated
 * is ever among what is real. A tree that a group has adopted lies outside, and is left alone.
 *
 * `clusters` is what `clusterNames` gave at the start: a group that gets one of these names by a reload has
 * to wait until the next start.
 */
export function withDemo(config: MusterConfig, clusters: ReadonlyMap<Role, string>): MusterConfig {
  const dataDir = `${config.dataDir}-demo`;
  const simulated = new Set(clusters.values());
  return {
    ...config,
    dataDir,
    store: ownStore(config, dataDir),
    groups: [
      ...config.groups
        .filter(({ name }) => !simulated.has(name))
        .map((group) => ({ ...group, rrdDir: null })),
      ...[...clusters].map(([role, name]) => demoGroup(name, role)),
    ],
    reconcilers: [...config.reconcilers, cloudList(config, { dataDir, clusters })],
  };
}

/** Where the fleet's cloud says which instances it has. */
export function cloudFile(dataDir: string): string {
  return join(dataDir, 'demo-cloud.json');
}

function cloudList(
  { reconcilers }: MusterConfig,
  { dataDir, clusters }: { dataDir: string; clusters: ReadonlyMap<Role, string> },
): ReconcilerConfig {
  return {
    name: freeName('cloud', new Set(reconcilers.map(({ name }) => name))),
    source: { kind: 'file', file: cloudFile(dataDir) },
    intervalMs: 10_000,
    timeoutMs: 5000,
    groups: [...clusters.values()],
    shrinkMax: 0.3,
  };
}

function ownStore({ store, dataDir: real }: MusterConfig, dataDir: string): MusterConfig['store'] {
  if (store.type === 'memory') return store;
  // What is simulated must not go to a database that others read.
  if (store.type !== 'rrd') {
    return { type: 'rrd', dir: join(dataDir, 'rrd'), workers: 1, archives: [], summaryInfo: false };
  }
  const below = relative(real, store.dir);
  const inside = !below.startsWith('..') && !isAbsolute(below);
  return { ...store, dir: inside ? join(dataDir, below) : `${store.dir}-demo` };
}

/** The cluster of each role: its name, with `demo-` before it where a group of that name is there already. */
export function clusterNames(taken: readonly string[]): ReadonlyMap<Role, string> {
  const names = new Set(taken);
  return new Map(
    ROLES.map((role) => {
      const name = freeName(role, names);
      names.add(name);
      return [role, name];
    }),
  );
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  return taken.has(wanted) ? freeName(`demo-${wanted}`, taken) : wanted;
}

function demoGroup(name: string, role: Role): GroupConfig {
  return {
    name,
    listen: [{ address: '127.0.0.1', port: 0 }],
    accept: ACCEPTED[role],
    hostTmaxMs: 20_000,
    hostDmaxMs: DAY_MS,
    hostName: 'packet',
    maxSeriesPerHost: 1000,
    timestamps: { pastMs: 10 * MINUTE_MS, futureMs: MINUTE_MS, outside: 'refuse' },
    ...GROUP_DEFAULTS,
    rrdDir: null,
  };
}
