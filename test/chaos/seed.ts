import { chance, seedOf } from '../../src/demo/dice.ts';

/**
 * `MUSTER_CHAOS_SEED` repeats a run, `MUSTER_CHAOS_ROUNDS` sets how often it kills. Unset, `npm run chaos` takes
 * another seed every time and 50 rounds; whoever else runs the project, CI above all, gets the same few.
 */
const isLong = process.env['npm_lifecycle_event'] === 'chaos';
const CI_SEED = 20261;
const CI_ROUNDS = 3;
const LONG_ROUNDS = 50;

export const SEED = numberIn('MUSTER_CHAOS_SEED') ?? (isLong ? Date.now() % 1_000_000 : CI_SEED);
export const ROUNDS = numberIn('MUSTER_CHAOS_ROUNDS') ?? (isLong ? LONG_ROUNDS : CI_ROUNDS);

/** Repeatable chance of one scenario. */
export class Dice {
  readonly #seed: number;
  #thrown = 0;

  constructor(scenario: string) {
    this.#seed = seedOf(`${SEED} ${scenario}`);
  }

  /** 0 ≤ n < 1. */
  next(): number {
    return chance(this.#seed, this.#thrown++);
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.whole(0, choices.length - 1)] ?? choices[0];
  }
}

function numberIn(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${name} is no whole number: ${text}`);
  return number;
}
