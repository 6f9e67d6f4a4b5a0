/** The worst first: what a page is named after, and what it names first. */
const WORST_FIRST = ['DOWN', 'CRITICAL', 'UNREACHABLE', 'UNKNOWN', 'WARNING'] as const;

/** 0: the worst; a state that is no problem comes last. */
export function severityRank(state: string): number {
  const rank = WORST_FIRST.findIndex((one) => one === state);
  return rank < 0 ? WORST_FIRST.length : rank;
}
