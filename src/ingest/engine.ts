import { NAME_BYTES_MAX } from '../limits.ts';
import { LiveWriter } from '../live/writer.ts';
import { recognise } from '../wire/recognise.ts';
import type { Recognised } from '../wire/recognise.ts';
import { Books } from './books.ts';
import { CollectdIntake } from './collectd-intake.ts';
import { GmondIntake } from './gmond-intake.ts';
import { HostTable } from './host-table.ts';
import { clean } from './identity.ts';
import { KeyTable } from './key-table.ts';
import { Planner } from './planner.ts';
import { RECORD_STATE, RecordTable } from './record-table.ts';
import { Replay } from './replay.ts';
import { ReverseNames } from './reverse-names.ts';
import { Samples } from './samples.ts';
import { Staging } from './staging.ts';
import { statsOf } from './stats.ts';
import { WriteAhead } from './write-ahead.ts';
import { resetsOf } from './batch.ts';
import { recordKey } from '../model/record.ts';
import type { Arrival } from './arrival.ts';
import type { Announcement } from '../live/announcement.ts';
import type { Flushed } from './planner.ts';
import type { DataSource, RecordDescription } from '../model/record.ts';
import type { Group, GroupRules } from './group.ts';
import type { Journal, SettledPoint } from './journal/port.ts';
import type { HostState } from './host-table.ts';
import type { IngestStats } from './stats.ts';
import type { PacketProtocol } from './books.ts';
import type { RestoredHost } from '../model/restored.ts';
import type { Reverse } from './reverse-names.ts';
import type { RingEntry } from './ring.ts';
import type { Store } from '../store/store.ts';
import type { Summed } from './sums/fold.ts';
import type { Tail } from '../model/tail.ts';

/** The group under which values of an earlier run are booked that no group has claimed. */
const UNCLAIMED = 'journal';
/** Time that what is under way at the end has to answer. */
const STOP_MS = 5000;
/** A stop that reads the journal back looks so often for what has been read. */
const READ_PAUSE_MS = 20;

export interface EngineOptions {
  readonly store: Store;
  readonly journal: Journal;
  readonly types: ReadonlyMap<string, readonly DataSource[]>;
  readonly cache: { readonly maxAgeMs: number; readonly jitterMs: number; readonly maxPoints: number };
  readonly reverse: Reverse;
  /** The wall clock, ms since the epoch. */
  readonly nowMs: () => number;
  /** A clock that is never set, ms. */
  readonly ticksMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly onRefusal: (description: RecordDescription, reason: string, detail: string) => void;
}

/**
 * The data plane of one ingest worker without its sockets: datagrams in; live columns, announcements and
 * store writes out. Single-threaded; nothing in it waits but the planner's flushes.
 */
export class Engine {
  readonly books = new Books();
  readonly #announced: Announcement[] = [];
  readonly #live: LiveWriter;
  readonly #hosts: HostTable;
  readonly #records: RecordTable;
  readonly #staging = new Staging();
  readonly #planner: Planner;
  readonly #samples: Samples;
  readonly #journal: Journal;
  readonly #writeAhead: WriteAhead;
  readonly #collectd: CollectdIntake;
  readonly #gmond: GmondIntake;
  readonly #names: ReverseNames;
  readonly #ticksMs: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  /** The datagram in hand; one object for all of them. */
  readonly #from: Arrival = {
    buffer: new Uint8Array(0),
    start: 0,
    end: 0,
    address: '',
    arrivalMs: 0,
    name: undefined,
  };
  /** By the index that listeners carry; a removed group stays, to count what still comes for it. */
  readonly #groups: Group[] = [];

  constructor(options: EngineOptions) {
    const { store, journal, types, cache, nowMs, ticksMs, sleep, random, onRefusal } = options;
    const announce = (announcement: Announcement) => void this.#announced.push(announcement);
    const word = () => Math.floor(random() * 0x100000000);
    const keys = [word(), word()] as const;
    this.#live = new LiveWriter(announce);
    this.#hosts = new HostTable(new KeyTable(...keys), this.#live, announce);
    this.#records = new RecordTable(new KeyTable(...keys));
    const { books } = this;
    const [hosts, records, staging, live] = [this.#hosts, this.#records, this.#staging, this.#live];
    this.#planner = new Planner({
      staging,
      store,
      books,
      nowMs,
      ticksMs,
      sleep,
      random,
      onRefusal,
      describe: (record) => this.describe(record),
      settled: (record) => this.#writeAhead.settled(record),
      released: (record) => this.#release(record),
      maxAgeS: Math.max(1, Math.round(cache.maxAgeMs / 1000)),
      jitterS: Math.round(cache.jitterMs / 1000),
      maxPoints: cache.maxPoints,
    });
    const planner = this.#planner;
    const { maxPoints } = cache;
    const keep = this.#keep.bind(this);
    this.#samples = new Samples({ books, hosts, records, staging, live, announce, keep });
    const samples = this.#samples;
    this.#journal = journal;
    const convert = (record: number, said: RecordDescription) => this.#gmond.convert(record, said);
    const owns = (cluster: string) =>
      this.#groups.some((g) => g.rules.name === cluster && g.gone !== 'group_removed');
    const parts = { books, hosts, journal, live, planner, records, samples, staging };
    const sink = new Replay({ ...parts, owns, convert });
    this.#writeAhead = new WriteAhead({ ...parts, maxPoints, sleep, sink, nowMs });
    this.#collectd = new CollectdIntake({ books, hosts, records, samples, types });
    this.#gmond = new GmondIntake({ books, hosts, records, staging, samples, live, keys, journal });
    this.#names = new ReverseNames(options.reverse, ticksMs);
    this.#ticksMs = ticksMs;
    this.#sleep = sleep;
  }

  /** Adds a group, or gives a running one other rules; the index is what its listeners' datagrams carry. */
  setGroup(rules: GroupRules): number {
    const index = this.groupIndex(rules);
    (this.#groups[index] as Group).rules = rules;
    return index;
  }

  /** The index of a group by its name; one that is not there yet is added. */
  groupIndex(rules: GroupRules): number {
    const index = this.#groups.findIndex((g) => g.rules.name === rules.name);
    const group = this.#groups[index];
    if (group) {
      if (group.gone) Object.assign(group, { rules, gone: undefined });
      return index;
    }
    this.#groups.push({ rules, tally: this.books.group(rules.name), gone: undefined });
    return this.#groups.length - 1;
  }

  /** Sends a group's points to the store, then forgets its hosts and records. Its history stays. */
  async removeGroup(name: string, withinMs: number): Promise<void> {
    const group = this.#groups.find((g) => g.rules.name === name && !g.gone);
    if (group) group.gone = 'group_removed';
    const records = this.#recordsOf(name);
    await this.#planner.drain(records, withinMs);
    this.#records.forgetKeys((record) => this.#records.descriptions[record]?.cluster === name);
    for (const record of this.#allOf(name)) this.#forget(record);
    this.#hosts.removeCluster(name);
    this.#announced.push({ kind: 'cluster-gone', cluster: name });
  }

  /** Brings back what was known before a restart: descriptions, facts, last values, pulses. */
  restore(hosts: readonly RestoredHost[]): void {
    for (const host of hosts) this.#restoreHost(host);
  }

  /** Takes one datagram, bytes start…end of `buffer`. */
  accept(buffer: Uint8Array, entry: RingEntry): void {
    const group = this.#groups[entry.listener];
    if (!group) return;
    const { rules } = group;
    if (group.gone) return this.refuse(entry.listener, group.gone);
    const protocol = protocolOf(rules, buffer, entry);
    const from = this.#from;
    from.buffer = buffer;
    from.start = entry.start;
    from.end = entry.end;
    from.address = entry.address;
    from.arrivalMs = entry.arrivalMs;
    from.name = undefined;
    if (rules.hostName === 'address') from.name = entry.address;
    else if (needsName(rules, protocol)) {
      const name = this.#names.lookup(entry.address);
      if (name === undefined) return this.#park(buffer, entry);
      from.name = nameText(name);
    }
    this.#dispatch(group, entry.listener, protocol);
  }

  /** Keeps a datagram until its sender's name is known. */
  #park(buffer: Uint8Array, entry: RingEntry): void {
    const copy = buffer.slice(entry.start, entry.end);
    const later: RingEntry = { ...entry, start: 0, end: copy.length };
    const again = () => this.accept(copy, later);
    if (!this.#names.park(entry.address, { bytes: copy.length, again })) {
      this.refuse(entry.listener, 'resolving');
    }
  }

  /** A datagram that is not looked at. */
  refuse(listener: number, reason: string): void {
    const group = this.#groups[listener];
    if (!group) return;
    group.tally.packets.unknown += 1;
    this.books.rejectPacket(group.rules.name, 'unknown', reason);
  }

  /** What the journal asks of a record. */
  describe(record: number): RecordDescription {
    return this.#records.descriptions[record] as RecordDescription;
  }

  lastStored(record: number): SettledPoint | undefined {
    return this.#staging.lastStored(record);
  }

  /**
   * Takes up what the journal has of earlier runs, once the groups are known; resolves when all of it has
   * been read.
   */
  readBack(): Promise<void> {
    return this.#writeAhead.readBack();
  }

  /** The journal has let values go that nobody had read: of an earlier run, or of this one. */
  loseJournaled(values: number, reason: string, earlier: boolean): void {
    if (earlier) this.books.takeOver(UNCLAIMED, values);
    this.books.lose(reason, values);
  }

  /** Moves due points to the store; a few times a second. */
  tick(): void {
    this.#planner.tick();
  }

  /** What sums over hosts are made of. */
  summed(silentMs: Summed['silentMs']): Summed {
    return { records: this.#records, hosts: this.#hosts, live: this.#live, silentMs };
  }

  /** Makes announcements of what changed; every few seconds. */
  tellChanges(): void {
    this.#hosts.tellChanges();
    this.#samples.tellChanges(Math.floor(this.#ticksMs() / 1000));
  }

  /** The oldest announcements not taken yet, in order, at most `max`. */
  takeAnnouncements(max: number): Announcement[] {
    return this.#announced.splice(0, max);
  }

  tail(record: number): Tail {
    const description = this.#records.descriptions[record];
    const tail = this.#staging.tail(record);
    return description ? { ...tail, gaps: resetsOf(tail, description) } : tail;
  }

  stats(): IngestStats {
    return statsOf(this.books, {
      pending: this.#staging.values + this.#journal.figures().unreadValues,
      journal: { ...this.#journal.figures(), replaying: this.#writeAhead.replaying },
      oldestWaitS: Math.max(this.#planner.oldestWaitS(), this.#writeAhead.behindS()),
      records: this.#records.inUse,
      seriesRows: this.#live.seriesRows,
    });
  }

  /**
   * Lets what is under way to the store settle and sends nothing more until `release`; what is received
   * waits in cache and journal, of which everything up to here is on disk then. Answers why that is not so
   * within the time, in words; undefined: it is.
   */
  async hold(withinMs: number): Promise<string | undefined> {
    const late = this.#sleep(withinMs).then(() => false);
    const synced = this.#planner
      .hold()
      .then(() => this.#journal.sync())
      .then(() => true);
    const inTime = await Promise.race([synced, late]);
    const { fault } = this.#journal.figures();
    if (fault !== '') return `the journal cannot be written: ${fault}`;
    if (inTime && this.#planner.resting) return undefined;
    const what = this.#planner.resting
      ? 'the journal was not forced to disk'
      : 'the store did not come to rest';
    return `${what} within ${withinMs / 1000} s`;
  }

  release(): void {
    this.#planner.release();
  }

  /** Writes what these records have waiting now. Values that the journal alone has count as left. */
  async flush(records: Iterable<number>, withinMs: number): Promise<Flushed> {
    const flushed = await this.#planner.flush(records, withinMs);
    return { ...flushed, left: flushed.left + this.#journal.figures().unreadValues };
  }

  /** Everything to the store; what it has not taken in time is lost and booked so. */
  async stop(withinMs: number): Promise<void> {
    for (const group of this.#groups) group.gone ??= 'shutdown';
    this.#names.giveBack();
    this.release();
    await this.#drainAll(withinMs);
    // A disk that hangs does not hold up the end.
    if (this.#writeAhead.behind) await this.#atMost(STOP_MS, this.#writeAhead.stop());
    await this.#planner.stop(STOP_MS);
    // What the journal has waits for the next start.
    if (this.#journal.lasting) return this.#atMost(STOP_MS, this.#journal.close());
    for (const record of this.#openRecords()) this.books.lose('shutdown', this.#staging.drop(record));
  }

  /**
   * Again and again while there is more, as long as the store takes it: what it does not take is in the
   * journal.
   */
  async #drainAll(withinMs: number): Promise<void> {
    const endMs = this.#ticksMs() + withinMs;
    let movedMs = this.#ticksMs();
    let progress = '';
    for (;;) {
      const leftMs = endMs - this.#ticksMs();
      const stepMs = this.#journal.lasting ? Math.min(leftMs, STOP_MS) : leftMs;
      await this.#planner.drain(this.#openRecords(), stepMs);
      const isDone = !this.#writeAhead.behind && this.#staging.points === 0;
      if (isDone || stepMs === leftMs) return;
      const { unreadValues, earlierValues } = this.#journal.figures();
      const now = `${this.books.stored} ${unreadValues} ${earlierValues}`;
      if (now !== progress) movedMs = this.#ticksMs();
      else if (this.#ticksMs() - movedMs > STOP_MS) return;
      progress = now;
      await this.#sleep(READ_PAUSE_MS);
    }
  }

  #atMost(ms: number, work: Promise<void>): Promise<void> {
    return Promise.race([work, this.#sleep(ms)]);
  }

  #openRecords(): number[] {
    const all = Array.from({ length: this.#records.count }, (_, record) => record);
    return all.filter((record) => this.#records.state[record] === RECORD_STATE.series);
  }

  #keep(record: number, group: string, timeS: number, offsetMs: number, words: Uint32Array): void {
    this.#writeAhead.take(record, group, timeS, offsetMs, words);
  }

  #dispatch(group: Group, index: number, protocol: Recognised): void {
    const { accept } = group.rules;
    const from = this.#from;
    switch (protocol) {
      case 'collectd':
        if (accept.includes('collectd')) return this.#collectd.accept(group, index, from);
        return this.#count(group, 'collectd', 'not-accepted');
      case 'ganglia':
        if (accept.includes('ganglia')) return this.#gmond.accept(group, index, from);
        return this.#count(group, 'ganglia', 'not-accepted');
      case 'ganglia-legacy':
        return this.#count(group, 'ganglia', 'legacy');
      case 'ganglia-faulty':
        return this.#count(group, 'ganglia', 'truncated');
      case 'statsd':
      case 'graphite':
        return this.#count(group, protocol, accept.includes(protocol) ? 'unsupported' : 'not-accepted');
      case 'unknown':
        return this.#count(group, 'unknown', 'unrecognised');
    }
  }

  #count(group: Group, protocol: PacketProtocol, reason: string): void {
    group.tally.packets[protocol] += 1;
    this.books.rejectPacket(group.rules.name, protocol, reason);
  }

  /** The series records of a cluster. */
  #recordsOf(cluster: string): number[] {
    return this.#allOf(cluster).filter((record) => this.#records.state[record] === RECORD_STATE.series);
  }

  /** Its facts as well. */
  #allOf(cluster: string): number[] {
    const found: number[] = [];
    for (let record = 0; record < this.#records.count; record += 1) {
      if (this.#records.state[record] === RECORD_STATE.free) continue;
      if (this.#records.descriptions[record]?.cluster === cluster) found.push(record);
    }
    return found;
  }

  /** A record whose points are in flight keeps its number until they have settled. */
  #forget(record: number): void {
    if (this.#records.state[record] === RECORD_STATE.fact) return this.#records.release(record);
    const idle = this.#planner.forget(record);
    const { books } = this;
    books.lose('group_removed', idle ? this.#staging.drop(record) : this.#staging.dropWaiting(record));
    if (idle) this.#release(record);
  }

  #release(record: number): void {
    this.#journal.forget(record);
    this.#live.closeSeries(this.#records.row[record] as number, this.#records.sources[record] as number);
    this.#records.release(record);
  }

  #restoreHost(said: RestoredHost): void {
    const number = this.#hosts.open(said.cluster, said.name, said.address, said.agent);
    if (number < 0) return;
    this.#hosts.restorePulse(number, said);
    for (const [name, value] of said.facts) this.#hosts.setFact(number, name, value);
    const host = this.#hosts.hosts[number] as HostState;
    for (const { description, last } of said.records) {
      if (host.records.has(description.metric)) continue;
      const opened = this.#samples.open(host, description, Infinity);
      if (!('record' in opened)) continue;
      this.#samples.restore(opened.record, last, this.#journal.known(recordKey(description)));
    }
  }
}

/** A group that accepts a single protocol does not guess. */
function protocolOf({ accept }: GroupRules, buffer: Uint8Array, { start, end }: RingEntry): Recognised {
  const only = accept.length === 1 ? accept[0] : undefined;
  return only ?? recognise(buffer, start, end);
}

/** Whether the name server tells whose values these are: lines of statsd and Graphite name no host. */
function needsName({ hostName, graphite }: GroupRules, protocol: Recognised): boolean {
  if (hostName === 'rdns') return true;
  return protocol === 'statsd' || (protocol === 'graphite' && graphite.template === null);
}

/** A name from the name server, as names from packets are cleaned. */
function nameText(name: string): string {
  return clean(name).replaceAll('/', '_').slice(0, NAME_BYTES_MAX);
}
