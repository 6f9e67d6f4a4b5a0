import { LIST_HASTE_MS } from '../limits.ts';

/** What a pace asks of the machine. */
export interface PaceClock {
  /** Milliseconds that only ever grow. */
  ticksMs(): number;
  /** Runs it once, unless it is disposed before. */
  after(ms: number, run: () => void): Disposable;
  /** 0 ≤ n < 1. */
  random(): number;
}

export interface PaceOptions {
  readonly intervalMs: number;
  /** One turn: whether it went well. Never rejects. */
  readonly turn: (signal: AbortSignal) => Promise<boolean>;
  readonly clock: PaceClock;
}

/** Servers that start together do not ask together. */
const JITTER = 0.1;
const BACKOFF_MAX = 5;

/**
 * Takes turns at an interval, the first at once and never two at a time: later after turns that failed, by up
 * to five intervals, and sooner when it is hastened. Disposing aborts the turn under way.
 */
export class Pace implements Disposable {
  readonly #o: PaceOptions;
  readonly #stop = new AbortController();
  #faults = 0;
  #begunMs = Number.NEGATIVE_INFINITY;
  #busy = false;
  #hastened = false;
  #timer: Disposable | undefined;

  constructor(options: PaceOptions) {
    this.#o = options;
    this.#wait(0);
  }

  /** The next turn comes at once, or LIST_HASTE_MS after the one before began. */
  hasten(): void {
    if (this.#hastened || this.#stop.signal.aborted) return;
    this.#hastened = true;
    if (!this.#busy) this.#wait(this.#hasteMs());
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#timer?.[Symbol.dispose]();
  }

  #wait(ms: number): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#o.clock.after(ms, () => void this.#run());
  }

  async #run(): Promise<void> {
    this.#busy = true;
    this.#hastened = false;
    this.#begunMs = this.#o.clock.ticksMs();
    const { signal } = this.#stop;
    const wentWell = await this.#o.turn(signal);
    this.#busy = false;
    if (signal.aborted) return;
    this.#faults = wentWell ? 0 : this.#faults + 1;
    this.#wait(this.#hastened ? this.#hasteMs() : this.#restMs());
  }

  #hasteMs(): number {
    return Math.max(0, this.#begunMs + LIST_HASTE_MS - this.#o.clock.ticksMs());
  }

  /** Until an interval after the beginning of the turn before. */
  #restMs(): number {
    const { intervalMs, clock } = this.#o;
    const intervals = Math.min(BACKOFF_MAX, Math.max(1, this.#faults));
    const wholeMs = intervalMs * intervals * (1 + JITTER * (2 * clock.random() - 1));
    return Math.max(0, this.#begunMs + wholeMs - clock.ticksMs());
  }
}
