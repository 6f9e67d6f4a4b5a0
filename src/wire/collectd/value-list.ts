import type { DoorRefusal } from './door.ts';

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
  /** Who signed or encrypted it, by their key; empty: nobody did. */
  user: string;
  /** Envelopes it stands in, one inside another, and those of the datagram so far. */
  depth: number;
  envelopes: number;
}

/** What the decoder meets on its way. All views and offsets are only good during the call. */
export interface CollectdSink {
  /** A complete value list: time, host, plugin and type are there, count ≥ 1, kinds are 0…3. */
  values(list: ValueList): void;
  /** A complete notification: severity 1 failure, 2 warning, 4 okay; time there, message not empty. */
  notification(list: ValueList, messageAt: number, messageLength: number): void;
  /** A part that was skipped while decoding goes on, or the rest of what an envelope held. */
  skipped(reason: CollectdSkip | CollectdFault): void;
  /** What follows is of another user (empty: of none), and may lie in another buffer. */
  sender(user: string): void;
}

/** `unsigned`, `unencrypted`: plain parts where the level asks for more; told once a datagram. */
export type CollectdSkip =
  | 'incomplete'
  | 'no-values'
  | 'bad-severity'
  | 'empty-message'
  | 'unsigned'
  | 'unencrypted';

/** Why the rest of a datagram could not be read. What came before has been emitted and counts. */
export type CollectdFault =
  | 'truncated'
  | 'part-short'
  | 'string-unterminated'
  | 'string-too-long'
  | 'number-length'
  | 'values-length'
  | 'unknown-kind'
  | 'signature-length'
  | 'encryption-length'
  | DoorRefusal;
