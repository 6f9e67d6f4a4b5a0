import { isIPv4 } from 'node:net';
import { THROTTLE_ENTRIES_MAX } from '../limits.ts';
import { withoutPort } from '../model/address.ts';
import { FailureTable } from './failure-table.ts';
import type { WaitRule } from './failure-table.ts';

export interface Attempt {
  /** As `userNameOf` gives it. */
  readonly name: string;
  /** The address it comes from. */
  readonly from: string;
}

/** `why`: which of the three counts says so. */
export type Admission =
  | { readonly kind: 'admitted' }
  | {
      readonly kind: 'wait';
      readonly why: 'name-from-address' | 'address' | 'name';
      readonly retryAfterS: number;
    };

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

const PAIR: WaitRule = { free: 5, firstMs: SECOND_MS, maxMs: 15 * MINUTE_MS };
const ADDRESS: WaitRule = { free: 20, firstMs: SECOND_MS, maxMs: 15 * MINUTE_MS };
const NAME: WaitRule = { free: 100, firstMs: SECOND_MS, maxMs: MINUTE_MS / 2 };

/** What a proxy forwards as one may be anything. */
const ADDRESS_CHARS_MAX = 64;

/**
 * How fast passwords may be tried, by three counts of failures, each forgotten an hour after its last one.
 *
 * - A name from an address: after 5 the wait doubles from 1 s to 15 minutes. This is what stops guessing.
 * - An address, whatever the names: the same after 20, so that one cannot try one password on everybody.
 * - A name, whatever the addresses: after 100, 30 s at most. Many addresses together get some 3000 guesses a
 *   day; a longer wait would let whoever owns them lock a person out.
 *
 * Where somebody has signed in from an address before, the last two do not hold them up: a stranger's
 * failures, or a colleague's behind the same proxy, cost a person nothing at their usual place.
 *
 * An attempt counts as failed from its beginning, and is taken back when it succeeds: many at once do not
 * slip through before the first has failed. Attempts that have to wait count nothing.
 */
export class SignInThrottle {
  readonly #pairs = new FailureTable(PAIR);
  readonly #addresses = new FailureTable(ADDRESS);
  readonly #names = new FailureTable(NAME);
  /** Pairs that have signed in, the longest unused first. */
  readonly #familiar = new Set<string>();

  admit(attempt: Attempt, nowMs: number): Admission {
    const { pair, address, name } = keysOf(attempt);
    const familiar = this.#familiar.has(pair);
    const waits = [
      { why: 'name-from-address', ms: this.#pairs.waitMs(pair, nowMs) },
      { why: 'address', ms: familiar ? 0 : this.#addresses.waitMs(address, nowMs) },
      { why: 'name', ms: familiar ? 0 : this.#names.waitMs(name, nowMs) },
    ] as const;
    const longest = waits.reduce((worst, wait) => (wait.ms > worst.ms ? wait : worst));
    if (longest.ms > 0) {
      return { kind: 'wait', why: longest.why, retryAfterS: Math.ceil(longest.ms / SECOND_MS) };
    }
    this.#pairs.fail(pair, nowMs);
    this.#addresses.fail(address, nowMs);
    this.#names.fail(name, nowMs);
    return { kind: 'admitted' };
  }

  /** The attempt was right: the pair's failures are forgotten, the others' are one fewer. */
  succeeded(attempt: Attempt): void {
    const { pair, address, name } = keysOf(attempt);
    this.#pairs.forget(pair);
    this.#addresses.takeBack(address);
    this.#names.takeBack(name);
    this.#familiar.delete(pair);
    this.#familiar.add(pair);
    const [oldest] = this.#familiar;
    if (this.#familiar.size > THROTTLE_ENTRIES_MAX && oldest !== undefined) this.#familiar.delete(oldest);
  }
}

function keysOf({ name, from }: Attempt): { pair: string; address: string; name: string } {
  const address = sourceOf(from);
  return { pair: JSON.stringify([name, address]), address, name: `name ${name}` };
}

/**
 * What an attacker cannot change at will: an IPv4 address whole, of an IPv6 address the first 64 bits (RFC
 * 4291, 2.5.1: the rest is the interface's own). Some proxies forward the port with it: a new one each time.
 */
export function sourceOf(address: string): string {
  const [plain = ''] = withoutPort(address.slice(0, ADDRESS_CHARS_MAX)).split('%', 1);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/iu.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIPv4(plain)) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::', 2);
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const parts = [...front, ...Array.from({ length: zeros }, () => '0'), ...back];
  return `${parts.slice(0, 4).join(':')}::/64`;
}
