import { AGGREGATE_MEMBERS_MAX } from '../../limits.ts';

/** Room that all aggregates share: for members, and for the values of one of them at a time. */
export class Room {
  #members = 0;
  #values = new Float64Array(1024);

  /** Room for one more member; false: there is none. */
  take(): boolean {
    if (this.#members >= AGGREGATE_MEMBERS_MAX) return false;
    this.#members += 1;
    return true;
  }

  give(): void {
    this.#members -= 1;
  }

  /** Room for that many values; what was in it is lost. */
  values(length: number): Float64Array {
    if (this.#values.length < length) this.#values = new Float64Array(2 * length);
    return this.#values;
  }
}
