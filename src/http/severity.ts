/** States from well to worst. PENDING is not a problem: nothing is known yet. */
const RANKS = new Map<string, number>([
  ['OK', 0],
  ['UP', 0],
  ['PENDING', 1],
  ['RETIRED', 1],
  ['WARNING', 2],
  ['UNKNOWN', 3],
  ['UNREACHABLE', 4],
  ['CRITICAL', 5],
  ['DOWN', 6],
]);
const PROBLEM_RANK = 2;

/** How bad a state is; greater is worse. */
export function severity(state: string): number {
  return RANKS.get(state) ?? 0;
}

export function isProblem(state: string): boolean {
  return severity(state) >= PROBLEM_RANK;
}

export function worseOf(a: string, b: string): string {
  return severity(b) > severity(a) ? b : a;
}
