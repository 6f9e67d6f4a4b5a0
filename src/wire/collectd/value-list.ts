/**
 * One collectd value list as offsets into the datagram's buffer, so that decoding allocates nothing. The
 * object is reused from value list to value list: whoever keeps something copies it.
 *
 * Strings exclude their NUL; length 0 means empty or absent, which collectd treats alike. Kinds are `count`
 * bytes at kindsAt, values `count` × 8 bytes at valuesAt: u64 or i64 big endian, but gauges as
 * little-endian doubles (collectd's network protocol, "Values part").
 */
export interface ValueList {
  buffer: Uint8Array;
  hostAt: number;
  hostLength: number;
  pluginAt: number;
  pluginLength: number;
  pluginInstanceAt: number;
  pluginInstanceLength: number;
  typeAt: number;
  typeLength: number;
  typeInstanceAt: number;
  typeInstanceLength: number;
  /** As sent, in 2^-30 s, high and low word (TIME parts are shifted). 0/0: absent. */
  timeHi: number;
  timeLo: number;
  /** Seconds since the epoch as a double; 0 when absent. */
  timeS: number;
  /** Seconds between samples; 0 when absent. */
  intervalS: number;
  severity: number;
  count: number;
  kindsAt: number;
  valuesAt: number;
}

/** What the decoder meets on its way. All views and offsets are only good during the call. */
export interface CollectdSink {
  /** A complete value list: time, host, plugin and type are there, count ≥ 1, kinds are 0…3. */
  values(list: ValueList): void;
  /** A complete notification: severity 1 failure, 2 warning, 4 okay; time there, message not empty. */
  notification(list: ValueList, messageAt: number, messageLength: number): void;
  /** A value list or notification that was skipped while decoding goes on. */
  skipped(reason: CollectdSkip): void;
}

export type CollectdSkip = 'incomplete' | 'no-values' | 'bad-severity' | 'empty-message';

/** Why the rest of a datagram could not be read. What came before has been emitted and counts. */
export type CollectdFault =
  | 'truncated'
  | 'part-short'
  | 'string-unterminated'
  | 'string-too-long'
  | 'number-length'
  | 'values-length'
  | 'unknown-kind'
  | 'signed'
  | 'encrypted';
