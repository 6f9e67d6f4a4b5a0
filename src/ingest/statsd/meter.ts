import { Members } from './members.ts';
import { medianOf, rankOf, TimerValues } from './timer-values.ts';
import type { Room } from './room.ts';
import type { StatsdSample, StatsdType } from '../../wire/statsd/sample.ts';

/** What a bucket is; timers, histograms and distributions are one. */
export type MeterKind = 'counter' | 'gauge' | 'timer' | 'set';

/** What is made of a bucket in every interval: `statsd/<bucket>.<name>`. */
export interface Stat {
  readonly name: string;
  /** `value`: in the unit of the samples. */
  readonly of: 'events' | 'rate' | 'value';
}

const COUNTER: readonly Stat[] = [
  { name: 'count', of: 'events' },
  { name: 'rate', of: 'rate' },
];
const GAUGE: readonly Stat[] = [{ name: 'value', of: 'value' }];
const SET: readonly Stat[] = [{ name: 'count', of: 'events' }];
const TIMER: readonly Stat[] = [
  ...COUNTER,
  ...['sum', 'mean', 'median', 'std', 'lower', 'upper'].map((name) => ({ name, of: 'value' as const })),
];

/** The stats of each kind, with the percentiles that a group asks for. */
export function statsOf(percentiles: readonly number[]): Readonly<Record<MeterKind, readonly Stat[]>> {
  const covered = percentiles.flatMap((percentile) => {
    const digits = String(percentile).replace('.', '_');
    return [`upper_${digits}`, `mean_${digits}`].map((name) => ({ name, of: 'value' as const }));
  });
  return { counter: COUNTER, gauge: GAUGE, set: SET, timer: [...TIMER, ...covered] };
}

export function kindOf(type: StatsdType): MeterKind {
  switch (type) {
    case 'counter':
    case 'gauge':
    case 'set':
      return type;
    case 'timer':
    case 'histogram':
    case 'distribution':
      return 'timer';
  }
}

/** Puts the samples of one bucket together. */
export interface Meter {
  readonly kind: MeterKind;
  add(sample: StatsdSample): void;
  /**
   * What an interval of `seconds` comes to, a number a stat of its kind, into `out`; then the next one
   * begins.
   */
  settle(out: Float64Array, seconds: number, percentiles: readonly number[]): void;
  /** Gives shared room back; nothing may be added any more. */
  release(): void;
}

export class CounterMeter implements Meter {
  readonly kind = 'counter';
  #sum = 0;

  add({ value, rate }: StatsdSample): void {
    this.#sum += value / rate;
  }

  settle(out: Float64Array, seconds: number): void {
    out[0] = this.#sum;
    out[1] = this.#sum / seconds;
    this.#sum = 0;
  }

  release(): void {}
}

export class GaugeMeter implements Meter {
  readonly kind = 'gauge';
  #value: number;

  /** `value`: what steps start from. */
  constructor(value: number) {
    this.#value = value;
  }

  add({ value, isStep }: StatsdSample): void {
    this.#value = isStep ? this.#value + value : value;
  }

  settle(out: Float64Array): void {
    out[0] = this.#value;
  }

  release(): void {}
}

export class SetMeter implements Meter {
  readonly kind = 'set';
  readonly #members: Members;
  readonly #scratch: Uint8Array;

  /** `scratch`: room for the longest member; it may be shared. */
  constructor(room: Room, keys: readonly [number, number], scratch: Uint8Array) {
    this.#members = new Members(room, keys);
    this.#scratch = scratch;
  }

  add({ buffer, memberAt, memberLength }: StatsdSample): void {
    const scratch = this.#scratch;
    for (let i = 0; i < memberLength; i += 1) scratch[i] = buffer[memberAt + i] as number;
    this.#members.add(scratch, memberLength);
  }

  settle(out: Float64Array): void {
    out[0] = this.#members.count;
    this.#members.clear();
  }

  release(): void {
    this.#members.clear();
  }
}

export class TimerMeter implements Meter {
  readonly kind = 'timer';
  readonly #values: TimerValues;

  constructor(room: Room, random: () => number) {
    this.#values = new TimerValues(room, random);
  }

  add({ value, rate }: StatsdSample): void {
    this.#values.add(value, rate);
  }

  /** Only where something was added. */
  settle(out: Float64Array, seconds: number, percentiles: readonly number[]): void {
    const values = this.#values;
    const sorted = values.sorted();
    out[0] = values.count;
    out[1] = values.count / seconds;
    out[2] = values.sum;
    out[3] = values.sum / values.count;
    out[4] = medianOf(sorted);
    out[5] = values.deviation;
    out[6] = values.lower;
    out[7] = values.upper;
    let at = TIMER.length;
    for (const percentile of percentiles) {
      const rank = rankOf(percentile, sorted.length);
      out[at] = sorted[rank - 1] as number;
      out[at + 1] = meanOf(sorted, rank);
      at += 2;
    }
    values.clear();
  }

  release(): void {
    this.#values.release();
  }
}

function meanOf(sorted: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += sorted[i] as number;
  return sum / n;
}
