/** How a host's parents are; one that nothing is known of says nothing. */
export type ParentState = 'up' | 'not-up' | 'unknown';

/**
 * What a host is that does not answer: UNREACHABLE when none of its parents is UP (nagioscore base/checks.c,
 * determine_host_reachability). Without parents, and while nothing is known of them, it is the host itself.
 */
export function reachability(parents: readonly ParentState[]): 'DOWN' | 'UNREACHABLE' {
  const known = parents.filter((parent) => parent !== 'unknown');
  return known.length === 0 || known.includes('up') ? 'DOWN' : 'UNREACHABLE';
}
