import { RRD_FILES_KNOWN_MAX } from '../../limits.ts';

/** Without a value for so long, a record leaves its file to another of its path: a host may be renamed. */
const LEFT_AFTER_MS = 3_600_000;

interface Owner {
  readonly key: string;
  claimedMs: number;
}

/** `new`: since now, so the file may have points of another record. `other`: whose it is, by its key. */
export type Claim =
  | { readonly kind: 'held' }
  | { readonly kind: 'new' }
  | { readonly kind: 'other'; key: string };

/**
 * Which record writes which file of an adopted tree. Two can have one path there, as gmetad writes hosts in
 * lower case and collectd knows no clusters: of each, the file would skip what is older than the other's
 * newest point.
 */
export class FileOwners {
  readonly #owners = new Map<string, Owner>();
  readonly #now: () => number;
  readonly #max: number;

  /** `now`: milliseconds; only differences count. */
  constructor(now: () => number, max = RRD_FILES_KNOWN_MAX) {
    this.#now = now;
    this.#max = max;
  }

  /** To be asked before each write. With too many files the one known longest is nobody's. */
  claim(path: string, key: string): Claim {
    const owner = this.#owners.get(path);
    const nowMs = this.#now();
    if (owner?.key === key) {
      owner.claimedMs = nowMs;
      return { kind: 'held' };
    }
    if (owner && nowMs - owner.claimedMs < LEFT_AFTER_MS) return { kind: 'other', key: owner.key };
    for (const oldest of this.#owners.keys()) {
      if (this.#owners.size < this.#max) break;
      this.#owners.delete(oldest);
    }
    this.#owners.set(path, { key, claimedMs: nowMs });
    return { kind: 'new' };
  }
}
