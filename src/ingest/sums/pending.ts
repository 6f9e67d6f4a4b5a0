import { FLUSH_RECORDS_MAX, SUMS_POINTS_MAX } from '../../limits.ts';
import { KIND } from '../../model/kind.ts';
import { recordKey } from '../../model/record.ts';
import { integerWordsOf, wordsOf } from '../../model/rate.ts';
import { sumsRecord } from '../../store/sums.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { RecordBatch, RecordOutcome, Store } from '../../store/store.ts';
import type { Sum } from './fold.ts';

/** A record that has had no sum for so long is forgotten. */
const FORGET_S = 600;

interface Point {
  readonly timeS: number;
  readonly sum: number;
  readonly num: number;
  /** 1: no rate reaches back over it, because other hosts are in it. */
  readonly gap: 0 | 1;
}

interface Waiting {
  readonly record: RecordDescription;
  points: Point[];
  last: Point | undefined;
}

/** Sums on their way to the store, which are derived data: what it does not take in time is let go. */
export class PendingSums {
  readonly #store: Store;
  readonly #waiting = new Map<string, Waiting>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** One sum of a cluster; `timeS` grows from call to call. */
  add(timeS: number, cluster: string, metric: string, { kind, sum, num }: Readonly<Sum>): void {
    const key = recordKey({ cluster, host: '', metric });
    let waiting = this.#waiting.get(key);
    if (waiting?.record.sources[0]?.kind !== kind) {
      waiting = { record: sumsRecord(cluster, metric, kind), points: [], last: undefined };
      this.#waiting.set(key, waiting);
    }
    const { last } = waiting;
    const joins = kind === KIND.gauge || (last?.num === num && last.sum <= sum);
    waiting.last = { timeS, sum, num, gap: joins ? 0 : 1 };
    waiting.points.push(waiting.last);
    if (waiting.points.length > SUMS_POINTS_MAX) waiting.points.shift();
  }

  /** Puts everything; what may be put again stays. Not to be called before the last call has settled. */
  async put(nowS: number, options: { signal: AbortSignal; hurry: boolean }): Promise<void> {
    for (const [key, { points, last }] of this.#waiting) {
      if (points.length === 0 && nowS - (last?.timeS ?? 0) > FORGET_S) this.#waiting.delete(key);
    }
    const due = [...this.#waiting.values()].filter(({ points }) => points.length > 0);
    for (let at = 0; at < due.length; at += FLUSH_RECORDS_MAX) {
      const some = due.slice(at, at + FLUSH_RECORDS_MAX);
      const sent = some.map(({ points }) => points.length);
      const through = some.map(({ points }) => points.at(-1)?.timeS ?? 0);
      const outcomes = await this.#store.put(
        batchOf(
          some,
          sent.reduce((a, b) => a + b, 0),
        ),
        options,
      );
      some.forEach((waiting, i) => {
        if (mayStay(outcomes[i])) return;
        waiting.points = waiting.points.filter(({ timeS }) => timeS > (through[i] ?? 0));
      });
    }
  }
}

function mayStay(outcome: RecordOutcome | undefined): boolean {
  return outcome?.ok === false && outcome.retryable;
}

function batchOf(some: readonly Waiting[], points: number): RecordBatch {
  const starts = new Uint32Array(some.length + 1);
  const wordStarts = new Uint32Array(some.length);
  const timesS = new Uint32Array(points);
  const gaps = new Uint8Array(points);
  const words = new Uint32Array(4 * points);
  const pair = { hi: 0, lo: 0 };
  let at = 0;
  some.forEach((waiting, i) => {
    const kind = waiting.record.sources[0]?.kind ?? KIND.gauge;
    wordStarts[i] = 4 * at;
    for (const { timeS, sum, num, gap } of waiting.points) {
      timesS[at] = timeS;
      gaps[at] = gap;
      if (kind === KIND.gauge) wordsOf(sum, pair);
      else integerWordsOf(sum, kind, pair);
      words.set([pair.hi, pair.lo], 4 * at);
      wordsOf(num, pair);
      words.set([pair.hi, pair.lo], 4 * at + 2);
      at += 1;
    }
    starts[i + 1] = at;
  });
  return { records: some.map(({ record }) => record), starts, wordStarts, timesS, words, gaps };
}
