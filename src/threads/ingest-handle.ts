import { Worker } from 'node:worker_threads';
import { Requests } from './requests.ts';
import type { AnnouncementBatch } from '../live/announcement.ts';
import type { BindOutcome } from '../ingest/listeners.ts';
import type { FromIngest, IngestSetup, LogMessage, ToIngest } from './messages.ts';
import type { GroupConfig } from '../contract/config.ts';
import type { IngestStats } from '../ingest/stats.ts';
import type { RestoredHost } from '../model/restored.ts';

export interface IngestListener {
  announced(batch: AnnouncementBatch, restored: boolean): void;
  log(message: LogMessage): void;
  /** The thread ended by itself: nothing receives any more. */
  failed(error: Error): void;
}

/** The main thread's end of one ingest worker. */
export class IngestHandle {
  groups: readonly GroupConfig[] = [];
  stats: IngestStats | undefined;
  readonly #worker: Worker;
  readonly #bound = new Requests<readonly BindOutcome[]>();
  readonly #stopped = new Requests<IngestStats>();
  readonly #listener: IngestListener;
  #stopping = false;

  constructor(setup: IngestSetup, listener: IngestListener) {
    this.#listener = listener;
    const transferList = [setup.judge, setup.query];
    this.#worker = new Worker(new URL('./ingest.ts', import.meta.url), { workerData: setup, transferList });
    this.#worker.on('message', (message: FromIngest) => this.#hear(message));
    this.#worker.on('error', (error) =>
      listener.failed(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on('exit', (code) => {
      if (!this.#stopping) listener.failed(new Error(`an ingest thread ended with code ${code}`));
    });
  }

  restore(hosts: readonly RestoredHost[]): void {
    this.#say({ kind: 'restore', hosts });
  }

  /** Makes these the worker's groups; the outcomes are those of the sockets that were bound for it. */
  async setGroups(groups: readonly GroupConfig[]): Promise<readonly BindOutcome[]> {
    const { request, answer } = this.#bound.open();
    this.groups = groups;
    this.#say({ kind: 'groups', request, groups });
    return answer;
  }

  /** Flushes everything and ends the thread; the last figures. */
  async stop(): Promise<IngestStats> {
    this.#stopping = true;
    const { request, answer } = this.#stopped.open();
    this.#say({ kind: 'stop', request });
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
      case 'announced':
        this.#listener.announced(message.batch, message.restored);
        return;
      case 'stats':
        this.stats = message.stats;
        return;
      case 'bound':
        this.#bound.settle(message.request, message.outcomes);
        return;
      case 'stopped':
        this.stats = message.stats;
        this.#stopped.settle(message.request, message.stats);
        return;
    }
  }
}
