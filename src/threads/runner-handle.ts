import { Worker } from 'node:worker_threads';
import { StartError } from '../ops/start-error.ts';
import { Requests } from './requests.ts';
import type { FromRunner, LogMessage, RunnerSetup, RunnerWishes, ToRunner } from './messages.ts';
import type { RunnerFigures } from '../contract/stats.ts';

/** The main thread's end of the runner. */
export class RunnerHandle {
  /** As last told. */
  figures: RunnerFigures = {
    running: 0,
    waiting: 0,
    runs: [],
    waitedMs: 0,
    executionMs: 0,
    longestWaitMs: 0,
    doors: [],
  };
  /** Its thread runs; all doors are shut. */
  readonly started: Promise<void>;
  readonly #started = Promise.withResolvers<void>();
  readonly #worker: Worker;
  readonly #opened = new Requests<readonly string[]>();
  readonly #done = new Requests<undefined>();
  readonly #log: (message: LogMessage) => void;
  #stopping = false;
  #gone = false;

  constructor(setup: RunnerSetup, listener: { log(message: LogMessage): void; failed(error: Error): void }) {
    this.#worker = new Worker(new URL('./runner.ts', import.meta.url), {
      workerData: setup,
      transferList: [setup.judge],
      // Else Node closes the pipe's number when the thread ends, which may be another thread's file by then.
      trackUnmanagedFds: false,
    });
    // Nobody may be waiting yet when it fails.
    this.#started.promise.catch(() => undefined);
    this.started = this.#started.promise;
    this.#log = (message) => listener.log(message);
    this.#worker.on('message', (message: FromRunner) => this.#hear(message));
    this.#worker.on('error', (error) =>
      listener.failed(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on('exit', (code) => {
      const fault = new Error(`the runner thread ended with code ${code}`);
      this.#opened.fail(fault);
      this.#done.fail(fault);
      this.#started.reject(fault);
      this.#gone = true;
      if (!this.#stopping) listener.failed(fault);
    });
  }

  /** Opens what is configured, or rejects with a StartError. */
  async open(wishes: RunnerWishes): Promise<void> {
    const faults = await this.use(wishes);
    if (faults.length > 0) throw new StartError(faults.join('\n'), 'see `passive` in the configuration');
  }

  /** Takes what the configuration says now. What could not be opened, in words. */
  async use({ passive, plugins }: RunnerWishes): Promise<readonly string[]> {
    const { request, answer } = this.#opened.open();
    this.#say({ kind: 'use', request, wishes: { passive, plugins } });
    return answer;
  }

  /** Resolves when no process of a plugin is left. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#gone) return;
    const { request, answer } = this.#done.open();
    this.#say({ kind: 'stop', request });
    await answer;
  }

  #say(message: ToRunner): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromRunner): void {
    switch (message.kind) {
      case 'log':
        this.#log(message);
        return;
      case 'started':
        return this.#started.resolve();
      case 'opened':
        this.#opened.settle(message.request, message.faults);
        return;
      case 'figures':
        this.figures = message.figures;
        return;
      case 'done':
        this.#done.settle(message.request, undefined);
        return;
    }
  }
}
