/** Time over which bytes a second are averaged. */
const WINDOW_MS = 120_000;

/** Bytes a second over the last minutes, older ones counting ever less. */
export class ByteRate {
  #bytes = 0;
  #ms = 0;
  #atTicks: number;

  constructor(ticksMs: number) {
    this.#atTicks = ticksMs;
  }

  /** `bytes` more since the last call. */
  add(bytes: number, ticksMs: number): void {
    const passed = ticksMs - this.#atTicks;
    if (passed < 0) return;
    const kept = Math.exp(-passed / WINDOW_MS);
    this.#atTicks = ticksMs;
    this.#bytes = this.#bytes * kept + bytes;
    this.#ms = this.#ms * kept + passed;
  }

  /** 0 before anything is known. */
  get perSecond(): number {
    return this.#ms < 1000 ? 0 : (this.#bytes * 1000) / this.#ms;
  }
}
