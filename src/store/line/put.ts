import { LINE_REQUEST_CHARS_MAX } from '../../limits.ts';
import { halvesOf, linesOf, seriesOf, valuesIn } from './lines.ts';
import type { LineNaming } from '../../contract/config.ts';
import type { RecordBatch, StoreReason } from '../store.ts';
import type { Answer } from './answer.ts';
import type { Run, Series } from './lines.ts';

/** A line that the database refuses for good. */
export interface RefusedLine {
  readonly run: Run;
  readonly lines: string;
  readonly values: number;
  readonly detail: string;
}

/** Why a record's points are to be put again. */
export interface Passing {
  readonly reason: Extract<StoreReason, 'store_down' | 'store_refused' | 'aborted'>;
  readonly detail: string;
}

export interface PutOptions {
  readonly batch: RecordBatch;
  readonly naming: LineNaming;
  readonly send: (lines: string) => Promise<Answer>;
  /** Characters of a request, for the first one; fewer after an answer that it was too large. */
  readonly charsMax?: number;
  readonly requestsMax: number;
}

/** After which nothing more of a batch is sent. */
export type Stop = Extract<Answer, { kind: 'down' | 'misconfigured' | 'aborted' }>;

/** What came of a batch: all that is neither refused nor passing is stored. */
export interface PutResult {
  readonly refused: readonly RefusedLine[];
  /** By index of the record; some of its lines may be stored. */
  readonly passing: ReadonlyMap<number, Passing>;
  readonly stoppedBy: Stop | undefined;
  /** Something was taken, or refused in a database's words: there is one at the other end. */
  readonly database: boolean;
}

/**
 * Writes a batch by requests of bounded size, one after the other. One that is too large or holds lines that
 * are refused is halved, down to the single line, so that the rest goes in; lines that went in twice
 * overwrite themselves.
 */
export async function writeBatch(options: PutOptions): Promise<PutResult> {
  const put = new BatchWrite(options);
  for (const runs of put.requests()) await put.deliver(runs);
  return put.result();
}

class BatchWrite {
  readonly #o: PutOptions;
  readonly #refused: RefusedLine[] = [];
  readonly #passing = new Map<number, Passing>();
  #requestsLeft: number;
  #stoppedBy: Stop | undefined;
  #database = false;

  constructor(options: PutOptions) {
    this.#o = options;
    this.#requestsLeft = options.requestsMax;
  }

  result(): PutResult {
    const [refused, passing] = [this.#refused, this.#passing];
    return { refused, passing, stoppedBy: this.#stoppedBy, database: this.#database };
  }

  /** The batch's runs in order, so many at a time that they are likely to fit into one request. */
  *requests(): Generator<readonly Run[]> {
    const { batch, naming, charsMax = LINE_REQUEST_CHARS_MAX } = this.#o;
    let runs: Run[] = [];
    let chars = 0;
    for (const [record, description] of batch.records.entries()) {
      const from = batch.starts[record] ?? 0;
      const to = batch.starts[record + 1] ?? from;
      for (const series of seriesOf(description, naming)) {
        const perLine = charsOf(series);
        const most = Math.max(1, Math.floor(charsMax / perLine));
        for (let at = from; at < to; at += most) {
          const run = { record, series, from: at, to: Math.min(to, at + most) };
          const length = perLine * (run.to - run.from);
          if (chars + length > charsMax && runs.length > 0) {
            yield runs;
            [runs, chars] = [[], 0];
          }
          runs.push(run);
          chars += length;
        }
      }
    }
    if (runs.length > 0) yield runs;
  }

  /** Sends runs, in halves where they do not go as a whole, one after the other. */
  async deliver(runs: readonly Run[]): Promise<void> {
    const { batch, send } = this.#o;
    const waiting = [runs];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (this.#stoppedBy !== undefined) {
        this.#passed(next, passingOf(this.#stoppedBy));
        continue;
      }
      const lines = next.map((run) => linesOf(batch, run)).join('');
      if (lines === '') continue;
      if (this.#requestsLeft === 0) {
        this.#passed(next, {
          reason: 'store_refused',
          detail: 'more lines are refused than one put sorts out',
        });
        continue;
      }
      this.#requestsLeft -= 1;
      const answer = await send(lines);
      if (answer.kind === 'ok') this.#database = true;
      else if (answer.kind === 'bad' || answer.kind === 'large') this.#halve(next, lines, answer, waiting);
      else {
        this.#stoppedBy = answer;
        this.#passed(next, passingOf(answer));
      }
    }
  }

  #halve(
    runs: readonly Run[],
    lines: string,
    answer: Answer & { detail: string },
    waiting: (readonly Run[])[],
  ) {
    const { detail } = answer;
    if (answer.kind === 'bad' && answer.aboutLines) this.#database = true;
    const all = answer.kind === 'bad' && answer.dropped > 0 && answer.dropped >= lines.split('\n').length - 1;
    const halves = all ? undefined : halvesOf(runs);
    if (halves) waiting.push(halves[1], halves[0]);
    else for (const run of runs) this.#refuse(run, detail);
  }

  #refuse(run: Run, detail: string): void {
    const { batch } = this.#o;
    this.#refused.push({ run, lines: linesOf(batch, run), values: valuesIn(batch, run), detail });
  }

  #passed(runs: readonly Run[], passing: Passing): void {
    for (const { record } of runs) this.#passing.set(record, passing);
  }
}

/** Characters of a line, at most: a number takes up to 24 with its separator, the time 12. */
function charsOf({ head, fields }: Series): number {
  return head.length + fields.reduce((sum, { key }) => sum + key.length + 24, 12);
}

export function passingOf(stop: Stop): Passing {
  switch (stop.kind) {
    case 'aborted':
      return { reason: 'aborted', detail: 'given up before the database had it' };
    case 'down':
      return { reason: 'store_down', detail: stop.detail };
    case 'misconfigured':
      return { reason: 'store_refused', detail: stop.detail };
  }
}
