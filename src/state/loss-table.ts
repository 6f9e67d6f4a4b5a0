import { LOSSES_MAX, LOSSES_LOOKED_MAX } from '../limits.ts';
import { faulty, inTransaction } from './database.ts';
import { text } from './judge-rows.ts';
import type { DatabaseSync } from 'node:sqlite';
import type { LossView } from '../contract/api.ts';
import type { DatabaseFile } from './database.ts';
import type { LossesFound, LossQuery } from '../model/loss.ts';
import type { Row } from './judge-rows.ts';

/**
 * Periods in which datagrams were lost, within a number of them: those that ended first go first. Every call
 * may throw a DatabaseFault.
 */
export class LossTable {
  readonly #db: DatabaseSync;
  readonly #where: DatabaseFile;
  readonly #max: number;

  constructor(db: DatabaseSync, where: DatabaseFile, max = LOSSES_MAX) {
    this.#db = db;
    this.#where = where;
    this.#max = max;
  }

  /** Keeps these; a period that has grown since takes its own place. */
  keep(losses: readonly LossView[]): void {
    this.#change(() => {
      const put = this.#db.prepare(
        `INSERT INTO losses (cluster, from_ms, to_ms, packets, reasons) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (cluster, from_ms) DO UPDATE SET to_ms = excluded.to_ms, packets = excluded.packets,
           reasons = excluded.reasons`,
      );
      for (const { cluster, from_ms: fromMs, to_ms: toMs, packets, reasons } of losses) {
        put.run(cluster, fromMs, toMs, packets, reasons.join(' '));
      }
      const count = Number(this.#db.prepare('SELECT count(*) AS losses FROM losses').get()?.['losses']);
      if (count <= this.#max) return;
      this.#db
        .prepare(
          `DELETE FROM losses WHERE (cluster, from_ms) IN
             (SELECT cluster, from_ms FROM losses ORDER BY to_ms LIMIT ?)`,
        )
        .run(count - this.#max);
    });
  }

  list({ fromMs, toMs, cluster, limit }: LossQuery): LossesFound {
    return faulty(this.#where, () => {
      const walk = this.#db.prepare(
        'SELECT * FROM losses WHERE to_ms >= ? AND from_ms <= ? ORDER BY to_ms DESC LIMIT ?',
      );
      const losses: LossView[] = [];
      let [looked, leftOut] = [0, 0];
      for (const row of walk.iterate(fromMs, toMs, LOSSES_LOOKED_MAX + 1)) {
        looked += 1;
        if (looked > LOSSES_LOOKED_MAX) leftOut += 1;
        else if (!cluster(text(row['cluster']))) continue;
        else if (losses.length < limit) losses.push(viewOf(row));
        else leftOut += 1;
      }
      return { losses, leftOut };
    });
  }

  /** Forgets those that were over before that time, epoch ms. */
  prune(beforeMs: number): void {
    this.#change(() => this.#db.prepare('DELETE FROM losses WHERE to_ms < ?').run(beforeMs));
  }

  #change(work: () => void): void {
    faulty(this.#where, () => inTransaction(this.#db, work));
  }
}

function viewOf(row: Row): LossView {
  return {
    cluster: text(row['cluster']),
    from_ms: Number(row['from_ms']),
    to_ms: Number(row['to_ms']),
    packets: Number(row['packets']),
    reasons: text(row['reasons']).split(' '),
  };
}
