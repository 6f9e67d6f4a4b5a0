import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCollectd, emptyValueList } from '../../src/wire/collectd/decode.ts';
import { decodeGmond, emptyMessage, gmondExtras } from '../../src/wire/gmond/decode.ts';
import { recognise } from '../../src/wire/recognise.ts';
import { decodeName, parseNumber } from '../../src/wire/text.ts';
import { vector, vectorNames } from './vector-files.ts';

const SEEDS = [
  ...vectorNames('collectd', /\.bin$/).map((file) => vector(`collectd/${file}`)),
  ...vectorNames('collectd/crafted', /\.bin$/).map((file) => vector(`collectd/crafted/${file}`)),
  ...vectorNames('ganglia', /\.bin$/).map((file) => vector(`ganglia/${file}`)),
].filter((seed) => seed.length > 0);

const DATAGRAMS = 100_000;
const ROOM = 4096;

/** mulberry32: a seeded stream of integers below a bound. */
function below(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** Writes a mutated capture (or, one in eight, noise) into `buffer`, answers its length. */
function mutate(buffer: Uint8Array, pick: (bound: number) => number): number {
  if (pick(8) === 0) {
    const length = pick(200);
    for (let i = 0; i < length; i += 1) buffer[i] = pick(4) === 0 ? pick(256) : 0;
    return length;
  }
  const seed = SEEDS[pick(SEEDS.length)] ?? new Uint8Array(0);
  buffer.set(seed);
  let length = seed.length;
  for (let edits = pick(6); edits > 0; edits -= 1) {
    const at = pick(length + 1);
    switch (pick(4)) {
      case 0:
        buffer[at] = pick(256);
        break;
      case 1:
        buffer[at] = (buffer[at] ?? 0) ^ (1 << pick(8));
        break;
      case 2:
        length = at;
        break;
      default:
        buffer.copyWithin(at, pick(length + 1), length);
    }
  }
  return length;
}

/**
 * Everything a receiver does with a datagram; checks that no offset leaves it. Answers what was read from
 * it.
 */
function consume(buffer: Uint8Array, end: number): number {
  const list = emptyValueList();
  const message = emptyMessage();
  let read = 0;
  const inside = (at: number, length: number) => {
    if (length > 0 && (at < 0 || at + length > end)) throw new Error(`${at}+${length} is outside of ${end}`);
    read += length;
  };
  recognise(buffer, 0, end);
  decodeCollectd(buffer, 0, end, list, {
    values: (v) => {
      inside(v.hostAt, v.hostLength);
      inside(v.pluginInstanceAt, v.pluginInstanceLength);
      inside(v.typeInstanceAt, v.typeInstanceLength);
      inside(v.kindsAt, v.count);
      inside(v.valuesAt, v.count * 8);
    },
    notification: (_, at, length) => inside(at, length),
    skipped: () => {},
  });
  if (decodeGmond(buffer, 0, end, message) === undefined) {
    inside(message.hostAt, message.hostLength);
    inside(message.nameAt, message.nameLength);
    inside(message.stringAt, message.stringLength);
    inside(message.unitsAt, message.unitsLength);
    decodeName(buffer, message.nameAt, message.nameLength);
    parseNumber(buffer, message.stringAt, message.stringLength);
    read += gmondExtras(message).length;
  }
  return read;
}

test('100000 mutated and random datagrams: nothing thrown, nothing read outside, no memory kept', () => {
  const pick = below(20261120);
  const buffer = new Uint8Array(ROOM);
  const started = process.memoryUsage();
  let read = 0;
  for (let i = 0; i < DATAGRAMS; i += 1) read += consume(buffer, mutate(buffer, pick));
  const ended = process.memoryUsage();
  expect(read).toBeGreaterThan(DATAGRAMS);
  expect(ended.heapUsed + ended.external - started.heapUsed - started.external).toBeLessThan(
    64 * 1024 * 1024,
  );
});

test('any bytes at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1500 }), (bytes) => {
      consume(bytes, bytes.length);
    }),
    { numRuns: 500 },
  );
});

test('the longest datagram of empty parts, and of empty value lists, is read through', () => {
  const parts = new Uint8Array(65_507);
  for (let at = 0; at + 4 <= parts.length; at += 4) parts.set([0x77, 0x77, 0, 4], at);
  consume(parts, parts.length);
  let skipped = 0;
  const lists = new Uint8Array(65_506);
  for (let at = 0; at + 6 <= lists.length; at += 6) lists.set([0, 6, 0, 6, 0, 0], at);
  const fault = decodeCollectd(lists, 0, lists.length - (lists.length % 6), emptyValueList(), {
    values: () => {},
    notification: () => {},
    skipped: () => {
      skipped += 1;
    },
  });
  expect(fault).toBeUndefined();
  expect(skipped).toBe(10_917);
});
