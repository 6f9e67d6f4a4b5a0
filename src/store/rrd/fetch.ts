import { quoted } from './path.ts';
import type { StoredRows } from '../store.ts';
import type { Archive } from './create.ts';
import type { FileInfo } from './info.ts';

/** What to fetch: one archive, and the time within it, on its grid. */
export interface FetchPlan {
  readonly stepS: number;
  readonly startS: number;
  readonly endS: number;
}

/**
 * Chooses the archive to read: of those that reach back to `fromS` the coarsest that still gives `points`
 * rows, else the finest; when none reaches so far, the one that reaches furthest. Undefined where the file
 * holds nothing.
 */
export function fetchPlan(
  file: FileInfo,
  request: { fromS: number; toS: number; points: number },
): FetchPlan | undefined {
  const averages = file.archives.filter((archive) => archive.cf === 'AVERAGE');
  const wantedS = (request.toS - request.fromS) / Math.max(1, request.points);
  const wish = { lastS: file.lastS, fromS: request.fromS, wantedS };
  const chosen = averages.reduce<Archive | undefined>(
    (best, archive) => (best && !isBetter(archive, best, wish) ? best : archive),
    undefined,
  );
  if (!chosen) return undefined;
  const { stepS } = chosen;
  const startS = Math.max(Math.floor(request.fromS / stepS) * stepS, beginS(chosen, file.lastS));
  const endS = Math.min(Math.ceil(request.toS / stepS), Math.floor(file.lastS / stepS)) * stepS;
  return endS > startS ? { stepS, startS, endS } : undefined;
}

function beginS(archive: Archive, lastS: number): number {
  return (Math.floor(lastS / archive.stepS) - archive.rows) * archive.stepS;
}

function isBetter(a: Archive, b: Archive, wish: { lastS: number; fromS: number; wantedS: number }): boolean {
  const aCovers = beginS(a, wish.lastS) <= wish.fromS;
  const bCovers = beginS(b, wish.lastS) <= wish.fromS;
  if (aCovers !== bCovers) return aCovers;
  if (!aCovers) return beginS(a, wish.lastS) < beginS(b, wish.lastS);
  const aSuffices = a.stepS <= wish.wantedS;
  const bSuffices = b.stepS <= wish.wantedS;
  if (aSuffices !== bSuffices) return aSuffices;
  return aSuffices ? a.stepS > b.stepS : a.stepS < b.stepS;
}

export function fetchCommand(path: string, plan: FetchPlan, cf: Archive['cf'] = 'AVERAGE'): string {
  return `fetch ${quoted(path)} ${cf} -r ${plan.stepS} -s ${plan.startS} -e ${plan.endS}`;
}

/**
 * Reads the answer to `fetch`: a line of data source names, then `time: value…` for the step that ends at
 * that time. Values have eleven significant digits. `names` gives the columns' order; rrdtool's row after
 * the end is left out.
 */
export function parseFetch(text: string, names: readonly string[], plan: FetchPlan): StoredRows {
  const headerEnd = text.indexOf('\n');
  const header = text.slice(0, headerEnd).trim().split(/\s+/);
  const order = names.map((name) => header.indexOf(name));
  const { stepS, startS, endS } = plan;
  const length = (endS - startS) / stepS;
  const columns = names.map(() => new Float64Array(length).fill(Number.NaN));
  let at = headerEnd + 1;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const colon = text.indexOf(':', at);
    if (colon > 0 && colon < end) {
      const row = (Number(text.slice(at, colon)) - startS) / stepS - 1;
      const fields = text.slice(colon + 2, end).split(' ');
      if (row >= 0 && row < length) place(columns, order, fields, row);
    }
    at = end + 1;
  }
  return { startS, stepS, columns };
}

function place(
  columns: readonly Float64Array[],
  order: readonly number[],
  fields: readonly string[],
  row: number,
): void {
  for (let s = 0; s < columns.length; s += 1) {
    // rrdtool writes `-nan` and `inf`: Number makes NaN of both.
    (columns[s] as Float64Array)[row] = Number(fields[order[s] as number]);
  }
}
