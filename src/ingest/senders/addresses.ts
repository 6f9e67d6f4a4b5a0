import { ADDRESSES_PER_HOST_MAX } from '../../limits.ts';

/** An address that was not heard for so long has left. */
const LEFT_MS = 600_000;
/** An address that comes back so often takes turns with another: more than one replacing another does. */
const RETURNS = 2;

/**
 * The addresses that lately sent as one host. One that replaces another is heard, and the other no more; two
 * machines under one name take turns.
 */
export class Addresses {
  /** Since when they take turns, epoch ms; 0: they do not. */
  sinceMs = 0;
  /** When each was heard last. */
  readonly #heardMs = new Map<string, number>();
  #last: string;
  #returns = 0;

  constructor(address: string, nowMs: number) {
    this.#last = address;
    this.#heardMs.set(address, nowMs);
  }

  /** True when that is what makes it a conflict. */
  hear(address: string, nowMs: number): boolean {
    const isKnown = this.#heardMs.has(address);
    if (isKnown && address !== this.#last) this.#returns += 1;
    if (!isKnown && this.#heardMs.size >= ADDRESSES_PER_HOST_MAX) this.#dropOldest();
    this.#heardMs.set(address, nowMs);
    this.#last = address;
    if (this.sinceMs > 0 || this.#returns < RETURNS) return false;
    this.sinceMs = nowMs;
    return true;
  }

  /** The only one that is left, if the others have been silent; undefined: several are heard. */
  only(nowMs: number): string | undefined {
    for (const [address, heardMs] of this.#heardMs) {
      if (address !== this.#last && nowMs - heardMs >= LEFT_MS) this.#heardMs.delete(address);
    }
    return this.#heardMs.size === 1 ? this.#last : undefined;
  }

  /** The conflict in words; undefined: there is none. */
  get words(): string | undefined {
    if (this.sinceMs === 0) return undefined;
    const since = new Date(this.sinceMs).toISOString().slice(0, 16).replace('T', ' ');
    return `${[...this.#heardMs.keys()].join(' and ')} send under this name in turns, since ${since} UTC`;
  }

  #dropOldest(): void {
    let oldest = this.#last;
    for (const [address, ms] of this.#heardMs) {
      if (ms < (this.#heardMs.get(oldest) ?? Infinity)) oldest = address;
    }
    this.#heardMs.delete(oldest);
  }
}
