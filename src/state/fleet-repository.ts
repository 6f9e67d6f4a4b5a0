import { faulty, inTransaction, openDatabase } from './database.ts';
import { text } from './judge-rows.ts';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { DatabaseFile } from './database.ts';
import type { HistoryMove, Membership } from '../model/instance.ts';
import type { Row } from './judge-rows.ts';

/** The schema of fleet.db, oldest script first. */
export const FLEET_MIGRATIONS = [
  `CREATE TABLE instances (
     cluster TEXT NOT NULL,
     id TEXT NOT NULL,
     host TEXT NOT NULL,
     listed_id TEXT,
     says TEXT NOT NULL,
     left_reason TEXT,
     left_ms REAL,
     since_ms REAL NOT NULL,
     registered_ms REAL NOT NULL,
     registered_from TEXT NOT NULL,
     region TEXT NOT NULL,
     zone TEXT NOT NULL,
     tags TEXT NOT NULL,
     addresses TEXT NOT NULL,
     lists TEXT NOT NULL,
     PRIMARY KEY (cluster, id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE moves (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     cluster TEXT NOT NULL,
     from_host TEXT NOT NULL,
     to_host TEXT NOT NULL
   ) STRICT;
   CREATE TABLE secret (bytes BLOB NOT NULL) STRICT;`,
  'ALTER TABLE instances ADD COLUMN lost_by TEXT;',
] as const;

/** An instance as its row has it: what src/fleet/instance.ts calls an Instance. */
export interface InstanceRow extends Omit<Membership, 'facts' | 'key'> {
  readonly listedId?: string | undefined;
  readonly registeredMs: number;
  readonly registeredFrom: string;
  readonly region: string;
  readonly zone: string;
  readonly tags: readonly (readonly [name: string, value: string])[];
  readonly lists: readonly string[];
  readonly lostBy?: readonly string[] | undefined;
}

/** A history that is to get another name, and has not got it for certain. */
export interface OpenMove extends HistoryMove {
  readonly id: number;
}

/** What is kept together, or not at all; moves in their order. */
export interface RosterRows {
  readonly drops: readonly Pick<InstanceRow, 'cluster' | 'instanceId'>[];
  readonly puts: readonly InstanceRow[];
  readonly moves: readonly HistoryMove[];
}

const SECRET_BYTES = 32;

/**
 * The roster of instances, the histories that wait for their new names, and the secret that agents' keys are
 * made of. A power cut undoes nothing that was kept. Every call may throw a DatabaseFault.
 */
export class FleetRepository implements Disposable {
  /** The same for the file's life. */
  readonly secret: Uint8Array;
  readonly #where: DatabaseFile;
  readonly #db: DatabaseSync;
  readonly #put: StatementSync;
  readonly #drop: StatementSync;
  readonly #move: StatementSync;
  readonly #settle: StatementSync;

  constructor(file: string, random: (bytes: number) => Uint8Array) {
    this.#where = { file, holds: 'which instances registered or left' };
    this.#db = openDatabase(this.#where, FLEET_MIGRATIONS);
    const [put, drop, move, settle] = faulty(this.#where, () => {
      this.#db.exec('PRAGMA synchronous = FULL');
      return [PUT, DROP, MOVE, SETTLE].map((sql) => this.#db.prepare(sql));
    }) as [StatementSync, StatementSync, StatementSync, StatementSync];
    [this.#put, this.#drop, this.#move, this.#settle] = [put, drop, move, settle];
    this.secret = faulty(this.#where, () => this.#secret(random));
  }

  /** The first that came first. */
  instances(): InstanceRow[] {
    return faulty(this.#where, () => {
      const walk = this.#db.prepare('SELECT * FROM instances ORDER BY since_ms');
      return Array.from(walk.iterate(), instanceOf);
    });
  }

  /** Those that were not settled, in their order. */
  openMoves(): OpenMove[] {
    const rows = faulty(this.#where, () => this.#db.prepare('SELECT * FROM moves ORDER BY id').all());
    return rows.map((row) => ({
      id: Number(row['id']),
      cluster: text(row['cluster']),
      from: text(row['from_host']),
      to: text(row['to_host']),
    }));
  }

  /** The moves of these, in their order, each with its number. `settled`: moves that came to their end. */
  keep(rows: readonly RosterRows[], settled: readonly number[] = []): OpenMove[] {
    return faulty(this.#where, () =>
      inTransaction(this.#db, () => {
        for (const id of settled) this.#settle.run(id);
        return rows.flatMap(({ drops, puts, moves }) => {
          for (const { cluster, instanceId } of drops) this.#drop.run(cluster, instanceId);
          for (const row of puts) this.#put.run(...valuesOf(row));
          return moves.map((move) => ({ ...move, id: this.#keepMove(move) }));
        });
      }),
    );
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #keepMove({ cluster, from, to }: HistoryMove): number {
    return Number(this.#move.run(cluster, from, to).lastInsertRowid);
  }

  #secret(random: (bytes: number) => Uint8Array): Uint8Array {
    const known = this.#db.prepare('SELECT bytes FROM secret').get()?.['bytes'];
    if (known instanceof Uint8Array && known.length === SECRET_BYTES) return known;
    const bytes = random(SECRET_BYTES);
    inTransaction(this.#db, () => {
      this.#db.exec('DELETE FROM secret');
      this.#db.prepare('INSERT INTO secret (bytes) VALUES (?)').run(bytes);
    });
    return bytes;
  }
}

const COLUMNS =
  'cluster, id, host, listed_id, says, left_reason, left_ms, since_ms, registered_ms, registered_from, region, zone, ' +
  'tags, addresses, lists, lost_by';
const PUT = `INSERT OR REPLACE INTO instances (${COLUMNS}) VALUES (${COLUMNS.replaceAll(/\w+/gu, '?')})`;
const DROP = 'DELETE FROM instances WHERE cluster = ? AND id = ?';
const SETTLE = 'DELETE FROM moves WHERE id = ?';
const MOVE = 'INSERT INTO moves (cluster, from_host, to_host) VALUES (?, ?, ?)';

function valuesOf({ standing, ...row }: InstanceRow): SQLInputValue[] {
  const hasLeft = standing.kind === 'left';
  return [
    row.cluster,
    row.instanceId,
    row.host,
    row.listedId ?? null,
    hasLeft ? '' : standing.says,
    hasLeft ? standing.reason : null,
    hasLeft ? standing.sinceMs : null,
    row.sinceMs,
    row.registeredMs,
    row.registeredFrom,
    row.region,
    row.zone,
    JSON.stringify(row.tags),
    JSON.stringify(row.addresses),
    JSON.stringify(row.lists),
    row.lostBy ? JSON.stringify(row.lostBy) : null,
  ];
}

function instanceOf(row: Row): InstanceRow {
  const leftMs = row['left_ms'];
  return {
    cluster: text(row['cluster']),
    instanceId: text(row['id']),
    host: text(row['host']),
    ...(row['listed_id'] === null ? {} : { listedId: text(row['listed_id']) }),
    standing:
      leftMs === null
        ? { kind: 'here', says: text(row['says']) }
        : { kind: 'left', reason: text(row['left_reason']), sinceMs: Number(leftMs) },
    sinceMs: Number(row['since_ms']),
    registeredMs: Number(row['registered_ms']),
    registeredFrom: text(row['registered_from']),
    region: text(row['region']),
    zone: text(row['zone']),
    tags: list(row['tags']) as [string, string][],
    addresses: list(row['addresses']) as string[],
    lists: list(row['lists']) as string[],
    ...(row['lost_by'] === null ? {} : { lostBy: list(row['lost_by']) as string[] }),
  };
}

/** A damaged cell is as if it were empty. */
function list(json: unknown): unknown[] {
  try {
    const value: unknown = JSON.parse(String(json));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
