import { decodeCollectd, emptyValueList } from '../../../src/wire/collectd/decode.ts';
import { OPEN_DOOR } from '../../../src/wire/collectd/door.ts';
import { decodeName } from '../../../src/wire/text.ts';
import type { CollectdDoor } from '../../../src/wire/collectd/door.ts';
import type {
  CollectdFault,
  CollectdSink,
  CollectdSkip,
  ValueList,
} from '../../../src/wire/collectd/value-list.ts';

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
  /** Who signed or encrypted it, as the sink was told. */
  user?: string;
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
  skipped: (CollectdSkip | CollectdFault)[];
  fault: CollectdFault | undefined;
}

/**
 * Decodes one datagram, placed at an odd offset of a larger buffer, and writes down everything the sink is
 * told.
 */
export function transcribe(datagram: Uint8Array): Transcript {
  return transcribeBehind(OPEN_DOOR, datagram);
}

/** The same where not everybody is let in. */
export function transcribeBehind(door: CollectdDoor, datagram: Uint8Array): Transcript {
  const start = 13;
  const buffer = new Uint8Array(start + datagram.length + 64).fill(0xa5);
  buffer.set(datagram, start);
  const seen: Omit<Transcript, 'fault'> = { values: [], notifications: [], skipped: [] };
  let user = '';
  const whose = () => (user === '' ? {} : { user });
  const sink: CollectdSink = {
    values: (list) =>
      seen.values.push({ ...common(list), ...whose(), kinds: kindsOf(list), words: wordsOf(list) }),
    notification: (list, at, length) =>
      seen.notifications.push({
        ...common(list),
        ...whose(),
        severity: list.severity,
        message: decodeName(list.buffer, at, length),
      }),
    skipped: (reason) => seen.skipped.push(reason),
    sender: (told) => {
      user = told;
    },
  };
  const end = start + datagram.length;
  const fault = decodeCollectd(buffer, start, end, emptyValueList(), sink, door);
  if (user !== '') throw new Error('the last sender was not taken back');
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
