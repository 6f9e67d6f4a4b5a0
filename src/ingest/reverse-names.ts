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

interface Known {
  readonly name: string;
  readonly askMs: number;
  /** It was asked for since it was looked at last. */
  used: boolean;
}

/** What waits for one address, and for the networks it is in. */
interface Asking {
  readonly narrow: Waiting;
  readonly wide: Waiting;
  readonly parked: Parked[];
}

/** Questions under way, and bytes parked, for the addresses of one network. */
interface Waiting {
  readonly name: string;
  asking: number;
  bytes: number;
}

/**
 * Host names from source addresses for groups that ask for them, as gmond does, but off the pump: datagrams
 * of an address that is asked for the first time are parked and come back in order. A known name is served
 * while it is asked for again, and kept when that fails. An address without a name is its own name.
 *
 * Of the questions under way and the room for parked datagrams, no network (a /16, a /48) has more than is
 * left for all others, and no part of one (a /24, a /64) more than is left of that: whoever forges the
 * addresses of a network keeps nobody else waiting.
 */
export class ReverseNames {
  readonly #reverse: Reverse;
  readonly #ticksMs: () => number;
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Asking>();
  readonly #networks = new Map<string, Waiting>();
  #parkedBytes = 0;

  constructor(reverse: Reverse, ticksMs: () => number) {
    this.#reverse = reverse;
    this.#ticksMs = ticksMs;
  }

  /** The name, or undefined while it has never been known: then `park` the datagram. */
  lookup(address: string): string | undefined {
    const known = this.#known.get(address);
    if (!known) return undefined;
    known.used = true;
    if (known.askMs < this.#ticksMs() && !this.#asking.has(address)) this.#mayAsk(address);
    return known.name;
  }

  /** Keeps a datagram until the name is known. False: too much waits already, it is the caller's to count. */
  park(address: string, parked: Parked): boolean {
    const asking = this.#asking.get(address) ?? this.#mayAsk(address);
    if (!asking || asking.parked.length >= RESOLVE_PARKED_MAX) return false;
    const { wide, narrow } = asking;
    const { bytes } = parked;
    if (wide.bytes + bytes > RESOLVE_PARKED_BYTES_MAX - this.#parkedBytes) return false;
    if (narrow.bytes + bytes > RESOLVE_PARKED_BYTES_MAX / 2 - wide.bytes) return false;
    this.#countBytes(asking, bytes);
    asking.parked.push(parked);
    return true;
  }

  /** Gives back every parked datagram without its name: the server stops. */
  giveBack(): void {
    for (const asking of this.#asking.values()) this.#release(asking);
  }

  /** Asks for a name, unless as many of its network are asked for as there is room for all others. */
  #mayAsk(address: string): Asking | undefined {
    const wide = this.#waitingFor(networkOf(address, 'wide'));
    const narrow = this.#waitingFor(networkOf(address, 'narrow'));
    if (wide.asking >= RESOLVING_MAX - this.#asking.size) return undefined;
    if (narrow.asking >= RESOLVING_MAX / 2 - wide.asking) return undefined;
    for (const network of [wide, narrow]) {
      network.asking += 1;
      this.#networks.set(network.name, network);
    }
    const asking: Asking = { narrow, wide, parked: [] };
    this.#asking.set(address, asking);
    void this.#resolve(address, asking);
    return asking;
  }

  #waitingFor(name: string): Waiting {
    return this.#networks.get(name) ?? { name, asking: 0, bytes: 0 };
  }

  async #resolve(address: string, asking: Asking): Promise<void> {
    const found = await this.#answer(address);
    if (this.#known.size >= RESOLVE_CACHE_MAX && !this.#known.has(address)) this.#forgetOne();
    const known: Known = { name: found.name, askMs: this.#ticksMs() + found.forMs, used: false };
    this.#known.set(address, known);
    this.#asking.delete(address);
    this.#release(asking);
    // What had to wait for it says nothing of who comes back.
    known.used = false;
    for (const network of [asking.wide, asking.narrow]) {
      network.asking -= 1;
      if (network.asking === 0) this.#networks.delete(network.name);
    }
  }

  #release(asking: Asking): void {
    for (const { bytes, again } of asking.parked.splice(0)) {
      this.#countBytes(asking, -bytes);
      again();
    }
  }

  #countBytes({ wide, narrow }: Asking, bytes: number): void {
    wide.bytes += bytes;
    narrow.bytes += bytes;
    this.#parkedBytes += bytes;
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

  /** Lets go of the oldest name that nobody has used since it was looked at last: of a sender heard once. */
  #forgetOne(): void {
    for (const [address, known] of this.#known) {
      this.#known.delete(address);
      if (!known.used) return;
      known.used = false;
      this.#known.set(address, known);
    }
  }
}

const SHOWN = { wide: { '.': 2, ':': 3 }, narrow: { '.': 3, ':': 4 } } as const;

/** The first numbers of an address as written; two spellings of an IPv6 network count apart. */
function networkOf(address: string, size: 'wide' | 'narrow'): string {
  const separator = address.includes(':') ? ':' : '.';
  return `${size} ${address.split(separator, SHOWN[size][separator]).join(separator)}`;
}
