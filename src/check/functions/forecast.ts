import { durationWords } from '../../model/duration.ts';
import { formatQuantity } from '../evaluate.ts';
import { leastSquaresSlope } from './slope.ts';
import type { BucketRing } from './bucket-ring.ts';

const HOUR_MS = 3_600_000;
/** Less is told in minutes and seconds. */
const HOURS_TOLD = 2;

/**
 * Hours until a series that is `latest` now gets to `reaches` at the pace of its history, the slope of the
 * line of least squares. 0: it is there, or has gone past it within the history; infinite: it stands, or
 * moves away. NaN with a history of fewer than two buckets.
 */
export function hoursUntil(ring: BucketRing, latest: number, reaches: number): number {
  const oldest = ring.oldest();
  if (latest === reaches) return 0;
  if (oldest >= 0 && ring.value(oldest) < reaches !== latest < reaches) return 0;
  const slope = leastSquaresSlope(ring);
  if (Number.isNaN(slope)) return Number.NaN;
  const hours = (reaches - latest) / slope / HOUR_MS;
  return hours > 0 ? hours : Number.POSITIVE_INFINITY;
}

/** `disk_free reaches 0 in 3.2 h`, `in 5 min`. `shown`: the hours with their unit. */
export function forecastWords(
  of: { readonly metric: string; readonly units: string; readonly reaches: number },
  hours: number,
  shown: string,
): string {
  const reaches = formatQuantity(of.reaches, of.units);
  if (hours === 0) return `${of.metric} has reached ${reaches}`;
  if (hours === Number.POSITIVE_INFINITY) return `${of.metric} does not reach ${reaches}`;
  const left = hours < HOURS_TOLD ? durationWords(hours * HOUR_MS) : shown;
  return `${of.metric} reaches ${reaches} in ${left}`;
}
