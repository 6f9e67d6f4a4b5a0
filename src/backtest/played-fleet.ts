import { Catalogue } from '../live/catalogue.ts';
import { LiveWriter } from '../live/writer.ts';
import { SEGMENT_ROWS } from '../live/columns.ts';
import { SpanCursor } from './spans.ts';
import { TapeHead } from './tape.ts';
import type { Announcement } from '../live/announcement.ts';
import type { PastHost } from './past-host.ts';

/** A record on its way through the past. */
interface PlayedRecord {
  readonly head: TapeHead;
  readonly sources: number;
  /** The first of its rows; -1: not announced. */
  row: number;
  /** Its newest sample has a value. */
  isKnown: boolean;
}

interface PlayedHost {
  readonly past: PastHost;
  readonly records: readonly PlayedRecord[];
  readonly silent: SpanCursor;
  readonly retired: SpanCursor;
  /** Its row; -1: it is not there. */
  row: number;
  isSilent: boolean;
}

/** A series, or a host, from which nothing came any more. */
export interface Ceased {
  readonly cluster: string;
  readonly host: string;
  /** The first of the record's rows; -1: all of the host. */
  readonly row: number;
}

/** Hosts of the past, heard as an ingest worker hears them, at the times they are moved to. */
export class PlayedFleet {
  readonly catalogue = new Catalogue();
  /** What has ceased since it was last taken. */
  ceased: Ceased[] = [];
  readonly #writer = new LiveWriter((announcement) => this.#announce(announcement));
  readonly #hosts: readonly PlayedHost[];
  #lastS = 0;
  #records = 0;

  constructor(hosts: readonly PastHost[]) {
    this.#hosts = hosts.map((past) => ({
      past,
      records: past.tapes.map((tape) => ({
        head: new TapeHead(tape),
        sources: tape.record.sources.length,
        row: -1,
        isKnown: false,
      })),
      silent: new SpanCursor(past.silences),
      retired: new SpanCursor(past.retired),
      row: -1,
      isSilent: true,
    }));
  }

  /** Everything that had come by then, the newest only. */
  play(timeS: number): void {
    for (const host of this.#hosts) {
      if (timeS < host.past.fromS) continue;
      if (host.retired.find(timeS)) {
        if (host.row >= 0) this.#leave(host);
        continue;
      }
      const silence = host.silent.find(timeS);
      // What came just before it fell silent, since the last time.
      const heardS = silence ? silence.fromS - 1 : timeS;
      this.#turnSilent(host, silence !== undefined);
      if (heardS <= this.#lastS || heardS < host.past.fromS) continue;
      this.#hear(host, heardS);
      for (const record of host.records) this.#playRecord(host, record, heardS);
    }
    this.#lastS = timeS;
  }

  #turnSilent(host: PlayedHost, isSilent: boolean): void {
    const { cluster, name } = host.past;
    if (isSilent && !host.isSilent) this.ceased.push({ cluster, host: name, row: -1 });
    host.isSilent = isSilent;
  }

  #playRecord(host: PlayedHost, record: PlayedRecord, timeS: number): void {
    const { head, sources } = record;
    if (!head.seek(timeS)) return;
    const wasKnown = record.isKnown;
    record.isKnown = false;
    for (let source = 0; source < sources; source += 1) {
      const value = head.value(source);
      if (Number.isNaN(value)) continue;
      record.isKnown = true;
      if (record.row < 0) this.#open(host, record);
      const sampleMs = head.sampleS * 1000;
      this.#writer.write(record.row + source, 0, 0, value, sampleMs, sampleMs);
    }
    if (!wasKnown || record.isKnown) return;
    const { cluster, name } = host.past;
    this.ceased.push({ cluster, host: name, row: record.row });
  }

  #hear(host: PlayedHost, timeS: number): void {
    if (host.row < 0) this.#enter(host);
    const segment = this.#writer.hostSegment(host.row);
    const i = host.row % SEGMENT_ROWS;
    segment.lastSeenMs[i] = timeS * 1000;
    segment.intervalMs[i] = host.past.intervalMs;
    segment.gapMs[i] = host.past.gapMs;
  }

  #enter(host: PlayedHost): void {
    const { row, generation } = this.#writer.openHost();
    host.row = row;
    const { cluster, name, address, agent, facts } = host.past;
    this.#announce({ kind: 'host', hostRow: row, generation, cluster, name, address, agent });
    for (const [fact, value] of facts) {
      this.#announce({ kind: 'fact', hostRow: row, name: fact, value });
    }
  }

  #open(host: PlayedHost, record: PlayedRecord): void {
    const { row, generation } = this.#writer.openSeries(record.sources);
    record.row = row;
    this.#records += 1;
    const description = record.head.tape.record;
    const where = { record: this.#records, hostRow: host.row, row, generation };
    this.#announce({ kind: 'record', ...where, description });
  }

  #leave(host: PlayedHost): void {
    const { cluster, name } = host.past;
    const lastSeenMs = this.#writer.hostSegment(host.row).lastSeenMs[host.row % SEGMENT_ROWS] ?? 0;
    const reason = 'as recorded';
    this.#announce({ kind: 'host-gone', hostRow: host.row, cluster, name, lastSeenMs, reason });
    for (const record of host.records) {
      if (record.row >= 0) this.#writer.closeSeries(record.row, record.sources);
      record.row = -1;
      record.isKnown = false;
    }
    this.#writer.closeHost(host.row);
    host.row = -1;
  }

  #announce(announcement: Announcement): void {
    this.catalogue.apply({ worker: 0, announcements: [announcement] });
  }
}
