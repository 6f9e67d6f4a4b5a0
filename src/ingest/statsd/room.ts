/** Room for what buckets keep: whoever wants more than is left makes do with what it has. */
export interface Room {
  /** Below zero: more is owed than there is. */
  readonly left: number;
  take(n: number): boolean;
  /** Takes what has to be there, even where nothing is left. */
  owe(n: number): void;
  giveBack(n: number): void;
}

/** The room of a group. */
export class WholeRoom implements Room {
  #left: number;

  constructor(max: number) {
    this.#left = max;
  }

  get left(): number {
    return this.#left;
  }

  take(n: number): boolean {
    if (n > this.#left) return false;
    this.#left -= n;
    return true;
  }

  owe(n: number): void {
    this.#left -= n;
  }

  giveBack(n: number): void {
    this.#left += n;
  }
}

/** What of a room is for the buckets of one sender: it may have as much as is left for all others. */
export class RoomShare implements Room {
  readonly #whole: Room;
  #used = 0;

  constructor(whole: Room) {
    this.#whole = whole;
  }

  get left(): number {
    return this.#whole.left - this.#used;
  }

  take(n: number): boolean {
    if (n > this.left || !this.#whole.take(n)) return false;
    this.#used += n;
    return true;
  }

  owe(n: number): void {
    this.#whole.owe(n);
    this.#used += n;
  }

  giveBack(n: number): void {
    this.#whole.giveBack(n);
    this.#used -= n;
  }
}
