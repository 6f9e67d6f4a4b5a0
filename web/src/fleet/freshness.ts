export type Freshness =
  | { readonly kind: 'fresh' }
  /** Shown with its age, and counted nowhere. */
  | { readonly kind: 'stale'; readonly ageMs: number };

const FRESH: Freshness = { kind: 'fresh' };

/** Stale: beyond its metric's limit, or of a host that is down. One never taken has no age. */
export function freshness(
  sample: { readonly atMs: number; readonly staleAfterMs: number },
  now: { readonly nowMs: number; readonly hostDown: boolean },
): Freshness {
  if (sample.atMs <= 0) return FRESH;
  const ageMs = now.nowMs - sample.atMs;
  return now.hostDown || ageMs > sample.staleAfterMs ? { kind: 'stale', ageMs } : FRESH;
}
