import { heartbeatS, stepS } from '../../model/record.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { RecordBatch } from '../store.ts';

/**
 * Seconds a value holds by its agent's word. A gmond metric comes as seldom as its tmax says; gmetad wrote it
 * anew at every poll and could do with a short heartbeat. Others come at their interval, and two make a hole,
 * as in collectd.
 */
function heldS(record: RecordDescription): number {
  return Math.ceil(record.tmaxS > 0 ? heartbeatS(record) : 2 * stepS(record));
}

/**
 * The heartbeat that record `i` of a batch needs before its points are stored: undefined unless one comes
 * after a gap that the file would take for a hole and the agent's word does not.
 */
export function neededHeartbeatS(
  batch: RecordBatch,
  i: number,
  file: { readonly lastS: number; readonly heartbeatS: number },
): number | undefined {
  const longestS = heldS(batch.records[i] as RecordDescription);
  if (file.heartbeatS >= longestS) return undefined;
  let beforeS = file.lastS;
  for (let p = batch.starts[i] as number; p < (batch.starts[i + 1] as number); p += 1) {
    const timeS = batch.timesS[p] as number;
    if (timeS <= beforeS) continue;
    const gapS = beforeS === 0 ? 0 : timeS - beforeS;
    if (gapS > file.heartbeatS && gapS <= longestS) return longestS;
    beforeS = timeS;
  }
  return undefined;
}
