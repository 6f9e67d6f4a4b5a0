import { SILENT_LOOKED_PER_TICK } from '../limits.ts';
import { SEGMENT_ROWS } from '../live/columns.ts';
import { grown } from './columns.ts';
import { RECORD_STATE } from './record-table.ts';
import type { LiveWriter } from '../live/writer.ts';
import type { RecordTable } from './record-table.ts';

/** A round over all records takes at least so long. */
const ROUND_MS = 1000;
/** After a start, or when its host is back, a record has so long to be heard, or its shorter dmax. */
const GRACE_S = 600;
/** Between two looks no more counts as silence: while we stood still nobody could be heard. */
const STALL_MS = 15_000;
/** In place of since when a record has been silent: its host was silent as well. */
const HOST_AWAY = -0x80000000;

export interface SilentRecordsOptions {
  readonly records: RecordTable;
  readonly live: LiveWriter;
  /** The wall clock, ms since the epoch, and one that is never set. */
  readonly nowMs: () => number;
  readonly ticksMs: () => number;
  /** How long a cluster's records may be silent where their agents do not say, seconds; 0: for ever. */
  readonly dmaxS: (cluster: string) => number;
}

/** What becomes of a record that has been silent for too long. */
interface Fleet {
  /** Its host was not heard either since it was due: it stays. */
  isHostSilent(record: number, dmaxMs: number): boolean;
  expire(record: number): void;
}

/**
 * Which records have been silent for longer than they may: a gmond metric by the dmax of its metadata (0:
 * never; Ganglia, gmond/gmond.c cleanup_data), any other by its group's host_dmax. Looks at some of them a
 * tick, so that it costs the pump nothing; silence is measured on a clock that is never set, from one look to
 * the next.
 */
export class SilentRecords {
  readonly #o: SilentRecordsOptions;
  readonly #startedS: number;
  /** By cluster; of one round. */
  readonly #dmaxS = new Map<string, number>();
  /** When it was last heard, as it stood at the last look: seconds since the epoch. */
  #heardS = new Uint32Array(1024);
  /** Since when that has stood so, in seconds of the clock that is never set. */
  #sinceS = new Int32Array(1024);
  #next = 0;
  #roundMs = Number.NEGATIVE_INFINITY;
  #lookedMs: number;
  /** For how long we have been looking. */
  #watchedMs = 0;

  constructor(options: SilentRecordsOptions) {
    this.#o = options;
    this.#startedS = Math.floor(options.nowMs() / 1000);
    this.#lookedMs = options.ticksMs();
  }

  /** When a record was last heard, ms since the epoch; 0: not in this run. */
  heardMs(record: number): number {
    return this.#heard(record) * 1000;
  }

  /** Looks at the next ones; those that have been silent for too long expire, asked every round again. */
  look(fleet: Fleet): void {
    const { records, ticksMs } = this.#o;
    const nowMs = ticksMs();
    this.#watchedMs += Math.min(nowMs - this.#lookedMs, STALL_MS);
    this.#lookedMs = nowMs;
    if (this.#next === 0 && nowMs - this.#roundMs < ROUND_MS) return;
    if (this.#next === 0) {
      this.#roundMs = nowMs;
      this.#dmaxS.clear();
    }
    const end = Math.min(records.count, this.#next + SILENT_LOOKED_PER_TICK);
    this.#heardS = grown(this.#heardS, end);
    this.#sinceS = grown(this.#sinceS, end);
    const nowS = Math.floor(this.#watchedMs / 1000);
    for (let record = this.#next; record < end; record += 1) {
      if (records.state[record] === RECORD_STATE.free) continue;
      const limitS = this.#limitS(record);
      if (limitS === 0 || !this.#isSilent(record, limitS, nowS)) continue;
      if (fleet.isHostSilent(record, limitS * 1000)) this.#sinceS[record] = HOST_AWAY;
      else if (this.#sinceS[record] === HOST_AWAY)
        this.#sinceS[record] = nowS - Math.max(0, limitS - GRACE_S);
      else fleet.expire(record);
    }
    this.#next = end === records.count ? 0 : end;
  }

  #isSilent(record: number, limitS: number, nowS: number): boolean {
    const heardS = this.#heard(record);
    if (heardS !== this.#heardS[record]) {
      this.#heardS[record] = heardS;
      this.#sinceS[record] = nowS - this.#silentBeforeS(heardS, limitS);
    }
    return nowS - (this.#sinceS[record] as number) > limitS;
  }

  /** Of one that an earlier run heard last, its silence counts as far as it leaves some time. */
  #silentBeforeS(heardS: number, limitS: number): number {
    if (heardS >= this.#startedS || heardS === 0) return 0;
    return Math.min(this.#startedS - heardS, Math.max(0, limitS - GRACE_S));
  }

  #heard(record: number): number {
    const { records, live } = this.#o;
    const describedS = records.heardS[record] as number;
    if (records.state[record] === RECORD_STATE.fact) return describedS;
    const row = records.row[record] as number;
    const arrivalMs = live.segment(row).arrivalMs[row % SEGMENT_ROWS] as number;
    return Math.max(describedS, Math.floor(arrivalMs / 1000));
  }

  #limitS(record: number): number {
    const description = this.#o.records.descriptions[record];
    if (!description) return 0;
    if (description.protocol === 'ganglia') return description.dmaxS;
    const { cluster } = description;
    let dmaxS = this.#dmaxS.get(cluster);
    if (dmaxS === undefined) {
      dmaxS = this.#o.dmaxS(cluster);
      this.#dmaxS.set(cluster, dmaxS);
    }
    return dmaxS;
  }
}
