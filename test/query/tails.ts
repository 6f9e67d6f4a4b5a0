import { batchOf } from '../store/batch.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { Tail } from '../../src/model/tail.ts';
import type { PointRow } from '../store/batch.ts';

/** A tail of these points, the first `stored` of which are in the store already. */
export function tailOf(record: RecordDescription, points: readonly PointRow[], stored: number): Tail {
  const { timesS, words, gaps } = batchOf([[record, points]]);
  return { timesS, words, gaps, stored };
}
