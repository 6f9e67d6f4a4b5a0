import { HISTORY_MOVES_KEPT_MAX } from '../limits.ts';
import { inTransaction } from './database.ts';
import type { DatabaseSync } from 'node:sqlite';
import type { HistoryMove } from '../model/instance.ts';
import type { MovedHost } from '../model/moved-hosts.ts';

export interface Moved extends MovedHost {
  /** Why what has the new name is not there any more. */
  readonly reason: string;
}

/** A move whose files may still lie under the old name. */
export interface OpenMove extends HistoryMove {
  readonly id: number;
}

/**
 * Histories of catalogue.db that got other names. A move is begun, which renames its rows, before its files
 * are touched, and finished after: so a start finds those that were under way. Finished ones are remembered
 * for the journal, which has the names that points came under. Every call may throw what SQLite says.
 */
export class MoveTable {
  readonly #db: DatabaseSync;
  readonly #max: number;

  constructor(db: DatabaseSync, max = HISTORY_MOVES_KEPT_MAX) {
    this.#db = db;
    this.#max = max;
  }

  /** Whether rows have that name. */
  isNamed(cluster: string, host: string): boolean {
    return (
      this.#db.prepare('SELECT 1 FROM hosts WHERE cluster = ? AND name = ?').get(cluster, host) !== undefined
    );
  }

  /** Whether the newest move from or to either name is this very one: whoever asks again does not know. */
  isRepeated({ cluster, from, to }: HistoryMove): boolean {
    const last = this.#db
      .prepare(
        `SELECT from_host, wanted FROM moves WHERE cluster = ? AND (from_host IN (?, ?) OR to_host IN (?, ?))
         ORDER BY id DESC LIMIT 1`,
      )
      .get(cluster, from, to, from, to);
    return last?.['from_host'] === from && last['wanted'] === to;
  }

  /**
   * Gives the rows of a host another name, as one that has left; nothing may have that name. `wanted`: what
   * was asked for. Kept over a power cut, as the files are to follow. The number of the move.
   */
  begin(move: Moved, wanted: string): number {
    const { cluster, from, to, movedMs, reason } = move;
    this.#db.exec('PRAGMA synchronous = FULL');
    try {
      return inTransaction(this.#db, () => {
        this.#rename(move);
        this.#db
          .prepare(
            `UPDATE hosts SET retired_ms = coalesce(retired_ms, ?), retired_reason = ?
             WHERE cluster = ? AND name = ?`,
          )
          .run(movedMs, reason, cluster, to);
        this.#db
          .prepare(
            `UPDATE records SET last_ms = (SELECT last_seen_ms FROM hosts WHERE id = records.host)
             WHERE last_ms IS NULL AND host = (SELECT id FROM hosts WHERE cluster = ? AND name = ?)`,
          )
          .run(cluster, to);
        const { lastInsertRowid } = this.#db
          .prepare('INSERT INTO moves (cluster, from_host, to_host, wanted, moved_ms) VALUES (?, ?, ?, ?, ?)')
          .run(cluster, from, to, wanted, movedMs);
        return Number(lastInsertRowid);
      });
    } finally {
      this.#db.exec('PRAGMA synchronous = NORMAL');
    }
  }

  /** The files have followed. */
  finish(id: number): void {
    inTransaction(this.#db, () => {
      this.#db.prepare('UPDATE moves SET is_open = 0 WHERE id = ?').run(id);
      this.#db.prepare('DELETE FROM moves WHERE is_open = 0 AND id <= ?').run(id - this.#max);
    });
  }

  /** The files have stayed: the rows get their old name back, unless a host has it that came meanwhile. */
  undo({ id, cluster, from, to }: OpenMove): void {
    inTransaction(this.#db, () => {
      if (!this.isNamed(cluster, from)) this.#rename({ cluster, from: to, to: from });
      this.#db.prepare('DELETE FROM moves WHERE id = ?').run(id);
    });
  }

  /** Those that were begun and not finished, in their order. */
  open(): OpenMove[] {
    const rows = this.#db.prepare('SELECT * FROM moves WHERE is_open = 1 ORDER BY id').all();
    return rows.map((row) => ({
      id: Number(row['id']),
      cluster: String(row['cluster']),
      from: String(row['from_host']),
      to: String(row['to_host']),
    }));
  }

  /** Where histories of these clusters went, in the order of time. */
  moved(clusters: readonly string[]): MovedHost[] {
    const moves = this.#db.prepare('SELECT * FROM moves WHERE cluster = ? ORDER BY id');
    return clusters.flatMap((cluster) =>
      moves.all(cluster).map((row) => ({
        cluster,
        from: String(row['from_host']),
        to: String(row['to_host']),
        movedMs: Number(row['moved_ms']),
      })),
    );
  }

  /** A damaged description stays as it is. */
  #rename({ cluster, from, to }: HistoryMove): void {
    this.#db
      .prepare(
        `UPDATE records SET description = json_set(description, '$.host', ?)
         WHERE json_valid(description) AND host = (SELECT id FROM hosts WHERE cluster = ? AND name = ?)`,
      )
      .run(to, cluster, from);
    this.#db.prepare('UPDATE hosts SET name = ? WHERE cluster = ? AND name = ?').run(to, cluster, from);
  }
}
