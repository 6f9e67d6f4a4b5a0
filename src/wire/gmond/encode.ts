import { Buffer } from 'node:buffer';
import { GMOND_ID } from './ids.ts';

/** Whose metric it is. With `spoof` the host is `ip:name`. */
export interface OutgoingMetric {
  readonly host: string;
  readonly name: string;
  readonly spoof: boolean;
}

export interface OutgoingMetadata extends OutgoingMetric {
  /** Ganglia's word: string int8 uint8 int16 uint16 int32 uint32 float double. */
  readonly type: string;
  readonly units: string;
  /** 0 zero, 1 positive, 2 negative, 3 both, 4 unspecified, 5 derivative. */
  readonly slope: number;
  readonly tmaxS: number;
  readonly dmaxS: number;
  readonly extras: readonly { readonly name: string; readonly value: string }[];
}

/** A value as gmond's modules send it, typed; gmetric sends every value as a string. */
export type OutgoingValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ushort' | 'short' | 'int' | 'uint' | 'float' | 'double'; readonly value: number };

const FORMATS = {
  string: '%s',
  ushort: '%hu',
  short: '%hi',
  int: '%i',
  uint: '%u',
  float: '%f',
  double: '%f',
} as const;

/** The description of a metric (id 128). */
export function encodeMetadata(metadata: OutgoingMetadata): Uint8Array {
  return Buffer.concat([
    ...identity(GMOND_ID.metadata, metadata),
    string(metadata.type),
    string(metadata.name),
    string(metadata.units),
    word(metadata.slope),
    word(metadata.tmaxS),
    word(metadata.dmaxS),
    word(metadata.extras.length),
    ...metadata.extras.flatMap((extra) => [string(extra.name), string(extra.value)]),
  ]);
}

/** One value (ids 129…135, by its type). */
export function encodeValue(metric: OutgoingMetric, value: OutgoingValue): Uint8Array {
  return Buffer.concat([
    ...identity(GMOND_ID[value.type], metric),
    string(FORMATS[value.type]),
    value.type === 'string' ? string(value.value) : number(value.type, value.value),
  ]);
}

/** A request for a metric's description (id 136). */
export function encodeRequest(metric: OutgoingMetric): Uint8Array {
  return Buffer.concat(identity(GMOND_ID.request, metric));
}

function identity(id: number, metric: OutgoingMetric): Buffer[] {
  return [word(id), string(metric.host), string(metric.name), word(metric.spoof ? 1 : 0)];
}

function number(type: 'ushort' | 'short' | 'int' | 'uint' | 'float' | 'double', value: number): Buffer {
  if (type === 'double') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return bytes;
  }
  if (type !== 'float') return word(value);
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return bytes;
}

/** The low 32 bits of an integer. */
function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** XDR string: length, UTF-8 bytes, zeros to a multiple of four. */
function string(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([word(bytes.length), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
