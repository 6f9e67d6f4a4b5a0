import type { Past, PastAnswer, PastRequest } from '../judge/values/past.ts';

/** Reads columns of the past. It may throw what the store says. */
export type ReadPast = (request: PastRequest) => Promise<Extract<PastAnswer, { readonly ok: true }>>;

/** History for functions that look back: read while the replay waits, so that each has it at its time. */
export class PlayPast implements Past {
  readonly #read: ReadPast;
  readonly #reading = new Set<Promise<void>>();

  constructor(read: ReadPast) {
    this.#read = read;
  }

  get waits(): boolean {
    return this.#reading.size > 0;
  }

  async answered(): Promise<void> {
    await Promise.all(this.#reading);
  }

  read(request: PastRequest, answer: (answer: PastAnswer) => void): void {
    const reading = this.#read(request).then(answer, (error: unknown) => {
      answer({ ok: false, fault: error instanceof Error ? error.message : String(error) });
    });
    const done = reading.finally(() => this.#reading.delete(done));
    this.#reading.add(done);
  }
}
