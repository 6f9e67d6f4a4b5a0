import type { PaceClock } from '../../src/reconciler/pace.ts';

/** Time that passes when it is told to. */
export class FakeClock implements PaceClock {
  ms = 0;
  dice = 0.5;
  readonly #timers = new Set<{ readonly atMs: number; readonly run: () => void }>();

  ticksMs(): number {
    return this.ms;
  }

  random(): number {
    return this.dice;
  }

  after(ms: number, run: () => void): Disposable {
    const timer = { atMs: this.ms + ms, run };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  get waiting(): number {
    return this.#timers.size;
  }

  /** Lets so much time pass, with what falls due; promises are settled in between. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.ms + ms;
    for (;;) {
      await settled();
      const [next] = [...this.#timers].toSorted((one, other) => one.atMs - other.atMs);
      if (!next || next.atMs > untilMs) break;
      this.#timers.delete(next);
      this.ms = Math.max(this.ms, next.atMs);
      next.run();
    }
    this.ms = untilMs;
  }
}

/** Everything that waits for nothing but its turn has had it. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
