import { HISTORY_RECORDS_AT_ONCE } from '../limits.ts';

/** Parts of one read under way: while one is read the other is made columns. */
const AT_ONCE = 2;

/** Does some records at a time, so that others have their turn in between; the parts' results in order. */
export async function inParts<T, R>(
  records: readonly T[],
  work: (part: readonly T[]) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < records.length) {
      const at = next;
      next += HISTORY_RECORDS_AT_ONCE;
      // oxlint-disable-next-line no-await-in-loop -- one part after the other is what bounds it
      results[at / HISTORY_RECORDS_AT_ONCE] = await work(records.slice(at, at + HISTORY_RECORDS_AT_ONCE));
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  } finally {
    next = records.length; // Where one part failed the others are not wanted any more.
  }
  return results;
}
