import { HOLD_MS_MAX, HOLD_SETTLE_MS } from '../limits.ts';
import type { Hold } from '../ops/control-socket.ts';
import type { Refused } from '../ops/control-messages.ts';

const MINUTE_MS = 60_000;

/** The ingest workers, as far as their writing to the store goes. */
export interface HeldCrew {
  /** No new flush begins. Answers why the store is not at rest; undefined: it is. */
  hold(withinMs: number): Promise<string | undefined>;
  release(): void;
}

export interface StoreHoldOptions {
  readonly crew: HeldCrew;
  readonly log: { info(message: string): void; error(message: string): void };
  /** Milliseconds that only ever grow. */
  readonly ticksMs: () => number;
  /** Runs something once, unless it is disposed before. */
  readonly after: (ms: number, run: () => void) => Disposable;
}

/**
 * Keeps everything received from the store, in memory and journal, while a backup copies its files: by one at
 * a time, and not for ever.
 */
export class StoreHold {
  readonly #o: StoreHoldOptions;
  #sinceMs: number | undefined;
  #lost: (why: string) => void = () => undefined;
  #bound: Disposable | undefined;

  constructor(options: StoreHoldOptions) {
    this.#o = options;
  }

  get held(): boolean {
    return this.#sinceMs !== undefined;
  }

  /** What the status says while it lasts. */
  notes(): string[] {
    if (this.#sinceMs === undefined) return [];
    const minutes = Math.floor((this.#o.ticksMs() - this.#sinceMs) / MINUTE_MS);
    return [`a backup is under way, for ${minutes} min: what is received waits in the cache and the journal`];
  }

  /** `lost` is told once if the hold ends before it is released. */
  async take(lost: (why: string) => void): Promise<({ readonly ok: true } & Hold) | Refused> {
    if (this.held) {
      return { ok: false, message: 'another backup is under way', cure: 'wait until it has ended' };
    }
    const sinceMs = this.#o.ticksMs();
    this.#sinceMs = sinceMs;
    this.#lost = lost;
    const fault = await this.#o.crew.hold(HOLD_SETTLE_MS).catch(faultText);
    if (this.#sinceMs !== sinceMs) return { ok: false, message: 'the server stops', cure: 'start it again' };
    if (fault !== undefined) {
      this.#release();
      return { ok: false, message: fault, cure: 'mend that, or stop the server and take the backup then' };
    }
    this.#o.log.info('a backup begins: nothing is written to the store until it has ended');
    this.#bound = this.#o.after(HOLD_MS_MAX, () => {
      const why = `a backup has held the store for ${HOLD_MS_MAX / MINUTE_MS} minutes: it is written again`;
      this.#o.log.error(`${why}, and the backup is not whole`);
      this.end(why);
    });
    const release = () => {
      const heldMs = this.#o.ticksMs() - sinceMs;
      if (this.#sinceMs === sinceMs) {
        this.#release();
        this.#o.log.info(
          `a backup has ended after ${Math.round(heldMs / 1000)} s: the store is written again`,
        );
      }
      return heldMs;
    };
    return { ok: true, release };
  }

  /** Ends a hold, if there is one, against the will of who has it. */
  end(why: string): void {
    if (!this.held) return;
    this.#release();
    this.#lost(why);
  }

  #release(): void {
    this.#bound?.[Symbol.dispose]();
    this.#bound = undefined;
    this.#sinceMs = undefined;
    this.#o.crew.release();
  }
}

function faultText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
