import { RESOLVE_CACHE_MAX, RESOLVE_PARKED_MAX, RESOLVING_MAX } from '../limits.ts';

const FORGET_AFTER_MS = 3_600_000;

/**
 * Asks the name of an address; rejects or answers none where there is no name (c-ares, never libuv's pool).
 */
export type Reverse = (address: string) => Promise<readonly string[]>;

/**
 * Host names from source addresses for groups that ask for them, as gmond does, but off the pump: datagrams
 * of an address that is being asked are parked and come back in order. An address without a name is its own
 * name.
 */
export class ReverseNames {
  readonly #reverse: Reverse;
  readonly #now: () => number;
  readonly #known = new Map<string, { name: string; untilMs: number }>();
  readonly #parked = new Map<string, (() => void)[]>();

  constructor(reverse: Reverse, now: () => number) {
    this.#reverse = reverse;
    this.#now = now;
  }

  /** The name, or undefined while it is not known: then `park` the datagram. */
  lookup(address: string): string | undefined {
    const known = this.#known.get(address);
    if (!known || known.untilMs < this.#now()) return undefined;
    return known.name;
  }

  /**
   * Keeps `again` until the name is known. False: too many wait already, the datagram is the caller's to
   * count.
   */
  park(address: string, again: () => void): boolean {
    const waiting = this.#parked.get(address);
    if (waiting) {
      if (waiting.length >= RESOLVE_PARKED_MAX) return false;
      waiting.push(again);
      return true;
    }
    if (this.#parked.size >= RESOLVING_MAX) return false;
    this.#parked.set(address, [again]);
    void this.#resolve(address);
    return true;
  }

  async #resolve(address: string): Promise<void> {
    let name = address;
    try {
      name = (await this.#reverse(address))[0] ?? address;
    } catch {
      // No name, or no answer in time: the address stands for the host, as in gmond.
    }
    if (this.#known.size >= RESOLVE_CACHE_MAX) this.#forgetOldest();
    this.#known.set(address, { name, untilMs: this.#now() + FORGET_AFTER_MS });
    const waiting = this.#parked.get(address) ?? [];
    this.#parked.delete(address);
    for (const again of waiting) again();
  }

  #forgetOldest(): void {
    for (const address of this.#known.keys()) {
      this.#known.delete(address);
      return;
    }
  }
}
