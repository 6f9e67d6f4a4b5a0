import { parseAuthFile } from '../../src/wire/collectd/auth-file.ts';
import { decodeCollectd, emptyValueList } from '../../src/wire/collectd/decode.ts';
import { parseTypesDb } from '../../src/wire/collectd/types-db.ts';
import { decodeGmond, emptyMessage, gmondExtras } from '../../src/wire/gmond/decode.ts';
import { decodeGraphite, emptyGraphiteLine } from '../../src/wire/graphite/decode.ts';
import { decodeInflux } from '../../src/wire/influx/decode.ts';
import { emptyInfluxLine, FIELD } from '../../src/wire/influx/line.ts';
import { bucketName } from '../../src/wire/statsd/bucket-name.ts';
import { decodeStatsd } from '../../src/wire/statsd/decode.ts';
import { emptySample } from '../../src/wire/statsd/sample.ts';
import { recognise } from '../../src/wire/recognise.ts';
import { decodeName, parseNumber } from '../../src/wire/text.ts';
import { readHead } from '../../src/model/influx-name.ts';
import { applyTemplate, parseTemplate } from '../../src/model/path-template.ts';
import { CHECK_TARGETS } from './check-targets.ts';
import { doorOf, sealed } from './door.ts';
import type { CollectdSink, ValueList } from '../../src/wire/collectd/value-list.ts';
import type { CollectdDoor } from '../../src/wire/collectd/door.ts';

/** A decoder under test: reads bytes 0…end of a longer buffer, and throws where something is wrong. */
export interface Target {
  readonly name: string;
  readonly read: (buffer: Uint8Array, end: number) => void;
}

/** What the decoder says lies in the buffer lies between the input's ends. */
function inside(end: number, at: number, length: number): void {
  if (length === 0 || (at >= 0 && at + length <= end)) return;
  throw new Error(`${at}+${length} is outside of 0…${end}`);
}

/** More than the input has bytes can nothing be told. */
function bounded(told: number, end: number): void {
  if (told > end + 1) throw new Error(`${told} things in ${end} bytes`);
}

/** What an envelope held lies in a buffer of its own, whose end is its own. */
function collectdSink(end: number): CollectdSink {
  let told = 0;
  const check = (list: ValueList, spans: readonly (readonly [at: number, length: number])[]) => {
    const own = list.depth === 0 ? end : list.buffer.length;
    for (const [at, length] of spans) inside(own, at, length);
    told += 1;
    bounded(told, end);
  };
  return {
    values: (v) =>
      check(v, [
        [v.hostAt, v.hostLength],
        [v.pluginAt, v.pluginLength],
        [v.pluginInstanceAt, v.pluginInstanceLength],
        [v.typeAt, v.typeLength],
        [v.typeInstanceAt, v.typeInstanceLength],
        [v.kindsAt, v.count],
        [v.valuesAt, v.count * 8],
      ]),
    notification: (list, at, length) => check(list, [[at, length]]),
    skipped: () => {
      told += 1;
      bounded(told, end);
    },
    sender: () => undefined,
  };
}

function collectd(name: string, door: CollectdDoor, dress: (input: Uint8Array) => Uint8Array): Target {
  const list = emptyValueList();
  return {
    name,
    read: (buffer, end) => {
      const input = dress(buffer.subarray(0, end));
      decodeCollectd(input, 0, input.length, list, collectdSink(input.length), door);
    },
  };
}

/** Seals only fit a part of 64 KiB. */
const SEALED_BYTES_MAX = 60_000;
const plain = (input: Uint8Array) => input;
const signed = (input: Uint8Array) => sealed(0, input.subarray(0, SEALED_BYTES_MAX));
const encrypted = (input: Uint8Array) => sealed(1, input.subarray(0, SEALED_BYTES_MAX));

function gmond(buffer: Uint8Array, end: number): void {
  const message = emptyMessage();
  if (decodeGmond(buffer, 0, end, message) !== undefined) return;
  inside(end, message.hostAt, message.hostLength);
  inside(end, message.nameAt, message.nameLength);
  inside(end, message.stringAt, message.stringLength);
  inside(end, message.unitsAt, message.unitsLength);
  decodeName(buffer, message.nameAt, message.nameLength);
  parseNumber(buffer, message.stringAt, message.stringLength);
  bounded(gmondExtras(message).length, end);
}

function statsd(buffer: Uint8Array, end: number): void {
  let told = 0;
  decodeStatsd(buffer, 0, end, emptySample(), {
    sample: (sample) => {
      inside(end, sample.nameAt, sample.nameLength);
      inside(end, sample.tagsAt, sample.tagsLength);
      if (sample.type === 'set') inside(end, sample.memberAt, sample.memberLength);
      if (!Number.isFinite(sample.value)) throw new Error(`a value of ${sample.value}`);
      if (!(sample.rate > 0 && sample.rate <= 1)) throw new Error(`a rate of ${sample.rate}`);
      // Every value of a line has its name: a line of 64 KiB with one would be quadratic.
      if (told < 100) bucketName(sample);
      told += 1;
    },
    fault: () => {
      told += 1;
    },
  });
  bounded(told, end);
}

const parsed = parseTemplate('servers.{host}.{metric}');

function graphite(buffer: Uint8Array, end: number): void {
  let told = 0;
  decodeGraphite(buffer, { start: 0, end }, emptyGraphiteLine(), {
    line: ({ pathAt, pathLength, nameLength, value, timeS }) => {
      inside(end, pathAt, pathLength);
      if (nameLength < 1 || nameLength > pathLength) throw new Error(`a name of ${nameLength} bytes`);
      if (Math.abs(value) === Infinity || Math.abs(timeS) === Infinity) throw new Error('infinite');
      if ('template' in parsed) applyTemplate(parsed.template, decodeName(buffer, pathAt, nameLength));
      told += 1;
    },
    skipped: () => {
      told += 1;
    },
  });
  bounded(told, end);
}

const influxLine = emptyInfluxLine();

function influx(buffer: Uint8Array, end: number): void {
  let told = 0;
  influxLine.number = 0;
  const read = decodeInflux(buffer, { start: 0, end }, influxLine, {
    line: (line) => {
      inside(end, line.at, line.headLength);
      inside(end, line.hostAt, line.hostLength);
      for (let i = 0; i < line.fieldCount; i += 1) {
        inside(end, line.keyAt[i] ?? -1, line.keyLength[i] ?? 0);
        if (line.kinds[i] === FIELD.string) inside(end, line.textAt[i] ?? -1, line.textLength[i] ?? 0);
        else if (!Number.isFinite(line.numbers[i])) throw new Error(`a number of ${line.numbers[i]}`);
      }
      readHead(decodeName(buffer, line.at, line.headLength));
      told += 1;
    },
    refused: (_fault, at) => {
      if (at > end) throw new Error(`a fault at ${at} of ${end}`);
      told += 1;
    },
  });
  if (read !== end) throw new Error(`read to ${read} of ${end}`);
  bounded(told, end);
}

/** Every decoder that is given what a network, or an operator's editor, made. */
export const TARGETS: readonly Target[] = [
  { name: 'recognise', read: (buffer, end) => void recognise(buffer, 0, end) },
  collectd('collectd', doorOf('None'), plain),
  collectd('collectd at level Sign', doorOf('Sign'), plain),
  collectd('collectd at level Encrypt', doorOf('Encrypt'), plain),
  collectd('collectd inside a signature', doorOf('Sign'), signed),
  collectd('collectd inside encryption', doorOf('Encrypt'), encrypted),
  { name: 'gmond', read: gmond },
  { name: 'statsd', read: statsd },
  { name: 'graphite', read: graphite },
  { name: 'influx', read: influx },
  { name: 'auth file', read: (buffer, end) => void parseAuthFile(buffer.subarray(0, end)) },
  { name: 'types.db', read: (buffer, end) => void parseTypesDb(decodeName(buffer, 0, end)) },
  {
    name: 'graphite template',
    read: (buffer, end) => {
      const outcome = parseTemplate(decodeName(buffer, 0, end));
      if ('template' in outcome) applyTemplate(outcome.template, 'servers.web-1.load.short');
    },
  },
  ...CHECK_TARGETS,
];
