interface Entry<T> {
  readonly dueMs: number;
  readonly order: number;
  readonly item: T;
}

/**
 * Items by when they are due, those of the same time in the order they came. A binary heap: a push or a take
 * costs O(log n), so 100 000 pages that wait for a retry cost a look at one.
 */
export class DueQueue<T> {
  #heap: Entry<T>[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** What is due first, left where it is. */
  get first(): T | undefined {
    return this.#heap[0]?.item;
  }

  /** When that is; undefined: there is nothing. */
  get firstDueMs(): number | undefined {
    return this.#heap[0]?.dueMs;
  }

  /** All of them, in no order. */
  *items(): Iterable<T> {
    for (const { item } of this.#heap) yield item;
  }

  push(dueMs: number, item: T): void {
    this.#order += 1;
    const heap = this.#heap;
    const entry = { dueMs, order: this.#order, item };
    let hole = heap.length;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = heap[above] as Entry<T>;
      if (!isBefore(entry, parent)) break;
      heap[hole] = parent;
      hole = above;
    }
    heap[hole] = entry;
  }

  /** The first item that is due at `nowMs`, taken out. */
  takeDue(nowMs: number): T | undefined {
    const [first] = this.#heap;
    if (!first || first.dueMs > nowMs) return undefined;
    const last = this.#heap.pop() as Entry<T>;
    if (last !== first) this.#sink(last);
    return first.item;
  }

  /** Makes everything due at `nowMs` at the latest, in the same order: for a clock that was set back. */
  hasten(nowMs: number): void {
    const entries = this.#heap.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#heap = entries.map(({ dueMs, item }, order) => ({ dueMs: Math.min(dueMs, nowMs), order, item }));
  }

  /** Puts an entry where the first one was, and then as far down as it belongs. */
  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let hole = 0;
    for (;;) {
      const left = 2 * hole + 1;
      const right = left + 1;
      const a = heap[left];
      const b = heap[right];
      if (!a) break;
      const below = b && isBefore(b, a) ? right : left;
      const child = heap[below] as Entry<T>;
      if (!isBefore(child, entry)) break;
      heap[hole] = child;
      hole = below;
    }
    heap[hole] = entry;
  }
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
