import { durationWords, spanWords } from '../../model/duration.ts';
import type { BucketRing } from './bucket-ring.ts';

/** Samples have to span this part of a window before anything is said of it. */
const ENOUGH = 0.5;

/** Whether there is enough of the window to say anything. */
export function hasEnough(ring: BucketRing): boolean {
  return ring.spanMs() >= neededMs(ring);
}

/** `disk_used has 12 min of history, needs 1 h`. */
export function historyWords(metric: string, ring: BucketRing): string {
  return `${metric} has ${durationWords(whole(ring.spanMs()))} of history, needs ${spanWords(neededMs(ring))}`;
}

/**
 * Mean of the buckets with samples in (fromMs, toMs]; NaN where they do not span half of it: a few minutes
 * are not an hour.
 */
export function meanBetween(ring: BucketRing, fromMs: number, toMs: number): number {
  let mean = 0;
  let known = 0;
  let firstMs = Number.NaN;
  let lastMs = Number.NaN;
  for (let place = 0; place < ring.places; place += 1) {
    if (!ring.hasValue(place)) continue;
    const timeMs = ring.timeMs(place);
    if (timeMs <= fromMs || timeMs > toMs) continue;
    if (known === 0) firstMs = timeMs;
    lastMs = timeMs;
    known += 1;
    mean += 2 * ((ring.value(place) / 2 - mean / 2) / known);
  }
  return lastMs - firstMs >= (toMs - fromMs) * ENOUGH ? mean : Number.NaN;
}

/** Down to a whole minute or hour: what is nearly enough must not read as if it was. */
function whole(ms: number): number {
  const unitMs = ms < 120_000 ? 1000 : ms < 7_200_000 ? 60_000 : 3_600_000;
  return Math.floor(ms / unitMs) * unitMs;
}

function neededMs(ring: BucketRing): number {
  return ring.windowMs * ENOUGH;
}
