import type { Books } from './books.ts';
import type { Journal } from './journal/port.ts';
import type { Planner } from './planner.ts';
import type { Staging } from './staging.ts';
import type { WriteAhead } from './write-ahead.ts';

/** A stop that reads the journal back looks so often for what has been read. */
const READ_PAUSE_MS = 20;

export interface DrainAll {
  readonly books: Books;
  readonly journal: Journal;
  readonly planner: Planner;
  readonly staging: Staging;
  readonly writeAhead: WriteAhead;
  readonly openRecords: () => readonly number[];
  readonly ticksMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Without progress for so long it is given up, where the journal keeps what is left. */
  readonly patienceMs: number;
}

/**
 * Everything that waits to the store, for at most `withinMs`: again and again while there is more, as long as
 * the store takes it.
 */
export async function drainAll(parts: DrainAll, withinMs: number): Promise<void> {
  const { books, journal, planner, staging, writeAhead, openRecords, ticksMs, sleep, patienceMs } = parts;
  const endMs = ticksMs() + withinMs;
  let movedMs = ticksMs();
  let progress = '';
  for (;;) {
    const leftMs = endMs - ticksMs();
    const stepMs = journal.lasting ? Math.min(leftMs, patienceMs) : leftMs;
    await planner.drain(openRecords(), stepMs);
    const isDone = !writeAhead.behind && staging.points === 0;
    if (isDone || stepMs === leftMs) return;
    const { unreadValues, earlierValues } = journal.figures();
    const now = `${books.stored} ${unreadValues} ${earlierValues}`;
    if (now !== progress) movedMs = ticksMs();
    else if (ticksMs() - movedMs > patienceMs) return;
    progress = now;
    await sleep(READ_PAUSE_MS);
  }
}
