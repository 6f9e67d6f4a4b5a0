import { MEMORY_POINTS_PER_RECORD_MAX, MEMORY_RECORDS_MAX } from '../limits.ts';
import { recordKey, stepS } from '../model/record.ts';
import { addSamples, RowSums, rowGrid, rowsUntil, storedRows } from './consolidate.ts';
import { noRows } from './rows.ts';
import type { RecordDescription } from '../model/record.ts';
import type { RecordBatch, RecordOutcome, SeriesRequest, Store, StoredRows } from './store.ts';

export interface MemoryStoreOptions {
  readonly records?: number;
  /** Points kept of each record, the newest; from twice as many on the older half goes. */
  readonly pointsPerRecord?: number;
  /** Whether a host's history is getting another name: its points wait. */
  readonly isHeld?: (record: RecordDescription) => boolean;
}

interface Point {
  readonly timeS: number;
  readonly words: Uint32Array;
  readonly gap: boolean;
}

interface History {
  record: RecordDescription;
  points: Point[];
}

/**
 * A store that forgets everything at its end. It answers as the RRD store does: points at or before the last
 * one are late, a row is known when at least half of its seconds are, counters are rates.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  const recordsMax = options.records ?? MEMORY_RECORDS_MAX;
  const pointsMax = options.pointsPerRecord ?? MEMORY_POINTS_PER_RECORD_MAX;
  const histories = new Map<string, History>();

  function putRecord(batch: RecordBatch, i: number, record: RecordDescription): RecordOutcome {
    if (options.isHeld?.(record)) return fault('creating', true, 'its host is getting another name');
    const key = recordKey(record);
    const history = histories.get(key) ?? { record, points: [] };
    if (history.record.sources.length !== record.sources.length) {
      return fault('store_refused', false, 'the record has another number of data sources than before');
    }
    if (!histories.has(key)) {
      if (histories.size >= recordsMax) return fault('store_full', false, `${recordsMax} records are stored`);
      histories.set(key, history);
    }
    history.record = record;
    const lateThroughS = history.points.at(-1)?.timeS ?? 0;
    append(history.points, batch, i, lateThroughS);
    if (history.points.length >= 2 * pointsMax) history.points = history.points.slice(-pointsMax);
    return { ok: true, lateThroughS };
  }

  return {
    name: 'memory',
    async put(batch, { signal }) {
      return batch.records.map((record, i) =>
        signal.aborted ? fault('aborted', true, 'given up') : putRecord(batch, i, record),
      );
    },
    async query(request, signal) {
      signal.throwIfAborted();
      return request.records.map((record) => {
        const history = histories.get(recordKey(record));
        return history ? rowsOf(history, request) : noRows(record.sources.length, stepS(record));
      });
    },
    async rename({ cluster, from, to }) {
      const of = (host: string) => [...histories].filter(([key]) => key.startsWith(`${cluster}\0${host}\0`));
      if (of(to).length > 0) return `${to} has a history of its own`;
      for (const [key, history] of of(from)) {
        histories.delete(key);
        const record = { ...history.record, host: to };
        histories.set(recordKey(record), { ...history, record });
      }
      return undefined;
    },
    async [Symbol.asyncDispose]() {
      histories.clear();
    },
  };
}

function fault(
  reason: 'store_refused' | 'store_full' | 'aborted' | 'creating',
  retryable: boolean,
  detail: string,
): RecordOutcome {
  return { ok: false, retryable, reason, detail };
}

function append(points: Point[], batch: RecordBatch, i: number, afterS: number): void {
  const first = batch.starts[i] as number;
  const end = batch.starts[i + 1] as number;
  const stride = 2 * (batch.records[i]?.sources.length ?? 0);
  for (let p = first; p < end; p += 1) {
    const timeS = batch.timesS[p] as number;
    if (timeS <= afterS) continue;
    const at = (batch.wordStarts[i] as number) + (p - first) * stride;
    points.push({ timeS, words: batch.words.slice(at, at + stride), gap: batch.gaps[p] === 1 });
  }
}

function rowsOf({ record, points }: History, request: SeriesRequest): StoredRows {
  const grid = rowsUntil(rowGrid(request, record), record, points.at(-1)?.timeS ?? 0);
  const timesS = points.map((point) => point.timeS);
  const gaps = points.map((point) => (point.gap ? 1 : 0));
  const columns = record.sources.map((source, s) => {
    const sums = new RowSums(grid, { band: request.band ?? false });
    addSamples(sums, { record, source }, { timesS, words: wordsOf(points, s), gaps });
    return sums;
  });
  return storedRows(grid, columns);
}

function wordsOf(points: readonly Point[], source: number): Uint32Array {
  const words = new Uint32Array(2 * points.length);
  for (const [i, point] of points.entries()) {
    words.set(point.words.subarray(2 * source, 2 * source + 2), 2 * i);
  }
  return words;
}
