import { batchOf } from '../store/batch.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { Tail } from '../../src/model/tail.ts';
import type { PointRow } from '../store/batch.ts';

/** A tail of these points; anchored when the first of them is stored already. */
export function tailOf(record: RecordDescription, points: readonly PointRow[], anchored: boolean): Tail {
  const { timesS, words, gaps } = batchOf([[record, points]]);
  return { timesS, words, gaps, anchored };
}
