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

export type AcceptedProtocol = 'collectd' | 'ganglia' | 'statsd' | 'graphite';

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
  /** Adopt an existing collectd or gmetad tree; null: below store.rrd.dir. */
  readonly rrdDir: string | null;
}

/** Where the files of dashboards are; what a glob matches may change while the server runs. */
export interface DashboardSources {
  /** Where globs start; absolute. */
  readonly directory: string;
  /** Absolute. */
  readonly files: readonly string[];
  readonly globs: readonly string[];
}

export interface WebhookReceiver {
  readonly name: string;
  readonly webhook: { readonly url: string };
}

export interface AlertRoute {
  /** Patterns over whole values; empty matches everything. */
  readonly match: Readonly<Partial<Record<'cluster' | 'host' | 'service' | 'severity', string>>>;
  readonly receiver: string;
  readonly continue: boolean;
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
  readonly gridName: string;
  /** Expanded and sorted. */
  readonly checkFiles: readonly string[];
  readonly dashboards: DashboardSources;
  readonly alerts: { readonly receivers: readonly WebhookReceiver[]; readonly routes: readonly AlertRoute[] };
}
