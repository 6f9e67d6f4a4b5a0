/** Room that the buckets of a group share: whoever wants more than is left makes do with what it has. */
export class Room {
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

  /** Takes what has to be there, even where nothing is left. */
  owe(n: number): void {
    this.#left -= n;
  }

  giveBack(n: number): void {
    this.#left += n;
  }
}
