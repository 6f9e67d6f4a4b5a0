/** What a value stands for: the letters `c`, `g`, `ms`, `h`, `d`, `s` of the protocol. */
export const STATSD_TYPES = ['counter', 'gauge', 'timer', 'histogram', 'distribution', 'set'] as const;
export type StatsdType = (typeof STATSD_TYPES)[number];

/** One value of a line, in an object that is used again for the next. Offsets are into `buffer`. */
export interface StatsdSample {
  buffer: Uint8Array;
  /** The bucket as it was sent, tags of the Influx, Librato and Graphite dialects included. */
  nameAt: number;
  nameLength: number;
  /** What follows `|#`; length 0: no tags of Datadog's dialect. */
  tagsAt: number;
  tagsLength: number;
  type: StatsdType;
  /** Finite; 0 for a set. */
  value: number;
  /** A gauge's `+1` or `-1`: to be added to what it was. */
  isStep: boolean;
  /** A set's member. */
  memberAt: number;
  memberLength: number;
  /** Share of the events that was sent, 0 < rate ≤ 1. */
  rate: number;
}

/**
 * Why a line, or the rest of one, was not read; the `reason` label of muster_packets_rejected_total. `event`
 * and `service-check`: Datadog's, which are no metrics.
 */
export type StatsdFault =
  | 'line-too-long'
  | 'no-name'
  | 'name-too-long'
  | 'bad-name'
  | 'tags-max'
  | 'no-value'
  | 'bad-value'
  | 'no-type'
  | 'unknown-type'
  | 'bad-rate'
  | 'event'
  | 'service-check';

export interface StatsdSink {
  /** A view into the datagram: what is kept has to be copied. */
  sample(sample: StatsdSample): void;
  /** Once for a line; the values before the fault have been given to `sample`. */
  fault(reason: StatsdFault): void;
}

/** A sample to hand to `decodeStatsd`, again and again. */
export function emptySample(): StatsdSample {
  return {
    buffer: new Uint8Array(0),
    nameAt: 0,
    nameLength: 0,
    tagsAt: 0,
    tagsLength: 0,
    type: 'counter',
    value: 0,
    isStep: false,
    memberAt: 0,
    memberLength: 0,
    rate: 1,
  };
}
