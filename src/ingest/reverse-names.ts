import { RESOLVE_CACHE_MAX, RESOLVE_PARKED_BYTES_MAX, RESOLVE_PARKED_MAX, RESOLVING_MAX } from '../limits.ts';

const ASK_AGAIN_MS = 3_600_000;
/** After a failure that may pass (a timeout, a broken name server). */
const ASK_AGAIN_SOON_MS = 60_000;
/** c-ares' words for "this address has no name"; everything else may pass. */
const NO_NAME = new Set(['ENOTFOUND', 'ENODATA']);

/** Asks the name of an address; rejects where there is none (c-ares, never libuv's pool). */
export type Reverse = (address: string) => Promise<readonly string[]>;

/** A datagram that waits for its sender's name. */
export interface Parked {
  readonly bytes: number;
  readonly again: () => void;
}

/**
 * Host names from source addresses for groups that ask for them, as gmond does, but off the pump: datagrams
 * of an address that is asked for the first time are parked and come back in order. A known name is served
 * while it is asked for again, and kept when that fails. An address without a name is its own name.
 */
export class ReverseNames {
  readonly #reverse: Reverse;
  readonly #ticksMs: () => number;
  readonly #known = new Map<string, { name: string; askMs: number }>();
  readonly #asking = new Map<string, Parked[]>();
  #parkedBytes = 0;

  constructor(reverse: Reverse, ticksMs: () => number) {
    this.#reverse = reverse;
    this.#ticksMs = ticksMs;
  }

  /** The name, or undefined while it has never been known: then `park` the datagram. */
  lookup(address: string): string | undefined {
    const known = this.#known.get(address);
    const due = known !== undefined && known.askMs < this.#ticksMs();
    if (due && this.#asking.size < RESOLVING_MAX && !this.#asking.has(address)) this.#ask(address, []);
    return known?.name;
  }

  /** Keeps a datagram until the name is known. False: too much waits already, it is the caller's to count. */
  park(address: string, parked: Parked): boolean {
    const waiting = this.#asking.get(address);
    if (this.#parkedBytes + parked.bytes > RESOLVE_PARKED_BYTES_MAX) return false;
    if (waiting && waiting.length >= RESOLVE_PARKED_MAX) return false;
    if (!waiting && this.#asking.size >= RESOLVING_MAX) return false;
    this.#parkedBytes += parked.bytes;
    if (waiting) waiting.push(parked);
    else this.#ask(address, [parked]);
    return true;
  }

  /** Gives back every parked datagram without its name: the server stops. */
  giveBack(): void {
    for (const parked of this.#asking.values()) this.#release(parked);
  }

  #ask(address: string, parked: Parked[]): void {
    this.#asking.set(address, parked);
    void this.#resolve(address);
  }

  async #resolve(address: string): Promise<void> {
    const found = await this.#answer(address);
    if (this.#known.size >= RESOLVE_CACHE_MAX && !this.#known.has(address)) this.#forgetOldest();
    this.#known.set(address, { name: found.name, askMs: this.#ticksMs() + found.forMs });
    const waiting = this.#asking.get(address) ?? [];
    this.#asking.delete(address);
    this.#release(waiting);
  }

  #release(parked: Parked[]): void {
    for (const { bytes, again } of parked.splice(0)) {
      this.#parkedBytes -= bytes;
      again();
    }
  }

  async #answer(address: string): Promise<{ name: string; forMs: number }> {
    const before = this.#known.get(address)?.name;
    try {
      const [name] = await this.#reverse(address);
      return { name: name ?? before ?? address, forMs: ASK_AGAIN_MS };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      return { name: before ?? address, forMs: NO_NAME.has(code) ? ASK_AGAIN_MS : ASK_AGAIN_SOON_MS };
    }
  }

  #forgetOldest(): void {
    for (const address of this.#known.keys()) {
      this.#known.delete(address);
      return;
    }
  }
}
