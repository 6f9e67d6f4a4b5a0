import { POOLED_STRINGS_MAX } from '../limits.ts';

/**
 * One string for all that are alike: a fleet says the same of its metrics on every host, and each datagram
 * brings a copy. Where too many differ, all is forgotten and begun again: what is in use stays as it is.
 */
export class StringPool {
  readonly #known = new Map<string, string>();
  readonly #max: number;

  constructor(max = POOLED_STRINGS_MAX) {
    this.#max = max;
  }

  get size(): number {
    return this.#known.size;
  }

  of(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#max) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }
}
