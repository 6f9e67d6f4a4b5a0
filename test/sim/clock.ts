import type { PaceClock } from '../../src/reconciler/pace.ts';

/** Time as the simulation has it: what is to be done at a moment is done when it has come, in order. */
export class SimulatedClock implements PaceClock {
  nowMs: number;
  readonly #startMs: number;
  readonly #random: () => number;
  #timers: { readonly atMs: number; readonly run: () => void }[] = [];

  constructor(startMs: number, random: () => number) {
    this.#startMs = startMs;
    this.nowMs = startMs;
    this.#random = random;
  }

  ticksMs(): number {
    return this.nowMs - this.#startMs;
  }

  random(): number {
    return this.#random();
  }

  after(ms: number, run: () => void): Disposable {
    return this.at(this.nowMs + ms, run);
  }

  /** Runs it once at that time, epoch ms. */
  at(atMs: number, run: () => void): Disposable {
    const timer = { atMs, run };
    this.#timers.push(timer);
    return {
      [Symbol.dispose]: () => {
        this.#timers = this.#timers.filter((one) => one !== timer);
      },
    };
  }

  /** Does what is due. */
  advance(toMs: number): void {
    this.nowMs = toMs;
    const due = this.#timers.filter(({ atMs }) => atMs <= toMs).toSorted((a, b) => a.atMs - b.atMs);
    if (due.length === 0) return;
    this.#timers = this.#timers.filter(({ atMs }) => atMs > toMs);
    for (const { run } of due) run();
  }
}
