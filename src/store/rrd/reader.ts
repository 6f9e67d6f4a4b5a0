import { recordKey, stepS } from '../../model/record.ts';
import { foldRows, noRows } from '../rows.ts';
import { isMissing } from './fault.ts';
import { fetchCommand, fetchPlan, parseFetch } from './fetch.ts';
import { fit, parseInfo } from './info.ts';
import { quoted } from './path.ts';
import { Reports } from './reports.ts';
import { recordPath } from './tree.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { SeriesRequest, StoredRows } from '../store.ts';
import type { Archive } from './create.ts';
import type { Crew } from './crew.ts';
import type { Roots } from './tree.ts';

/** Reads records' files. One that cannot be read holds nothing; it is told of once a minute. */
export class RecordReader {
  readonly #crew: Crew;
  readonly #roots: Roots;
  readonly #reports: Reports;
  readonly #onUnreadable: (detail: string) => void;

  constructor(options: {
    readonly crew: Crew;
    readonly roots: Roots;
    /** Epoch milliseconds. */
    readonly now: () => number;
    readonly onUnreadable: (detail: string) => void;
  }) {
    this.#crew = options.crew;
    this.#roots = options.roots;
    this.#reports = new Reports(options.now);
    this.#onUnreadable = options.onUnreadable;
  }

  /** What the store holds of one record. Rejects when aborted or rrdtool is down. */
  async read(record: RecordDescription, request: SeriesRequest, signal: AbortSignal): Promise<StoredRows> {
    const nothing = noRows(record.sources.length, stepS(record));
    const path = await recordPath(record, this.#roots);
    const text = await this.#ask(record, { path, line: `info ${quoted(path)}` }, signal);
    if (text === undefined) return nothing;
    const info = parseInfo(text);
    const layout = info ? fit(record, info) : undefined;
    if (!info || !layout?.ok) {
      this.#report(path, `${path}: ${layout?.ok === false ? layout.detail : 'not understood'}`);
      return nothing;
    }
    const plan = fetchPlan(info, request);
    if (!plan) return nothing;
    const fetch = async (cf: Archive['cf']) => {
      const fetched = await this.#ask(record, { path, line: fetchCommand(path, plan, cf) }, signal);
      return fetched === undefined ? undefined : parseFetch(fetched, layout.names, plan);
    };
    const has = (cf: Archive['cf']) => info.archives.some((a) => a.cf === cf && a.stepS === plan.stepS);
    const bound = (cf: Archive['cf']) => (request.band && has(cf) ? fetch(cf) : undefined);
    const [rows, lows, highs] = await Promise.all([fetch('AVERAGE'), bound('MIN'), bound('MAX')]);
    if (!rows) return nothing;
    if (!request.band) return foldRows(rows, request.points);
    // A row of one step is what came in: it is its own lowest and highest.
    const own = plan.stepS === info.stepS ? rows.columns : unknownLike(rows.columns);
    const banded = { ...rows, lows: lows?.columns ?? own, highs: highs?.columns ?? own };
    return foldRows(banded, request.points);
  }

  /** The answer's text; undefined for a file that is missing or unreadable. */
  async #ask(
    record: RecordDescription,
    command: { readonly path: string; readonly line: string },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const reply = await this.#crew.run(recordKey(record), command.line, signal);
    switch (reply.kind) {
      case 'ok':
        return reply.text;
      case 'error':
        if (!isMissing(reply.text)) this.#report(command.path, reply.text);
        return undefined;
      case 'aborted':
        throw signal.reason instanceof Error ? signal.reason : new Error('aborted');
      case 'down':
        throw new Error(`the RRD store is down: ${reply.text}`);
    }
  }

  #report(path: string, detail: string): void {
    if (this.#reports.isDue(path)) this.#onUnreadable(detail);
  }
}

function unknownLike(columns: readonly Float64Array[]): readonly Float64Array[] {
  return columns.map(({ length }) => new Float64Array(length).fill(Number.NaN));
}
