/**
 * The first few of many in an order, without sorting the many; further ones are counted. Twice as many are
 * kept as are asked for, and sorted when there are more.
 */
export class BestFew<T> {
  #kept: T[] = [];
  #added = 0;
  /** The last of the first few as far as they are known; what is not before it is not among them. */
  #last: T | undefined;
  readonly #max: number;
  readonly #compare: (a: T, b: T) => number;

  constructor(max: number, compare: (a: T, b: T) => number) {
    this.#max = max;
    this.#compare = compare;
  }

  get items(): readonly T[] {
    this.#sort();
    return this.#kept;
  }

  get leftOut(): number {
    return Math.max(0, this.#added - this.#max);
  }

  add(item: T): void {
    this.#added += 1;
    if (this.#last !== undefined && this.#compare(item, this.#last) >= 0) return;
    this.#kept.push(item);
    if (this.#kept.length >= 2 * this.#max) this.#sort();
  }

  /** Equals stay in the order they came. */
  #sort(): void {
    this.#kept = this.#kept.toSorted(this.#compare).slice(0, this.#max);
    this.#last = this.#kept[this.#max - 1];
  }
}
