import type { BucketRing } from './bucket-ring.ts';

/**
 * The slope of the line of least squares through the buckets with samples, per ms; NaN with fewer than two.
 * Times and values are taken from their means, so neither the epoch nor a great constant part costs digits.
 */
export function leastSquaresSlope(ring: BucketRing): number {
  const first = ring.oldest();
  if (first < 0) return Number.NaN;
  const originMs = ring.timeMs(first);
  let known = 0;
  let meanMs = 0;
  let mean = 0;
  for (let place = first; place < ring.places; place += 1) {
    if (!ring.hasValue(place)) continue;
    known += 1;
    meanMs += (ring.timeMs(place) - originMs - meanMs) / known;
    mean += 2 * ((ring.value(place) / 2 - mean / 2) / known);
  }
  let above = 0;
  let below = 0;
  for (let place = first; place < ring.places; place += 1) {
    if (!ring.hasValue(place)) continue;
    const offMs = ring.timeMs(place) - originMs - meanMs;
    above += offMs * (ring.value(place) - mean);
    below += offMs * offMs;
  }
  return known < 2 ? Number.NaN : above / below;
}
