import { PAST_ANSWER_WITHIN_MS, PAST_SERIES_AT_ONCE, PAST_WISHES_MAX } from '../../limits.ts';
import type { Past, PastAnswer, PastWish } from './past.ts';

const TOO_MANY = 'too many checks wait for their history';
const NO_ANSWER = 'the history did not come in time';

interface Reading {
  readonly wishes: readonly PastWish[];
  readonly sinceMs: number;
}

/**
 * Puts the wishes for the same time together, and has them read one batch after the other, at most one a
 * turn: all checks of a definition after a start cost few reads, and none of them hurries. What comes is
 * given to those who wished for it between the turns.
 */
export class PastDesk {
  readonly #past: Past;
  /** By the time that is wished for, the one that waits longest first. */
  readonly #waiting = new Map<string, PastWish[]>();
  #reading: Reading | null = null;
  #waits = 0;

  constructor(past: Past) {
    this.#past = past;
  }

  /** Wishes that have no answer yet. */
  get waiting(): number {
    return this.#waits + (this.#reading?.wishes.length ?? 0);
  }

  /** Takes a wish; it is answered once, perhaps at once with a fault. */
  wish(wish: PastWish): void {
    if (this.#waits >= PAST_WISHES_MAX) {
      wish.done(TOO_MANY);
      return;
    }
    const key = `${wish.fromAgoMs} ${wish.toAgoMs} ${wish.points}`;
    const same = this.#waiting.get(key);
    if (same) same.push(wish);
    else this.#waiting.set(key, [wish]);
    this.#waits += 1;
  }

  /** Has the next batch read, if none is being read. */
  pump(nowMs: number): void {
    if (this.#reading) {
      if (nowMs - this.#reading.sinceMs <= PAST_ANSWER_WITHIN_MS) return;
      this.#settle(this.#reading, { ok: false, fault: NO_ANSWER });
    }
    const [first] = this.#waiting;
    if (!first) return;
    const [key, queue] = first;
    const wishes = queue.splice(0, PAST_SERIES_AT_ONCE);
    this.#waiting.delete(key);
    // Behind the others: no definition with many services keeps the rest waiting.
    if (queue.length > 0) this.#waiting.set(key, queue);
    this.#waits -= wishes.length;
    this.#read(wishes, nowMs);
  }

  #read(wishes: readonly PastWish[], nowMs: number): void {
    const [any] = wishes;
    if (!any) return;
    const reading = { wishes, sinceMs: nowMs };
    this.#reading = reading;
    const { fromAgoMs, toAgoMs, points } = any;
    const time = { fromMs: nowMs - fromAgoMs, toMs: nowMs - toAgoMs, points };
    this.#past.read({ series: wishes.map(({ series }) => series), ...time }, (answer) => {
      // Else it was given up.
      if (this.#reading === reading) this.#settle(reading, answer);
    });
  }

  #settle({ wishes }: Reading, answer: PastAnswer): void {
    this.#reading = null;
    for (const [i, wish] of wishes.entries()) {
      if (!answer.ok) {
        wish.done(answer.fault);
        continue;
      }
      const column = answer.columns[i] ?? [];
      for (const [row, timeMs] of answer.timesMs.entries()) wish.row(timeMs, column[row] ?? Number.NaN);
      wish.done(null);
    }
  }
}
