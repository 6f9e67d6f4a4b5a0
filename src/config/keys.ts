import { availableParallelism, totalmem } from 'node:os';
import {
  BOOT_SERVERS_MAX,
  FRAME_ORIGINS_MAX,
  GROUPS_MAX,
  MEMORY_BYTES_PER_SERIES,
  RECONCILERS_MAX,
  SENDER_NETWORKS_MAX,
  TRUSTED_PROXIES_MAX,
} from '../limits.ts';
import { alertKeys } from './alert-keys.ts';
import { archiveRules, DEFAULT_ARCHIVES } from './archives.ts';
import { defaultsOf, list, mapping, oneOrList, optional, orOff, required, section } from './readers.ts';
import { trustKeys } from './trust.ts';
import type { Key, Section } from './readers.ts';
import {
  choice,
  databaseAddress,
  duration,
  frameOrigin,
  integer,
  listenAddress,
  network,
  path,
  pathText,
  percentage,
  safeName,
  serverName,
  size,
  text,
  truth,
  webAddress,
} from './scalars.ts';

/**
 * muster.yaml as data: every key with its type and default, and beside each table the keys of the contract
 * that this version does not support. Defaults that depend on another key are null here and filled in by
 * load.ts.
 */

export const PROTOCOLS = ['collectd', 'ganglia', 'statsd', 'graphite'] as const;
export const SEMANTICS = ['muster', 'nagios'] as const;
const HOST_NAMES = ['packet', 'rdns', 'address'] as const;
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GIB = 1024 ** 3;

/** Half of the cores: the judge, the page and the store need the others. */
export function defaultIngestWorkers(cores: number = availableParallelism()): number {
  return Math.max(1, Math.min(8, Math.floor(cores / 2)));
}

const SERIES_MIN = 100_000;
/** What the main thread's heap holds in any case, which does not grow with the machine. */
const SERIES_UNASKED_MAX = 2_500_000;
const SERIES_MAX = 100_000_000;

/** As many as the memory of the machine, or of the container, is good for. */
export function defaultMaxSeries(bytes: number = memoryBytes()): number {
  return Math.max(SERIES_MIN, Math.min(SERIES_UNASKED_MAX, Math.floor(bytes / MEMORY_BYTES_PER_SERIES)));
}

function memoryBytes(): number {
  const granted = process.constrainedMemory();
  return granted > 0 ? Math.min(granted, totalmem()) : totalmem();
}

const hostKeys = {
  host_tmax: duration({ min: '1s' }),
  host_dmax: duration({ min: '1s' }),
  host_name: choice(HOST_NAMES),
  max_series_per_host: integer({ min: 1, max: 10_000_000 }),
  new_host_grace: duration({ min: '0s', max: '1d' }),
};

export const groupDefaultsKeys = {
  host_tmax: optional(hostKeys.host_tmax, 20 * SECOND_MS),
  host_dmax: optional(hostKeys.host_dmax, 24 * HOUR_MS),
  host_name: optional(hostKeys.host_name, 'packet'),
  max_series_per_host: optional(hostKeys.max_series_per_host, 5000),
  new_host_grace: optional(hostKeys.new_host_grace, 5 * MINUTE_MS),
};

const timestampKeys = {
  past: optional(duration({ min: '1s' }), 10 * MINUTE_MS),
  future: optional(duration({ min: '0s' }), 60 * SECOND_MS),
  outside: optional(choice(['refuse', 'arrival', 'accept']), 'refuse'),
};
export const TIMESTAMPS_DEFAULT = defaultsOf(timestampKeys);

const groupKeys = {
  name: required(safeName('a name')),
  listen: required(oneOrList(listenAddress, { min: 1 })),
  accept: optional(list(choice(PROTOCOLS), { min: 1 }), null),
  host_tmax: optional(hostKeys.host_tmax, null),
  host_dmax: optional(hostKeys.host_dmax, null),
  host_name: optional(hostKeys.host_name, null),
  max_series_per_host: optional(hostKeys.max_series_per_host, null),
  new_host_grace: optional(hostKeys.new_host_grace, null),
  expected_lifetime: optional(duration({ min: '1s' }), null),
  binding: optional(choice(['off', 'on']), 'off'),
  timestamps: section(timestampKeys),
  ...trustKeys,
  rrd_dir: optional(path, null),
};
const groupLater = ['xml'];

const selfMonitorKeys = {
  group: optional(safeName('the name of a group'), 'muster'),
  interval: optional(duration({ min: '1s', max: '1h' }), 10 * SECOND_MS),
};

const namingKeys = {
  multivalue: optional(choice(['split', 'join']), 'split'),
  integers: optional(choice(['float', 'exact']), 'float'),
};

const IN_TOKEN_FILE = 'credentials go into token_file (InfluxDB 1: user:password)';
const BY_A_PROXY = 'credentials are for a proxy on this machine to add, such as vmauth';

const storeKeys = {
  type: optional(choice(['rrd', 'influxdb', 'victoriametrics', 'memory']), 'rrd'),
  rrd: section({
    dir: optional(path, null),
    step: optional(choice(['auto']), 'auto'),
    archives: optional(archiveRules, DEFAULT_ARCHIVES),
    workers: optional(integer({ min: 1, max: 64 }), 2),
    summary_info: optional(truth, false),
  }),
  influxdb: section({
    url: optional(databaseAddress(IN_TOKEN_FILE), 'http://127.0.0.1:8086'),
    org: optional(text(200), ''),
    bucket: optional(text(200), 'muster'),
    token_file: optional(path, null),
    ...namingKeys,
  }),
  victoriametrics: section({
    url: optional(databaseAddress(BY_A_PROXY), 'http://127.0.0.1:8428'),
    read_url: optional(databaseAddress(BY_A_PROXY), null),
    ...namingKeys,
  }),
};

const cacheKeys = {
  max_age: optional(duration({ min: '1s', max: '1d' }), 300 * SECOND_MS),
  jitter: optional(duration({ min: '0s', max: '1d' }), null),
  max_points: optional(integer({ min: 1000, max: 1_000_000_000 }), 20_000_000),
  journal_sync: optional(duration({ min: '0s', max: '1h' }), SECOND_MS),
  journal_max: optional(size({ min: '1MiB' }), 4 * GIB),
};

const retentionKeys = {
  retired: optional(duration({ min: '1h' }), 90 * DAY_MS),
  events: optional(duration({ min: '1h' }), 365 * DAY_MS),
  audit: optional(duration({ min: '1h' }), 730 * DAY_MS),
  min_free_disk: optional(percentage({ max: 50 }), 0.05),
};

const http = {
  listen: optional(listenAddress, null),
  public_url: optional(webAddress({ secret: false }), null),
  tls: optional(mapping({ cert: required(path), key: required(path) }), null),
  allow_framing: optional(list(frameOrigin, { max: FRAME_ORIGINS_MAX }), []),
  trusted_proxies: optional(list(network, { max: TRUSTED_PROXIES_MAX }), []),
};
const auth = { mode: optional(choice(['none', 'users']), 'none'), i_know: optional(truth, false) };

const bootKeys = {
  servers: optional(oneOrList(serverName, { min: 1, max: BOOT_SERVERS_MAX }), null),
  interval: optional(duration({ min: '1s', max: '1h' }), 10 * SECOND_MS),
};

const reconcilerKeys = {
  name: required(safeName('a name')),
  file: optional(path, null),
  url: optional(webAddress({ secret: true }), null),
  token_file: optional(path, null),
  interval: optional(duration({ min: '1s', max: '1d' }), MINUTE_MS),
  timeout: optional(duration({ min: '1s', max: '5m' }), 10 * SECOND_MS),
  groups: optional(list(text(200), { max: GROUPS_MAX }), []),
  shrink_max: optional(percentage({ max: 100 }), 0.3),
};

const nscaKeys = {
  listen: optional(oneOrList(listenAddress, { min: 1 }), null),
  method: optional(integer({ min: 0, max: 26 }), 1),
  password_file: optional(path, null),
  allow: optional(list(network, { max: SENDER_NETWORKS_MAX }), []),
  max_packet_age: optional(duration({ min: '1s', max: '1d' }), 30 * SECOND_MS),
};

export const musterKeys = {
  data_dir: optional(path, null),
  http: section(http),
  auth: section(auth),
  self_monitor: optional(orOff(mapping(selfMonitorKeys)), undefined),
  group_defaults: section(groupDefaultsKeys),
  groups: optional(list(mapping(groupKeys, groupLater), { max: GROUPS_MAX }), []),
  types_db: optional(oneOrList(path), []),
  ingest: section({
    workers: optional(integer({ min: 1, max: 64 }), null),
    max_series: optional(integer({ min: 1000, max: SERIES_MAX }), null),
  }),
  store: section(storeKeys),
  cache: section(cacheKeys),
  retention: section(retentionKeys),
  grid: section({ name: optional(text(200), 'unspecified') }, [
    'xml_listen',
    'query_listen',
    'trusted_hosts',
  ]),
  boot: section(bootKeys),
  reconcilers: optional(list(mapping(reconcilerKeys), { max: RECONCILERS_MAX }), []),
  passive: section({ nsca: optional(mapping(nscaKeys), null), command_file: optional(path, null) }),
  plugins: section({ at_once: optional(integer({ min: 1, max: 1000 }), 16) }),
  /** What files of checks go by that say nothing of their own. */
  semantics: optional(choice(SEMANTICS), 'muster'),
  checks: optional(oneOrList(pathText), null),
  dashboards: optional(oneOrList(pathText), null),
  alerts: section(alertKeys),
};

export const musterReader = mapping(musterKeys);

type ValueOf<K> = K extends Key<infer T> ? T : never;
export type MusterSection = Section<typeof musterKeys>;
export type GroupSection = Section<typeof groupKeys>;
export type ReconcilerSection = Section<typeof reconcilerKeys>;
export type StoreSection = ValueOf<typeof musterKeys.store>;
export const SELF_MONITOR_DEFAULT = { group: 'muster', intervalMs: 10 * SECOND_MS };
