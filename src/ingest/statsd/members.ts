import { STATSD_MEMBERS_PER_SET_MAX } from '../../limits.ts';
import { hashBytes } from '../key-table.ts';
import type { Room } from './room.ts';

/** Members are told apart by 53 bits, as many as a number has. */
const ALL = 2 ** 53;
/** So many a set may always have, whatever the others hold. */
const FIRST = 8;

/**
 * The distinct members of a set in one interval. They are kept as keyed hashes, so that nobody can choose
 * members that collide. Their number is exact up to a bound; beyond, only hashes below a limit are kept,
 * which is halved when there are too many again, and the number is what the share that is left stands for
 * (M. Wegman's adaptive sampling, after P. Flajolet 1990): 2 % off, usually less, at the bound of 8192.
 */
export class Members {
  readonly #room: Room;
  readonly #keys: readonly [number, number];
  readonly #hashes = new Set<number>();
  #below = ALL;

  constructor(room: Room, keys: readonly [number, number]) {
    this.#room = room;
    this.#keys = keys;
  }

  /** Distinct members so far. */
  get count(): number {
    return Math.round(this.#hashes.size * (ALL / this.#below));
  }

  /** Takes a member, the first `length` bytes. */
  add(bytes: Uint8Array, length: number): void {
    const [k0, k1] = this.#keys;
    const high = hashBytes(bytes, length, k0, k1);
    const low = hashBytes(bytes, length, k1, ~k0) >>> 11;
    const hash = high * 2 ** 21 + low;
    if (hash >= this.#below || this.#hashes.has(hash)) return;
    this.#hashes.add(hash);
    this.#room.owe(1);
    while (this.#hasTooMany()) this.#halve();
  }

  /** Begins the next interval. */
  clear(): void {
    this.#room.giveBack(this.#hashes.size);
    this.#hashes.clear();
    this.#below = ALL;
  }

  #hasTooMany(): boolean {
    const { size } = this.#hashes;
    return size > STATSD_MEMBERS_PER_SET_MAX || (size > FIRST && this.#room.left < 0);
  }

  #halve(): void {
    this.#below /= 2;
    for (const hash of this.#hashes) {
      if (hash < this.#below) continue;
      this.#hashes.delete(hash);
      this.#room.giveBack(1);
    }
  }
}
