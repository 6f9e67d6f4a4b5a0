import type { Kind } from './kind.ts';

/** The wire format a record's values arrive in; `plugin`: performance data of checks. */
export type Protocol = 'collectd' | 'ganglia' | 'statsd' | 'graphite' | 'influx' | 'plugin';

export interface DataSource {
  readonly name: string;
  readonly kind: Kind;
  /** Bounds of the value, or of the rate for everything but a gauge; null where unbounded. */
  readonly min: number | null;
  readonly max: number | null;
}

/**
 * What one agent message updates together: a gmond metric (one data source) or a collectd value list with all
 * of its data sources. Announced once, persisted, and the unit of staging, flushing and files.
 */
export interface RecordDescription {
  readonly cluster: string;
  readonly host: string;
  /** The record's name without a data source: `load_one`, `interface-eth0/if_octets`. */
  readonly metric: string;
  readonly protocol: Protocol;
  readonly sources: readonly DataSource[];
  /** Seconds between samples as the agent says, at least 1; where it does not say, 15, or what is learned. */
  readonly intervalS: number;
  /** Ganglia's words; 0 where the protocol has none. Seconds. */
  readonly tmaxS: number;
  readonly dmaxS: number;
  readonly slope: 'zero' | 'positive' | 'negative' | 'both' | 'unspecified' | 'derivative';
  readonly units: string;
  readonly title: string;
  readonly group: string;
  readonly description: string;
  /**
   * A gmond value seen before its metadata: the kind is the one its message id implies, and may change once.
   */
  readonly provisional: boolean;
}

/** The name a series is read by: the record's, with `:source` when the record has several. */
export function seriesName(record: RecordDescription, source: number): string {
  const { sources, metric } = record;
  return sources.length === 1 ? metric : `${metric}:${sources[source]?.name ?? source}`;
}

/** One string per record: cluster, host and metric cannot contain a NUL, so the join is unambiguous. */
export function recordKey(record: { cluster: string; host: string; metric: string }): string {
  return `${record.cluster}\0${record.host}\0${record.metric}`;
}

/** RRD step in seconds (DESIGN, Names): the packet's interval, at least one second. */
export function stepS(record: RecordDescription): number {
  return Math.max(1, Math.round(record.intervalS));
}

/** Seconds without a sample after which a value is unknown: max(8 × step, 4 × tmax). */
export function heartbeatS(record: RecordDescription): number {
  return Math.max(8 * stepS(record), 4 * record.tmaxS);
}

/**
 * How long a sample counts as fresh after it came, ms: max(4 × tmax, 3 × interval, 2 × usual gap + interval).
 * `gapMs` is between packets of its host: collectd sends a packet when it is full, which with few metrics is
 * minutes after the oldest in it was taken.
 */
export function freshForMs(expected: { tmaxS: number; intervalS: number }, gapMs: number): number {
  const { tmaxS, intervalS } = expected;
  return Math.max(4000 * tmaxS, 3000 * intervalS, 2 * gapMs + 1000 * intervalS);
}
