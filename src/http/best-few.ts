/** The first few of many in an order, without sorting the many; further ones are counted. */
export class BestFew<T> {
  readonly items: T[] = [];
  leftOut = 0;
  readonly #max: number;
  readonly #compare: (a: T, b: T) => number;

  constructor(max: number, compare: (a: T, b: T) => number) {
    this.#max = max;
    this.#compare = compare;
  }

  add(item: T): void {
    const last = this.items.at(-1);
    const isFull = this.items.length >= this.#max;
    if (isFull) this.leftOut += 1;
    if (isFull && last !== undefined && this.#compare(item, last) >= 0) return;
    const after = this.items.findIndex((other) => this.#compare(item, other) < 0);
    this.items.splice(after < 0 ? this.items.length : after, 0, item);
    if (isFull) this.items.pop();
  }
}
