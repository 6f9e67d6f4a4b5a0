/** How old a metric's newest sample may be before it is unknown. Milliseconds throughout. */

import { durationWords } from '../model/duration.ts';

export interface Expectation {
  /** Seconds between samples as the agent says; 0 where it does not. */
  readonly intervalS: number;
  /** Ganglia's tmax, seconds; 0 for other protocols. */
  readonly tmaxS: number;
}

/**
 * When a sample is overdue. Nobody was listening before `graceFromMs` (our start, or the end of a stall of
 * our own), so a sample from before then gets at least `graceMs` from there on.
 */
export function dueMs(sample: {
  readonly arrivalMs: number;
  readonly limitMs: number;
  readonly graceFromMs: number;
  readonly graceMs: number;
}): number {
  const own = sample.arrivalMs + sample.limitMs;
  if (sample.arrivalMs >= sample.graceFromMs) return own;
  return Math.max(own, sample.graceFromMs + Math.max(sample.limitMs, sample.graceMs));
}

/** The words for a stale metric; `arrivalMs` 0: there has never been a sample. */
export function staleOutput(arrivalMs: number, nowMs: number, expected: Expectation): string {
  const every = Math.max(expected.intervalS, expected.tmaxS);
  const usual = every > 0 ? ` (expected every ${every} s)` : '';
  if (arrivalMs === 0) return `no sample since the server's start${usual}`;
  return `no sample for ${durationWords(nowMs - arrivalMs)}${usual}`;
}

/**
 * When a result from elsewhere is overdue. One that became so while nobody was listening, before `sinceMs`,
 * gets its whole time from there on: what was sent meanwhile is lost. For the others the time away counts,
 * but for `graceMs` from there on nothing is overdue.
 */
export function resultDueMs({
  lastMs,
  limitMs,
  sinceMs,
  graceMs,
}: {
  readonly lastMs: number;
  readonly limitMs: number;
  readonly sinceMs: number;
  readonly graceMs: number;
}): number {
  const own = lastMs + limitMs;
  return own > sinceMs ? Math.max(own, sinceMs + Math.min(limitMs, graceMs)) : sinceMs + limitMs;
}

/** The words for results that stay away; `lastMs` 0: there has never been one. */
export function staleResultOutput(lastMs: number, nowMs: number): string {
  return lastMs === 0 ? 'no result yet' : `no result for ${durationWords(nowMs - lastMs)}`;
}
