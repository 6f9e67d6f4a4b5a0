/**
 * Open-addressing hash table from raw identity bytes to small integers, so that a value finds its record
 * without building a string. Keys live in one arena; ids are given out by the caller and may be shared by
 * several keys.
 *
 * The hash is seeded, so that a sender cannot choose names that collide.
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
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#slots = new Int32Array(4096).fill(-1);
  }

  get count(): number {
    return this.#count;
  }

  /** The id bound to the key, or -1. */
  find(key: Uint8Array, length: number): number {
    const hash = hashBytes(key, length, this.#seed);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] as number;
      if (entry < 0) return -1;
      if (this.#hashes[entry] === hash && this.#same(entry, key, length)) return this.#ids[entry] as number;
    }
  }

  /** Binds a key that is not in the table yet. */
  bind(key: Uint8Array, length: number, id: number): void {
    if ((this.#count + 1) * 2 > this.#slots.length) this.#grow();
    const entry = this.#count;
    const hash = hashBytes(key, length, this.#seed);
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
    const next = new KeyTable(this.#seed);
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

/** Seeded multiply-xor over 4-byte steps, finished as MurmurHash3 does. About 1 ns a byte. */
export function hashBytes(key: Uint8Array, length: number, seed: number): number {
  let h = seed;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const word =
      (key[i] as number) |
      ((key[i + 1] as number) << 8) |
      ((key[i + 2] as number) << 16) |
      ((key[i + 3] as number) << 24);
    h = Math.imul(h ^ Math.imul(word, 0xcc9e2d51), 0x1b873593);
    h = (h << 13) | (h >>> 19);
  }
  for (; i < length; i += 1) h = Math.imul(h ^ (key[i] as number), 0x01000193);
  h ^= length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
