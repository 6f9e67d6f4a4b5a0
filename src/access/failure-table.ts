import { THROTTLE_ENTRIES_MAX } from '../limits.ts';

/** How long to wait after failures. */
export interface WaitRule {
  /** Failures that cost nothing. */
  readonly free: number;
  /** The wait after the last free one; it doubles with each further one up to `maxMs`. */
  readonly firstMs: number;
  readonly maxMs: number;
}

const FORGOTTEN_AFTER_MS = 3_600_000;

interface Failures {
  count: number;
  lastMs: number;
}

/** Keys that found the table full of others that wait share this count. No address and no name is empty. */
const CROWD = '';

/**
 * Failures by key, the longest untouched first. A full table forgets a key that does not wait; those that do
 * stay, so that nobody frees himself by filling it.
 */
export class FailureTable {
  readonly #rule: WaitRule;
  readonly #failures = new Map<string, Failures>();

  constructor(rule: WaitRule) {
    this.#rule = rule;
  }

  waitMs(key: string, nowMs: number): number {
    const { free, firstMs, maxMs } = this.#rule;
    const known = this.#known(this.#slotOf(key, nowMs).key, nowMs);
    if (known === undefined || known.count < free) return 0;
    const waitMs = Math.min(firstMs * 2 ** (known.count - free), maxMs);
    return Math.max(0, known.lastMs + waitMs - nowMs);
  }

  fail(wanted: string, nowMs: number): void {
    const { key, gives } = this.#slotOf(wanted, nowMs);
    if (gives !== undefined) this.#failures.delete(gives);
    const count = (this.#known(key, nowMs)?.count ?? 0) + 1;
    this.#failures.delete(key);
    this.#failures.set(key, { count, lastMs: nowMs });
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  takeBack(key: string): void {
    const known = this.#failures.get(key);
    if (known !== undefined) known.count -= 1;
  }

  #known(key: string, nowMs: number): Failures | undefined {
    const known = this.#failures.get(key);
    return known !== undefined && nowMs - known.lastMs < FORGOTTEN_AFTER_MS ? known : undefined;
  }

  /** The key itself, with the one that gives it its room; the crowd's where all wait. */
  #slotOf(key: string, nowMs: number): { readonly key: string; readonly gives?: string } {
    if (this.#failures.has(key) || this.#failures.size < THROTTLE_ENTRIES_MAX) return { key };
    for (const [other, { count, lastMs }] of this.#failures) {
      const waits = count >= this.#rule.free && nowMs - lastMs < FORGOTTEN_AFTER_MS;
      if (!waits) return { key, gives: other };
    }
    return { key: CROWD };
  }
}
