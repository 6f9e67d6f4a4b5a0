import { KEYS_PER_ID_MAX } from '../limits.ts';
import { grown } from './columns.ts';

/**
 * Open-addressing hash table from raw identity bytes to small integers, so that a value finds its record
 * without building a string. Keys live in one arena; ids are given out by the caller and may be shared by
 * several keys.
 *
 * The hash is keyed, so that a sender cannot choose names that collide. An id may be bound to few keys: names
 * that differ only in what is cleaned away lead to one record, and whoever sends ever new spellings is looked
 * up the slow way instead of filling the table.
 */
export class KeyTable {
  #slots: Int32Array;
  #keyAt = new Uint32Array(1024);
  #keyLength = new Uint16Array(1024);
  #hashes = new Uint32Array(1024);
  #ids = new Int32Array(1024);
  #arena = new Uint8Array(64 * 1024);
  #arenaUsed = 0;
  #count = 0;
  /** Keys bound to an id. */
  #spellings = new Uint8Array(1024);
  readonly #k0: number;
  readonly #k1: number;

  /** Two secret words. */
  constructor(k0: number, k1: number) {
    this.#k0 = k0 | 0;
    this.#k1 = k1 | 0;
    this.#slots = new Int32Array(4096).fill(-1);
  }

  get count(): number {
    return this.#count;
  }

  /** The id bound to the key, or -1. */
  find(key: Uint8Array, length: number): number {
    const hash = hashBytes(key, length, this.#k0, this.#k1);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] as number;
      if (entry < 0) return -1;
      if (this.#hashes[entry] === hash && this.#same(entry, key, length)) return this.#ids[entry] as number;
    }
  }

  /** Binds a key that is not in the table yet, unless the id has as many as it may. */
  bind(key: Uint8Array, length: number, id: number): void {
    this.#spellings = grown(this.#spellings, id + 1);
    if ((this.#spellings[id] as number) >= KEYS_PER_ID_MAX) return;
    this.#spellings[id] = (this.#spellings[id] as number) + 1;
    if ((this.#count + 1) * 2 > this.#slots.length) this.#grow();
    const entry = this.#count;
    const hash = hashBytes(key, length, this.#k0, this.#k1);
    this.#reserve(length);
    this.#arena.set(key.subarray(0, length), this.#arenaUsed);
    this.#keyAt[entry] = this.#arenaUsed;
    this.#keyLength[entry] = length;
    this.#hashes[entry] = hash;
    this.#ids[entry] = id;
    this.#arenaUsed += length;
    this.#count += 1;
    this.#place(entry, hash);
  }

  /** A table without the keys whose id is refused by `keep`. */
  without(keep: (id: number) => boolean): KeyTable {
    const next = new KeyTable(this.#k0, this.#k1);
    for (let entry = 0; entry < this.#count; entry += 1) {
      const id = this.#ids[entry] as number;
      if (!keep(id)) continue;
      const at = this.#keyAt[entry] as number;
      const length = this.#keyLength[entry] as number;
      next.bind(this.#arena.subarray(at, at + length), length, id);
    }
    return next;
  }

  #same(entry: number, key: Uint8Array, length: number): boolean {
    if (this.#keyLength[entry] !== length) return false;
    const arena = this.#arena;
    const at = this.#keyAt[entry] as number;
    for (let i = 0; i < length; i += 1) if (arena[at + i] !== key[i]) return false;
    return true;
  }

  #place(entry: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while ((this.#slots[slot] as number) >= 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (let entry = 0; entry < this.#count; entry += 1) this.#place(entry, this.#hashes[entry] as number);
  }

  #reserve(length: number): void {
    if (this.#count === this.#keyAt.length) {
      const size = this.#count * 2;
      this.#keyAt = extend(this.#keyAt, new Uint32Array(size));
      this.#keyLength = extend(this.#keyLength, new Uint16Array(size));
      this.#hashes = extend(this.#hashes, new Uint32Array(size));
      this.#ids = extend(this.#ids, new Int32Array(size));
    }
    if (this.#arenaUsed + length > this.#arena.length) {
      this.#arena = extend(this.#arena, new Uint8Array(this.#arena.length * 2 + length));
    }
  }
}

function extend<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}

/**
 * HalfSipHash-1-3 (J.-P. Aumasson, D. J. Bernstein), 32 bits: a keyed hash made for tables that strangers
 * fill. About 2 ns a byte.
 */
export function hashBytes(key: Uint8Array, length: number, k0: number, k1: number): number {
  let v0 = k0;
  let v1 = k1;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  const whole = length & ~3;
  let last = length << 24;
  for (let i = whole, shift = 0; i < length; i += 1, shift += 8) last |= (key[i] as number) << shift;
  const finish = whole + 12;
  for (let i = 0; i <= finish; i += 4) {
    let word = 0;
    if (i < whole) {
      word =
        (key[i] as number) |
        ((key[i + 1] as number) << 8) |
        ((key[i + 2] as number) << 16) |
        ((key[i + 3] as number) << 24);
    } else if (i === whole) word = last;
    else if (i === whole + 4) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}
