import { spanWords } from '../../model/duration.ts';
import type { BucketRing } from './bucket-ring.ts';

/**
 * Change per `perMs`: the slope of the line from the oldest bucket of the window to the newest sample. NaN
 * where there is no time between them.
 */
export function rateOfChange(
  ring: BucketRing,
  newest: { readonly timeMs: number; readonly value: number },
  perMs: number,
): number {
  const oldest = ring.oldest();
  if (oldest < 0) return Number.NaN;
  const passedMs = newest.timeMs - ring.timeMs(oldest);
  return passedMs > 0 ? ((newest.value - ring.value(oldest)) / passedMs) * perMs : Number.NaN;
}

/** `disk_used changes by 3.2 GB in 1 h`. */
export function rateOfChangeWords(metric: string, perMs: number, shown: string): string {
  return `${metric} changes by ${shown} in ${spanWords(perMs)}`;
}
