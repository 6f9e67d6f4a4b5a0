import type { Histories, HistoryMove } from '../model/instance.ts';
import type { OpenMove } from '../state/fleet-repository.ts';

export interface HistoryMovesOptions {
  readonly histories: Histories;
  /** That history has its new name, or will not get it. */
  readonly settle: (id: number) => void;
  readonly log: { warn(detail: object, message: string): void };
}

/** Histories on their way to other names: at once, but those that share a name one after the other. */
export class HistoryMoves {
  readonly #o: HistoryMovesOptions;
  /** By each name concerned, the last move that was begun. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(options: HistoryMovesOptions) {
    this.#o = options;
  }

  /** How many names wait. */
  get waiting(): number {
    return this.#last.size;
  }

  start(move: OpenMove): void {
    const keys = [keyOf(move.cluster, move.from), keyOf(move.cluster, move.to)];
    const before = keys.flatMap((key) => this.#last.get(key) ?? []);
    const done = Promise.all(before).then(() => this.#rename(move));
    for (const key of keys) this.#last.set(key, done);
    void done.then(() => {
      for (const key of keys) if (this.#last.get(key) === done) this.#last.delete(key);
    });
  }

  /** Whether nothing is on its way from or to that name within this time. */
  async settled(cluster: string, host: string, withinMs: number): Promise<boolean> {
    const pending = this.#last.get(keyOf(cluster, host));
    if (pending === undefined) return true;
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), withinMs);
    try {
      return await Promise.race([pending.then(() => true), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #rename({ id, cluster, from, to }: OpenMove): Promise<void> {
    const move: HistoryMove = { cluster, from, to };
    const fault = await this.#o.histories.rename(move).catch(wordsOf);
    if (fault !== undefined) this.#o.log.warn({ ...move, fault }, 'a history keeps its old name');
    this.#o.settle(id);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** No name has such a sign. */
function keyOf(cluster: string, host: string): string {
  return `${cluster}\0${host}`;
}
