import { definition } from './xport.ts';
import type { Layout } from './layouts.ts';

/**
 * Where the lowest and highest behind a row's average come from: MIN and MAX archives of the same step; the
 * averages themselves, where each is of one sample; or they are not known.
 */
export type BoundsFrom = 'archives' | 'averages' | 'nowhere';

export function boundsFrom(layout: Layout, stepS: number): BoundsFrom {
  const has = (cf: 'MIN' | 'MAX') => layout.archives.some((a) => a.cf === cf && a.stepS === stepS);
  if (has('MIN') && has('MAX')) return 'archives';
  return layout.stepS === stepS ? 'averages' : 'nowhere';
}

/** The definition of one bound of a data source. */
export function boundDefinition(
  layout: Layout,
  bound: { name: string; source: string; stepS: number; reduce: 'MIN' | 'MAX'; from: BoundsFrom },
): string {
  const { from, ...rest } = bound;
  const cf = from === 'archives' ? bound.reduce : 'AVERAGE';
  return definition({ ...rest, path: layout.path, cf });
}
