import { REPLAY_NUMBERS_AT_ONCE, REPLAY_NUMBERS_MAX } from '../alert-limits.ts';
import { stepS } from '../model/record.ts';
import { intersection } from './spans.ts';
import { knownHost } from './past-host.ts';
import { sizeOf, tapeOf } from './tape.ts';
import { Heard } from './heard.ts';
import { worthPlaying } from './trim.ts';
import type { Interests } from './interest.ts';
import type { KnownHost, PastHost } from './past-host.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Span } from './spans.ts';
import type { Store, StoredRows } from '../store/store.ts';
import type { Tape } from './tape.ts';
import type { TimeRange } from './stretches.ts';

/** A host whose past is to be read. */
export interface WantedHost extends KnownHost {
  readonly records: readonly RecordDescription[];
}

export interface Reading {
  readonly hosts: readonly WantedHost[];
  readonly store: Pick<Store, 'query'>;
  /** Of each set of definitions that will be played. */
  readonly interests: readonly Interests[];
  /** One after the other, the oldest first. */
  readonly ranges: readonly TimeRange[];
  readonly signal: AbortSignal;
  /** How far it is, 0 … 1. */
  readonly progress?: (share: number) => void;
}

export interface ReadPastFleet {
  readonly hosts: readonly PastHost[];
  /** When nothing came from any host: the server was not there. */
  readonly absences: readonly Span[];
  /** The newest sample of all, epoch seconds. */
  readonly newestS: number;
  readonly figures: ReadFigures;
}

export interface ReadFigures {
  /** Series that a definition looks at, and those that were kept to be judged by. */
  readonly series: number;
  readonly played: number;
  /** Numbers read, and kept. */
  readonly numbers: number;
  readonly kept: number;
}

/** More of the past matters than there is room for. */
export class ReplayTooLarge extends Error {}

/** A host, and those of its records that some definition looks at. */
interface Looked {
  readonly host: WantedHost;
  readonly records: readonly RecordDescription[];
}

/** Two reads at a time: while one is parsed the store works on the other. */
const LANES = 2;

/**
 * Reads the past of hosts, some at a time, and keeps of it what definitions may make something of. Rejects
 * when the store is down, or when more matters than REPLAY_NUMBERS_MAX.
 */
export async function readFleet(reading: Reading): Promise<ReadPastFleet> {
  const reader = new FleetReader(reading);
  return await reader.read();
}

class FleetReader {
  readonly #reading: Reading;
  readonly #heard: Heard;
  readonly #hosts: PastHost[] = [];
  #absences: readonly Span[] = [];
  #newestS = 0;
  #done = 0;
  #figures = { series: 0, played: 0, numbers: 0, kept: 0 };

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#heard = new Heard(reading.ranges[0]?.fromS ?? 0, reading.ranges.at(-1)?.toS ?? 0);
  }

  async read(): Promise<ReadPastFleet> {
    const looked = this.#reading.hosts.map((host) => this.#looked(host));
    const portions = portionsOf(looked, this.#reading.ranges);
    // What is missing of the first of them all at once, the server did not hear.
    const [first, ...others] = portions;
    if (first) await this.#readPortion(first, true);
    const queue = others[Symbol.iterator]();
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        for (const portion of queue) await this.#readPortion(portion, false);
      }),
    );
    return {
      hosts: this.#hosts.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)),
      absences: this.#absences,
      newestS: this.#newestS,
      figures: this.#figures,
    };
  }

  #looked(host: WantedHost): Looked {
    const known = knownHost(host);
    const isLookedAt = (record: RecordDescription) =>
      this.#reading.interests.some((one) => one.ofRecord(known, record).some(({ kind }) => kind !== 'none'));
    return { host, records: host.records.filter(isLookedAt) };
  }

  async #readPortion(portion: readonly Looked[], isFirst: boolean): Promise<void> {
    const { store, ranges, signal, progress } = this.#reading;
    const records = portion.flatMap((one) => one.records);
    const answers: (readonly StoredRows[])[] = [];
    for (const { fromS, toS } of records.length === 0 ? [] : ranges) {
      const points = Math.max(1, Math.ceil(toS - fromS));
      // oxlint-disable-next-line no-await-in-loop -- the store works on one request at a time
      answers.push(await store.query({ records, fromS, toS, points }, signal));
    }
    const tapes = records.map((record, i) =>
      tapeOf(
        record,
        answers.flatMap((rows) => rows[i] ?? []),
      ),
    );
    let at = 0;
    const read = portion.map((looked) => ({
      ...looked,
      tapes: tapes.slice(at, (at += looked.records.length)),
    }));
    const heard = read.map((one) => this.#heard.of(one.tapes));
    if (isFirst) {
      const silences = heard.flatMap((one) => (one === undefined ? [] : [one.silences]));
      this.#absences = silences.length === 0 ? [] : silences.reduce(intersection);
    }
    for (const [i, { host, tapes: own }] of read.entries()) this.#keep(host, own, heard[i]);
    this.#done += portion.length;
    progress?.(this.#done / Math.max(1, this.#reading.hosts.length));
  }

  #keep(host: WantedHost, tapes: Tape[], heard: ReturnType<Heard['of']>): void {
    const known = knownHost(host);
    const weighed = tapes.map((tape) => ({
      tape,
      interests: this.#reading.interests.map((one) => one.ofRecord(known, tape.record)),
    }));
    const kept = worthPlaying(weighed, this.#absences).map(owned);
    const [all, own] = [count(tapes), count(kept)];
    this.#figures.series += all.series;
    this.#figures.numbers += all.numbers;
    this.#figures.played += own.series;
    this.#figures.kept += own.numbers;
    if (this.#figures.kept > REPLAY_NUMBERS_MAX) {
      throw new ReplayTooLarge(
        `more than ${REPLAY_NUMBERS_MAX} values of that time matter to the definitions; ` +
          'narrow it by --cluster or --host, or take a shorter time',
      );
    }
    this.#newestS = Math.max(this.#newestS, heard?.newestS ?? 0);
    const { records: _, ...rest } = host;
    const past = { fromS: heard?.firstS ?? 0, silences: heard?.silences ?? [], retired: [] };
    this.#hosts.push({ ...rest, tapes: kept, ...past });
  }
}

function key({ cluster, name }: PastHost): string {
  return `${cluster}\0${name}`;
}

function count(tapes: readonly Tape[]): { readonly series: number; readonly numbers: number } {
  return {
    series: tapes.reduce((sum, { record }) => sum + record.sources.length, 0),
    numbers: tapes.reduce((sum, tape) => sum + sizeOf(tape), 0),
  };
}

/** A copy of its own: what it was read with goes. */
function owned({ record, stretches }: Tape): Tape {
  const copied = stretches.map((one) => ({ ...one, columns: one.columns.map((column) => column.slice()) }));
  return { record, stretches: copied };
}

/** Hosts that are read together: as many as there is room for. */
function portionsOf(looked: readonly Looked[], ranges: readonly TimeRange[]): Looked[][] {
  const seconds = ranges.reduce((sum, { fromS, toS }) => sum + toS - fromS, 0);
  const portions: Looked[][] = [];
  let room = 0;
  for (const one of looked) {
    const numbers = one.records.reduce(
      (sum, record) => sum + (record.sources.length * Math.min(seconds, ROWS_USUAL_MAX)) / rowShare(record),
      0,
    );
    const last = portions.at(-1);
    if (last === undefined || room + numbers > REPLAY_NUMBERS_AT_ONCE / LANES) {
      portions.push([one]);
      room = numbers;
    } else {
      last.push(one);
      room += numbers;
    }
  }
  return portions;
}

/** Stores that consolidate have no more rows of a record than that. */
const ROWS_USUAL_MAX = 60_000;

function rowShare(record: RecordDescription): number {
  return stepS(record);
}
