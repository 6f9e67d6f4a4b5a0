import { stepS } from '../../model/record.ts';
import { noRows, rowsBefore } from '../rows.ts';
import { boundDefinition, boundsFrom } from './bounds.ts';
import { planRead } from './read-plan.ts';
import { portions } from './portions.ts';
import { definition, parseXport, rowsOf, xportCommand } from './xport.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { SeriesRequest, StoredRows } from '../store.ts';
import type { Layout } from './layouts.ts';
import type { ReadPlan } from './read-plan.ts';
import type { Questions } from './questions.ts';

/** A record of a request, by its place there. */
interface Wanted {
  readonly i: number;
  readonly record: RecordDescription;
}

/** How a record is read. */
interface Turn extends Wanted {
  readonly layout: Layout;
  readonly plan: ReadPlan;
  readonly bounds: 'none' | ReturnType<typeof boundsFrom>;
}

interface Reading {
  readonly request: SeriesRequest;
  readonly signal: AbortSignal;
  readonly answers: StoredRows[];
}

/**
 * Reads records' files, many by one command, put together to about as many rows as are wanted by rrdtool. A
 * file that cannot be read holds nothing.
 */
export class RecordReader {
  readonly #questions: Questions;

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  /** What the store holds of each record, in order. Rejects when aborted or rrdtool is down. */
  async read(request: SeriesRequest, signal: AbortSignal): Promise<readonly StoredRows[]> {
    const answers = request.records.map((record) => noRows(record.sources.length, stepS(record)));
    const reading = { request, signal, answers };
    const all = request.records.map((record, i) => ({ i, record }));
    // One file that is gone or another than it was fails its whole command: their layouts are asked anew,
    // then each is read by itself.
    const doubtful = await this.#readTogether(all, reading);
    for (const { record } of doubtful) this.#questions.forget(record);
    const stubborn = await this.#readTogether(doubtful, reading);
    await Promise.all(stubborn.map((turn) => this.#readAlone(turn, reading)));
    return answers;
  }

  /** Answers with those that could not be read so. */
  async #readTogether(wanted: readonly Wanted[], reading: Reading): Promise<readonly Turn[]> {
    const planned = await Promise.all(wanted.map((one) => this.#plan(one, reading)));
    const turns = planned.filter((turn) => turn !== undefined);
    const failed: Turn[] = [];
    for (const portion of portions(turns, kindOf, weightOf)) {
      // oxlint-disable-next-line no-await-in-loop -- others' reads come in between
      const text = await this.#questions.together(commandFor(portion), reading.signal);
      // oxlint-disable-next-line no-await-in-loop -- as above
      if (!(await this.#take(text, portion, reading))) failed.push(...portion);
    }
    return failed;
  }

  async #readAlone(turn: Turn, reading: Reading): Promise<void> {
    const command = { path: turn.layout.path, line: commandFor([turn]) };
    const text = await this.#questions.alone(turn.record, command, reading.signal);
    await this.#take(text, [turn], reading);
  }

  async #plan({ i, record }: Wanted, { request, signal }: Reading): Promise<Turn | undefined> {
    const layout = await this.#questions.layout(record, signal);
    const plan = layout && planRead(layout, request);
    if (!plan) return undefined;
    return { i, record, layout, plan, bounds: request.band ? boundsFrom(layout, plan.stepS) : 'none' };
  }

  /** Whether the answer fits what was asked. */
  async #take(text: string | undefined, portion: readonly Turn[], reading: Reading): Promise<boolean> {
    const [first] = portion;
    if (text === undefined || !first) return false;
    const exports = portion.reduce((sum, turn) => sum + weightOf(turn).sources, 0);
    const columns = parseXport(text, first.plan, exports);
    if (!columns) return false;
    let at = 0;
    for (const turn of portion) {
      const own = columns.slice(at, (at += weightOf(turn).sources));
      const rows = rowsFrom(own, turn);
      // oxlint-disable-next-line no-await-in-loop -- seldom: of what is known nothing has to be asked
      reading.answers[turn.i] = rowsBefore(rows, await this.#endS(rows, turn, reading.signal));
    }
    return true;
  }

  /**
   * Where the finished rows of a consolidated archive end: there a reader looks for finer ones. By what is
   * remembered that is told only where no row is known.
   */
  async #endS(rows: StoredRows, { record, layout, plan }: Turn, signal: AbortSignal): Promise<number> {
    let { lastS } = layout;
    if (layout.remembered) {
      const isSeen = rows.columns.some((column) => !column.every(Number.isNaN));
      if (isSeen || plan.stepS === layout.stepS) return Number.POSITIVE_INFINITY;
      this.#questions.forget(record);
      lastS = (await this.#questions.layout(record, signal))?.lastS ?? lastS;
    }
    return Math.floor(lastS / plan.stepS) * plan.stepS;
  }
}

function kindOf({ plan }: Turn): string {
  return `${plan.widthS} ${plan.startS} ${plan.endS}`;
}

function weightOf({ layout, plan, bounds }: Turn): { sources: number; numbers: number } {
  const sources = layout.names.length * (hasBounds(bounds) ? 3 : 1);
  return { sources, numbers: sources * rowsOf(plan) };
}

function hasBounds(bounds: Turn['bounds']): bounds is 'archives' | 'averages' {
  return bounds === 'archives' || bounds === 'averages';
}

/** For each record the columns of its data sources, then their lows, then their highs. */
function commandFor(portion: readonly Turn[]): string {
  const definitions: string[] = [];
  const next = () => `v${definitions.length}`;
  for (const { layout, plan, bounds } of portion) {
    const { path, names } = layout;
    const { stepS: archiveS } = plan;
    for (const source of names) {
      definitions.push(definition({ name: next(), path, source, cf: 'AVERAGE', stepS: archiveS }));
    }
    if (!hasBounds(bounds)) continue;
    for (const reduce of ['MIN', 'MAX'] as const) {
      for (const source of names) {
        const bound = { name: next(), source, stepS: archiveS, reduce, from: bounds };
        definitions.push(boundDefinition(layout, bound));
      }
    }
  }
  const exports = definitions.map((_, v) => `XPORT:v${v}`);
  return xportCommand((portion[0] as Turn).plan, [...definitions, ...exports]);
}

function rowsFrom(columns: readonly Float64Array[], { layout, plan, bounds }: Turn): StoredRows {
  const { length } = layout.names;
  const averages = columns.slice(0, length);
  const rows = { startS: plan.startS, stepS: plan.widthS, columns: averages };
  switch (bounds) {
    case 'none':
      return rows;
    case 'nowhere': {
      const unknown = averages.map((column) => new Float64Array(column.length).fill(Number.NaN));
      return { ...rows, lows: unknown, highs: unknown };
    }
    case 'archives':
    case 'averages':
      return { ...rows, lows: columns.slice(length, 2 * length), highs: columns.slice(2 * length) };
  }
}
