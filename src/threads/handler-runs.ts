import { HANDLERS_AT_ONCE } from '../alert-limits.ts';
import type { HandlerOutcome, HandlerRun } from '../model/handler-run.ts';
import type { OutgoingAnswer, OutgoingRequest } from '../notify/outgoing/send-out.ts';

export interface HandlerRunsOptions {
  /** Runs commands; their outcomes come back by `ended` of whoever does. */
  readonly command: (runs: readonly HandlerRun[]) => void;
  readonly send: (
    request: OutgoingRequest,
    timeoutMs: number,
    signal: AbortSignal,
  ) => Promise<OutgoingAnswer>;
  readonly ended: (outcome: HandlerOutcome) => void;
}

/** Runs event handlers: commands by the runner, webhooks here, so many at once; the others wait in order. */
export class HandlerRuns {
  readonly #o: HandlerRunsOptions;
  readonly #waiting: HandlerRun[] = [];
  readonly #abort = new AbortController();
  #flying = 0;

  constructor(options: HandlerRunsOptions) {
    this.#o = options;
  }

  run(runs: readonly HandlerRun[]): void {
    const commands = runs.filter(({ command }) => command !== null);
    if (commands.length > 0) this.#o.command(commands);
    for (const run of runs) if (run.command === null) this.#waiting.push(run);
    this.#pump();
  }

  /** What is on its way is broken off, and what waits is left out. */
  stop(): void {
    this.#waiting.length = 0;
    this.#abort.abort();
  }

  #pump(): void {
    while (this.#flying < HANDLERS_AT_ONCE) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#flying += 1;
      void this.#post(next).then((outcome) => {
        this.#flying -= 1;
        if (this.#abort.signal.aborted) return;
        this.#o.ended(outcome);
        this.#pump();
      });
    }
  }

  async #post({ run, url, body, timeoutMs }: HandlerRun): Promise<HandlerOutcome> {
    const headers = { 'content-type': 'application/json', 'user-agent': 'Muster' };
    const request = { url: url ?? '', method: 'POST', headers, body };
    const answer = await this.#o.send(request, timeoutMs, this.#abort.signal);
    if (!answer.ok) return { run, end: 'unreachable', code: -1, detail: answer.fault };
    return { run, end: 'answered', code: answer.status, detail: '' };
  }
}
