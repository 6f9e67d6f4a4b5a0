import { decodeCollectd, emptyValueList } from '../../../src/wire/collectd/decode.ts';
import { decodeName } from '../../../src/wire/text.ts';
import type { CollectdFault, CollectdSkip, ValueList } from '../../../src/wire/collectd/value-list.ts';

export interface SeenList {
  host: string;
  plugin: string;
  pluginInstance: string;
  type: string;
  typeInstance: string;
  /** 2^-30 s. */
  time: bigint;
  timeS: number;
  intervalS: number;
}
export interface SeenValues extends SeenList {
  kinds: number[];
  /** The 64 bits of each value, a gauge's double included. */
  words: bigint[];
}
export interface SeenNotification extends SeenList {
  severity: number;
  message: string;
}
export interface Transcript {
  values: SeenValues[];
  notifications: SeenNotification[];
  skipped: CollectdSkip[];
  fault: CollectdFault | undefined;
}

/**
 * Decodes one datagram, placed at an odd offset of a larger buffer, and writes down everything the sink is
 * told.
 */
export function transcribe(datagram: Uint8Array): Transcript {
  const start = 13;
  const buffer = new Uint8Array(start + datagram.length + 64).fill(0xa5);
  buffer.set(datagram, start);
  const seen: Omit<Transcript, 'fault'> = { values: [], notifications: [], skipped: [] };
  const fault = decodeCollectd(buffer, start, start + datagram.length, emptyValueList(), {
    values: (list) => seen.values.push({ ...common(list), kinds: kindsOf(list), words: wordsOf(list) }),
    notification: (list, at, length) =>
      seen.notifications.push({
        ...common(list),
        severity: list.severity,
        message: decodeName(list.buffer, at, length),
      }),
    skipped: (reason) => seen.skipped.push(reason),
  });
  return { ...seen, fault };
}

/** The bits of a double. */
export function doubleWord(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

function common(list: ValueList): SeenList {
  const { buffer } = list;
  return {
    host: decodeName(buffer, list.hostAt, list.hostLength),
    plugin: decodeName(buffer, list.pluginAt, list.pluginLength),
    pluginInstance: decodeName(buffer, list.pluginInstanceAt, list.pluginInstanceLength),
    type: decodeName(buffer, list.typeAt, list.typeLength),
    typeInstance: decodeName(buffer, list.typeInstanceAt, list.typeInstanceLength),
    time: (BigInt(list.timeHi) << 32n) | BigInt(list.timeLo),
    timeS: list.timeS,
    intervalS: list.intervalS,
  };
}

function kindsOf(list: ValueList): number[] {
  return [...list.buffer.subarray(list.kindsAt, list.kindsAt + list.count)];
}

function wordsOf(list: ValueList): bigint[] {
  const view = new DataView(list.buffer.buffer, list.buffer.byteOffset);
  return kindsOf(list).map((kind, i) => view.getBigUint64(list.valuesAt + i * 8, kind === 1));
}
