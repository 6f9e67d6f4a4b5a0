import { grown } from './columns.ts';

/**
 * Which record is to be flushed at which second: a wheel of intrusive lists, constant time in and out. A
 * second further away than the wheel is long waits in the last slot and is put again when that comes round.
 */
export class DueWheel {
  readonly #heads: Int32Array;
  #next = new Int32Array(1024).fill(-1);
  #previous = new Int32Array(1024).fill(-1);
  /** Due second; 0: not in the wheel. */
  #dueS = new Uint32Array(1024);
  #nowS: number;

  constructor(slots: number, nowS: number) {
    this.#heads = new Int32Array(slots).fill(-1);
    this.#nowS = nowS;
  }

  dueS(record: number): number {
    return this.#dueS[record] ?? 0;
  }

  /** Puts the record at a second (at the earliest the next one), taking it from where it was. */
  put(record: number, dueS: number): void {
    this.#reserve(record + 1);
    this.remove(record);
    const due = Math.max(dueS, this.#nowS + 1);
    const slot = this.#slotOf(due);
    const head = this.#heads[slot] as number;
    this.#next[record] = head;
    this.#previous[record] = -1;
    if (head >= 0) this.#previous[head] = record;
    this.#heads[slot] = record;
    this.#dueS[record] = due;
  }

  remove(record: number): void {
    const due = this.#dueS[record] ?? 0;
    if (due === 0) return;
    const next = this.#next[record] as number;
    const previous = this.#previous[record] as number;
    if (previous >= 0) this.#next[previous] = next;
    else {
      const slot = this.#headSlot(record, due);
      this.#heads[slot] = next;
    }
    if (next >= 0) this.#previous[next] = previous;
    this.#dueS[record] = 0;
  }

  /** Takes out every record due up to `nowS` and hands it to `ready`. */
  advance(nowS: number, ready: (record: number) => void): void {
    const steps = Math.min(nowS - this.#nowS, this.#heads.length);
    for (let back = steps - 1; back >= 0; back -= 1) {
      const s = nowS - back;
      this.#nowS = s;
      const slot = s % this.#heads.length;
      let record = this.#heads[slot] as number;
      this.#heads[slot] = -1;
      while (record >= 0) {
        const next = this.#next[record] as number;
        const due = this.#dueS[record] as number;
        this.#dueS[record] = 0;
        if (due > s) this.put(record, due);
        else ready(record);
        record = next;
      }
    }
    if (nowS > this.#nowS) this.#nowS = nowS;
  }

  #slotOf(due: number): number {
    return Math.min(due, this.#nowS + this.#heads.length - 1) % this.#heads.length;
  }

  /**
   * The slot whose head the record is. A far record may have been put in an earlier slot than its second's.
   */
  #headSlot(record: number, due: number): number {
    const direct = due % this.#heads.length;
    if (this.#heads[direct] === record) return direct;
    return this.#heads.indexOf(record);
  }

  #reserve(count: number): void {
    const had = this.#next.length;
    this.#next = grown(this.#next, count);
    this.#previous = grown(this.#previous, count);
    this.#dueS = grown(this.#dueS, count);
    if (this.#next.length > had) {
      this.#next.fill(-1, had);
      this.#previous.fill(-1, had);
    }
  }
}
