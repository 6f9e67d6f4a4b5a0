import { expect, test } from 'vitest';
import { EngineTarget } from '../fuzz/engine-target.ts';
import { killers } from '../fuzz/killers.ts';
import { dice, Mutation } from '../fuzz/mutate.ts';
import { fuzzSeeds } from '../fuzz/seeds.ts';

/** A million of them are for `npm run fuzz`. */
const INPUTS = 10_000;
const SEED = 20_261_121;
const SETTLE_EVERY = 500;
/** A second or two each where nothing else runs. */
const WITHIN_MS = 60_000;

test(
  'what has felled others goes through the whole data plane, and the books balance',
  { timeout: WITHIN_MS },
  async () => {
    const engine = new EngineTarget();
    const pick = dice(SEED, 0);
    for (const { name, bytes } of killers()) {
      // Each as a datagram of several groups and senders, and as a request's body.
      for (let n = 0; n < 8; n += 1) expect(() => engine.take(bytes, pick), name).not.toThrow();
      await expect(engine.write(bytes, pick), name).resolves.toBeUndefined();
    }
    await engine.settle();
  },
);

test(
  `${INPUTS} mutated ones: nothing thrown, books balance, tables bounded`,
  { timeout: WITHIN_MS },
  async () => {
    const engine = new EngineTarget();
    const mutation = new Mutation(fuzzSeeds());
    for (let index = 0; index < INPUTS; index += 1) {
      mutation.make(dice(SEED, index));
      const input = mutation.bytes.subarray(0, mutation.length);
      const pick = dice(SEED + 1, index);
      try {
        if (pick(20) === 0) await engine.write(input, pick);
        else engine.take(input, pick);
      } catch (error) {
        throw new Error(`input ${index} of seed ${SEED}: ${input.toString('hex')}`, { cause: error });
      }
      if (index % SETTLE_EVERY === 0) await engine.settle();
    }
    await engine.settle();
    expect(engine.summary).toMatch(/^\d{4,} values, \d+ refused, \d{4,} packets refused/u);
  },
);
