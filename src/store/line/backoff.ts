import { LINE_PAUSE_ASKED_MAX_MS, LINE_PAUSE_MAX_MS, LINE_PAUSE_MIN_MS } from '../../limits.ts';

export interface BackoffOptions {
  /** Milliseconds. */
  readonly now: () => number;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
}

/** Keeps requests from a server that cannot take them: pauses that double with each fault, with jitter. */
export class Backoff<Fault> {
  readonly #o: BackoffOptions;
  #faults = 0;
  #untilMs = 0;
  #fault: Fault | undefined;

  constructor(options: BackoffOptions) {
    this.#o = options;
  }

  /** Why no request should be made now; undefined when one may be. */
  standing(): Fault | undefined {
    // A clock that was set back must not stretch the pause.
    const restMs = this.#untilMs - this.#o.now();
    return restMs > 0 && restMs <= LINE_PAUSE_ASKED_MAX_MS ? this.#fault : undefined;
  }

  /** A request failed. Faults of requests made side by side count as one. `askedMs`: the server's own wish. */
  failed(fault: Fault, askedMs = 0): void {
    const nowMs = this.#o.now();
    const doubled = Math.min(LINE_PAUSE_MAX_MS, LINE_PAUSE_MIN_MS * 2 ** Math.min(this.#faults, 16));
    const pauseMs = this.standing() === undefined ? doubled * (1 - this.#o.random() / 2) : 0;
    if (pauseMs > 0) {
      this.#faults += 1;
      this.#untilMs = nowMs + pauseMs;
    }
    this.#untilMs = Math.max(this.#untilMs, nowMs + Math.min(askedMs, LINE_PAUSE_ASKED_MAX_MS));
    this.#fault = fault;
  }

  succeeded(): void {
    this.#faults = 0;
    this.#untilMs = 0;
    this.#fault = undefined;
  }
}
