import type { AlertsConfig } from './alerts.ts';

/**
 * The configuration as the server uses it: defaults filled in, durations in ms, sizes in bytes, paths
 * absolute.
 */

export interface ListenAddress {
  /** An IP address, IPv6 without brackets. */
  readonly address: string;
  /** 0: a free port, which the kernel chooses. */
  readonly port: number;
}

/** What may come in by UDP, and Graphite's lines by TCP as well. */
export type AcceptedProtocol = 'collectd' | 'ganglia' | 'statsd' | 'graphite';

/** Whom a group believes, and how much. */
export interface TrustConfig {
  /** Addresses and networks (CIDR) that may send; empty: anybody. Holds for every way in. */
  readonly allow: readonly string[];
  /** Datagrams a second one address may send, with as many at once; null: no limit. */
  readonly packetsPerSecondPerSource: number | null;
  /** Series one address may bring into being. */
  readonly maxSeriesPerSource: number;
  /** Who may speak for another host; a list: these addresses and networks. */
  readonly spoof: 'allow' | 'deny' | readonly string[];
}

/** collectd's own words (collectd.conf(5), plugin network), and what goes beyond them. */
export interface CollectdConfig {
  readonly securityLevel: 'None' | 'Sign' | 'Encrypt';
  /** Absolute; null: none, and signatures cannot be checked. */
  readonly authFile: string | null;
  /** Hosts (a pattern over the whole name) that a user may write; users who are not here may write all. */
  readonly users: readonly { readonly name: string; readonly hosts: string }[];
  /** A signed or encrypted datagram is taken once within this time; 0: as often as it comes. */
  readonly replayWindowMs: number;
}

export interface StatsdConfig {
  readonly flushMs: number;
  /** Of timers, histograms and distributions; each above 0 and at most 100. */
  readonly percentiles: readonly number[];
}

export interface GraphiteConfig {
  /** TCP, beside the group's own UDP port. */
  readonly listen: readonly ListenAddress[];
  /** Where the host stands in a path, such as `servers.{host}.{metric}`; null: it is the sender's address. */
  readonly template: string | null;
}

/** What a group is held to that says nothing of its own. */
export const GROUP_DEFAULTS = {
  trust: { allow: [], packetsPerSecondPerSource: null, maxSeriesPerSource: 1_000_000, spoof: 'allow' },
  collectd: { securityLevel: 'None', authFile: null, users: [], replayWindowMs: 600_000 },
  // etsy/statsd has 90 alone; these are what dashboards of statsd are usually drawn from.
  statsd: { flushMs: 10_000, percentiles: [50, 90, 95, 99] },
  graphite: { listen: [], template: null },
  newHostGraceMs: 300_000,
  expectedLifetimeMs: null,
  binding: false,
} as const satisfies Partial<GroupConfig>;

export interface GroupConfig {
  readonly name: string;
  readonly listen: readonly ListenAddress[];
  readonly accept: readonly AcceptedProtocol[];
  readonly hostTmaxMs: number;
  readonly hostDmaxMs: number;
  readonly hostName: 'packet' | 'rdns' | 'address';
  readonly maxSeriesPerHost: number;
  /**
   * A sample outside [arrival - past, arrival + future] is refused, taken at its arrival time, or taken as it
   * is.
   */
  readonly timestamps: {
    readonly pastMs: number;
    readonly futureMs: number;
    readonly outside: 'refuse' | 'arrival' | 'accept';
  };
  readonly trust: TrustConfig;
  readonly collectd: CollectdConfig;
  readonly statsd: StatsdConfig;
  readonly graphite: GraphiteConfig;
  /** Adopt an existing collectd or gmetad tree; null: below store.rrd.dir. */
  readonly rrdDir: string | null;
  /** A host that never registered pages nobody by its silence until it was heard for so long. */
  readonly newHostGraceMs: number;
  /** A registered host that falls silent after so long has ended by itself; null: none does. */
  readonly expectedLifetimeMs: number | null;
  /** Whether a sender may write only the host that its address is registered, or listed, for. */
  readonly binding: boolean;
}

/** What instances are told at registration, and by boot scripts. */
export interface BootConfig {
  /** Names or addresses that agents send to and register at, one or two. */
  readonly servers: readonly string[];
  /** How often the agents send. */
  readonly intervalMs: number;
}

/** A list of the instances there are, kept by somebody else: a cloud, Chef, Puppet. */
export interface ReconcilerConfig {
  readonly name: string;
  readonly source:
    | { readonly kind: 'file'; readonly file: string }
    /** `tokenFile` (absolute; null: none): sent as `Authorization: Bearer`. */
    | { readonly kind: 'http'; readonly url: string; readonly tokenFile: string | null };
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Groups it speaks for; what it says of others is passed over. Empty: every group. */
  readonly groups: readonly string[];
  /** The part of a group's instances, 0 … 1, that may be gone at once; more is held until it is confirmed. */
  readonly shrinkMax: number;
}

/** Where the files of dashboards are; what a glob matches may change while the server runs. */
export interface DashboardSources {
  /** Where globs start; absolute. */
  readonly directory: string;
  /** Absolute. */
  readonly files: readonly string[];
  readonly globs: readonly string[];
}

/** One wished archive (RRA) of an RRD file: a row of `cf` each `stepMs`, for `keepMs`. */
export interface ArchiveWish {
  readonly cf: 'AVERAGE' | 'MIN' | 'MAX' | 'LAST';
  readonly stepMs: number;
  readonly keepMs: number;
}

/** `collectd`, `gmetad`: files as collectd's rrdtool plugin or gmetad make them. */
export type ArchiveSet = 'default' | 'collectd' | 'gmetad' | readonly ArchiveWish[];

/** New files of metrics whose whole name matches get these archives; the first rule that matches counts. */
export interface ArchiveRule {
  readonly match: string;
  readonly use: ArchiveSet;
}

export interface RrdStoreConfig {
  readonly type: 'rrd';
  readonly dir: string;
  readonly workers: number;
  /** Where none matches, the default archives. */
  readonly archives: readonly ArchiveRule[];
  /** Also gmetad's `__SummaryInfo__` files of clusters and grid, for tools that read them. */
  readonly summaryInfo: boolean;
}

/** How collectd's values are named in InfluxDB and VictoriaMetrics, as Telegraf names them. */
export interface LineNaming {
  /** A record's data sources as points of their own (`load_shortterm value=`), or fields of one (`load shortterm=`). */
  readonly multivalue: 'split' | 'join';
  /** Integers as floats, as Telegraf writes them, or as integers to the last digit. */
  readonly integers: 'float' | 'exact';
}

export interface InfluxStoreConfig extends LineNaming {
  readonly type: 'influxdb';
  /** Without a slash at its end. */
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  /** Absolute; null: requests carry no token. */
  readonly tokenFile: string | null;
}

export interface VictoriaStoreConfig extends LineNaming {
  readonly type: 'victoriametrics';
  /** What `/api/v2/write` is appended to, without a slash at its end. */
  readonly url: string;
  /** What `/api/v1/query_range` is appended to: another place than `url` in a cluster. */
  readonly readUrl: string;
}

export type StoreConfig =
  | RrdStoreConfig
  | InfluxStoreConfig
  | VictoriaStoreConfig
  | { readonly type: 'memory' };

export interface CacheConfig {
  readonly maxAgeMs: number;
  readonly jitterMs: number;
  readonly maxPoints: number;
  /** How often the journal is forced to disk; 0: at every commit. */
  readonly journalSyncMs: number;
  readonly journalMaxBytes: number;
}

/** What is deleted, and when. */
export interface RetentionConfig {
  readonly retiredMs: number;
  readonly eventsMs: number;
  readonly auditMs: number;
  /** The free part of the disk, 0 … 1, below which the oldest retired trees go first. */
  readonly minFreeDisk: number;
}

/** Nagios' NSCA, by TCP. */
export interface NscaConfig {
  readonly listen: readonly ListenAddress[];
  /** send_nsca's encryption_method: 0 none, 1 XOR, 2 DES, 3 3DES, 14 Rijndael-128. */
  readonly method: 0 | 1 | 2 | 3 | 14;
  /** Absolute; null: no password. */
  readonly passwordFile: string | null;
  /** Addresses and networks (CIDR); empty: anybody who has the password. */
  readonly allow: readonly string[];
  /** How old a packet's own time may be, ms. */
  readonly maxPacketAgeMs: number;
}

/** Doors by which results of checks come in. */
export interface PassiveConfig {
  readonly nsca: NscaConfig | null;
  /** A named pipe for Nagios' external commands; absolute. */
  readonly commandFile: string | null;
}

export interface MusterConfig {
  /** The file read, absolute. */
  readonly file: string;
  readonly dataDir: string;
  readonly http: {
    readonly listen: ListenAddress;
    readonly publicUrl: string;
    /** Absolute paths of PEM files. Null: plain http. */
    readonly tls: { readonly cert: string; readonly key: string } | null;
    /** Origins whose pages may show ours in a frame: `https://host` or `https://host:port`. */
    readonly allowFraming: readonly string[];
    /** Addresses and networks (CIDR) whose `X-Forwarded-For` is believed. */
    readonly trustedProxies: readonly string[];
  };
  /** `none`: nobody signs in, and everybody who reaches the server is an admin. */
  readonly auth: { readonly mode: 'none' | 'users' };
  readonly selfMonitor: { readonly group: string; readonly intervalMs: number } | null;
  /** The last one may be `selfMonitor.group` on 127.0.0.1 port 0, where the file does not list that group. */
  readonly groups: readonly GroupConfig[];
  /** Empty: the one shipped with Muster. */
  readonly typesDb: readonly string[];
  readonly store: StoreConfig;
  readonly cache: CacheConfig;
  readonly retention: RetentionConfig;
  /** Threads that receive datagrams. */
  readonly ingestWorkers: number;
  /** Series, and facts, that the process holds at most. */
  readonly maxSeries: number;
  readonly gridName: string;
  readonly boot: BootConfig;
  readonly reconcilers: readonly ReconcilerConfig[];
  readonly passive: PassiveConfig;
  /** Plugins that run at once, and what holds for definitions that say nothing. */
  readonly plugins: { readonly atOnce: number };
  /** Expanded and sorted. */
  readonly checkFiles: readonly string[];
  readonly dashboards: DashboardSources;
  readonly alerts: AlertsConfig;
}
