import { MEMORY_POINTS_PER_RECORD_MAX, MEMORY_RECORDS_MAX } from '../limits.ts';
import { KIND } from '../model/kind.ts';
import { pairAt, rateBetween } from '../model/rate.ts';
import { heartbeatS, recordKey, stepS } from '../model/record.ts';
import { noRows, sinceFirstS } from './rows.ts';
import type { DataSource, RecordDescription } from '../model/record.ts';
import type { RecordBatch, RecordOutcome, SeriesRequest, Store, StoredRows } from './store.ts';

export interface MemoryStoreOptions {
  readonly records?: number;
  /** Points kept of each record, the newest; from twice as many on the older half goes. */
  readonly pointsPerRecord?: number;
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
    async [Symbol.asyncDispose]() {
      histories.clear();
    },
  };
}

function fault(
  reason: 'store_refused' | 'store_full' | 'aborted',
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

function rowsOf(history: History, request: SeriesRequest): StoredRows {
  const { record, points } = history;
  const step = stepS(record);
  const wantedS = (request.toS - request.fromS) / Math.max(1, request.points - 1);
  const widthS = step * Math.max(1, Math.ceil(wantedS / step));
  const startS = Math.floor(request.fromS / widthS) * widthS;
  const lastS = Math.floor((points.at(-1)?.timeS ?? 0) / step) * step;
  const rows = Math.max(0, Math.ceil((Math.min(request.toS, lastS) - startS) / widthS));
  const found = record.sources.map((source, s) => columnOf(history, source, s, { startS, widthS, rows }));
  const columns = found.map(({ averages }) => averages);
  if (!request.band) return { startS, stepS: widthS, columns };
  const lows = found.map((column) => column.lows);
  return { startS, stepS: widthS, columns, lows, highs: found.map((column) => column.highs) };
}

/**
 * Averages a data source over the rows, and its lowest and highest there: each point tells of the seconds
 * since the one before it.
 */
function columnOf(
  history: History,
  source: DataSource,
  s: number,
  grid: { startS: number; widthS: number; rows: number },
): { averages: Float64Array; lows: Float64Array; highs: Float64Array } {
  const { startS, widthS, rows } = grid;
  const lows = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  const highs = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  const sums = new Float64Array(rows);
  const known = new Float64Array(rows);
  let before: Point | undefined;
  for (const point of history.points) {
    const sinceS = before?.timeS ?? sinceFirstS(history.record, point.timeS);
    const seconds = point.timeS - sinceS;
    const rate =
      seconds > heartbeatS(history.record) ? Number.NaN : rateOf(source, s, { before, point, seconds });
    before = point;
    if (Number.isNaN(rate)) continue;
    const first = Math.max(0, Math.floor((sinceS - startS) / widthS));
    const end = Math.min(rows, Math.ceil((point.timeS - startS) / widthS));
    for (let row = first; row < end; row += 1) {
      const fromS = startS + row * widthS;
      const shareS = Math.min(point.timeS, fromS + widthS) - Math.max(sinceS, fromS);
      if (shareS <= 0) continue;
      sums[row] = (sums[row] as number) + rate * shareS;
      known[row] = (known[row] as number) + shareS;
      lows[row] = Math.min(lows[row] as number, rate);
      highs[row] = Math.max(highs[row] as number, rate);
    }
  }
  const averages = sums.map((sum, row) => {
    const seconds = known[row] as number;
    if (2 * seconds >= widthS && seconds > 0) return sum / seconds;
    lows[row] = Number.NaN;
    highs[row] = Number.NaN;
    return Number.NaN;
  });
  return { averages, lows, highs };
}

function rateOf(
  source: DataSource,
  s: number,
  step: { before: Point | undefined; point: Point; seconds: number },
): number {
  const { before, point, seconds } = step;
  const cumulative = source.kind === KIND.counter || source.kind === KIND.derive;
  if (cumulative && (before === undefined || point.gap)) return Number.NaN;
  const now = pairAt(point.words, s);
  const rate = rateBetween(source, before ? pairAt(before.words, s) : now, now, seconds);
  return Number.isFinite(rate) ? rate : Number.NaN;
}
