import { setTimeout as sleep } from 'node:timers/promises';
import { CREATES_PER_SECOND, CREATES_UNDER_WAY_MAX } from '../../limits.ts';
import { recordKey } from '../../model/record.ts';
import { ArchiveChoice } from './archive-choice.ts';
import { createCommand, EARLIEST_S } from './create.ts';
import { Crew } from './crew.ts';
import { cureElsewhere, DamagedFiles, isDamaged } from './damage.ts';
import { isMissing, refusal, refused } from './fault.ts';
import { KnownRecords } from './known-records.ts';
import { RecordFold } from './fold.ts';
import { neededHeartbeatS } from './heartbeat.ts';
import { fit, kindChanges, parseInfo } from './info.ts';
import { FileOwners } from './owners.ts';
import { FileRoom } from './file-room.ts';
import { Pacer } from './pacer.ts';
import { quoted } from './path.ts';
import { Questions } from './questions.ts';
import { Reports } from './reports.ts';
import { RecordReader } from './reader.ts';
import { sourceNames } from './source-names.ts';
import { moveTree } from './move-tree.ts';
import { makeRoom, recordPath, whyNotCreated } from './tree.ts';
import { updates } from './update.ts';
import type { ArchiveRule } from '../../contract/config.ts';
import type { HistoryMove } from '../../model/instance.ts';
import type { RecordDescription } from '../../model/record.ts';
import type {
  FoldRequest,
  Folded,
  RecordBatch,
  RecordOutcome,
  SeriesRequest,
  Store,
  StoredRows,
} from '../store.ts';
import type { SetAside } from '../../model/set-aside.ts';
import type { CommandLine, Reply } from './coprocess.ts';
import type { FreeShare } from './file-room.ts';
import type { Refusal } from './fault.ts';
import type { KnownFile, KnownRecord } from './known-records.ts';

export interface RrdStoreOptions {
  /** Root of the files, absolute; made where it is missing. */
  readonly dir: string;
  /** Coprocesses, at least one. */
  readonly workers: number;
  /** Adopted trees by cluster, absolute. */
  readonly rrdDirs: ReadonlyMap<string, string>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /**
   * `restart`: a coprocess was given up. `no room`: no new files are made, told once a minute. `unreadable`: a query met a file it could not read, told once
   * a minute and file.
   */
  readonly onCount?: (what: 'restart' | 'unreadable' | 'missing' | 'no room', detail: string) => void;
  /** A put met a damaged file: it was moved aside, and a new one begins. */
  readonly onSetAside?: (aside: SetAside) => void;
  /** Whether a host's history is getting another name: its points wait. */
  readonly isHeld?: (record: RecordDescription) => boolean;
  /** What new files keep; the default archives where no rule matches. */
  readonly archives?: readonly ArchiveRule[];
  readonly createsPerSecond?: number;
  /** What is free on a disk; the system's answer unless told. */
  readonly freeShare?: FreeShare;
  /** The program and its patience; `rrdtool` and RRD_ANSWER_WITHIN_MS unless told. */
  readonly program?: string;
  readonly answerWithinMs?: number;
  /** Rejects when the signal fires. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
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
/**
 * A record refused for a cause that may pass (no space, no permission, no rrdtool) is tried again after so
 * long at the earliest, so that whoever puts it again at once does not spin.
 */
const REST_MS = 1000;

class RrdStore implements Store {
  readonly name = 'rrd';
  readonly #options: RrdStoreOptions;
  readonly #crew: Crew;
  readonly #records = new KnownRecords();
  readonly #owners: FileOwners;
  readonly #reports: Reports;
  readonly #archives: ArchiveChoice;
  readonly #creations: Pacer;
  readonly #damaged: DamagedFiles;
  readonly #room: FileRoom;
  readonly #reader: RecordReader;
  readonly #fold: RecordFold;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: RrdStoreOptions) {
    const { now, onCount, program, answerWithinMs } = options;
    this.#options = options;
    this.#owners = new FileOwners(now);
    this.#reports = new Reports(now);
    this.#archives = new ArchiveChoice(options.archives ?? []);
    this.#creations = new Pacer(
      { perSecond: options.createsPerSecond ?? CREATES_PER_SECOND, underWayMax: CREATES_UNDER_WAY_MAX },
      now,
    );
    this.#room = new FileRoom(now, options.freeShare);
    this.#damaged = new DamagedFiles(now, (aside) => options.onSetAside?.(aside));
    this.#crew = new Crew(options.workers, {
      dir: '/', // Paths are absolute: the tree may go while rrdtool runs.
      now,
      onEnd: (cause) => onCount?.('restart', cause),
      ...(program === undefined ? {} : { program }),
      ...(answerWithinMs === undefined ? {} : { answerWithinMs }),
    });
    const onUnreadable = (detail: string) => onCount?.('unreadable', detail);
    const questions = new Questions({ crew: this.#crew, roots: options, now, onUnreadable });
    this.#reader = new RecordReader(questions);
    this.#fold = new RecordFold(questions);
  }

  put(
    batch: RecordBatch,
    options: { signal: AbortSignal; hurry: boolean },
  ): Promise<readonly RecordOutcome[]> {
    const outcomes = batch.records.map((record, i) => {
      const key = recordKey(record);
      return this.#putRecord({ batch, i, record, key, known: this.#records.of(record), ...options });
    });
    return this.#track(Promise.all(outcomes));
  }

  query(request: SeriesRequest, signal: AbortSignal): Promise<readonly StoredRows[]> {
    return this.#track(this.#reader.read(request, signal));
  }

  fold(request: FoldRequest, signal: AbortSignal): Promise<Folded> {
    return this.#track(this.#fold.fold(request, signal));
  }

  rename(move: HistoryMove): Promise<string | undefined> {
    const { cluster, from, to } = move;
    const forget = () => [from, to].forEach((host) => this.#records.forgetHost(cluster, host));
    return this.#track(moveTree(move, this.#options).finally(forget));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#crew[Symbol.asyncDispose]();
  }

  async #track<T>(whole: Promise<T>): Promise<T> {
    this.#underWay.add(whole);
    try {
      return await whole;
    } finally {
      this.#underWay.delete(whole);
    }
  }

  async #putRecord(turn: Turn): Promise<RecordOutcome> {
    const { known, signal } = turn;
    const { now, pause = restFor, isHeld } = this.#options;
    if (isHeld?.(turn.record)) return refused('creating', true, 'its host is getting another name');
    const restMs = Math.min(REST_MS, known.restUntilMs - now());
    if (restMs > 0 && !signal.aborted) await pause(restMs, signal).catch(() => {});
    if (signal.aborted) return refusalOf({ kind: 'aborted' });
    const outcome = await this.#tryRecord(turn);
    known.restUntilMs = isPassingFault(outcome) ? now() + REST_MS : 0;
    return outcome;
  }

  async #tryRecord(turn: Turn): Promise<RecordOutcome> {
    const { known, batch, i } = turn;
    const { onCount } = this.#options;
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
      const missing = reply.kind === 'error' && isMissing(reply.text);
      const damaged = reply.kind === 'error' && isDamaged(reply.text);
      if (!missing && (!damaged || attempt === ATTEMPTS_MAX)) return distrust(known, reply);
      if (attempt === ATTEMPTS_MAX) return whyNotCreated(file.path, reply.text);
      // Deleted under us: made anew, it takes the same points. Damaged under us: it is set aside when asked.
      known.state = missing ? 'missing' : 'unsure';
      if (missing && this.#reports.isDue('missing')) onCount?.('missing', `${file.path}: made anew`);
    }
  }

  /** The record's file, compared with its description, created where it is missing and its turn has come. */
  async #fileOf(turn: Turn): Promise<KnownFile | Refusal> {
    const { known, record } = turn;
    if (typeof known.state === 'object' && !sameKinds(known.state.described, record)) known.state = 'unsure';
    const path = typeof known.state === 'object' ? known.state.path : await recordPath(record, this.#options);
    const taken = this.#claim(turn, path);
    if (taken) return taken;
    if (known.state === 'unsure') {
      const fault = await this.#ask(turn, path);
      if (fault) return fault;
    }
    if (known.state === 'missing') {
      const fault = await this.#create(turn, path);
      if (fault) return fault;
    }
    return typeof known.state === 'object'
      ? known.state
      : refused('creating', true, 'the file has just appeared');
  }

  /** In an adopted tree, refuses a record whose file is another's. */
  #claim({ record, key, known }: Turn, path: string): Refusal | undefined {
    if (!this.#options.rrdDirs.has(record.cluster)) return undefined;
    const claim = this.#owners.claim(path, key);
    if (claim.kind === 'other') return refused('store_refused', false, sharedPath(path, claim.key));
    if (claim.kind === 'new' && typeof known.state === 'object') {
      known.state = 'unsure';
      known.settledS = undefined;
    }
    return undefined;
  }

  async #ask(turn: Turn, path: string): Promise<Refusal | undefined> {
    const { known, record } = turn;
    const reply = await this.#run(turn, `info ${quoted(path)}`);
    if (reply.kind === 'error' && isMissing(reply.text)) {
      known.state = 'missing';
      return undefined;
    }
    if (reply.kind === 'error' && isDamaged(reply.text)) return this.#replace(turn, path, reply.text);
    if (reply.kind !== 'ok') return refusalOf(reply);
    const info = parseInfo(reply.text);
    if (!info) return refused('store_refused', false, `${path}: rrdtool's description is not understood`);
    const layout = fit(record, info);
    if (!layout.ok) return refused('store_refused', false, `${path}: ${layout.detail}`);
    const { names, sameOrder } = layout;
    const changes = record.provisional ? [] : kindChanges(record, names, info);
    if (changes.length > 0) {
      const types = changes.map((change) => `--data-source-type ${change}`).join(' ');
      const tuned = await this.#run(turn, `tune ${quoted(path)} ${types}`);
      if (tuned.kind !== 'ok') return refusalOf(tuned);
    }
    const heartbeatS = Math.min(...info.sources.map((source) => source.heartbeatS));
    const target = quoted(path) + (sameOrder ? '' : ` --template ${names.join(':')}`);
    known.state = { path, target, names, lastS: info.lastS, heartbeatS, described: record };
    known.settledS ??= info.lastS;
    return undefined;
  }

  /** Sets the record's damaged file aside, so that a new one begins. */
  async #replace({ key, known }: Turn, path: string, found: string): Promise<Refusal | undefined> {
    const fault = await this.#damaged.setAside(path, found);
    if (fault) return fault;
    this.#crew.forgive(key);
    known.state = 'missing';
    return undefined;
  }

  async #create(turn: Turn, path: string): Promise<Refusal | undefined> {
    const { known, record, batch, i } = turn;
    if (!(await this.#hasRoom(record))) return refused('creating', true, 'the disk is nearly full');
    using admission = turn.hurry ? undefined : this.#creations.admit();
    if (!turn.hurry && !admission) return refused('creating', true, 'new files are paced');
    const fault = await makeRoom(path, record);
    if (fault) return fault;
    const firstS = batch.timesS[batch.starts[i] as number] as number;
    const set = this.#archives.of(record, this.#options.rrdDirs.has(record.cluster));
    const { line, heartbeatS } = createCommand(path, record, { set, firstS });
    const reply = await this.#run(turn, line);
    if (reply.kind === 'ok') {
      const names = sourceNames(record);
      const lastS = firstS > EARLIEST_S ? 0 : EARLIEST_S;
      known.state = { path, target: quoted(path), names, lastS, heartbeatS, described: record };
      known.settledS = lastS;
      return undefined;
    }
    known.state = 'unsure';
    if (reply.kind === 'error' && reply.text.includes('File exists')) return undefined;
    if (reply.kind === 'error' && reply.text.includes('Cannot create temporary file')) {
      return await whyNotCreated(path, reply.text);
    }
    return refusalOf(reply);
  }

  async #hasRoom({ cluster }: RecordDescription): Promise<boolean> {
    const { dir, rrdDirs, onCount } = this.#options;
    const root = rrdDirs.get(cluster) ?? dir;
    if (await this.#room.isLeft(root)) return true;
    if (this.#reports.isDue('no room')) onCount?.('no room', `${root}: too full for new files; they wait`);
    return false;
  }

  /** Stores the points the file does not have; the reply is the first that is not `ok`. */
  async #update(turn: Turn, file: KnownFile): Promise<Reply> {
    const heartbeatS = neededHeartbeatS(turn.batch, turn.i, file);
    if (heartbeatS !== undefined) {
      const each = file.names.map((name) => `--heartbeat ${name}:${heartbeatS}`).join(' ');
      const tuned = await this.#run(turn, `tune ${quoted(file.path)} ${each}`);
      if (tuned.kind !== 'ok') return tuned;
      file.heartbeatS = heartbeatS;
    }
    for (const { line, throughS } of updates(turn.batch, turn.i, file.target, file.lastS)) {
      const reply = await this.#run(turn, line);
      if (reply.kind !== 'ok') return reply;
      file.lastS = throughS;
    }
    return { kind: 'ok', text: '' };
  }

  #run(turn: Turn, line: CommandLine): Promise<Reply> {
    return this.#crew.run(turn.key, line, turn.signal);
  }
}

function restFor(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}

function isPassingFault(outcome: RecordOutcome): boolean {
  return !outcome.ok && outcome.retryable && outcome.reason !== 'creating' && outcome.reason !== 'aborted';
}

/** A put that failed leaves the file in doubt, unless rrdtool never saw it. */
function distrust(known: KnownRecord, reply: Exclude<Reply, { kind: 'ok' }>): Refusal {
  if (reply.kind !== 'aborted') known.state = 'unsure';
  return refusalOf(reply);
}

function refusalOf(reply: Exclude<Reply, { kind: 'ok' }>): Refusal {
  switch (reply.kind) {
    case 'error':
      return refusal(reply.text + cureElsewhere(reply.text));
    case 'down':
      return refused('store_down', true, reply.text);
    case 'aborted':
      return refused('aborted', true, 'given up before rrdtool had it');
  }
}

function sharedPath(path: string, ownersKey: string): string {
  const [cluster, host] = ownersKey.split('\0');
  return (
    `${path} is the file of host ${host} in ${cluster}: in gmetad's trees no two names may differ in case ` +
    `alone, in collectd's no two clusters have a host of one name; rename one, or give it a tree of its own`
  );
}

function sameKinds(a: RecordDescription, b: RecordDescription): boolean {
  if (a === b) return true;
  const { length } = a.sources;
  return length === b.sources.length && a.sources.every((source, i) => source.kind === b.sources[i]?.kind);
}
