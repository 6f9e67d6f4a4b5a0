import { UNKNOWN } from './number.ts';

const SPACE = '\u00a0';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * A duration in words, two parts at most: `6 min`, `3 h 50 min`, `2 d 4 h`. Below two minutes in seconds: `94
 * s`.
 */
export function formatDuration(durationMs: number | null | undefined): string {
  if (durationMs === null || durationMs === undefined || !Number.isFinite(durationMs)) return UNKNOWN;
  const ms = Math.max(0, durationMs);
  if (ms < 2 * MINUTE_MS) return `${Math.floor(ms / 1000)}${SPACE}s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}${SPACE}min`;
  if (ms < DAY_MS) return pair(Math.floor(ms / HOUR_MS), 'h', Math.floor((ms % HOUR_MS) / MINUTE_MS), 'min');
  if (ms < 14 * DAY_MS) return pair(Math.floor(ms / DAY_MS), 'd', Math.floor((ms % DAY_MS) / HOUR_MS), 'h');
  return `${Math.floor(ms / DAY_MS)}${SPACE}d`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const head = `${large}${SPACE}${largeUnit}`;
  return small === 0 ? head : `${head}${SPACE}${small}${SPACE}${smallUnit}`;
}

/** How long ago, in words: `now` within a second, else `3 s ago`. Times not known are a dash. */
export function formatAge(sinceMs: number, nowMs: number): string {
  if (!(sinceMs > 0)) return UNKNOWN;
  const age = nowMs - sinceMs;
  return age < 1000 ? 'now' : `${formatDuration(age)} ago`;
}

/** A clock's difference with its sign: `+0.4 s`, `-2 min`, `0.0 s`. */
export function formatSkew(skewMs: number | null): string {
  if (skewMs === null || !Number.isFinite(skewMs)) return UNKNOWN;
  const size = Math.abs(skewMs);
  // Below what is shown there is neither ahead nor behind.
  const sign = size < 50 ? '' : skewMs < 0 ? '-' : '+';
  if (size < 10_000) return `${sign}${(size / 1000).toFixed(1)}${SPACE}s`;
  return `${sign}${formatDuration(size)}`;
}
