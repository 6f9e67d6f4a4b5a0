import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCollectd, emptyValueList } from '../../src/wire/collectd/decode.ts';
import { killers } from '../fuzz/killers.ts';
import { dice, INPUT_BYTES_MAX, Mutation } from '../fuzz/mutate.ts';
import { fuzzSeeds } from '../fuzz/seeds.ts';
import { TARGETS } from '../fuzz/targets.ts';

/** A million of them are for `npm run fuzz`. */
const INPUTS = 10_000;
const SEED = 20_261_120;
/** Half a second each where nothing else runs. */
const WITHIN_MS = 60_000;
const KILLERS = killers();
/** Shorter ones are cut at every length. */
const CUTS = 100;
/** What stands behind an input must not be read: never two NULs, so that no name ends there by luck. */
const BEHIND = 0xa5;

describe.for(TARGETS)('$name', ({ read }) => {
  test('what has felled others is survived, whole and cut short', { timeout: WITHIN_MS }, () => {
    for (const { name, bytes } of KILLERS) {
      const buffer = new Uint8Array(bytes.length + 64).fill(BEHIND);
      buffer.set(bytes);
      const step = Math.max(1, Math.floor(bytes.length / CUTS));
      for (let end = bytes.length; end >= 0; end -= step) {
        try {
          read(buffer, end);
        } catch (error) {
          throw new Error(`${name}, ${end} bytes of it`, { cause: error });
        }
      }
    }
  });

  test(`${INPUTS} mutated inputs`, { timeout: WITHIN_MS }, () => {
    const mutation = new Mutation(fuzzSeeds());
    for (let index = 0; index < INPUTS; index += 1) {
      mutation.make(dice(SEED, index));
      try {
        read(mutation.bytes, mutation.length);
      } catch (error) {
        const hex = mutation.bytes.subarray(0, mutation.length).toString('hex');
        throw new Error(`input ${index} of seed ${SEED}: ${hex}`, { cause: error });
      }
    }
  });

  test('any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), (bytes) => read(bytes, bytes.length)),
      { numRuns: 200 },
    );
  });
});

test('the longest datagram of empty parts, and of empty value lists, is read through', () => {
  const parts = new Uint8Array(INPUT_BYTES_MAX);
  for (let at = 0; at + 4 <= parts.length; at += 4) parts.set([0x77, 0x77, 0, 4], at);
  for (const { read } of TARGETS) read(parts, parts.length);
  let skipped = 0;
  const lists = new Uint8Array(65_506);
  for (let at = 0; at + 6 <= lists.length; at += 6) lists.set([0, 6, 0, 6, 0, 0], at);
  const fault = decodeCollectd(lists, 0, lists.length - (lists.length % 6), emptyValueList(), {
    values: () => {},
    notification: () => {},
    skipped: () => {
      skipped += 1;
    },
    sender: () => {},
  });
  expect(fault).toBeUndefined();
  expect(skipped).toBe(10_917);
});
