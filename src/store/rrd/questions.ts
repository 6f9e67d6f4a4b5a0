import { recordKey } from '../../model/record.ts';
import { isMissing } from './fault.ts';
import { fit, parseInfo } from './info.ts';
import { Layouts } from './layouts.ts';
import { quoted } from './path.ts';
import { Reports } from './reports.ts';
import { recordPath } from './tree.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { Reply } from './coprocess.ts';
import type { Crew } from './crew.ts';
import type { Layout } from './layouts.ts';
import type { Roots } from './tree.ts';

export interface QuestionsOptions {
  readonly crew: Crew;
  readonly roots: Roots;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  /** A file that is there and cannot be read, once a minute each. */
  readonly onUnreadable: (detail: string) => void;
}

/** What readers ask rrdtool. All reject when aborted or rrdtool is down. */
export class Questions {
  readonly #options: QuestionsOptions;
  readonly #layouts: Layouts;
  readonly #reports: Reports;

  constructor(options: QuestionsOptions) {
    this.#options = options;
    this.#layouts = new Layouts(options.now);
    this.#reports = new Reports(options.now);
  }

  /** How a record's file lies, remembered or asked; undefined where it is missing or unreadable. */
  async layout(record: RecordDescription, signal: AbortSignal): Promise<Layout | undefined> {
    const known = this.#layouts.recall(record);
    if (known) return known;
    const path = await recordPath(record, this.#options.roots);
    const text = await this.alone(record, { path, line: `info ${quoted(path)}` }, signal);
    if (text === undefined) return undefined;
    const info = parseInfo(text);
    const fitting = info ? fit(record, info) : undefined;
    if (!info || !fitting?.ok) {
      this.#report(path, `${path}: ${fitting?.ok === false ? fitting.detail : 'not understood'}`);
      return undefined;
    }
    const { stepS, archives, lastS } = info;
    const layout = { path, names: fitting.names, stepS, archives, lastS, remembered: false };
    this.#layouts.keep(record, layout);
    return layout;
  }

  forget(record: RecordDescription): void {
    this.#layouts.forget(record);
  }

  /** One command on one record's file: the answer's text, undefined where it is missing or unreadable. */
  async alone(
    record: RecordDescription,
    command: { readonly path: string; readonly line: string },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const reply = await this.#options.crew.run(recordKey(record), command.line, signal);
    if (reply.kind === 'ok') return reply.text;
    if (reply.kind !== 'error') throw causeOf(reply, signal);
    if (!isMissing(reply.text)) this.#report(command.path, reply.text);
    return undefined;
  }

  /** One command on files of several records; undefined where it failed on account of one of them. */
  async together(line: string, signal: AbortSignal): Promise<string | undefined> {
    const reply = await this.#options.crew.share(line, signal);
    if (reply.kind === 'ok') return reply.text;
    if (reply.kind === 'aborted') throw causeOf(reply, signal);
    return undefined;
  }

  #report(path: string, detail: string): void {
    if (this.#reports.isDue(path)) this.#options.onUnreadable(detail);
  }
}

function causeOf(reply: Reply & { kind: 'aborted' | 'down' }, signal: AbortSignal): Error {
  if (reply.kind === 'down') return new Error(`the RRD store is down: ${reply.text}`);
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}
