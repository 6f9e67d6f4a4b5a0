import { Catalogue } from '../live/catalogue.ts';
import { KIND } from '../model/kind.ts';
import { LiveWriter } from '../live/writer.ts';
import { SEGMENT_ROWS } from '../live/columns.ts';
import type { Announcement } from '../live/announcement.ts';
import type { CheckTest, TestedHost } from '../contract/check-tests.ts';
import type { RecordDescription } from '../model/record.ts';

/** Series of one record, in their order. */
interface StagedRecord {
  readonly metric: string;
  /** Of its data sources: a name, and the values over time. */
  readonly sources: { readonly name: string; readonly values: readonly (number | null)[] }[];
}

interface StagedHost {
  readonly host: TestedHost;
  readonly row: number;
  readonly records: readonly StagedRecord[];
  /** First rows of those that are announced. */
  readonly rows: Map<StagedRecord, number>;
}

/** The hosts of a test, heard as an ingest worker hears them, without sockets. */
export class StagedFleet {
  readonly catalogue = new Catalogue();
  readonly #writer = new LiveWriter((announcement) => this.#announce(announcement));
  readonly #test: Pick<CheckTest, 'startMs' | 'intervalMs'>;
  readonly #hosts: readonly StagedHost[];

  /** All hosts are known at once, and are heard when there is a value of theirs. */
  constructor(test: Pick<CheckTest, 'startMs' | 'intervalMs' | 'hosts'>) {
    this.#test = test;
    this.#hosts = test.hosts.map((host, i) => this.#enter(host, `192.0.2.${i % 256}`));
  }

  /** A packet of each, without values. */
  hearAll(nowMs: number): void {
    for (const staged of this.#hosts) this.#hear(staged, nowMs);
  }

  /** What comes `atMs` after the start of the test, if it is a step of its interval. */
  play(atMs: number): void {
    const { intervalMs, startMs } = this.#test;
    if (atMs % intervalMs !== 0) return;
    const step = atMs / intervalMs;
    for (const staged of this.#hosts) {
      const { records } = staged;
      const coming = records.filter(({ sources }) =>
        sources.some(({ values }) => (values[step] ?? null) !== null),
      );
      // Without values of its own it is one of which results tell: it is there all the time.
      if (coming.length > 0 || records.length === 0) this.#hear(staged, startMs + atMs);
      for (const record of coming) this.#write(staged, record, { step, nowMs: startMs + atMs });
    }
  }

  #enter(host: TestedHost, address: string): StagedHost {
    const { row, generation } = this.#writer.openHost();
    const { cluster, name } = host;
    this.#announce({ kind: 'host', hostRow: row, generation, cluster, name, address, agent: 'test' });
    for (const [fact, value] of host.facts) {
      this.#announce({ kind: 'fact', hostRow: row, name: fact, value });
    }
    return { host, row, records: recordsOf(host), rows: new Map() };
  }

  #hear({ row }: StagedHost, nowMs: number): void {
    const segment = this.#writer.hostSegment(row);
    const i = row % SEGMENT_ROWS;
    segment.lastSeenMs[i] = nowMs;
    segment.intervalMs[i] = this.#test.intervalMs;
    segment.gapMs[i] = this.#test.intervalMs;
  }

  #write(
    staged: StagedHost,
    record: StagedRecord,
    at: { readonly step: number; readonly nowMs: number },
  ): void {
    const first = staged.rows.get(record) ?? this.#open(staged, record);
    for (const [i, { values }] of record.sources.entries()) {
      const value = values[at.step] ?? null;
      if (value !== null) this.#writer.write(first + i, 0, 0, value, at.nowMs, at.nowMs);
    }
  }

  #open(staged: StagedHost, record: StagedRecord): number {
    const { row, generation } = this.#writer.openSeries(record.sources.length);
    staged.rows.set(record, row);
    const description = describe(staged.host, record, this.#test.intervalMs / 1000);
    this.#announce({ kind: 'record', record: row, hostRow: staged.row, row, generation, description });
    return row;
  }

  #announce(announcement: Announcement): void {
    this.catalogue.apply({ worker: 0, announcements: [announcement] });
  }
}

/** `load/load:shortterm` is one of several sources of `load/load`; a name without a colon is its own. */
function recordsOf({ series }: TestedHost): readonly StagedRecord[] {
  const records = new Map<string, StagedRecord>();
  for (const { metric, values } of series) {
    const colon = metric.lastIndexOf(':');
    const [name, source] = colon > 0 ? [metric.slice(0, colon), metric.slice(colon + 1)] : [metric, ''];
    const record = records.get(name) ?? { metric: name, sources: [] };
    record.sources.push({ name: source, values });
    records.set(name, record);
  }
  return [...records.values()];
}

function describe(
  { cluster, name }: TestedHost,
  { metric, sources }: StagedRecord,
  intervalS: number,
): RecordDescription {
  // A record with a single source is called without it.
  const [only] = sources;
  const whole =
    sources.length === 1 && only !== undefined && only.name !== '' ? `${metric}:${only.name}` : metric;
  return {
    cluster,
    host: name,
    metric: whole,
    protocol: 'collectd',
    sources: sources.map((source) => ({
      name: source.name || 'value',
      kind: KIND.gauge,
      min: null,
      max: null,
    })),
    intervalS,
    tmaxS: 0,
    dmaxS: 0,
    slope: 'both',
    units: '',
    title: '',
    group: '',
    description: '',
    provisional: false,
  };
}
