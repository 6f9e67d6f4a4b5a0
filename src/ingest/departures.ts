import { DEPART_WITHIN_MS, DRAINED_AT_ONCE, REMOVALS_PER_TICK } from '../limits.ts';
import { SEGMENT_ROWS } from '../live/columns.ts';
import { RECORD_STATE } from './record-table.ts';
import { SilentRecords } from './silent-records.ts';
import type { Announcement } from '../live/announcement.ts';
import type { Books } from './books.ts';
import type { ExpiredHost } from '../model/expired-host.ts';
import type { HostState, HostTable } from './host-table.ts';
import type { Journal } from './journal/port.ts';
import type { LiveWriter } from '../live/writer.ts';
import type { Planner } from './planner.ts';
import type { RecordDescription } from '../model/record.ts';
import type { RecordTable } from './record-table.ts';
import type { SilentRecordsOptions } from './silent-records.ts';
import type { Staging } from './staging.ts';

export interface DeparturesOptions extends SilentRecordsOptions {
  readonly announce: (announcement: Announcement) => void;
  /** Points are in the journal that are not staged: which records they are of is not known. */
  readonly behind: () => boolean;
  readonly books: Books;
  readonly hosts: HostTable;
  readonly journal: Journal;
  readonly live: LiveWriter;
  readonly planner: Pick<Planner, 'drain' | 'forget' | 'hasten'>;
  readonly records: RecordTable;
  /** Makes points of what else is kept of a host. */
  readonly settle: (host: HostState) => void;
  readonly sleep: (ms: number) => Promise<void>;
  readonly staging: Staging;
}

const BEHIND_PAUSE_MS = 100;
/** Why a host departs. */
const RENAMED = 'renamed';

/**
 * Hosts and records that leave a worker's memory: hosts that the judge found expired, records that have been
 * silent for their dmax, a whole group after a reload. Points go to the store first; history stays. All of it
 * in small pieces, the sockets having their turn in between.
 */
export class Departures {
  readonly #o: DeparturesOptions;
  readonly #silent: SilentRecords;
  /** Hosts that are to leave, once the store has their points. */
  readonly #asked = new Map<string, ExpiredHost>();
  /** Hosts that depart right now, by cluster and name. */
  readonly #departing = new Map<string, Promise<string | undefined>>();
  /** Hosts that could not depart as the store did not take their points in time, by cluster and name. */
  readonly #slow = new Set<string>();
  /** Hosts nobody finds any more, whose records are being released. */
  readonly #leaving: HostState[] = [];

  constructor(options: DeparturesOptions) {
    this.#o = options;
    this.#silent = new SilentRecords(options);
  }

  /** These hosts are to leave, unless they are heard again before. */
  expire(hosts: readonly ExpiredHost[]): void {
    for (const host of hosts) this.#asked.set(`${host.cluster}\0${host.name}`, host);
  }

  /**
   * Writes what waits of a host, then forgets it. Answers why it could not leave, in words; undefined:
   * nothing of it is there any more.
   */
  depart(cluster: string, name: string): Promise<string | undefined> {
    const key = `${cluster}\0${name}`;
    const underWay =
      this.#departing.get(key) ?? this.#depart(cluster, name).finally(() => this.#departing.delete(key));
    this.#departing.set(key, underWay);
    return underWay;
  }

  async #depart(cluster: string, name: string): Promise<string | undefined> {
    const { behind, hosts, sleep, ticksMs } = this.#o;
    const endMs = ticksMs() + DEPART_WITHIN_MS;
    const unread = `the journal is still being read back, and may have points of ${cluster}/${name}`;
    // oxlint-disable-next-line no-await-in-loop -- the sockets' turn
    while (behind() && ticksMs() < endMs) await sleep(BEHIND_PAUSE_MS);
    if (behind()) return unread;
    const state = hosts.named(cluster, name);
    const wasSlow = this.#slow.delete(`${cluster}\0${name}`);
    if (!state) return undefined;
    // Of whoever has the name by now nothing is refused for a store that may take nothing still.
    if (wasSlow) await this.#drain([state], endMs - ticksMs());
    if (hosts.hosts[state.row] !== state) return undefined;
    const isTooLate = ticksMs() >= endMs && this.#late(state);
    if (isTooLate) return isTooLate;
    state.isMoving = true;
    try {
      this.#o.settle(state);
      await this.#drain([state], endMs - ticksMs());
      // Its group may have left meanwhile, and it with that.
      if (hosts.hosts[state.row] !== state) return undefined;
      if (behind()) return unread;
      const late = this.#late(state);
      if (late !== undefined) return late;
      this.#forget(state, RENAMED);
      return undefined;
    } finally {
      state.isMoving = false;
    }
  }

  /** That the store has not taken all of a host's points, in words; undefined: it has. */
  #late(state: HostState): string | undefined {
    const { cluster, name, records } = state;
    const waiting = [...records.values()].filter((record) => !this.#isStored(record)).length;
    if (waiting === 0) return undefined;
    this.#slow.add(`${cluster}\0${name}`);
    return `the store has not taken the points of ${waiting} metrics of ${cluster}/${name}`;
  }

  /** Nobody finds the host any more; its records are released by and by. */
  #forget(state: HostState, reason: string): void {
    const { row: hostRow, cluster, name } = state;
    const lastSeenMs = this.#lastSeenMs(state);
    this.#o.hosts.remove(state);
    this.#o.announce({ kind: 'host-gone', hostRow, cluster, name, lastSeenMs, reason });
    this.#leaving.push(state);
  }

  /** Some of what is to leave leaves; a few times a second. */
  tick(): void {
    if (this.#o.behind()) return;
    this.#silent.look({
      isHostSilent: (record, dmaxMs) => this.#isHostSilent(record, dmaxMs),
      expire: (record) => this.#expireRecord(record),
    });
    this.#expireHosts();
    this.#release(REMOVALS_PER_TICK);
  }

  /** A group's hosts and records leave, its points first, as far as the store takes them in that time. */
  async removeCluster(cluster: string, withinMs: number): Promise<void> {
    const { hosts, announce, sleep } = this.#o;
    const states = hosts.of(cluster);
    await this.#drain(states, withinMs);
    // Before any row is another's.
    announce({ kind: 'cluster-gone', cluster });
    for (const [n, state] of states.entries()) {
      // It may have expired meanwhile, its row be another's.
      if (hosts.hosts[state.row] !== state) continue;
      hosts.remove(state);
      this.#leaving.push(state);
      // oxlint-disable-next-line no-await-in-loop -- the sockets' turn
      if (n % REMOVALS_PER_TICK === REMOVALS_PER_TICK - 1) await sleep(0);
    }
    // oxlint-disable-next-line no-await-in-loop -- the sockets' turn
    while (this.#release(REMOVALS_PER_TICK)) await sleep(0);
  }

  /** The last points of a record that was to leave have settled: its number and rows may be another's. */
  free(record: number): void {
    const { journal, live, records } = this.#o;
    journal.forget(record);
    live.closeSeries(records.row[record] as number, records.sources[record] as number);
    records.release(record);
  }

  /** Sends to the store what waits of these hosts. */
  async #drain(states: readonly HostState[], withinMs: number): Promise<void> {
    const { planner, sleep, staging, ticksMs, records } = this.#o;
    const endMs = ticksMs() + withinMs;
    let waiting: number[] = [];
    let looked = 0;
    for (const state of states) {
      for (const record of state.records.values()) {
        looked += 1;
        if (records.state[record] === RECORD_STATE.series && staging.unstored(record) > 0) {
          waiting.push(record);
        }
        if (looked % DRAINED_AT_ONCE > 0) continue;
        // oxlint-disable-next-line no-await-in-loop -- all at once would keep the sockets waiting
        await planner.drain(waiting, endMs - ticksMs());
        waiting = [];
        // oxlint-disable-next-line no-await-in-loop -- the sockets' turn
        await sleep(0);
      }
    }
    await planner.drain(waiting, endMs - ticksMs());
  }

  /** A record leaves a host that was heard after it was due; those of a silent host stay with it. */
  #isHostSilent(record: number, dmaxMs: number): boolean {
    const { records, hosts } = this.#o;
    const host = hosts.hosts[records.host[record] as number];
    return !host || this.#lastSeenMs(host) <= this.#silent.heardMs(record) + dmaxMs;
  }

  #expireRecord(record: number): void {
    const { records, hosts, books, announce } = this.#o;
    const host = hosts.hosts[records.host[record] as number];
    if (!host || !this.#isStored(record)) return;
    const { metric, protocol } = records.descriptions[record] as RecordDescription;
    const isSeries = records.state[record] === RECORD_STATE.series;
    // A constant, or a word, is a fact as well.
    if (protocol === 'ganglia') hosts.removeFact(host, metric);
    if (isSeries) {
      const lastSeenMs = this.#silent.heardMs(record);
      const { row: hostRow, cluster, name } = host;
      announce({ kind: 'record-gone', record, hostRow, cluster, host: name, metric, lastSeenMs });
    }
    host.records.delete(metric);
    host.series -= records.sources[record] as number;
    books.recordsExpired += 1;
    this.#letGo(record);
  }

  #expireHosts(): void {
    const { hosts, books } = this.#o;
    let looked = 0;
    for (const [key, asked] of this.#asked) {
      const { cluster, name, lastSeenMs, reason } = asked;
      const state = hosts.named(cluster, name);
      if (!state || this.#lastSeenMs(state) !== lastSeenMs) {
        this.#asked.delete(key);
        continue;
      }
      looked += 1 + state.records.size;
      let stored = true;
      for (const record of state.records.values()) if (!this.#isStored(record)) stored = false;
      if (stored) {
        this.#asked.delete(key);
        this.#forget(state, reason);
        books.hostsExpired += 1;
      } else {
        // Behind the others: one whose points the store does not take holds up nobody.
        this.#asked.delete(key);
        this.#asked.set(key, asked);
      }
      if (looked >= REMOVALS_PER_TICK) return;
    }
  }

  #lastSeenMs({ row }: HostState): number {
    return this.#o.live.hostSegment(row).lastSeenMs[row % SEGMENT_ROWS] as number;
  }

  /** Whether the store has all points of a record; those that wait are sent. */
  #isStored(record: number): boolean {
    const { records, staging, planner } = this.#o;
    if (records.state[record] !== RECORD_STATE.series || staging.unstored(record) === 0) return true;
    planner.hasten(record);
    return false;
  }

  /** Releases records of the hosts that are leaving, at most so many; whether there are more. */
  #release(max: number): boolean {
    let left = max;
    for (let state = this.#leaving.at(-1); state; state = this.#leaving.at(-1)) {
      for (const [metric, record] of state.records) {
        if (left === 0) return true;
        left -= 1;
        state.records.delete(metric);
        // A row whose record is not free yet is not given again.
        if (!this.#letGo(record)) state.isRowKept = true;
      }
      this.#leaving.pop();
      if (!state.isRowKept) this.#o.hosts.close(state);
    }
    return false;
  }

  /** False: it has points in flight, and is free when they have settled. */
  #letGo(record: number): boolean {
    const { records, staging, planner, books } = this.#o;
    records.forgetKeys(record);
    if (records.state[record] === RECORD_STATE.fact) {
      records.release(record);
      return true;
    }
    const isIdle = planner.forget(record);
    books.lose('group_removed', isIdle ? staging.drop(record) : staging.dropWaiting(record));
    if (isIdle) this.free(record);
    return isIdle;
  }
}
