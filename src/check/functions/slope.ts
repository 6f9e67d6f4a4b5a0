import type { BucketRing } from './bucket-ring.ts';

/**
 * The slope of the line of least squares through the buckets with samples, per ms; NaN with fewer than two.
 * Times and values are taken from their means, so neither the epoch nor a great constant part costs digits.
 */
export function leastSquaresSlope(ring: BucketRing): number {
  // By slots as they lie: the order does not matter, and finding it takes twice the time of all the rest.
  const { counts, means } = ring;
  let known = 0;
  let meanMs = 0;
  let mean = 0;
  for (let slot = 0; slot < counts.length; slot += 1) {
    if (counts[slot] === 0) continue;
    known += 1;
    meanMs += (ring.sinceNewestMs(slot) - meanMs) / known;
    mean += 2 * (((means[slot] as number) / 2 - mean / 2) / known);
  }
  let above = 0;
  let below = 0;
  for (let slot = 0; slot < counts.length; slot += 1) {
    if (counts[slot] === 0) continue;
    const offMs = ring.sinceNewestMs(slot) - meanMs;
    above += offMs * ((means[slot] as number) - mean);
    below += offMs * offMs;
  }
  return known < 2 ? Number.NaN : above / below;
}
