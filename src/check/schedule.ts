import type { Status } from '../model/service-state.ts';

/** When commands are run. All times in epoch ms. */

export interface Intervals {
  readonly checkIntervalMs: number;
  readonly retryIntervalMs: number;
}

/** A command that may not run just now is looked at again so soon, at the latest. */
const LOOK_AGAIN_MS = 60_000;

/**
 * The first run of this process. Commands are spread over their interval by what they are called, the same
 * way at every start; one that was planned already keeps its time, unless that has passed or is too far
 * ahead.
 */
export function firstCheckMs(
  { key, planned }: { readonly key: string; readonly planned: number | null },
  { checkIntervalMs }: Intervals,
  nowMs: number,
): number {
  if (planned !== null && planned >= nowMs && planned <= nowMs + checkIntervalMs) return planned;
  const phaseMs = hashOf(key) % checkIntervalMs;
  const sinceMs = nowMs - phaseMs;
  return phaseMs + Math.ceil(sinceMs / checkIntervalMs) * checkIntervalMs;
}

/**
 * The next run after one that was due at `dueMs`: soon while a problem is not certain, else at the usual
 * interval (Nagios: retry_interval in soft states, base/checks.c).
 */
export function nextCheckMs(status: Status, intervals: Intervals, dueMs: number): number {
  return dueMs + (status.kind === 'soft' ? intervals.retryIntervalMs : intervals.checkIntervalMs);
}

/**
 * When one that may not run now, by its check_period or a dependency, is looked at again. Whatever keeps many
 * of them ends for all at once: by their own times they stay spread.
 */
export function postponedMs(dueMs: number, { checkIntervalMs }: Intervals, nowMs: number): number {
  const stepMs = Math.min(LOOK_AGAIN_MS, checkIntervalMs);
  return dueMs + Math.max(1, Math.floor((nowMs - dueMs) / stepMs) + 1) * stepMs;
}

/** FNV-1a, 32 bits, over UTF-16 units: even enough to spread by. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  // The low bits of FNV follow the last characters; the finish of MurmurHash3 lets all count.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
