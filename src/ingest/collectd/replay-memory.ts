import { REPLAY_SLOTS_PER_WORKER_MAX } from '../../limits.ts';

const SLOTS_FIRST = 1024;
const WORDS = 2;

/** What all memories of one worker may take together, in slots. */
export class ReplayRoom {
  #left: number;
  readonly #memories = new Set<ReplayMemory>();

  constructor(slots: number = REPLAY_SLOTS_PER_WORKER_MAX) {
    this.#left = slots;
  }

  get left(): number {
    return this.#left;
  }

  enter(memory: ReplayMemory): void {
    this.#memories.add(memory);
  }

  leave(memory: ReplayMemory): void {
    this.#memories.delete(memory);
  }

  /** Where there is not enough, whoever has more than the asker would then have forgets early. */
  take(slots: number, asker: ReplayMemory, nowMs: number): boolean {
    while (slots > this.#left) {
      const greatest = this.#greatest();
      if (greatest === undefined || greatest.slots <= asker.slots + slots) return false;
      greatest.forgetEarly(nowMs);
    }
    this.#left -= slots;
    return true;
  }

  giveBack(slots: number): void {
    this.#left += slots;
  }

  /** One of a thousand at most, and looked for only when the room is full. */
  #greatest(): ReplayMemory | undefined {
    let greatest: ReplayMemory | undefined;
    for (const memory of this.#memories) if (memory.slots > (greatest?.slots ?? 0)) greatest = memory;
    return greatest;
  }
}

/**
 * Which signed and encrypted parts were taken within a time, by 64 bits of each. Two sets take turns: what is
 * older than one turn is looked up in the former, what is older than two is forgotten, so a part is
 * remembered for one to two windows. Where there is no room for more, the turn comes early, for the memory
 * that has most: a replay may then be taken, which harms less than refusing who is honest.
 */
export class ReplayMemory implements Disposable {
  readonly #windowMs: number;
  readonly #room: ReplayRoom;
  #now = new FingerprintSet();
  #before = new FingerprintSet();
  #turnedMs: number;
  /** Turns that came before their time. */
  early = 0;

  constructor(options: { readonly windowMs: number; readonly room: ReplayRoom; readonly nowMs: number }) {
    this.#windowMs = options.windowMs;
    this.#room = options.room;
    this.#turnedMs = options.nowMs;
    this.#room.enter(this);
  }

  /** Those it has taken of the room. */
  get slots(): number {
    return this.#now.slots + this.#before.slots;
  }

  /** Remembers a part. False: it is a replay. `nowMs` is of a clock that is never set. */
  admit(hi: number, lo: number, nowMs: number): boolean {
    if (nowMs - this.#turnedMs >= this.#windowMs) this.#turn(nowMs);
    if (this.#now.has(hi, lo) || this.#before.has(hi, lo)) return false;
    if (this.#now.isFull && !this.#grow(nowMs)) {
      this.forgetEarly(nowMs);
      // The room of the former set is free now.
      if (this.#now.isFull && !this.#grow(nowMs)) return true;
    }
    this.#now.add(hi, lo);
    return true;
  }

  /** Forgets what is of before its last turn, its time or not. */
  forgetEarly(nowMs: number): void {
    this.early += 1;
    this.#turn(nowMs);
  }

  [Symbol.dispose](): void {
    this.#room.leave(this);
    this.#room.giveBack(this.slots);
    this.#now = new FingerprintSet();
    this.#before = new FingerprintSet();
  }

  #turn(nowMs: number): void {
    this.#room.giveBack(this.#before.slots);
    // After a silence of two windows both are of the past.
    const isLong = nowMs - this.#turnedMs >= 2 * this.#windowMs;
    if (isLong) this.#room.giveBack(this.#now.slots);
    this.#before = isLong ? new FingerprintSet() : this.#now;
    this.#now = new FingerprintSet();
    this.#turnedMs = nowMs;
  }

  /** A set that begins is given what the former one needed, so that it need not grow step by step. */
  #grow(nowMs: number): boolean {
    const { slots } = this.#now;
    const wishes =
      slots > 0
        ? [2 ** Math.ceil(Math.log2(slots + 1))]
        : [Math.max(SLOTS_FIRST, this.#before.slotsNeeded), SLOTS_FIRST];
    const more = wishes.find((wish) => this.#room.take(wish, this, nowMs));
    if (more !== undefined) this.#now.grow(more);
    return more !== undefined;
  }
}

/**
 * Pairs of words. What is full is left as it is and another table of twice its size is begun: to move two
 * million pairs would keep the sockets waiting for a tenth of a second.
 */
class FingerprintSet {
  readonly #tables: Table[] = [];
  slots = 0;

  /** Of one table that held all of them; a power of two, 0 for none. */
  get slotsNeeded(): number {
    const count = this.#tables.reduce((sum, table) => sum + table.count, 0);
    return count === 0 ? 0 : 2 ** Math.ceil(Math.log2(2 * count));
  }

  get isFull(): boolean {
    return this.#tables.at(-1)?.isFull ?? true;
  }

  has(hi: number, lo: number): boolean {
    for (const table of this.#tables) if (table.has(hi, lo)) return true;
    return false;
  }

  /** The caller has made room. */
  add(hi: number, lo: number): void {
    this.#tables.at(-1)?.add(hi, lo);
  }

  /** By a power of two of slots. */
  grow(slots: number): void {
    this.#tables.push(new Table(slots));
    this.slots += slots;
  }
}

/** Open addressing, at most half full; a pair of zeros is no fingerprint. */
class Table {
  count = 0;
  readonly #words: Uint32Array;
  readonly #mask: number;

  constructor(slots: number) {
    this.#words = new Uint32Array(slots * WORDS);
    this.#mask = slots - 1;
  }

  get isFull(): boolean {
    return this.count * 2 > this.#mask;
  }

  has(hi: number, lo: number): boolean {
    const at = this.#find(hi, lo);
    return this.#words[at] !== 0 || this.#words[at + 1] !== 0;
  }

  add(hi: number, lo: number): void {
    const at = this.#find(hi, lo);
    this.#words[at] = hi;
    this.#words[at + 1] = lo;
    this.count += 1;
  }

  /** Where it stands, or the empty slot where it would. */
  #find(hi: number, lo: number): number {
    const words = this.#words;
    for (let slot = lo & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * WORDS;
      const first = words[at];
      const second = words[at + 1];
      if ((first === hi && second === lo) || (first === 0 && second === 0)) return at;
    }
  }
}
