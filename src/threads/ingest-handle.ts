import { Worker } from 'node:worker_threads';
import { Requests } from './requests.ts';
import type { AgentNotification } from '../model/event.ts';
import type { AnnouncementBatch } from '../live/announcement.ts';
import type { BindOutcome } from '../ingest/listeners.ts';
import type { Departed, FromIngest, IngestSetup, LogMessage, ToIngest } from './messages.ts';
import type { GroupConfig } from '../contract/config.ts';
import type { Flushed } from '../ingest/planner.ts';
import type { Place } from '../ingest/group-changes.ts';
import type { GcPauses } from '../contract/stats.ts';
import type { IngestStats } from '../ingest/stats.ts';
import type { SetAside } from '../model/set-aside.ts';
import type { RestoredHost } from '../model/restored.ts';
import type { HistoryMove, RosterNews } from '../model/instance.ts';
import type { MovedHost } from '../model/moved-hosts.ts';
import type { WriteOutcome, WriteRequest } from '../model/write.ts';
import type { SourceQuery, SourcesFound } from '../model/source-query.ts';

export interface IngestListener {
  announced(batch: AnnouncementBatch, restored: boolean): void;
  log(message: LogMessage): void;
  setAside(aside: SetAside): void;
  /** Agents of its groups had something to say. */
  notified(notifications: readonly AgentNotification[]): void;
  /** The thread ended by itself: nothing receives any more. */
  failed(error: Error): void;
}

/**
 * What node:dgram allocates for a datagram is dead a moment later, and is collected the more briefly the less
 * there is of it: with 8 MiB a median pause of 2.5 ms at 100 k datagrams/s, where Node's own 48 made it 10.
 * With 3 it is 0.9, but too much grows old before it is collected: a third more CPU at 1 M values/s.
 */
const YOUNG_MIB = 12;

/** The main thread's end of one ingest worker. */
export class IngestHandle {
  groups: readonly GroupConfig[] = [];
  stats: IngestStats | undefined;
  gcPauses: GcPauses | undefined;
  #prepared: readonly GroupConfig[] = [];
  readonly #worker: Worker;
  readonly #bound = new Requests<readonly BindOutcome[]>();
  readonly #stopped = new Requests<IngestStats>();
  readonly #held = new Requests<string | undefined>();
  readonly #flushed = new Requests<Flushed>();
  readonly #written = new Requests<WriteOutcome>();
  readonly #senders = new Requests<SourcesFound>();
  readonly #departed = new Requests<Departed>();
  readonly #renamed = new Requests<string | undefined>();
  readonly #listener: IngestListener;
  #stopping = false;

  constructor(setup: IngestSetup, listener: IngestListener) {
    this.#listener = listener;
    const transferList = [setup.judge, setup.query];
    this.#worker = new Worker(new URL('./ingest.ts', import.meta.url), {
      workerData: setup,
      transferList,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.#worker.on('message', (message: FromIngest) => this.#hear(message));
    this.#worker.on('error', (error) =>
      listener.failed(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on('exit', (code) => {
      const fault = new Error(`an ingest thread ended with code ${code}`);
      this.#bound.fail(fault);
      this.#stopped.fail(fault);
      this.#held.fail(fault);
      this.#flushed.fail(fault);
      this.#written.fail(fault);
      this.#senders.fail(fault);
      this.#departed.fail(fault);
      this.#renamed.fail(fault);
      if (!this.#stopping) listener.failed(fault);
    });
  }

  restore(hosts: readonly RestoredHost[], moved: readonly MovedHost[]): void {
    this.#say({ kind: 'restore', hosts, moved });
  }

  /** Binds what these groups need and the worker has not; changes nothing else until `commit`. */
  prepare(groups: readonly GroupConfig[], freed: readonly Place[]): Promise<readonly BindOutcome[]> {
    this.#prepared = groups;
    return this.#ask((request) => ({ kind: 'prepare', request, groups, freed }));
  }

  /** Takes away what is not wanted any more. */
  async commit(): Promise<void> {
    this.groups = this.#prepared;
    await this.#ask((request) => ({ kind: 'commit', request }));
  }

  /** Binds what had to wait for ports that `commit` freed. */
  finish(): Promise<readonly BindOutcome[]> {
    return this.#ask((request) => ({ kind: 'finish', request }));
  }

  /** Undoes `prepare`. */
  async abandon(): Promise<void> {
    await this.#ask((request) => ({ kind: 'abandon', request }));
  }

  /** Nothing more goes to the store until `release`. Answers why it is not at rest; undefined: it is. */
  hold(withinMs: number): Promise<string | undefined> {
    const { request, answer } = this.#held.open();
    this.#say({ kind: 'hold', request, withinMs });
    return answer;
  }

  release(): void {
    this.#say({ kind: 'release' });
  }

  /** Writes what these of its records have waiting. */
  flush(records: Uint32Array, withinMs: number): Promise<Flushed> {
    const { request, answer } = this.#flushed.open();
    this.#say({ kind: 'flush', request, records, withinMs });
    return answer;
  }

  /** What changed of instances. */
  roster(news: readonly RosterNews[]): void {
    this.#say({ kind: 'roster', news });
  }

  /** The host's points are written and it is forgotten; what comes by its name waits until `resume`. */
  depart(cluster: string, host: string): Promise<Departed> {
    const { request, answer } = this.#departed.open();
    this.#say({ kind: 'depart', request, cluster, host });
    return answer;
  }

  /** What the store has of a host gets another name. Answers why not, in words. */
  rename(move: HistoryMove): Promise<string | undefined> {
    const { request, answer } = this.#renamed.open();
    this.#say({ kind: 'rename', request, move });
    return answer;
  }

  resume(cluster: string, host: string): void {
    this.#say({ kind: 'resume', cluster, host });
  }

  /** Who sends to its groups. */
  senders(query: SourceQuery): Promise<SourcesFound> {
    const { request, answer } = this.#senders.open();
    this.#say({ kind: 'senders', request, query });
    return answer;
  }

  /** Reads a body, whose buffer is the worker's from now on. */
  write(body: WriteRequest): Promise<WriteOutcome> {
    const { request, answer } = this.#written.open();
    this.#worker.postMessage({ kind: 'write', request, body } satisfies ToIngest, [body.bytes.buffer]);
    return answer;
  }

  /** Flushes everything and ends the thread; the last figures. */
  async stop(): Promise<IngestStats> {
    this.#stopping = true;
    const { request, answer } = this.#stopped.open();
    this.#say({ kind: 'stop', request });
    return answer;
  }

  #ask(message: (request: number) => ToIngest): Promise<readonly BindOutcome[]> {
    const { request, answer } = this.#bound.open();
    this.#say(message(request));
    return answer;
  }

  #say(message: ToIngest): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromIngest): void {
    switch (message.kind) {
      case 'log':
        this.#listener.log(message);
        return;
      case 'set-aside':
        this.#listener.setAside(message);
        return;
      case 'announced':
        this.#listener.announced(message.batch, message.restored);
        return;
      case 'notifications':
        this.#listener.notified(message.notifications);
        return;
      case 'stats':
        this.stats = message.stats;
        this.gcPauses = message.gcPauses;
        return;
      case 'bound':
        this.#bound.settle(message.request, message.outcomes);
        return;
      case 'held':
        this.#held.settle(message.request, message.fault);
        return;
      case 'flushed':
        this.#flushed.settle(message.request, message.flushed);
        return;
      case 'departed':
        this.#departed.settle(message.request, message.departed);
        return;
      case 'renamed':
        this.#renamed.settle(message.request, message.fault);
        return;
      case 'senders':
        this.#senders.settle(message.request, message.found);
        return;
      case 'written':
        this.#written.settle(message.request, message.outcome);
        return;
      case 'stopped':
        this.stats = message.stats;
        this.#stopped.settle(message.request, message.stats);
        return;
    }
  }
}
