import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCollectd, encodeNotification } from '../../../src/wire/collectd/encode.ts';
import { doubleWord, transcribe } from './transcript.ts';
import type { OutgoingValues } from '../../../src/wire/collectd/encode.ts';

const LOAD: OutgoingValues = {
  host: 'web-1',
  timeS: 1795172490.5,
  intervalS: 10,
  plugin: 'load',
  pluginInstance: '',
  type: 'load',
  typeInstance: '',
  kinds: [1, 1, 1],
  values: [0.5, 0.25, Number.NaN],
};

const names = fc
  .string({ unit: 'binary', maxLength: 20 })
  .filter((text) => !text.includes('\0') && text.isWellFormed());
const required = names.filter((text) => text !== '');
const lists = fc
  .record({
    host: required,
    timeS: fc.integer({ min: 1, max: 2 ** 33 }).map((quarters) => quarters / 4),
    intervalS: fc.integer({ min: 0, max: 4000 }).map((quarters) => quarters / 4),
    plugin: required,
    pluginInstance: names,
    type: required,
    typeInstance: names,
    data: fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom(0, 3), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
        fc.tuple(fc.constant(2), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
        fc.tuple(fc.constant(1), fc.double()),
      ),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(({ data, ...rest }) => ({ ...rest, kinds: data.map(([k]) => k), values: data.map(([, v]) => v) }));

function expectedList(list: OutgoingValues) {
  const { host, plugin, pluginInstance, type, typeInstance, timeS, intervalS, kinds } = list;
  const words = list.values.map((v, i) =>
    kinds[i] === 1 ? doubleWord(Number(v)) : BigInt.asUintN(64, BigInt(v)),
  );
  const time = BigInt(timeS * 4) << 28n;
  return { host, plugin, pluginInstance, type, typeInstance, time, timeS, intervalS, kinds, words };
}

describe('value lists', () => {
  test('one is written as collectd writes it', () => {
    const [datagram, ...rest] = encodeCollectd([LOAD]);
    expect(rest).toEqual([]);
    expect(Buffer.from(datagram ?? []).toString('hex')).toBe(
      [
        '0000000a7765622d3100',
        '0008000c1ac00a22a0000000',
        '0009000c0000000280000000',
        '000200096c6f616400',
        '000400096c6f616400',
        '000600210003010101000000000000e03f000000000000d03f000000000000f87f',
      ].join(''),
    );
  });

  test('an instance of the list before is cleared', () => {
    const seen = encodeCollectd([{ ...LOAD, pluginInstance: 'a', typeInstance: 'b' }, LOAD]).map(transcribe);
    expect(seen.flatMap((s) => s.values.map((v) => v.pluginInstance + v.typeInstance))).toEqual(['ab', '']);
  });

  test('what is written is read back, in order, in datagrams of the size asked for', () => {
    fc.assert(
      fc.property(
        fc.array(lists, { maxLength: 60 }),
        fc.integer({ min: 1024, max: 9000 }),
        (sent, bytesMax) => {
          const datagrams = encodeCollectd(sent, bytesMax);
          const seen = datagrams.map(transcribe);
          expect(datagrams.every((d) => d.length <= bytesMax)).toBe(true);
          expect(seen.every((s) => s.fault === undefined && s.skipped.length === 0)).toBe(true);
          expect(seen.flatMap((s) => s.values)).toEqual(sent.map(expectedList));
        },
      ),
      { numRuns: 200 },
    );
  });

  test.for([
    { name: 'too long', text: 'x'.repeat(300), read: 'x'.repeat(127) },
    { name: 'too long inside a character', text: 'é'.repeat(64), read: 'é'.repeat(63) },
    { name: 'a NUL', text: 'ab\0c', read: 'ab' },
  ])('a name is cut: $name', ({ text, read }) => {
    const seen = encodeCollectd([{ ...LOAD, typeInstance: text }]).map(transcribe);
    expect(seen[0]?.values[0]?.typeInstance).toBe(read);
  });

  test('a list that fits no datagram is left out, the others are not', () => {
    const huge = {
      ...LOAD,
      kinds: Array.from({ length: 200 }, () => 1),
      values: Array.from({ length: 200 }, () => 1),
    };
    const seen = encodeCollectd([LOAD, huge, LOAD]).map(transcribe);
    expect(seen.flatMap((s) => s.values)).toHaveLength(2);
  });
});

test('a notification is read back', () => {
  const notification = { ...LOAD, severity: 2, message: 'über 10' };
  const seen = transcribe(encodeNotification(notification));
  expect(seen.notifications).toMatchObject([
    { host: 'web-1', plugin: 'load', severity: 2, message: 'über 10' },
  ]);
});
