/** The configuration as the server uses it: defaults filled in, durations in ms, sizes in bytes, paths absolute. */

export interface ListenAddress {
  readonly address: string;
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
  /** Adopt an existing collectd or gmetad tree; null: below store.rrd.dir. */
  readonly rrdDir: string | null;
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

export interface MusterConfig {
  readonly file: string;
  readonly dataDir: string;
  readonly http: { readonly listen: ListenAddress; readonly publicUrl: string };
  readonly auth: { readonly mode: 'none' };
  readonly selfMonitor: { readonly group: string; readonly intervalMs: number } | null;
  readonly groups: readonly GroupConfig[];
  readonly typesDb: readonly string[];
  readonly store:
    | { readonly type: 'rrd'; readonly dir: string; readonly workers: number }
    | { readonly type: 'memory' };
  readonly cache: { readonly maxAgeMs: number; readonly jitterMs: number; readonly maxPoints: number };
  readonly ingestWorkers: number;
  readonly gridName: string;
  /** Expanded and sorted. */
  readonly checkFiles: readonly string[];
  readonly alerts: { readonly receivers: readonly WebhookReceiver[]; readonly routes: readonly AlertRoute[] };
}
