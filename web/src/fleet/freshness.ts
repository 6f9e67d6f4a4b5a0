export type Freshness =
  | { readonly kind: 'fresh' }
  /** Shown with its age, and counted nowhere. */
  | { readonly kind: 'stale'; readonly ageMs: number };

const FRESH: Freshness = { kind: 'fresh' };

/** A value is stale beyond its metric's limit, and at once when its host is down. Never taken: nothing to say. */
export function freshness(
  sample: { readonly atMs: number; readonly staleAfterMs: number },
  now: { readonly nowMs: number; readonly hostDown: boolean },
): Freshness {
  if (sample.atMs <= 0) return FRESH;
  const ageMs = now.nowMs - sample.atMs;
  return now.hostDown || ageMs > sample.staleAfterMs ? { kind: 'stale', ageMs } : FRESH;
}
