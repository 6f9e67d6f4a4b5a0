import { inTransaction, openDatabase } from './database.ts';
import { MoveTable } from './move-table.ts';
import { RetiredTable } from './retired-table.ts';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordDescription } from '../model/record.ts';
import type { RestoredHost, RestoredRecord, RestoredSample } from '../model/restored.ts';

export const CATALOGUE_MIGRATIONS = [
  `CREATE TABLE hosts (
     id INTEGER PRIMARY KEY,
     cluster TEXT NOT NULL,
     name TEXT NOT NULL,
     address TEXT NOT NULL,
     agent TEXT NOT NULL,
     facts TEXT NOT NULL,
     last_seen_ms REAL NOT NULL,
     interval_ms REAL NOT NULL,
     gap_ms REAL NOT NULL,
     UNIQUE (cluster, name)
   ) STRICT;
   CREATE TABLE records (
     id INTEGER PRIMARY KEY,
     host INTEGER NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
     metric TEXT NOT NULL,
     description TEXT NOT NULL,
     samples TEXT NOT NULL DEFAULT '[]',
     UNIQUE (host, metric)
   ) STRICT;`,
  // What has left the fleet stays here, marked, so that its history is found by its name.
  `ALTER TABLE hosts ADD COLUMN retired_ms REAL;
   ALTER TABLE hosts ADD COLUMN retired_reason TEXT NOT NULL DEFAULT '';
   ALTER TABLE records ADD COLUMN last_ms REAL;
   CREATE INDEX hosts_retired ON hosts (retired_ms) WHERE retired_ms IS NOT NULL;
   CREATE INDEX records_gone ON records (last_ms) WHERE last_ms IS NOT NULL;`,
  // Histories that got another name, and the name that was wanted.
  `CREATE TABLE moves (
     id INTEGER PRIMARY KEY,
     cluster TEXT NOT NULL,
     from_host TEXT NOT NULL,
     to_host TEXT NOT NULL,
     wanted TEXT NOT NULL,
     moved_ms REAL NOT NULL,
     is_open INTEGER NOT NULL DEFAULT 1
   ) STRICT;
   CREATE INDEX moves_from ON moves (cluster, from_host);
   CREATE INDEX moves_to ON moves (cluster, to_host);`,
] as const;

/** A host as it is to be kept. */
export type KeptHost = Omit<RestoredHost, 'records'>;

/**
 * What a restart must not forget of the fleet: hosts, facts, descriptions, last values. One thread writes.
 * Every call is one transaction; the caller keeps them short by handing over chunks.
 */
export class CatalogueRepository implements Disposable {
  /** Those that have left; `load` passes them over. */
  readonly retired: RetiredTable;
  /** Histories that got another name. */
  readonly moves: MoveTable;
  readonly #db: DatabaseSync;
  readonly #putHost: StatementSync;
  readonly #putRecord: StatementSync;
  readonly #putSamples: StatementSync;

  /** Throws an Error in plain words when the file cannot be used. */
  constructor(file: string) {
    this.#db = openDatabase({ file, holds: 'every description and last value' }, CATALOGUE_MIGRATIONS);
    this.retired = new RetiredTable(this.#db);
    this.moves = new MoveTable(this.#db);
    this.#putHost = this.#db.prepare(
      `INSERT INTO hosts (cluster, name, address, agent, facts, last_seen_ms, interval_ms, gap_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (cluster, name) DO UPDATE SET address = excluded.address, agent = excluded.agent,
         facts = excluded.facts, last_seen_ms = excluded.last_seen_ms, interval_ms = excluded.interval_ms,
         gap_ms = excluded.gap_ms, retired_ms = NULL, retired_reason = ''`,
    );
    this.#putRecord = this.#db.prepare(
      `INSERT INTO records (host, metric, description)
       SELECT id, ?, ? FROM hosts WHERE cluster = ? AND name = ?
       ON CONFLICT (host, metric) DO UPDATE SET description = excluded.description, last_ms = NULL`,
    );
    this.#putSamples = this.#db.prepare(
      `UPDATE records SET samples = ?
       WHERE metric = ? AND host = (SELECT id FROM hosts WHERE cluster = ? AND name = ?)`,
    );
  }

  saveHosts(hosts: readonly KeptHost[]): void {
    inTransaction(this.#db, () => {
      for (const h of hosts) {
        const facts = JSON.stringify(h.facts);
        this.#putHost.run(h.cluster, h.name, h.address, h.agent, facts, h.lastSeenMs, h.intervalMs, h.gapMs);
      }
    });
  }

  /** The records' hosts must have been saved before. */
  saveRecords(descriptions: readonly RecordDescription[]): void {
    inTransaction(this.#db, () => {
      for (const d of descriptions) this.#putRecord.run(d.metric, JSON.stringify(d), d.cluster, d.host);
    });
  }

  saveSamples(
    records: readonly { description: RecordDescription; samples: readonly RestoredSample[] }[],
  ): void {
    inTransaction(this.#db, () => {
      for (const { description: d, samples } of records) {
        this.#putSamples.run(JSON.stringify(samples.map(compact)), d.metric, d.cluster, d.host);
      }
    });
  }

  /** Everything kept of the given clusters. */
  load(clusters: readonly string[]): RestoredHost[] {
    const hosts = this.#db.prepare('SELECT * FROM hosts WHERE cluster = ? AND retired_ms IS NULL');
    const records = this.#db.prepare(
      'SELECT description, samples FROM records WHERE host = ? AND last_ms IS NULL',
    );
    return clusters.flatMap((cluster) =>
      hosts.all(cluster).map((row) => ({
        cluster,
        name: String(row['name']),
        address: String(row['address']),
        agent: String(row['agent']),
        facts: (parsed(row['facts']) ?? []) as [string, string][],
        lastSeenMs: Number(row['last_seen_ms']),
        intervalMs: Number(row['interval_ms']),
        gapMs: Number(row['gap_ms']),
        records: records.all(row['id'] as number).flatMap(recordOf),
      })),
    );
  }

  /** Forgets hosts last seen before that time, epoch ms, with their records; how many there were. */
  forget(beforeMs: number): number {
    return Number(this.#db.prepare('DELETE FROM hosts WHERE last_seen_ms < ?').run(beforeMs).changes);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}

type CompactSample = readonly [
  hi: number,
  lo: number,
  value: number | null,
  sampleMs: number,
  arrivalMs: number,
];

function compact(s: RestoredSample): CompactSample {
  return [s.hi, s.lo, Number.isFinite(s.value) ? s.value : null, s.sampleMs, s.arrivalMs];
}

/** A damaged row is passed over: the agent describes the metric again. */
function recordOf(row: Record<string, unknown>): RestoredRecord[] {
  const description = parsed(row['description']) as RecordDescription | undefined;
  if (description === undefined) return [];
  const samples = (parsed(row['samples']) ?? []) as CompactSample[];
  return [{ description, last: samples.map(sampleOf) }];
}

function sampleOf([hi, lo, value, sampleMs, arrivalMs]: CompactSample): RestoredSample {
  return { hi, lo, value: value ?? Number.NaN, sampleMs, arrivalMs };
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
