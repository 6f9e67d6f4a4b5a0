import { HISTORY_MOVE_AGAIN_MAX_MS, HISTORY_MOVE_AGAIN_MS } from '../limits.ts';
import type { Histories, HistoryMove, MoveFault } from '../model/instance.ts';
import type { OpenMove } from '../state/fleet-repository.ts';

export interface HistoryMovesOptions {
  readonly histories: Histories;
  /** That history has its new name, or will never get it. */
  readonly settle: (id: number) => void;
  /** False: nothing is to be tried any more. */
  readonly pause: (ms: number) => Promise<boolean>;
  readonly log: { warn(detail: object, message: string): void };
}

/** A move that was begun. */
interface Begun {
  readonly done: Promise<void>;
  /** Settles when it, or one that it waits for, could not be made at the first attempt. */
  readonly late: PromiseWithResolvers<void>;
}

/**
 * Histories on their way to other names: at once, but those that share a name one after the other. What
 * cannot be done now is tried again until it can, and whatever shares a name with it waits for that: two
 * instances are in one history while the store is slow, and not for ever.
 */
export class HistoryMoves {
  readonly #o: HistoryMovesOptions;
  /** By each name concerned, the last move that was begun. */
  readonly #last = new Map<string, Begun>();
  /** Why those wait that were tried. */
  readonly #delayed = new Map<OpenMove, string>();
  #open = 0;

  constructor(options: HistoryMovesOptions) {
    this.#o = options;
  }

  /** How many have not come to their end. */
  get open(): number {
    return this.#open;
  }

  /** What holds some of them up, in words; undefined: nothing. */
  note(): string | undefined {
    for (const [{ cluster, from }, words] of this.#delayed) {
      const who = this.#open === 1 ? '1 history waits' : `${this.#open} histories wait`;
      return `${who} for another name, the first is that of ${cluster}/${from}: ${words}`;
    }
    return undefined;
  }

  start(move: OpenMove): void {
    const keys = [keyOf(move.cluster, move.from), keyOf(move.cluster, move.to)];
    const before = keys.flatMap((key) => this.#last.get(key) ?? []);
    const late = Promise.withResolvers<void>();
    for (const other of before) void other.late.promise.then(late.resolve);
    const done = Promise.all(before.map((other) => other.done)).then(() => this.#carry(move, late));
    const begun = { done, late };
    this.#open += 1;
    for (const key of keys) this.#last.set(key, begun);
    void done.then(() => {
      this.#open -= 1;
      for (const key of keys) if (this.#last.get(key) === begun) this.#last.delete(key);
    });
  }

  /** Whether nothing is on its way from or to that name within this time. Nobody waits for what is late. */
  async settled(cluster: string, host: string, withinMs: number): Promise<boolean> {
    const pending = this.#last.get(keyOf(cluster, host));
    if (pending === undefined) return true;
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    try {
      const isLate = Promise.race([over, pending.late.promise]).then(() => false);
      return await Promise.race([pending.done.then(() => true), isLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #carry(move: OpenMove, late: PromiseWithResolvers<void>): Promise<void> {
    let waitMs = HISTORY_MOVE_AGAIN_MS;
    let fault = await this.#rename(move);
    while (fault?.isPassing) {
      if (!this.#delayed.has(move)) this.#tell(move, fault, 'a history waits for its new name');
      this.#delayed.set(move, fault.words);
      late.resolve();
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      if (!(await this.#o.pause(waitMs))) return;
      waitMs = Math.min(waitMs * 2, HISTORY_MOVE_AGAIN_MAX_MS);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      fault = await this.#rename(move);
    }
    this.#delayed.delete(move);
    if (fault) this.#tell(move, fault, 'a history keeps its old name');
    this.#o.settle(move.id);
  }

  #rename({ cluster, from, to }: HistoryMove): Promise<MoveFault | undefined> {
    return this.#o.histories.rename({ cluster, from, to });
  }

  #tell({ cluster, from, to }: HistoryMove, { words: fault }: MoveFault, message: string): void {
    this.#o.log.warn({ cluster, from, to, fault }, message);
  }
}

/** No name has such a sign. */
function keyOf(cluster: string, host: string): string {
  return `${cluster}\0${host}`;
}
