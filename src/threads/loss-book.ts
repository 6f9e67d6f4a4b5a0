import { lossWords } from '../check/loss-note.ts';
import { LOSS_NOTES_MAX, LOSSES_PER_ANSWER_MAX, RECEIVE_BUFFER_BYTES } from '../limits.ts';
import { createOncePer } from '../ops/log.ts';
import type { Losses, LossesRead } from '../http/ports.ts';
import type { LossPeriod } from '../fleet/losses.ts';
import type { LossQuery } from '../model/loss.ts';
import type { LossTable } from '../state/loss-table.ts';

export interface LossLog {
  error(detail: object, message: string): void;
  warn(detail: object, message: string): void;
}

/** A loss that ended no longer ago is told to whoever looks at the server. */
const RECENT_MS = 10 * 60_000;
const LOG_MS = 60_000;

/**
 * The periods of loss as the judge found them: kept, listed, and told while they are recent. Never throws.
 */
export class LossBook implements Losses {
  readonly #table: LossTable;
  readonly #log: LossLog;
  readonly #nowMs: () => number;
  readonly #once: ReturnType<typeof createOncePer>;
  /** The newest of each cluster. */
  readonly #recent = new Map<string, LossPeriod>();
  /** Not on disk yet, by cluster and beginning: a disk that is full is asked again with the next. */
  readonly #unkept = new Map<string, LossPeriod>();

  constructor(options: {
    readonly table: LossTable;
    readonly log: LossLog;
    /** Epoch ms; the system's unless told. */
    readonly nowMs?: () => number;
  }) {
    this.#table = options.table;
    this.#log = options.log;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#once = createOncePer(this.#nowMs);
  }

  /** Periods that began or grew. */
  take(periods: readonly LossPeriod[]): void {
    if (periods.length === 0) return;
    for (const period of periods) {
      const { cluster: group, packets: lost, reasons } = period;
      this.#recent.set(group, period);
      this.#unkept.set(`${group}\0${period.fromMs}`, period);
      if (!this.#once(`lost ${group}`, LOG_MS)) continue;
      this.#log.warn({ group, lost, reasons }, 'datagrams were lost before they were read');
    }
    for (const oldest of this.#unkept.keys()) {
      if (this.#unkept.size <= LOSSES_PER_ANSWER_MAX) break;
      this.#unkept.delete(oldest);
    }
    const kept = [...this.#unkept.values()].map(({ cluster, fromMs, toMs, packets, reasons }) => ({
      cluster,
      from_ms: fromMs,
      to_ms: toMs,
      packets,
      reasons: [...reasons],
    }));
    if (this.#attempt('losses cannot be kept', () => this.#table.keep(kept)).ok) this.#unkept.clear();
  }

  list(query: LossQuery): LossesRead {
    const read = this.#attempt('losses cannot be read', () => this.#table.list(query));
    return read.ok ? { ok: true, ...read.value } : read;
  }

  prune(beforeMs: number): void {
    this.#attempt('losses cannot be pruned', () => this.#table.prune(beforeMs));
  }

  /** What was lost lately and what mends it. `bufferBytes`: the smallest receive buffer the kernel granted. */
  notes(bufferBytes: number): string[] {
    const nowMs = this.#nowMs();
    const recent = [...this.#recent.values()]
      .filter(({ toMs }) => toMs > nowMs - RECENT_MS)
      .toSorted((a, b) => b.packets - a.packets);
    const notes = recent
      .slice(0, LOSS_NOTES_MAX)
      .map((period) => `${lossWords(period, period.of)}: ${cureOf(period, bufferBytes)}`);
    const more = recent.length - notes.length;
    return more > 0 ? [...notes, `${more} further groups lost datagrams: GET /api/v1/losses`] : notes;
  }

  #attempt<T>(what: string, work: () => T): { ok: true; value: T } | { ok: false; fault: string } {
    try {
      return { ok: true, value: work() };
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (this.#once(what, LOG_MS)) this.#log.error({ fault }, what);
      return { ok: false, fault };
    }
  }
}

function cureOf({ reasons }: LossPeriod, bufferBytes: number): string {
  const spread = 'raise ingest.workers if it shares its worker with other groups, or let less be sent to it';
  if (!reasons.includes('kernel')) return `its ingest worker did not keep up: ${spread}`;
  if (bufferBytes >= RECEIVE_BUFFER_BYTES) return `its receive buffer was full: ${spread}`;
  return `its receive buffer was full: sysctl -w net.core.rmem_max=${RECEIVE_BUFFER_BYTES} and restart Muster`;
}
