import { FailureTable } from './failure-table.ts';
import { sourceOf } from './throttle.ts';
import type { WaitRule } from './failure-table.ts';

/**
 * A token's 256 random bits cannot be guessed: this is so that a fleet with an old one, or somebody who tries,
 * costs the server little. A short wait at most, as a fleet behind one address gets its new token at once.
 */
const TOKENS: WaitRule = { free: 20, firstMs: 1000, maxMs: 60_000 };

/**
 * How fast an address may bring tokens that are wrong, expired or another group's: after 20 the wait doubles
 * from a second to a minute. A right token is never held up, whatever else comes from its address.
 */
export class TokenThrottle {
  readonly #failures = new FailureTable(TOKENS);

  /** A token from there was refused. How long to wait until the next one is looked at, in seconds; 0: not. */
  refused(from: string, nowMs: number): number {
    const address = sourceOf(from);
    const waitMs = this.#failures.waitMs(address, nowMs);
    if (waitMs > 0) return Math.ceil(waitMs / 1000);
    this.#failures.fail(address, nowMs);
    return 0;
  }
}
