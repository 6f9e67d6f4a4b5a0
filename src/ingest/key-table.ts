import { KEYS_PER_ID_MAX } from '../limits.ts';
import { grown } from './columns.ts';
import { KeyArena } from './key-arena.ts';
import type { KeyView } from './key-arena.ts';

/**
 * Open-addressing hash table from raw identity bytes to small integers, so that a value finds its record
 * without building a string. Ids are given out by the caller and may be shared by several keys; all keys of
 * one leave together, in time proportional to their number.
 *
 * The hash is keyed, so that a sender cannot choose names that collide. An id may be bound to few keys: names
 * that differ only in what is cleaned away lead to one record, and whoever sends ever new spellings is looked
 * up the slow way instead of filling the table.
 */
export class KeyTable {
  /** Entries, counted from 1; 0: empty. */
  #slots = new Int32Array(4096);
  readonly #arena = new KeyArena((entry, at) => {
    this.#keyAt[entry] = at;
  });
  #keyAt = new Uint32Array(1024);
  #hashes = new Uint32Array(1024);
  #ids = new Int32Array(1024);
  /** The next entry of the same id, or of those that are free; from 1, 0: none. */
  #next = new Int32Array(1024);
  /** Entries in use or free. */
  #entries = 0;
  #firstFree = 0;
  #count = 0;
  /** By id: its first entry, from 1; 0: none. */
  #first = new Int32Array(1024);
  readonly #k0: number;
  readonly #k1: number;

  /** Two secret words. */
  constructor(k0: number, k1: number) {
    this.#k0 = k0 | 0;
    this.#k1 = k1 | 0;
  }

  get count(): number {
    return this.#count;
  }

  /** Memory of the keys themselves. */
  get keyBytes(): number {
    return this.#arena.bytes;
  }

  /** The id bound to the key, or -1. */
  find(key: Uint8Array, length: number): number {
    const hash = hashBytes(key, length, this.#k0, this.#k1);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.#slots[slot] as number) - 1;
      if (entry < 0) return -1;
      if (this.#hashes[entry] !== hash) continue;
      if (this.#arena.isSame(this.#keyAt[entry] as number, key, length)) return this.#ids[entry] as number;
    }
  }

  /** Looks at the key that the id was bound to last; false: it has none. */
  newest(id: number, out: KeyView): boolean {
    const entry = (this.#first[id] ?? 0) - 1;
    if (entry < 0) return false;
    this.#arena.view(this.#keyAt[entry] as number, out);
    return true;
  }

  /** Binds a key that is not in the table yet, unless the id has as many as it may. */
  bind(key: Uint8Array, length: number, id: number): void {
    this.#first = grown(this.#first, id + 1);
    if (this.#spellings(id) >= KEYS_PER_ID_MAX) return;
    if ((this.#count + 1) * 2 > this.#slots.length) this.#grow();
    const entry = this.#takeEntry();
    const hash = hashBytes(key, length, this.#k0, this.#k1);
    this.#keyAt[entry] = this.#arena.add(entry, key, length);
    this.#hashes[entry] = hash;
    this.#ids[entry] = id;
    this.#next[entry] = this.#first[id] as number;
    this.#first[id] = entry + 1;
    this.#count += 1;
    this.#place(entry, hash);
  }

  /** Removes all keys of an id; one without keys is let be. */
  remove(id: number): void {
    let entry = (this.#first[id] ?? 0) - 1;
    if (entry < 0) return;
    this.#first[id] = 0;
    while (entry >= 0) {
      const next = (this.#next[entry] as number) - 1;
      this.#unplace(entry);
      this.#arena.remove(this.#keyAt[entry] as number);
      this.#next[entry] = this.#firstFree;
      this.#firstFree = entry + 1;
      this.#count -= 1;
      entry = next;
    }
  }

  #spellings(id: number): number {
    let found = 0;
    for (let entry = this.#first[id] as number; entry > 0; entry = this.#next[entry - 1] as number)
      found += 1;
    return found;
  }

  #takeEntry(): number {
    const entry = this.#firstFree - 1;
    if (entry >= 0) {
      this.#firstFree = this.#next[entry] as number;
      return entry;
    }
    const n = this.#entries + 1;
    this.#keyAt = grown(this.#keyAt, n);
    this.#hashes = grown(this.#hashes, n);
    this.#ids = grown(this.#ids, n);
    this.#next = grown(this.#next, n);
    this.#entries = n;
    return n - 1;
  }

  #place(entry: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  /** Empties an entry's slot; those behind it move up, so that a search never has to step over a gap. */
  #unplace(entry: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let gap = (this.#hashes[entry] as number) & mask;
    while (slots[gap] !== entry + 1) gap = (gap + 1) & mask;
    for (let slot = (gap + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = (this.#hashes[(slots[slot] as number) - 1] as number) & mask;
      // One whose search begins behind the gap stays.
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      slots[gap] = slots[slot] as number;
      gap = slot;
    }
    slots[gap] = 0;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    for (const entry of old) if (entry > 0) this.#place(entry - 1, this.#hashes[entry - 1] as number);
  }
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
