interface Lane<O> {
  readonly owner: O;
  items: number[];
  at: number;
}

/** Lets go of what was taken when it is so much. */
const TAKEN_MAX = 4096;

/** Numbers that wait for their turn: owners take turns, and what one owner has waits in its order. */
export class FairQueue<O> {
  readonly #lanes: Lane<O>[] = [];
  readonly #laneOf = new Map<O, Lane<O>>();
  /** What really waits; in the lanes may be numbers that were taken out. */
  readonly #waiting = new Set<number>();
  #next = 0;

  get size(): number {
    return this.#waiting.size;
  }

  has(item: number): boolean {
    return this.#waiting.has(item);
  }

  /** Puts a number at the end of its owner's, unless it waits already. */
  add(owner: O, item: number): void {
    if (this.#waiting.has(item)) return;
    this.#waiting.add(item);
    let lane = this.#laneOf.get(owner);
    if (!lane) {
      lane = { owner, items: [], at: 0 };
      this.#laneOf.set(owner, lane);
      this.#lanes.push(lane);
    }
    lane.items.push(item);
  }

  delete(item: number): void {
    this.#waiting.delete(item);
  }

  /** The next one in turn. */
  take(): number | undefined {
    while (this.#lanes.length > 0) {
      this.#next %= this.#lanes.length;
      const lane = this.#lanes[this.#next] as Lane<O>;
      const item = this.#firstOf(lane);
      if (item !== undefined) {
        this.#next += 1;
        return item;
      }
      this.#laneOf.delete(lane.owner);
      this.#lanes.splice(this.#next, 1);
    }
    return undefined;
  }

  #firstOf(lane: Lane<O>): number | undefined {
    while (lane.at < lane.items.length) {
      const item = lane.items[lane.at] as number;
      lane.at += 1;
      if (lane.at > TAKEN_MAX && lane.at * 2 > lane.items.length) {
        lane.items = lane.items.slice(lane.at);
        lane.at = 0;
      }
      if (this.#waiting.delete(item)) return item;
    }
    return undefined;
  }
}
