import { BucketRing } from '../../../src/check/functions/bucket-ring.ts';

/** When the tests' windows end: a time with as many digits as real ones have. */
export const NOW_MS = 1_795_000_000_000;
export const HOUR_MS = 3_600_000;
export const MIN_MS = 60_000;

/** A window with samples every `everyMs` for the last `forMs`; NaN of a time: there is none. */
export function ringOf(
  windowMs: number,
  value: (agoMs: number) => number,
  { everyMs = MIN_MS, forMs = windowMs }: { everyMs?: number; forMs?: number } = {},
): BucketRing {
  const ring = new BucketRing(windowMs);
  for (let agoMs = forMs; agoMs >= 0; agoMs -= everyMs) ring.add(NOW_MS - agoMs, value(agoMs));
  return ring;
}
