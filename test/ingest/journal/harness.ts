import { openJournal } from '../../../src/ingest/journal/journal.ts';
import type { Journal, ReplaySink, SettledPoint } from '../../../src/ingest/journal/port.ts';
import type { RecordDescription } from '../../../src/model/record.ts';
import { MemoryDisk } from './memory-disk.ts';

export const START_MS = 1_800_000_000_000;
export const START_S = START_MS / 1000;

/** A record as a test names it: `a` with one source, `b2` with two, `c60` with sixty. */
export function described(name: string, more: Partial<RecordDescription> = {}): RecordDescription {
  const sources = Number(/\d+$/.exec(name)?.[0] ?? 1);
  return {
    cluster: 'web',
    host: 'h1',
    metric: name,
    protocol: 'collectd',
    sources: Array.from({ length: sources }, (_, s) => ({ name: `ds${s}`, kind: 0, min: null, max: null })),
    intervalS: 10,
    tmaxS: 0,
    dmaxS: 0,
    slope: 'unspecified',
    units: '',
    title: `Größe ${name}`,
    group: '',
    description: '',
    provisional: false,
    ...more,
  };
}

export interface ReadPoint {
  readonly metric: string;
  readonly timeS: number;
  readonly sampleMs: number;
  readonly arrivalMs: number;
  readonly words: readonly number[];
  readonly earlier: boolean;
  readonly title: string;
}

export interface RunOptions {
  readonly disk?: MemoryDisk;
  readonly maxBytes?: number;
  readonly syncMs?: number;
  readonly memoryBytes?: number;
  readonly nowMs?: number;
  readonly worker?: number;
}

/** One run of a journal on a disk in memory: its owner's tables, and what it said. */
export class Run {
  readonly disk: MemoryDisk;
  readonly descriptions: RecordDescription[] = [];
  readonly settledPoints = new Map<number, SettledPoint>();
  readonly lost: { values: number; reason: string; earlier: boolean }[] = [];
  readonly reports: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  readonly read: ReadPoint[] = [];
  /** Metrics that nobody wants. */
  readonly unwanted = new Set<string>();
  /** What becomes of a point that was read. */
  onPoint: (record: number) => void = () => undefined;
  nowMs: number;
  ticks = 0;
  journal!: Journal;

  private constructor(disk: MemoryDisk, nowMs: number) {
    this.disk = disk;
    this.nowMs = nowMs;
  }

  static async open(options: RunOptions = {}): Promise<Run> {
    const run = new Run(options.disk ?? new MemoryDisk(), options.nowMs ?? START_MS);
    run.journal = await openJournal({
      directory: '/j',
      maxBytes: options.maxBytes ?? 1 << 30,
      syncMs: options.syncMs ?? 1000,
      worker: options.worker ?? 0,
      memoryBytes: options.memoryBytes ?? 64 << 20,
      records: {
        describe: (record) => run.descriptions[record] ?? described(`r${record}x`),
        settled: (record) => run.settledPoints.get(record),
      },
      nowMs: () => run.nowMs,
      ticksMs: () => run.ticks,
      onLost: (values, reason, earlier) => run.lost.push({ values, reason, earlier }),
      onReport: (level, message, fields) => run.reports.push({ level, message, fields }),
      disk: run.disk,
    });
    return run;
  }

  readonly sink: ReplaySink = {
    define: (description) => {
      if (this.unwanted.has(description.metric)) return -1;
      const known = this.descriptions.findIndex((d) => d.metric === description.metric);
      return known >= 0 ? known : this.descriptions.push(description) - 1;
    },
    point: (p) => {
      const size = 2 * p.description.sources.length;
      this.read.push({
        metric: p.description.metric,
        timeS: p.timeS,
        sampleMs: p.sampleMs,
        arrivalMs: p.arrivalMs,
        words: [...p.words.subarray(p.at, p.at + size)],
        earlier: p.earlier,
        title: p.description.title,
      });
      this.onPoint(p.record);
    },
  };

  /** The number of a record, made where it is new. */
  record(name: string): number {
    const known = this.descriptions.findIndex((d) => d.metric === name);
    return known >= 0 ? known : this.descriptions.push(described(name)) - 1;
  }

  append(name: string, timeS: number, staged = true, offsetMs = 0): boolean {
    const record = this.record(name);
    const sources = this.descriptions[record]?.sources.length ?? 1;
    return this.journal.append(record, timeS, offsetMs, wordsOf(timeS, sources), staged);
  }

  settle(name: string, timeS: number): void {
    const record = this.record(name);
    const point = { timeS, words: wordsOf(timeS, this.descriptions[record]?.sources.length ?? 1) };
    this.settledPoints.set(record, point);
    this.journal.settle(record, point);
  }

  /** Commits, and lets everything that this began come to an end. */
  async commit(): Promise<void> {
    this.ticks += 50;
    this.nowMs += 50;
    this.journal.commit();
    await settled();
  }

  /** Commits until all of it is forced to disk, and then once more. */
  async sync(): Promise<void> {
    await this.commit();
    await this.journal.sync();
    await this.commit();
  }

  /** Reads everything and catches up. */
  async readAll(step = 1000): Promise<void> {
    for (let turns = 0; turns < 1_000_000; turns += 1) {
      if ((await this.journal.read(step, this.sink)) === 'end') break;
    }
    if (!this.journal.catchUp(1_000_000, this.sink)) throw new Error('it did not catch up');
  }

  /** `metric@timeS` of what was read. */
  get times(): string[] {
    return this.read.map((p) => `${p.metric}@${p.timeS}`);
  }

  get lostValues(): number {
    return this.lost.reduce((sum, { values }) => sum + values, 0);
  }
}

/** Words of a point that say which it is. */
export function wordsOf(timeS: number, sources: number): Uint32Array {
  const words = new Uint32Array(2 * sources);
  for (let s = 0; s < sources; s += 1) words.set([timeS ^ 0xffff_0000, timeS + s], 2 * s);
  return words;
}

/** Promises of a disk in memory need no more than these turns. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
