import type { Problem } from '../../model/service-state.ts';

const LETTERS = { WARNING: 'w', CRITICAL: 'c', UNKNOWN: 'u', DOWN: 'd', UNREACHABLE: 'u' } as const;

/** Nagios' letter of a state in notification options; null, which is OK or UP, is `r`: its recovery. */
export function letterOfProblem(problem: Problem | null): string {
  return problem === null ? 'r' : LETTERS[problem];
}
