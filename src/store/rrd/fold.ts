import { boundDefinition, boundsFrom } from './bounds.ts';
import { foldableStepS } from './read-plan.ts';
import { portions } from './portions.ts';
import { definition, parseXport, xportCommand } from './xport.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { Folded, FoldedPart, FoldRequest } from '../store.ts';
import type { BoundsFrom } from './bounds.ts';
import type { Layout } from './layouts.ts';
import type { Questions } from './questions.ts';
import type { Rows } from './xport.ts';

/** A record's part in a fold. */
interface Turn {
  readonly index: number;
  readonly record: RecordDescription;
  readonly layout: Layout;
  /** Of the archive that is read. */
  readonly stepS: number;
  readonly bounds: BoundsFrom;
  readonly series: readonly { readonly source: string; readonly group: number }[];
}

interface Folding {
  readonly request: FoldRequest;
  readonly rows: Rows;
  readonly series: ReadonlyMap<number, FoldRequest['series']>;
  readonly signal: AbortSignal;
  readonly parts: FoldedPart[];
  readonly left: number[];
}

/** Folds series inside rrdtool, which then prints a row or two for all of a command's files. */
export class RecordFold {
  readonly #questions: Questions;

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  /**
   * A file that is missing or unreadable adds nothing; those that have no rows of this width so far back, or
   * whose command fails twice, are left. Rejects when aborted or rrdtool is down.
   */
  async fold(request: FoldRequest, signal: AbortSignal): Promise<Folded> {
    const { startS, stepS, rows } = request;
    const folding: Folding = {
      request,
      rows: { startS, endS: startS + rows * stepS, widthS: stepS },
      series: Map.groupBy(request.series, ({ record }) => record),
      signal,
      parts: [],
      left: [],
    };
    const failed = await this.#foldTogether([...folding.series.keys()], folding);
    for (const { record } of failed) this.#questions.forget(record);
    const indexes = failed.map(({ index }) => index);
    const stubborn = await this.#foldTogether(indexes, folding);
    folding.left.push(...stubborn.map(({ index }) => index));
    return { parts: folding.parts, left: folding.left };
  }

  /** Answers with those whose command failed. */
  async #foldTogether(indexes: readonly number[], folding: Folding): Promise<readonly Turn[]> {
    const planned = await Promise.all(indexes.map((index) => this.#plan(index, folding)));
    const turns = planned.filter((turn) => turn !== undefined);
    const failed: Turn[] = [];
    for (const portion of portions(turns, () => '', weigher(folding.request))) {
      // oxlint-disable-next-line no-await-in-loop -- others' reads come in between
      const parts = await this.#foldPortion(portion, folding);
      if (parts) folding.parts.push(...parts);
      else failed.push(...portion);
    }
    return failed;
  }

  async #plan(index: number, { request, series, signal, left }: Folding): Promise<Turn | undefined> {
    const record = request.records[index];
    const layout = record && (await this.#questions.layout(record, signal));
    if (!layout) return undefined;
    const archiveS = foldableStepS(layout, request.startS, request.stepS);
    const bounds = archiveS === undefined ? 'nowhere' : boundsFrom(layout, archiveS);
    if (archiveS === undefined || (request.band && bounds === 'nowhere')) {
      left.push(index);
      return undefined;
    }
    const named = (series.get(index) ?? []).map(({ source, group }) => ({
      source: layout.names[source] as string,
      group,
    }));
    return { index, record, layout, stepS: archiveS, bounds, series: named };
  }

  async #foldPortion(portion: readonly Turn[], folding: Folding): Promise<FoldedPart[] | undefined> {
    const { request, rows, signal } = folding;
    const { lines, groups } = foldCommand(portion, request);
    const perGroup = exportsOf(request).length;
    const text = await this.#questions.together(xportCommand(rows, lines), signal);
    const columns = text === undefined ? undefined : parseXport(text, rows, groups.size * perGroup);
    if (!columns) return undefined;
    const parts = [...groups].map(([group, members], g) =>
      partOf(request, { group, members, columns: columns.slice(g * perGroup, (g + 1) * perGroup) }),
    );
    return parts.every(isWhole) ? parts : undefined;
  }
}

function weigher(request: FoldRequest): (turn: Turn) => { sources: number; numbers: number } {
  const perSeries = request.band ? 3 : 1;
  // At worst each series has a group to itself.
  return ({ series }) => ({
    sources: series.length * perSeries,
    numbers: series.length * request.rows * exportsOf(request).length,
  });
}

/** What a group's columns in the answer are, in order. */
function exportsOf({ of, band }: FoldRequest): readonly ('unknown' | 'total' | 'low' | 'high')[] {
  const counted = of === 'count' ? (['unknown'] as const) : (['unknown', 'total'] as const);
  return band ? [...counted, 'low', 'high'] : counted;
}

/** The lines of one command, and how many series each group has in it. */
function foldCommand(
  portion: readonly Turn[],
  request: FoldRequest,
): { lines: string[]; groups: ReadonlyMap<number, number> } {
  const lines: string[] = [];
  const members = new Map<number, number[]>();
  let v = 0;
  for (const { layout, stepS, bounds, series } of portion) {
    const { path } = layout;
    for (const { source, group } of series) {
      lines.push(definition({ name: `v${v}`, path, source, cf: 'AVERAGE', stepS }));
      if (request.band) {
        const bound = { source, stepS, from: bounds };
        lines.push(boundDefinition(layout, { ...bound, name: `l${v}`, reduce: 'MIN' }));
        lines.push(boundDefinition(layout, { ...bound, name: `h${v}`, reduce: 'MAX' }));
      }
      const of = members.get(group);
      if (of) of.push(v);
      else members.set(group, [v]);
      v += 1;
    }
  }
  const exports: string[] = [];
  for (const [group, of] of members) {
    for (const what of exportsOf(request)) {
      const name = `${what[0]}g${group}`;
      lines.push(`CDEF:${name}=${calculation(what, request.of, of)}`);
      exports.push(`XPORT:${name}`);
    }
  }
  const groups = new Map([...members].map(([group, of]) => [group, of.length]));
  return { lines: [...lines, ...exports], groups };
}

const TOTAL = { sum: 'ADDNAN', min: 'MINNAN', max: 'MAXNAN', count: 'ADDNAN' } as const;

/** In RPN. The operators that end in NAN leave unknown values out, and answer unknown where all are. */
function calculation(
  what: ReturnType<typeof exportsOf>[number],
  of: FoldRequest['of'],
  members: readonly number[],
): string {
  const chain = (prefix: string, test: string, operator: string) =>
    members.map((v, i) => `${prefix}${v}${test}${i === 0 ? '' : `,${operator}`}`).join(',');
  switch (what) {
    case 'unknown':
      return chain('v', ',UN', '+');
    case 'total':
      return chain('v', '', TOTAL[of]);
    case 'low':
      return chain('l', '', 'MINNAN');
    case 'high':
      return chain('h', '', 'MAXNAN');
  }
}

function partOf(
  request: FoldRequest,
  { group, members, columns }: { group: number; members: number; columns: readonly Float64Array[] },
): FoldedPart {
  const what = exportsOf(request);
  const column = (name: (typeof what)[number]) => columns[what.indexOf(name)];
  const counts = (column('unknown') ?? new Float64Array()).map((unknown) => members - unknown);
  const lows = column('low');
  const highs = column('high');
  const totals = column('total') ?? counts;
  return { group, totals, counts, ...(lows && highs && { lows, highs }) };
}

/** An infinite value in a foreign file would hide its neighbours': then rows are read one by one. */
function isWhole({ totals, counts, lows, highs }: FoldedPart): boolean {
  const known = (column: Float64Array | undefined) =>
    column === undefined || column.every((value, row) => counts[row] === 0 || !Number.isNaN(value));
  return known(totals) && known(lows) && known(highs);
}
