import { grown } from './columns.ts';

/**
 * Which record of a host was sent after which. Agents send the same sequence every interval, so the record
 * of the next sample is known before its name is read, and comparing the name with the one expected (40 ns)
 * takes the place of hashing and finding it (300 ns with 50 000 records). A guess only: whoever uses it
 * compares, and notes what really came.
 */
export class Succession {
  /** By record: the one that came next, counted from 1; 0: none yet. */
  #next = new Int32Array(1024);
  /** By host: the one that came last, counted from 1. */
  #last = new Int32Array(1024);

  /** The record that is expected of a host, or -1. */
  expected(host: number): number {
    const last = this.#last[host] ?? 0;
    return last === 0 ? -1 : (this.#next[last - 1] ?? 0) - 1;
  }

  /** The expected record came. */
  confirm(host: number, record: number): void {
    this.#last[host] = record + 1;
  }

  /** Another than the expected one came. */
  correct(host: number, record: number): void {
    this.#last = grown(this.#last, host + 1);
    this.#next = grown(this.#next, record + 1);
    const last = this.#last[host] as number;
    if (last > 0) this.#next[last - 1] = record + 1;
    this.#last[host] = record + 1;
  }
}
