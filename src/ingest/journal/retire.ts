import { countLost } from './count-lost.ts';
import { faultOf } from './disk.ts';
import type { Aside } from './aside.ts';
import type { Disk } from './disk.ts';
import type { Known } from './known.ts';
import type { OnLost, Report } from './report.ts';
import type { Reader } from './reader.ts';
import type { Segment, Segments } from './segments.ts';
import type { Writer } from './writer.ts';

export interface RetireOptions {
  readonly disk: Disk;
  readonly segments: Segments;
  readonly writer: Writer;
  readonly reader: Reader;
  readonly aside: Aside;
  readonly maxBytes: number;
  readonly ticksMs: () => number;
  /** When the oldest append was made that is not on disk; NaN: none. */
  readonly unsyncedTicks: () => number;
  /** Bytes appended a second, lately. */
  readonly bytesPerSecond: () => number;
  readonly known: Known;
  readonly onLost: OnLost;
  readonly report: Report;
}

const RETRY_MS = 5000;
const WARN_EVERY_MS = 60_000;

/**
 * Removes segments, oldest first: those that nobody needs, and, beyond `maxBytes`, those that somebody does.
 * What let go of a segment, points appended again among it, is on disk before the segment goes.
 */
export class Retirement {
  readonly #o: RetireOptions;
  #working: Promise<void> | undefined;
  #notBeforeTicks = 0;
  #isStuck = false;
  #warnedTicks = Number.NEGATIVE_INFINITY;
  /** Segments up to this one may go. */
  #safeSeq = 0;
  /** Nobody needed those up to this one at that moment. */
  #freeSeq = 0;
  #freeTicks = Number.NaN;

  constructor(options: RetireOptions) {
    this.#o = options;
  }

  /** Begins to remove what may go. */
  turn(): void {
    if (this.#working || this.#o.ticksMs() < this.#notBeforeTicks || !this.#next()) return;
    this.#working = this.#removeAll().finally(() => {
      this.#working = undefined;
    });
  }

  /** Resolves when everything that may go has gone, or cannot. */
  async finish(): Promise<void> {
    await this.#working;
    this.turn();
    await this.#working;
  }

  /** The oldest segment, if it is to go. */
  #next(): Segment | undefined {
    const { segments, maxBytes } = this.#o;
    const { oldest } = segments;
    if (!oldest || !isWhole(oldest)) return undefined;
    if (oldest.gone || segments.bytes > maxBytes) return oldest;
    this.#look();
    return oldest.seq <= this.#safeSeq ? oldest : undefined;
  }

  /** Sees which segments nobody needs, and since when all that was appended by then is on disk. */
  #look(): void {
    const { segments, reader, ticksMs, unsyncedTicks } = this.#o;
    if (this.#freeSeq === this.#safeSeq) {
      for (const segment of segments.all) {
        if (!isWhole(segment) || segment.pins > 0 || !reader.isPast(segment)) break;
        this.#freeSeq = segment.seq;
      }
      this.#freeTicks = ticksMs();
    }
    const since = unsyncedTicks();
    if (Number.isNaN(since) || since > this.#freeTicks) this.#safeSeq = this.#freeSeq;
  }

  async #removeAll(): Promise<void> {
    for (let segment = this.#next(); segment; segment = this.#next()) {
      if (!segment.gone) await this.#letGo(segment);
      try {
        await this.#remove(segment);
      } catch (error) {
        return this.#failed(segment, error);
      }
      this.#isStuck = false;
      this.#o.segments.drop();
    }
  }

  async #letGo(segment: Segment): Promise<void> {
    const { segments, reader, onLost, disk, known } = this.#o;
    const needed = segment.pins > 0 || !reader.isPast(segment);
    const place = reader.placeIn(segment);
    segments.letGo();
    if (!needed) return;
    const { earlier, unread } = segment;
    // Of an earlier run's values most may be stored.
    const lost = earlier && unread > 0 ? await countLost({ disk, segment, known, place }) : unread;
    segment.unread = 0;
    if (lost > 0) onLost(lost, 'journal_full', segment.earlier);
    this.#warn(lost);
  }

  async #remove(segment: Segment): Promise<void> {
    const { disk, writer, aside } = this.#o;
    await writer.release(segment);
    if (segment.damage === '') await disk.remove(segment.path);
    else await aside.take(segment.path, segment.damage);
  }

  #failed(segment: Segment, error: unknown): void {
    const { ticksMs, report } = this.#o;
    this.#notBeforeTicks = ticksMs() + RETRY_MS;
    if (this.#isStuck) return;
    this.#isStuck = true;
    report('warn', 'a journal segment that is needed no more cannot be removed', {
      path: segment.path,
      cause: faultOf(error),
    });
  }

  #warn(lostValues: number): void {
    const { ticksMs, report, maxBytes, bytesPerSecond } = this.#o;
    const now = ticksMs();
    if (now - this.#warnedTicks < WARN_EVERY_MS) return;
    this.#warnedTicks = now;
    const rate = bytesPerSecond();
    const hours = rate > 0 ? Number((maxBytes / rate / 3600).toPrecision(2)) : 0;
    report(
      'warn',
      'the journal is full, its oldest points go first: mend the store, or raise cache.journal_max',
      {
        maxBytes,
        hoursHeld: hours,
        lostValues,
      },
    );
  }
}

/** The operating system has all that is to be in it. */
function isWhole({ ended, written, planned }: Segment): boolean {
  return ended && written === planned;
}
