/** How far behind its plan a sender may be and make up for it; more would be a burst nobody asked for. */
const BEHIND_MS = 50;

/** How many values are due, so that they go as evenly as time lets them. */
export class Pace {
  readonly #perMs: number;
  #sent = 0;
  #late = 0;

  constructor(perSecond: number) {
    this.#perMs = perSecond / 1000;
  }

  /** Values that were due and were given up because the sender was behind. */
  get late(): number {
    return Math.floor(this.#late);
  }

  /** Values to send now. More than zero, however little: a datagram is due. */
  due(elapsedMs: number): number {
    const due = elapsedMs * this.#perMs - this.#sent - this.#late;
    const most = Math.max(1, BEHIND_MS * this.#perMs);
    if (due <= most) return due;
    this.#late += due - most;
    return most;
  }

  sent(values: number): void {
    this.#sent += values;
  }

  /** Until a datagram is due again. */
  waitMs(elapsedMs: number): number {
    return Math.max(0, (this.#sent + this.#late) / this.#perMs - elapsedMs);
  }
}
