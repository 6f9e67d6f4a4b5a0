import { durationWords } from '../../model/duration.ts';

/** Patterns of a sum, and of what it is divided by, if anything. */
export interface CombinedOf {
  readonly of: readonly string[];
  readonly to: readonly string[];
}

/** `mem_used / mem_total is 84 %`, `(a + b) / c is 0.8`, `swap_in + swap_out is 12`. */
export function combinedWords(of: CombinedOf, shown: string): string {
  return `${formula(of)} is ${shown}`;
}

/** One of its parts, a gauge, says so itself. */
export function notNumberWords(of: CombinedOf): string {
  return `${formula(of)} is not a number`;
}

/** `mem_used / mem_total: mem_total is 0`. */
export function zeroWords(of: CombinedOf): string {
  return `${formula(of)}: ${term(of.to)} is 0`;
}

export function missingPartWords(pattern: string): string {
  return `no metric matches ${pattern}`;
}

/** `no sample of mem_total for 94 s`; `arrivalMs` 0: there has never been one. */
export function silentPartWords(metric: string, arrivalMs: number, nowMs: number): string {
  if (arrivalMs === 0) return `no sample of ${metric} yet`;
  return `no sample of ${metric} for ${durationWords(nowMs - arrivalMs)}`;
}

function formula({ of, to }: CombinedOf): string {
  return to.length === 0 ? of.join(' + ') : `${term(of)} / ${term(to)}`;
}

function term(patterns: readonly string[]): string {
  return patterns.length === 1 ? (patterns[0] ?? '') : `(${patterns.join(' + ')})`;
}
