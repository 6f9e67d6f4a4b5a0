import type { SourceView } from '../contract/api.ts';

/** Which senders are asked for; a key that is not there lets all pass. */
export interface SourceQuery {
  readonly group?: string | undefined;
  readonly address?: string | undefined;
  /** Part of an address, of a host's name or of a reason, in any case. */
  readonly q?: string | undefined;
  readonly limit: number;
}

/** A sender as its worker knows it: what mends a refusal is not the worker's to say. */
export type SourceRow = Omit<SourceView, 'refused'> & {
  readonly refused: readonly Omit<SourceView['refused'][number], 'cure'>[];
};

/** The first `limit` of those that match, and how many more do. */
export interface SourcesFound {
  readonly rows: readonly SourceRow[];
  readonly leftOut: number;
}

/** What orders senders. */
export interface SourceRank {
  /** When something of it was refused last, epoch ms; 0: never. */
  readonly refusedMs: number;
  readonly lastMs: number;
  readonly address: string;
}

/** The most recently refused first, then the most recently heard. */
export function compareSources(a: SourceRank, b: SourceRank): number {
  return b.refusedMs - a.refusedMs || b.lastMs - a.lastMs || (a.address < b.address ? -1 : 1);
}

/** Merges what workers found, in order. */
export function mergeFound(found: readonly SourcesFound[], limit: number): SourcesFound {
  const all = found.flatMap(({ rows }) => rows);
  const rows = all.toSorted((a, b) => compareSources(rankOf(a), rankOf(b))).slice(0, limit);
  const leftOut = found.reduce((sum, one) => sum + one.leftOut, all.length - rows.length);
  return { rows, leftOut };
}

function rankOf({ refused, last_seen_ms: lastMs, address }: SourceRow): SourceRank {
  return { refusedMs: Math.max(0, ...refused.map((one) => one.last_ms)), lastMs, address };
}
