import { GONE_LOOKED_MAX, GONE_RECORDS_MAX, PRUNED_AT_ONCE, RETIRED_HOSTS_MAX } from '../limits.ts';
import { inTransaction } from './database.ts';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { GoneFound, GoneQuery, RetiredHost } from '../model/retired.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Row } from './judge-rows.ts';

/** A host or record that has left, and when it was last heard, epoch ms. */
export interface GoneHost {
  readonly cluster: string;
  readonly name: string;
  readonly lastSeenMs: number;
  /** Why, for people. */
  readonly reason: string;
}
export interface GoneRecord {
  readonly cluster: string;
  readonly host: string;
  readonly metric: string;
  readonly lastSeenMs: number;
}

const HOSTS = `SELECT hosts.*, (SELECT count(*) FROM records WHERE host = hosts.id) AS records FROM hosts
  WHERE retired_ms IS NOT NULL`;

/**
 * Hosts and records of catalogue.db that have left the fleet: their rows are marked, so that their history is
 * found by their names; a host or record that is heard again loses the mark when it is saved. Every call may
 * throw what SQLite says.
 */
export class RetiredTable {
  readonly #db: DatabaseSync;
  readonly #max: { readonly hosts: number; readonly records: number };

  constructor(db: DatabaseSync, max = { hosts: RETIRED_HOSTS_MAX, records: GONE_RECORDS_MAX }) {
    this.#db = db;
    this.#max = max;
  }

  /** Hosts leave with all of their records. */
  retireHosts(hosts: readonly GoneHost[], nowMs: number): void {
    const host = this.#db.prepare(
      `UPDATE hosts SET retired_ms = ?, retired_reason = ?, last_seen_ms = ?
       WHERE cluster = ? AND name = ?`,
    );
    const records = this.#db.prepare(
      `UPDATE records SET last_ms = ?
       WHERE host = (SELECT id FROM hosts WHERE cluster = ? AND name = ?) AND last_ms IS NULL`,
    );
    inTransaction(this.#db, () => {
      for (const { cluster, name, lastSeenMs, reason } of hosts) {
        host.run(nowMs, reason, lastSeenMs, cluster, name);
        records.run(lastSeenMs, cluster, name);
      }
    });
  }

  /** Records leave hosts that go on. */
  retireRecords(records: readonly GoneRecord[]): void {
    const record = this.#db.prepare(
      `UPDATE records SET last_ms = ?
       WHERE metric = ? AND host = (SELECT id FROM hosts WHERE cluster = ? AND name = ?)`,
    );
    inTransaction(this.#db, () => {
      for (const { cluster, host, metric, lastSeenMs } of records)
        record.run(lastSeenMs, metric, cluster, host);
    });
  }

  /** Those that left last, at most `max`. */
  hosts(max: number): RetiredHost[] {
    return this.#db.prepare(`${HOSTS} ORDER BY retired_ms DESC LIMIT ?`).all(max).map(hostOf);
  }

  host(cluster: string, name: string): RetiredHost | undefined {
    const row = this.#db.prepare(`${HOSTS} AND cluster = ? AND name = ?`).get(cluster, name);
    return row && hostOf(row);
  }

  records(query: GoneQuery, looked = GONE_LOOKED_MAX): GoneFound {
    const { cluster, host, metric, fromMs } = query;
    const given: SQLInputValue[] = [fromMs];
    // A host's few records are found by their host, and not among all that left since then.
    let sql = `SELECT h.cluster, h.name, r.description FROM records r JOIN hosts h ON h.id = r.host
      WHERE ${host.literal === null ? '' : '+'}r.last_ms >= ?`;
    for (const [column, literal] of [
      ['h.cluster', cluster.literal] as const,
      ['h.name', host.literal] as const,
    ]) {
      if (literal === null) continue;
      sql += ` AND ${column} = ?`;
      given.push(literal);
    }
    if (metric.literal !== null) {
      sql += " AND (r.metric = ? OR substr(?, 1, length(r.metric) + 1) = r.metric || ':')";
      given.push(metric.literal, metric.literal);
    }
    const walk = this.#db.prepare(`${sql} ORDER BY r.last_ms DESC LIMIT ?`);
    walk.setReturnArrays(true);
    const records: RecordDescription[] = [];
    let seen = 0;
    for (const row of walk.iterate(...given, looked + 1)) {
      const [inCluster, name, json] = row as unknown as readonly [string, string, string];
      seen += 1;
      if (seen > looked) break;
      if (!cluster.matches(inCluster) || !host.matches(name)) continue;
      const description = descriptionOf(json);
      if (description) records.push(description);
    }
    return { records, isCut: seen > looked };
  }

  /**
   * Forgets some of what was last heard before that time, epoch ms, or is too much; whether there is more.
   */
  prune(beforeMs: number): boolean {
    const { hosts, records } = this.#max;
    const run = (sql: string, ...given: number[]) => Number(this.#db.prepare(sql).run(...given).changes);
    const old = 'SELECT id FROM records WHERE last_ms < ? ORDER BY last_ms LIMIT ?';
    const gone = inTransaction(this.#db, () => [
      run(`DELETE FROM records WHERE id IN (${old})`, beforeMs, PRUNED_AT_ONCE),
      run(
        `DELETE FROM records WHERE id IN (${old})`,
        this.#last('records', 'last_ms', records),
        PRUNED_AT_ONCE,
      ),
      run(OLD_HOSTS, beforeMs, this.#last('hosts', 'retired_ms', hosts), PRUNED_HOSTS_AT_ONCE),
    ]);
    return gone.some((n) => n > 0);
  }

  /** The mark of the last row that may stay, counted from the newest; −∞: all may. */
  #last(table: 'hosts' | 'records', column: 'retired_ms' | 'last_ms', max: number): number {
    const row = this.#db
      .prepare(`SELECT ${column} AS last FROM ${table} WHERE ${column} IS NOT NULL
        ORDER BY ${column} DESC LIMIT 1 OFFSET ?`)
      .get(max - 1);
    return row ? Number(row['last']) : -Number.MAX_VALUE;
  }
}

/** A host goes with all of its records: some 100. */
const PRUNED_HOSTS_AT_ONCE = 20;
const OLD_HOSTS = `DELETE FROM hosts WHERE id IN (SELECT id FROM hosts WHERE retired_ms IS NOT NULL
  AND (last_seen_ms < ? OR retired_ms < ?) LIMIT ?)`;

function hostOf(row: Row): RetiredHost {
  return {
    cluster: String(row['cluster']),
    name: String(row['name']),
    address: String(row['address']),
    agent: String(row['agent']),
    facts: (parsed(row['facts']) ?? []) as [string, string][],
    lastSeenMs: Number(row['last_seen_ms']),
    retiredMs: Number(row['retired_ms']),
    reason: String(row['retired_reason']),
    records: Number(row['records']),
  };
}

/** A damaged row is passed over. */
function descriptionOf(json: string): RecordDescription | undefined {
  return parsed(json) as RecordDescription | undefined;
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
