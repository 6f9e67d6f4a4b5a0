import { INFLUX_FIELDS_MAX } from '../../limits.ts';

/** What a field holds. A boolean's number is 1 or 0. */
export const FIELD = { float: 0, integer: 1, unsigned: 2, boolean: 3, string: 4 } as const;
export type FieldKind = (typeof FIELD)[keyof typeof FIELD];

/**
 * One line of InfluxDB's line protocol as offsets into its buffer, so that decoding allocates nothing. Names
 * and tags are as written, with their escapes. The object is reused from line to line.
 */
export interface InfluxLine {
  buffer: Uint8Array;
  /** Counted from 1, empty lines and comments too. */
  number: number;
  at: number;
  /** Measurement and tags: `cpu,host=a,cpu=cpu0`; the first `measurementLength` bytes are the measurement. */
  headLength: number;
  measurementLength: number;
  /** The value of the tag `host`; length 0: there is none. */
  hostAt: number;
  hostLength: number;
  fieldCount: number;
  readonly keyAt: Uint32Array;
  readonly keyLength: Uint16Array;
  readonly kinds: Uint8Array;
  readonly numbers: Float64Array;
  /** Of strings, without their quotes, with their escapes. */
  readonly textAt: Uint32Array;
  readonly textLength: Uint32Array;
  /** As written, in the unit the request says; NaN: the time of its arrival. */
  time: number;
}

/** Why a line was refused; all of it, as InfluxDB does. */
export type InfluxFault =
  | 'no-measurement'
  | 'bad-tag'
  | 'too-many-tags'
  | 'name-too-long'
  | 'no-fields'
  | 'bad-field'
  | 'too-many-fields'
  | 'bad-number'
  | 'unended-string'
  | 'bad-time'
  | 'line-too-long';

/** What the decoder meets on its way; the line is only good during the call. */
export interface InfluxSink {
  line(line: InfluxLine): void;
  /** `at`: the byte of the buffer that is at fault, in line `line.number` which begins at `line.at`. */
  refused(fault: InfluxFault, at: number, line: InfluxLine): void;
}

export function emptyInfluxLine(): InfluxLine {
  return {
    buffer: new Uint8Array(0),
    number: 0,
    at: 0,
    headLength: 0,
    measurementLength: 0,
    hostAt: 0,
    hostLength: 0,
    fieldCount: 0,
    keyAt: new Uint32Array(INFLUX_FIELDS_MAX),
    keyLength: new Uint16Array(INFLUX_FIELDS_MAX),
    kinds: new Uint8Array(INFLUX_FIELDS_MAX),
    numbers: new Float64Array(INFLUX_FIELDS_MAX),
    textAt: new Uint32Array(INFLUX_FIELDS_MAX),
    textLength: new Uint32Array(INFLUX_FIELDS_MAX),
    time: 0,
  };
}
