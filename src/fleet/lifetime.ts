/** Hosts that end by themselves, and hosts that were hardly there. Pure; milliseconds. */

/** A host as an instance, or one that never registered. */
interface Lived {
  /** When it was first registered or listed; null: it never was. */
  readonly registeredMs: number | null;
  readonly lastSeenMs: number;
}

/**
 * Why a silent host is no death: it registered, and lived as long as hosts of its group are expected to.
 * Null: it is one. `ended: lived 6 h 12 min, 6 h were expected`.
 */
export function endedReason(
  { registeredMs, lastSeenMs }: Lived,
  expectedLifetimeMs: number | null,
): string | null {
  if (registeredMs === null || expectedLifetimeMs === null) return null;
  const livedMs = lastSeenMs - registeredMs;
  if (livedMs < expectedLifetimeMs) return null;
  return `ended: lived ${lifetimeWords(livedMs)}, ${lifetimeWords(expectedLifetimeMs)} were expected`;
}

/**
 * Whether a host is one that nobody is woken for: it never registered, and was heard over so short a span
 * that nobody can be waiting for it. `firstSeenMs` 0: it has been known for long.
 */
export function isPassing(
  { registeredMs, lastSeenMs, firstSeenMs }: Lived & { readonly firstSeenMs: number },
  newHostGraceMs: number,
): boolean {
  // With the clock set back it was first heard later than last.
  const isShort = lastSeenMs >= firstSeenMs && lastSeenMs - firstSeenMs < newHostGraceMs;
  return registeredMs === null && firstSeenMs > 0 && isShort;
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** In its two greatest units, rounded down: `6 h 12 min`, `2 d`, `40 s`. */
function lifetimeWords(ms: number): string {
  const first = UNITS.findIndex(([unitMs]) => ms >= unitMs);
  if (first === -1) return '0 s';
  let restMs = ms;
  const words = UNITS.slice(first, first + 2).map(([unitMs, unit]) => {
    const count = Math.floor(restMs / unitMs);
    restMs -= count * unitMs;
    return count === 0 ? '' : `${count} ${unit}`;
  });
  return words.filter((word) => word !== '').join(' ');
}
