import { Worker } from 'node:worker_threads';
import { ReadTooLarge } from '../model/read-too-large.ts';
import { Requests } from './requests.ts';
import type { FromQuery, LogMessage, QuerySetup, ToQuery } from './messages.ts';
import type { History } from '../http/ports.ts';
import type { HistoryAnswer, HistoryRequest } from '../query/history.ts';

type Answer =
  | { readonly ok: true; readonly rows: HistoryAnswer }
  | { readonly ok: false; readonly message: string; readonly tooLarge: boolean };

/** The main thread's end of the query worker. */
export class QueryHandle implements History {
  readonly #worker: Worker;
  readonly #reads = new Requests<Answer>();
  readonly #stopped = new Requests<undefined>();
  #stopping = false;

  constructor(setup: QuerySetup, listener: { log(message: LogMessage): void; failed(error: Error): void }) {
    const transferList = [...setup.ingest, setup.judge];
    this.#worker = new Worker(new URL('./query.ts', import.meta.url), { workerData: setup, transferList });
    this.#worker.on('message', (message: FromQuery) => {
      if (message.kind === 'log') listener.log(message);
      else this.#hear(message);
    });
    this.#worker.on('error', (error) =>
      listener.failed(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on('exit', (code) => {
      const fault = new Error(`the query thread ended with code ${code}`);
      this.#reads.fail(fault);
      this.#stopped.fail(fault);
      if (!this.#stopping) listener.failed(fault);
    });
  }

  async read(read: HistoryRequest, signal: AbortSignal): Promise<HistoryAnswer> {
    signal.throwIfAborted();
    const { request, answer } = this.#reads.open();
    const abort = () => this.#say({ kind: 'abort', request });
    signal.addEventListener('abort', abort, { once: true });
    this.#say({ kind: 'read', request, read });
    const outcome = await answer;
    signal.removeEventListener('abort', abort);
    if (!outcome.ok) {
      throw outcome.tooLarge ? new ReadTooLarge(outcome.message) : new Error(outcome.message);
    }
    return outcome.rows;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const { request, answer } = this.#stopped.open();
    this.#say({ kind: 'stop', request });
    await answer;
  }

  #say(message: ToQuery): void {
    this.#worker.postMessage(message);
  }

  #hear(message: Exclude<FromQuery, LogMessage>): void {
    switch (message.kind) {
      case 'rows':
        this.#reads.settle(message.request, { ok: true, rows: message.answer });
        return;
      case 'failed': {
        const { request, message: text, tooLarge } = message;
        this.#reads.settle(request, { ok: false, message: text, tooLarge });
        return;
      }
      case 'done':
        this.#stopped.settle(message.request, undefined);
        return;
    }
  }
}
