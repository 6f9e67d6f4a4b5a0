import { grown } from './columns.ts';
import { offsetOf, sizeFor, Slab } from './slab.ts';
import type { RawWords } from '../model/rate.ts';
import type { SettledPoint } from './journal/port.ts';
import type { Tail } from '../model/tail.ts';

export type Staged = 'new' | 'coalesced' | 'late' | 'full';

/** Stored points that are kept: the rate of the newest one needs the one before it. */
const KEPT_MAX = 2;

/**
 * Each record's unwritten points, sorted by time, one a second. A point is 1 + 2 × sources words: the second,
 * then high and low word a source. In front stand up to two points that were stored, so that the planner sees
 * a counter's reset across a flush and a reader's rates have no seam; then the points in flight to the store;
 * then the rest.
 */
export class Staging {
  readonly #slab = new Slab();
  #at = new Uint32Array(1024);
  #size = new Uint8Array(1024);
  #sources = new Uint8Array(1024);
  #count = new Uint32Array(1024);
  #kept = new Uint8Array(1024);
  #inFlight = new Uint32Array(1024);
  #owner = new Uint16Array(1024);
  /** Points waiting or in flight by owner (a cluster). */
  readonly #pointsOf: number[] = [];
  /** Points waiting or in flight, all records. */
  points = 0;
  /** The same in values (points × sources). */
  values = 0;

  /** Makes room for a record of an owner, 0 upwards; a record number may be given again after `drop`. */
  open(record: number, sources: number, owner = 0): void {
    const n = record + 1;
    this.#at = grown(this.#at, n);
    this.#size = grown(this.#size, n);
    this.#sources = grown(this.#sources, n);
    this.#count = grown(this.#count, n);
    this.#kept = grown(this.#kept, n);
    this.#inFlight = grown(this.#inFlight, n);
    this.#owner = grown(this.#owner, n);
    this.#sources[record] = sources;
    this.#size[record] = 0;
    this.#count[record] = 0;
    this.#kept[record] = 0;
    this.#inFlight[record] = 0;
    this.#owner[record] = owner;
    while (this.#pointsOf.length <= owner) this.#pointsOf.push(0);
  }

  /** Has the record's owner more than an equal share of `maxPoints`? */
  overShare(record: number, maxPoints: number): boolean {
    const points = this.#pointsOf[this.#owner[record] as number] as number;
    return points * this.#pointsOf.length > maxPoints;
  }

  #add(record: number, points: number): void {
    const owner = this.#owner[record] as number;
    this.#pointsOf[owner] = (this.#pointsOf[owner] as number) + points;
    this.points += points;
    this.values += points * (this.#sources[record] as number);
  }

  /** Forgets a record's points and returns how many values were waiting. */
  drop(record: number): number {
    const waiting = this.unstored(record);
    const values = waiting * (this.#sources[record] as number);
    this.#add(record, -waiting);
    this.#releaseBlock(record);
    this.#count[record] = 0;
    this.#kept[record] = 0;
    this.#inFlight[record] = 0;
    return values;
  }

  /** Points not stored and not in flight. */
  waiting(record: number): number {
    return (
      (this.#count[record] as number) - (this.#kept[record] as number) - (this.#inFlight[record] as number)
    );
  }

  /** Second of the oldest waiting point; 0 when there is none. */
  oldestS(record: number): number {
    if (this.waiting(record) === 0) return 0;
    return this.#timeAt(record, (this.#kept[record] as number) + (this.#inFlight[record] as number));
  }

  /**
   * Takes one point; words are `sources` pairs from words[0] on. `late`: the store has, or is being given,
   * this second or a later one. `coalesced`: it replaced the waiting point of its second, or repeats the last
   * stored second.
   */
  insert(record: number, timeS: number, words: Uint32Array): Staged {
    const count = this.#count[record] as number;
    const settled = (this.#kept[record] as number) + (this.#inFlight[record] as number);
    const sources = this.#sources[record] as number;
    const stride = 1 + 2 * sources;
    let position = count;
    while (position > settled && this.#timeAt(record, position - 1) > timeS) position -= 1;
    if (position > 0) {
      const beforeS = this.#timeAt(record, position - 1);
      if (beforeS === timeS) {
        if (position > settled) this.#write(record, position - 1, timeS, words, sources);
        return 'coalesced';
      }
      if (beforeS > timeS) return 'late';
    }
    if (!this.#ensure(record, (count + 1) * stride)) return 'full';
    if (position < count) this.#shift(record, position, count, stride);
    this.#write(record, position, timeS, words, sources);
    this.#count[record] = count + 1;
    this.#add(record, 1);
    return 'new';
  }

  /** Marks the waiting points up to `throughS` as in flight and returns how many they are. */
  take(record: number, throughS: number): number {
    const first = (this.#kept[record] as number) + (this.#inFlight[record] as number);
    const count = this.#count[record] as number;
    let taken = 0;
    while (first + taken < count && this.#timeAt(record, first + taken) <= throughS) taken += 1;
    this.#inFlight[record] = (this.#inFlight[record] as number) + taken;
    return taken;
  }

  inFlight(record: number): number {
    return this.#inFlight[record] as number;
  }

  /** Points waiting or in flight. */
  unstored(record: number): number {
    return (this.#count[record] as number) - (this.#kept[record] as number);
  }

  /** How many stored points stand in front. */
  stored(record: number): number {
    return this.#kept[record] as number;
  }

  /** Copies points [from, from + n) of the record, stored ones first. */
  copy(
    record: number,
    from: number,
    n: number,
    times: Uint32Array,
    timeAt: number,
    words: Uint32Array,
    wordAt: number,
  ): void {
    if (n === 0) return;
    const sources = this.#sources[record] as number;
    const stride = 1 + 2 * sources;
    const at = this.#at[record] as number;
    const segment = this.#slab.segmentOf(at);
    let read = offsetOf(at) + from * stride;
    let write = wordAt;
    for (let p = 0; p < n; p += 1) {
      times[timeAt + p] = segment[read] as number;
      for (let w = 1; w < stride; w += 1) words[write++] = segment[read + w] as number;
      read += stride;
    }
  }

  /** The points in flight are stored: the last of them stay in front. */
  settle(record: number): void {
    const flown = this.#inFlight[record] as number;
    if (flown === 0) return;
    this.#add(record, -flown);
    this.#inFlight[record] = 0;
    const settled = (this.#kept[record] as number) + flown;
    const kept = Math.min(KEPT_MAX, settled);
    this.#cut(record, settled - kept);
    this.#kept[record] = kept;
  }

  /** The newest point the store has of a record that was just opened, as known from before a restart. */
  seed(record: number, timeS: number, words: Uint32Array): void {
    const sources = this.#sources[record] as number;
    if (!this.#ensure(record, 1 + 2 * sources)) return;
    this.#write(record, 0, timeS, words, sources);
    this.#count[record] = 1;
    this.#kept[record] = 1;
  }

  /** The newest point the store has, where it is known. */
  lastStored(record: number): SettledPoint | undefined {
    const kept = this.#kept[record] ?? 0;
    if (kept === 0) return undefined;
    const words = new Uint32Array(2 * (this.#sources[record] as number));
    const timeS = new Uint32Array(1);
    this.copy(record, kept - 1, 1, timeS, 0, words, 0);
    return { timeS: timeS[0] as number, words };
  }

  /** Forgets the waiting points of a record that has some in flight; returns how many values that were. */
  dropWaiting(record: number): number {
    const waiting = this.waiting(record);
    const values = waiting * (this.#sources[record] as number);
    this.#add(record, -waiting);
    this.#count[record] = (this.#count[record] as number) - waiting;
    return values;
  }

  /** The points in flight did not go: they wait again. */
  giveBack(record: number): void {
    this.#inFlight[record] = 0;
  }

  /** Changes the raw words of every point of a record in place, stored ones included. */
  rewrite(record: number, change: (words: RawWords) => void): void {
    const at = this.#at[record] as number;
    const stride = 1 + 2 * (this.#sources[record] as number);
    const n = this.#count[record] as number;
    if (n === 0) return;
    const segment = this.#slab.segmentOf(at);
    const words: RawWords = { hi: 0, lo: 0 };
    for (let w = offsetOf(at), end = w + n * stride; w < end; w += stride) {
      for (let s = 1; s < stride; s += 2) {
        words.hi = segment[w + s] as number;
        words.lo = segment[w + s + 1] as number;
        change(words);
        segment[w + s] = words.hi;
        segment[w + s + 1] = words.lo;
      }
    }
  }

  /** Everything the store does not have yet, behind the stored points that are kept. */
  tail(record: number): Tail {
    const n = this.#count[record] ?? 0;
    const sources = this.#sources[record] ?? 1;
    const timesS = new Uint32Array(n);
    const words = new Uint32Array(n * sources * 2);
    if (n > 0) this.copy(record, 0, n, timesS, 0, words, 0);
    return { timesS, words, gaps: new Uint8Array(n), stored: this.#kept[record] ?? 0 };
  }

  #timeAt(record: number, position: number): number {
    const at = this.#at[record] as number;
    const stride = 1 + 2 * (this.#sources[record] as number);
    return this.#slab.segmentOf(at)[offsetOf(at) + position * stride] as number;
  }

  #write(record: number, position: number, timeS: number, words: Uint32Array, sources: number): void {
    const at = this.#at[record] as number;
    const segment = this.#slab.segmentOf(at);
    let write = offsetOf(at) + position * (1 + 2 * sources);
    segment[write++] = timeS;
    for (let w = 0; w < 2 * sources; w += 1) segment[write++] = words[w] as number;
  }

  #shift(record: number, position: number, count: number, stride: number): void {
    const at = this.#at[record] as number;
    const base = offsetOf(at);
    this.#slab
      .segmentOf(at)
      .copyWithin(base + (position + 1) * stride, base + position * stride, base + count * stride);
  }

  /** Removes the first n points; a block that became much too large is changed for a fitting one. */
  #cut(record: number, n: number): void {
    const stride = 1 + 2 * (this.#sources[record] as number);
    const count = this.#count[record] as number;
    const at = this.#at[record] as number;
    const base = offsetOf(at);
    if (n > 0) this.#slab.segmentOf(at).copyWithin(base, base + n * stride, base + count * stride);
    this.#count[record] = count - n;
    const fitting = sizeFor((count - n) * stride);
    if (fitting !== undefined && fitting + 2 <= (this.#size[record] as number)) this.#move(record, fitting);
  }

  #ensure(record: number, words: number): boolean {
    const size = this.#size[record] as number;
    if (size > 0 && words <= 1 << size) return true;
    const fitting = sizeFor(words);
    return fitting !== undefined && this.#move(record, fitting);
  }

  #move(record: number, size: number): boolean {
    const to = this.#slab.allocate(size);
    if (to === undefined) return false;
    const used = (this.#count[record] as number) * (1 + 2 * (this.#sources[record] as number));
    if (used > 0) {
      const from = this.#at[record] as number;
      const base = offsetOf(from);
      this.#slab.segmentOf(to).set(this.#slab.segmentOf(from).subarray(base, base + used), offsetOf(to));
    }
    this.#releaseBlock(record);
    this.#at[record] = to;
    this.#size[record] = size;
    return true;
  }

  #releaseBlock(record: number): void {
    const size = this.#size[record] as number;
    if (size > 0) this.#slab.release(this.#at[record] as number, size);
    this.#size[record] = 0;
  }
}
