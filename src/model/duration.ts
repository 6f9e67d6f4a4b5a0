/**
 * A duration as people say it: `94 s`, `20 min`, `5 h`, `3 d`; a unit holds until there are 120 s, 120 min or
 * 48 h of it.
 */
export function durationWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}

const SPANS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** A span as somebody set it, in the greatest unit that it is a whole number of: `1 h`, `90 min`, `7 d`. */
export function spanWords(ms: number): string {
  const found = SPANS.find(([unitMs]) => ms >= unitMs && ms % unitMs === 0);
  return found ? `${ms / found[0]} ${found[1]}` : `${ms} ms`;
}

/** Milliseconds as they were measured, without the digits that are noise: whole microseconds. */
export function toMicros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
