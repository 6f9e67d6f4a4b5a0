import { FOLD_ROWS_AFTER_MAX } from '../limits.ts';
import { stepS } from '../model/record.ts';
import { abortable } from './abortable.ts';
import { Fold } from './aggregate.ts';
import { chooseGrid, gridTimes } from './grid.ts';
import { mergeSeries } from './merge.ts';
import { inParts } from './parts.ts';
import { readRecords, smallestStepS } from './records.ts';
import { chooseSeam, settledThroughS } from './seam.ts';
import type { AggregateName } from '../contract/api.ts';
import type { Tail } from '../model/tail.ts';
import type { FoldRequest } from '../store/store.ts';
import type { Grid } from './grid.ts';
import type { HistoryAnswer, HistoryRequest, Sources } from './history.ts';
import type { RecordHistory } from './merge.ts';

type FoldedRequest = HistoryRequest & { readonly aggregate: AggregateName };

/** One record of a read: its series and what each is folded into, and what of it waits for the store. */
interface Member {
  readonly record: HistoryRequest['records'][number];
  readonly series: readonly { readonly source: number; readonly group: number }[];
  readonly tail: Tail | undefined;
}

/** What all parts of a read have in common once the first has told the grid. */
interface Reading extends Sources {
  readonly request: FoldedRequest;
  readonly grid: Grid;
  readonly folds: readonly Fold[];
  readonly signal: AbortSignal;
}

/**
 * Each part is folded as it comes and let go: what is held does not grow with the series. The finest records
 * are read first, as the grid is made for them; where the store folds by itself the parts after the first are
 * folded there, up to what waits for it.
 */
export async function readFolded(
  request: FoldedRequest,
  sources: Sources,
  signal: AbortSignal,
): Promise<HistoryAnswer> {
  const { fromS, toS, points } = request;
  const ordered = membersOf(request);
  const withTails = async (part: readonly Omit<Member, 'tail'>[]): Promise<Member[]> => {
    const waiting = await abortable(sources.tails.tails(part.map(({ record }) => record)), signal);
    return part.map((member, i) => ({ ...member, tail: waiting[i] }));
  };
  if (ordered.length === 0) return { times: [], columns: [] };
  const first = await withTails(ordered.slice(0, RECORDS_OF_GRID));
  const histories = await readMembers(first, request, sources, signal);
  const grid = chooseGrid({
    ...request,
    baseS: smallestStepS(histories, (toS - fromS) / points),
  });
  const reading = { ...sources, request, grid, folds: startFolds(request, grid), signal };
  addColumns(first, histories, reading);
  await inParts(ordered.slice(RECORDS_OF_GRID), async (part) => foldPart(await withTails(part), reading));
  return { times: gridTimes(grid), columns: reading.folds.map((fold) => fold.finish()) };
}

/** Records that tell the grid; they are read as columns even where the store folds. */
const RECORDS_OF_GRID = 16;

/** Equal groups side by side, so that a part has few of them. */
function membersOf({ records, series, groups }: HistoryRequest): Omit<Member, 'tail'>[] {
  const found = records.map((record) => ({ record, series: [] as { source: number; group: number }[] }));
  for (const [i, { record, source }] of series.entries()) {
    found[record]?.series.push({ source, group: groups?.[i] ?? 0 });
  }
  const groupOf = (member: Omit<Member, 'tail'>) => member.series[0]?.group ?? 0;
  return found.toSorted(
    (a, b) => stepS(a.record.description) - stepS(b.record.description) || groupOf(a) - groupOf(b),
  );
}

function startFolds(request: FoldedRequest, { rows }: Grid): Fold[] {
  const { aggregate, band = false } = request;
  const groups = request.groups ?? new Uint32Array(request.series.length);
  const sizes = new Uint32Array(groups.reduce((most, group) => Math.max(most, group + 1), 1));
  for (const group of groups) sizes[group] = (sizes[group] as number) + 1;
  return Array.from(sizes, (series) => new Fold(aggregate, { rows, series, band }));
}

function readMembers(
  members: readonly Member[],
  range: { fromS: number; toS: number; points: number; band?: boolean },
  { store }: Pick<Sources, 'store'>,
  signal: AbortSignal,
): Promise<RecordHistory[]> {
  const { fromS, toS, points, band = false } = range;
  const records = members.map(({ record }) => record);
  const tails = members.map(({ tail }) => tail);
  return readRecords({ records, fromS, toS, points, band }, { store, tails }, signal);
}

/** Adds columns to the folds, from `row` of the grid on. */
function addColumns(
  members: readonly Member[],
  histories: readonly RecordHistory[],
  { request, grid, folds }: Reading,
  row = 0,
): void {
  const { startS, stepS: rowS, rows } = grid;
  const rest = { startS: startS + row * rowS, stepS: rowS, rows: rows - row };
  const { toS, band = false } = request;
  for (const [i, { series }] of members.entries()) {
    const history = histories[i];
    if (!history) continue;
    for (const { source, group } of series) {
      folds[group]?.add(mergeSeries(history, { source, grid: rest, toS, band }), row);
    }
  }
}

/**
 * Up to the seam the store folds; from there on, and of the records it cannot fold so far, columns are read
 * and merged with what waits.
 */
async function foldPart(members: readonly Member[], reading: Reading): Promise<void> {
  const { request, store, signal } = reading;
  const planned = planFold(members, reading);
  if (!planned) {
    return addColumns(members, await readMembers(members, request, reading, signal), reading);
  }
  const { settled, wish, seam } = planned;
  const { parts = [], left = [] } = (await store.fold?.(wish, signal)) ?? {};
  const leftOut = new Set(left.map((index) => settled[index]));
  const folded = settled.filter((member) => !leftOut.has(member));
  const apart = members.filter((member) => !folded.includes(member));
  for (const part of parts) reading.folds[part.group]?.addPart(part);
  const recent = await readMembers(folded, afterSeam(folded, seam.timeS, request), reading, signal);
  addColumns(folded, recent, reading, seam.row);
  addColumns(apart, await readMembers(apart, request, reading, signal), reading);
}

/** What the store is to fold of a part; undefined where it cannot, or where little would be gained. */
function planFold(members: readonly Member[], { request, store, grid }: Reading) {
  const { aggregate, band = false } = request;
  if (!store.fold || aggregate === 'p95') return undefined;
  const throughS = members.map(({ record, tail }) => settledThroughS(record.description, tail));
  const seam = chooseSeam(throughS, grid);
  const settled = members.filter((_, i) => seam.settled[i]);
  const series = settled.flatMap((member, record) => member.series.map((one) => ({ record, ...one })));
  const groups = new Set(series.map(({ group }) => group)).size;
  if (seam.row * 2 < grid.rows || groups * SERIES_PER_GROUP_MIN > series.length) return undefined;
  const { startS, stepS: rowS } = grid;
  const wish: FoldRequest = {
    records: settled.map(({ record }) => record.description),
    series,
    startS,
    stepS: rowS,
    rows: seam.row,
    of: aggregate === 'avg' ? 'sum' : aggregate,
    band: band && aggregate !== 'sum' && aggregate !== 'count',
  };
  return { settled, wish, seam: { row: seam.row, timeS: startS + seam.row * rowS } };
}

/** With fewer series a group, folding spares less than it costs. */
const SERIES_PER_GROUP_MIN = 4;

/** Few rows, as fine as the samples where they are few enough. */
function afterSeam(
  members: readonly Member[],
  fromS: number,
  { toS, band = false }: HistoryRequest,
): { fromS: number; toS: number; points: number; band: boolean } {
  const finestS = members.reduce((least, { record }) => Math.min(least, stepS(record.description)), 3600);
  const points = Math.min(FOLD_ROWS_AFTER_MAX, Math.ceil((toS - fromS) / finestS) + 1);
  return { fromS, toS: Math.max(fromS, toS), points, band };
}
