import { CREATES_PER_SECOND } from '../../limits.ts';
import { recordKey, stepS } from '../../model/record.ts';
import { foldRows, noRows } from '../rows.ts';
import { createCommand, defaultArchives } from './create.ts';
import { Crew } from './crew.ts';
import { isMissing, refusal, refused } from './fault.ts';
import { fetchCommand, fetchPlan, parseFetch } from './fetch.ts';
import { KnownRecords } from './files.ts';
import { fit, kindChanges, parseInfo } from './info.ts';
import { Pacer } from './pacer.ts';
import { quoted } from './path.ts';
import { makeRoom, recordPath, whyNotCreated } from './tree.ts';
import { updates } from './update.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { RecordBatch, RecordOutcome, SeriesRequest, Store, StoredRows } from '../store.ts';
import type { Reply } from './coprocess.ts';
import type { Archive } from './create.ts';
import type { Refusal } from './fault.ts';
import type { KnownFile, KnownRecord } from './files.ts';

export interface RrdStoreOptions {
  /** Root of the files, absolute; it exists. */
  readonly dir: string;
  /** Coprocesses, at least one. */
  readonly workers: number;
  /** Adopted trees by cluster, absolute. */
  readonly rrdDirs: ReadonlyMap<string, string>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** `restart`: a coprocess was given up. `unreadable`: a query met a file it could not read. */
  readonly onCount?: (what: 'restart' | 'unreadable', detail: string) => void;
  readonly archivesFor?: (step: number) => readonly Archive[];
  readonly createsPerSecond?: number;
  /** The program and its patience; `rrdtool` and RRD_ANSWER_WITHIN_MS unless told. */
  readonly program?: string;
  readonly answerWithinMs?: number;
}

/** RRD files through `rrdtool -` coprocesses, which start with the first command. */
export function createRrdStore(options: RrdStoreOptions): Store {
  return new RrdStore(options);
}

/** One record's part of a put. */
interface Turn {
  readonly batch: RecordBatch;
  readonly i: number;
  readonly record: RecordDescription;
  readonly key: string;
  readonly known: KnownRecord;
  readonly signal: AbortSignal;
  readonly hurry: boolean;
}

/** Updates tried on a file that is missing each time. */
const ATTEMPTS_MAX = 2;

class RrdStore implements Store {
  readonly name = 'rrd';
  readonly #options: RrdStoreOptions;
  readonly #crew: Crew;
  readonly #records = new KnownRecords();
  readonly #creations: Pacer;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: RrdStoreOptions) {
    const { dir, now, onCount, program, answerWithinMs } = options;
    this.#options = options;
    this.#creations = new Pacer(options.createsPerSecond ?? CREATES_PER_SECOND, now);
    this.#crew = new Crew(options.workers, {
      dir,
      now,
      onEnd: (cause) => onCount?.('restart', cause),
      ...(program === undefined ? {} : { program }),
      ...(answerWithinMs === undefined ? {} : { answerWithinMs }),
    });
  }

  put(
    batch: RecordBatch,
    options: { signal: AbortSignal; hurry: boolean },
  ): Promise<readonly RecordOutcome[]> {
    return this.#track(
      batch.records.map((record, i) => {
        const key = recordKey(record);
        return this.#putRecord({ batch, i, record, key, known: this.#records.of(key), ...options });
      }),
    );
  }

  query(request: SeriesRequest, signal: AbortSignal): Promise<readonly StoredRows[]> {
    return this.#track(request.records.map((record) => this.#queryRecord(record, request, signal)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#crew[Symbol.asyncDispose]();
  }

  async #track<T>(parts: readonly Promise<T>[]): Promise<readonly T[]> {
    const whole = Promise.all(parts);
    this.#underWay.add(whole);
    try {
      return await whole;
    } finally {
      this.#underWay.delete(whole);
    }
  }

  async #putRecord(turn: Turn): Promise<RecordOutcome> {
    const { known, batch, i } = turn;
    if (batch.starts[i] === batch.starts[i + 1]) return { ok: true, lateThroughS: known.settledS ?? 0 };
    for (let attempt = 1; ; attempt += 1) {
      const file = await this.#fileOf(turn);
      if ('ok' in file) return file;
      const reply = await this.#update(turn, file);
      if (reply.kind === 'ok') {
        const lateThroughS = known.settledS ?? 0;
        known.settledS = file.lastS;
        return { ok: true, lateThroughS };
      }
      if (!(reply.kind === 'error' && isMissing(reply.text))) return distrust(known, reply);
      if (attempt === ATTEMPTS_MAX) return whyNotCreated(this.#options.dir, file.path, reply.text);
      known.state = 'missing'; // Deleted under us: made anew, it takes the same points.
    }
  }

  /** The record's file, compared with its description, created where it is missing and its turn has come. */
  async #fileOf(turn: Turn): Promise<KnownFile | Refusal> {
    const { known, record } = turn;
    if (typeof known.state === 'object' && !sameKinds(known.state.described, record)) known.state = 'unsure';
    if (known.state === 'unsure') {
      const fault = await this.#ask(turn);
      if (fault) return fault;
    }
    if (known.state === 'missing') {
      const fault = await this.#create(turn);
      if (fault) return fault;
    }
    return typeof known.state === 'object'
      ? known.state
      : refused('creating', true, 'the file has just appeared');
  }

  async #ask(turn: Turn): Promise<Refusal | undefined> {
    const { known, record } = turn;
    const path = await recordPath(record, this.#options.rrdDirs);
    const reply = await this.#run(turn, `info ${quoted(path)}`);
    if (reply.kind === 'error' && isMissing(reply.text)) {
      known.state = 'missing';
      return undefined;
    }
    if (reply.kind !== 'ok') return refusalOf(reply);
    const info = parseInfo(reply.text);
    if (!info) return refused('store_refused', false, `${path}: rrdtool's description is not understood`);
    const layout = fit(record, info);
    if (!layout.ok) return refused('store_refused', false, `${path}: ${layout.detail}`);
    const changes = record.provisional ? [] : kindChanges(record, layout.names, info);
    if (changes.length > 0) {
      const types = changes.map((change) => `--data-source-type ${change}`).join(' ');
      const tuned = await this.#run(turn, `tune ${quoted(path)} ${types}`);
      if (tuned.kind !== 'ok') return refusalOf(tuned);
    }
    const template = layout.sameOrder ? '' : ` --template ${layout.names.join(':')}`;
    known.state = { path, target: quoted(path) + template, lastS: info.lastS, described: record };
    known.settledS ??= info.lastS;
    return undefined;
  }

  async #create(turn: Turn): Promise<Refusal | undefined> {
    const { known, record, batch, i } = turn;
    const { dir, rrdDirs, archivesFor } = this.#options;
    if (!turn.hurry && !this.#creations.admit()) return refused('creating', true, 'new files are paced');
    const path = await recordPath(record, rrdDirs);
    const fault = await makeRoom(dir, path, record);
    if (fault) return fault;
    const firstS = batch.timesS[batch.starts[i] as number] as number;
    const reply = await this.#run(turn, createCommand(path, record, firstS, archivesFor ?? defaultArchives));
    if (reply.kind === 'ok') {
      known.state = { path, target: quoted(path), lastS: 0, described: record };
      known.settledS = 0;
      return undefined;
    }
    known.state = 'unsure';
    if (reply.kind === 'error' && reply.text.includes('File exists')) return undefined;
    if (reply.kind === 'error' && reply.text.includes('Cannot create temporary file')) {
      return whyNotCreated(dir, path, reply.text);
    }
    return refusalOf(reply);
  }

  /** Stores the points the file does not have; the reply is the first that is not `ok`. */
  async #update(turn: Turn, file: KnownFile): Promise<Reply> {
    for (const { line, throughS } of updates(turn.batch, turn.i, file.target, file.lastS)) {
      const reply = await this.#run(turn, line);
      if (reply.kind !== 'ok') return reply;
      file.lastS = throughS;
    }
    return { kind: 'ok', text: '' };
  }

  #run(turn: Turn, line: string): Promise<Reply> {
    return this.#crew.run(turn.key, line, turn.signal);
  }

  async #queryRecord(
    record: RecordDescription,
    request: SeriesRequest,
    signal: AbortSignal,
  ): Promise<StoredRows> {
    const nothing = noRows(record.sources.length, stepS(record));
    const path = await recordPath(record, this.#options.rrdDirs);
    const text = await this.#read(record, `info ${quoted(path)}`, signal);
    if (text === undefined) return nothing;
    const info = parseInfo(text);
    const layout = info ? fit(record, info) : undefined;
    if (!info || !layout?.ok) {
      this.#options.onCount?.(
        'unreadable',
        `${path}: ${layout?.ok === false ? layout.detail : 'not understood'}`,
      );
      return nothing;
    }
    const plan = fetchPlan(info, request);
    if (!plan) return nothing;
    const fetched = await this.#read(record, fetchCommand(path, plan), signal);
    return fetched === undefined
      ? nothing
      : foldRows(parseFetch(fetched, layout.names, plan), request.points);
  }

  /**
   * The answer's text; undefined for a file that is missing or unreadable. Rejects when aborted or rrdtool
   * is down.
   */
  async #read(record: RecordDescription, line: string, signal: AbortSignal): Promise<string | undefined> {
    const reply = await this.#crew.run(recordKey(record), line, signal);
    switch (reply.kind) {
      case 'ok':
        return reply.text;
      case 'error':
        if (!isMissing(reply.text)) this.#options.onCount?.('unreadable', reply.text);
        return undefined;
      case 'aborted':
        throw signal.reason instanceof Error ? signal.reason : new Error('aborted');
      case 'down':
        throw new Error(`the RRD store is down: ${reply.text}`);
    }
  }
}

/** A put that failed leaves the file in doubt, unless rrdtool never saw it. */
function distrust(known: KnownRecord, reply: Exclude<Reply, { kind: 'ok' }>): Refusal {
  if (reply.kind !== 'aborted') known.state = 'unsure';
  return refusalOf(reply);
}

function refusalOf(reply: Exclude<Reply, { kind: 'ok' }>): Refusal {
  switch (reply.kind) {
    case 'error':
      return refusal(reply.text);
    case 'down':
      return refused('store_down', true, reply.text);
    case 'aborted':
      return refused('aborted', true, 'given up before rrdtool had it');
  }
}

function sameKinds(a: RecordDescription, b: RecordDescription): boolean {
  if (a === b) return true;
  const { length } = a.sources;
  return length === b.sources.length && a.sources.every((source, i) => source.kind === b.sources[i]?.kind);
}
