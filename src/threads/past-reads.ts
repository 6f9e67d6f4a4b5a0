import { PAST_HELD_BACK_MS } from '../limits.ts';
import type { HistoryAnswer, HistoryRequest } from '../query/history.ts';
import type { PastQuestion, PastReply } from './messages.ts';

interface PastReadsOptions {
  readonly read: (request: HistoryRequest, signal: AbortSignal) => Promise<HistoryAnswer>;
  readonly say: (message: PastReply) => void;
  /** Whether people wait for reads of theirs. */
  readonly isBusy: () => boolean;
}

/**
 * The judge's reads of the past, one after the other. Each lets those go first that people wait for, though
 * not for ever.
 */
export class PastReads {
  readonly #options: PastReadsOptions;
  readonly #waiting: PastQuestion[] = [];
  readonly #stopped = new AbortController();
  #reading = false;
  #heldBack: NodeJS.Timeout | undefined;

  constructor(options: PastReadsOptions) {
    this.#options = options;
  }

  ask(message: PastQuestion): void {
    this.#waiting.push(message);
    this.next();
  }

  /** Called when a read that people waited for has ended, too. */
  next(): void {
    if (this.#reading || this.#waiting.length === 0 || this.#stopped.signal.aborted) return;
    if (!this.#options.isBusy()) return this.#begin();
    this.#heldBack ??= setTimeout(() => this.#begin(), PAST_HELD_BACK_MS);
  }

  stop(): void {
    clearTimeout(this.#heldBack);
    this.#stopped.abort();
  }

  #begin(): void {
    clearTimeout(this.#heldBack);
    this.#heldBack = undefined;
    const message = this.#waiting.shift();
    if (!message || this.#reading) return;
    this.#reading = true;
    void this.#read(message);
  }

  async #read({ request, read }: PastQuestion): Promise<void> {
    const { say } = this.#options;
    try {
      const { times, columns } = await this.#options.read(read, this.#stopped.signal);
      say({ kind: 'past', request, times, columns: columns.map(({ values }) => values) });
    } catch (error) {
      say({ kind: 'no-past', request, fault: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#reading = false;
      this.next();
    }
  }
}
