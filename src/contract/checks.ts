/**
 * A service definition of checks/*.yaml, validated: patterns compile, ranges parse, names are unique.
 * Durations in ms.
 */
export interface ServiceDefinition {
  readonly name: string;
  /** `file:line:column`, for messages. */
  readonly where: string;
  /** Regular expressions over whole names. */
  readonly cluster: string;
  readonly host: string;
  /** Null: the host's own state (`name: host`). */
  readonly metric: string | null;
  /** Nagios plugin ranges as written; empty: none. */
  readonly warning: string;
  readonly critical: string;
  readonly maxCheckAttempts: number;
  readonly retryIntervalMs: number;
  /** Null: max(4 × tmax, 3 × interval, 2 × usual gap of the host's packets + interval). */
  readonly freshnessThresholdMs: number | null;
  readonly freshnessState: 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';
  readonly notes: string;
  readonly runbook: string;
}
