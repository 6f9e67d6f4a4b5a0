import { useQuery } from '@tanstack/react-query';
import { queries } from './queries.ts';
import { spanOf } from '../fleet/range.ts';
import type { Range } from '../fleet/range.ts';
import type { LossView } from '../../../src/contract/api.ts';

export const LAST_HOUR = { kind: 'last', id: '1h', seconds: 3600 } as const;
const NONE: readonly LossView[] = [];

/**
 * When datagrams of some clusters were lost during a range; `cluster` is a regular expression over whole
 * names. None while it cannot be had: graphs do without.
 */
export function useLosses(cluster: string, range: Range): readonly LossView[] {
  return useQuery(queries.losses({ cluster, ...spanOf(range) })).data ?? NONE;
}
