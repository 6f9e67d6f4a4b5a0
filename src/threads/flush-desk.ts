import { FLUSH_SERIES_MAX, FLUSH_WITHIN_MS, FLUSHES_WAITING_MAX, PATTERN_BUDGET_MS } from '../limits.ts';
import { compileSelector, selectSeries } from '../live/selector.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { RecordEntry } from '../live/entries.ts';
import type { Flushed } from '../ops/control-messages.ts';
import type { FlushOutcome } from '../http/ports.ts';
import type { SelectorSource } from '../live/selector.ts';

export interface FlushDeskOptions {
  readonly catalogue: Catalogue;
  /** Has a worker write what these of its records have waiting. */
  readonly write: (worker: number, records: Uint32Array, withinMs: number) => Promise<Flushed>;
  /** A backup keeps everything from the store. */
  readonly held: () => boolean;
  /** Milliseconds that only ever grow. */
  readonly ticksMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Flushes that somebody asked for: one at a time, each followed by a pause as long as it took, so that
 * callers in a loop leave the writing behind half of the time. Who asks for the same before its turn has come
 * gets the same answer. What matches is looked up here: the workers' event loops are for datagrams.
 */
export class FlushDesk {
  readonly #o: FlushDeskOptions;
  readonly #waiting = new Map<string, Promise<FlushOutcome>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: FlushDeskOptions) {
    this.#o = options;
  }

  flush(wish: SelectorSource): Promise<FlushOutcome> {
    const key = JSON.stringify([wish.cluster, wish.host, wish.metric]);
    const same = this.#waiting.get(key);
    if (same !== undefined) return same;
    if (this.#waiting.size >= FLUSHES_WAITING_MAX) {
      const message = `${this.#waiting.size} other flushes wait for their turn`;
      return Promise.resolve({ ok: false, reason: 'busy', message });
    }
    const run = this.#turn.then(async () => {
      this.#waiting.delete(key);
      const begunMs = this.#o.ticksMs();
      const outcome = await this.#serve(wish);
      return { outcome, tookMs: this.#o.ticksMs() - begunMs };
    });
    const outcome = run.then((done) => done.outcome);
    this.#waiting.set(key, outcome);
    this.#turn = run.then(
      ({ tookMs }) => this.#o.sleep(tookMs),
      () => undefined,
    );
    return outcome;
  }

  async #serve(wish: SelectorSource): Promise<FlushOutcome> {
    if (this.#o.held()) {
      const message = 'a backup is under way: nothing is written until it has ended';
      return { ok: false, reason: 'busy', message };
    }
    const found = recordsOf(wish, this.#o.catalogue);
    if (!found.ok) return found;
    const parts = await Promise.all(
      [...found.byWorker].map(([worker, records]) =>
        this.#o.write(worker, Uint32Array.from(records), FLUSH_WITHIN_MS),
      ),
    );
    const sum = (key: keyof Flushed) => parts.reduce((total, part) => total + part[key], 0);
    return { ok: true, records: sum('records'), points: sum('points'), left: sum('left') };
  }
}

type Found =
  | { readonly ok: true; readonly byWorker: ReadonlyMap<number, readonly number[]> }
  | (FlushOutcome & { readonly ok: false });

/** The records with a matching series, by the worker that has them. */
function recordsOf(wish: SelectorSource, catalogue: Catalogue): Found {
  const compiled = compileSelector(wish);
  if (!compiled.ok) {
    return {
      ok: false,
      reason: 'bad_pattern',
      message: `${compiled.key} does not compile: ${compiled.fault}`,
    };
  }
  const { series, leftOut, tooSlow } = selectSeries(catalogue, compiled.selector, FLUSH_SERIES_MAX);
  if (tooSlow !== null) {
    const message = `${tooSlow} took more than ${PATTERN_BUDGET_MS} ms to match`;
    return { ok: false, reason: 'selector_too_slow', message };
  }
  if (leftOut > 0) {
    const message = `${series.length + leftOut} series match; one flush takes ${FLUSH_SERIES_MAX} at most`;
    return { ok: false, reason: 'query_too_large', message };
  }
  const records = new Set<RecordEntry>(series.map(({ record }) => record));
  const byWorker = Map.groupBy(records, ({ worker }) => worker);
  return {
    ok: true,
    byWorker: new Map([...byWorker].map(([worker, list]) => [worker, list.map((r) => r.record)])),
  };
}
