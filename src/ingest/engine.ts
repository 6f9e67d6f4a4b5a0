import { LiveWriter } from '../live/writer.ts';
import { recognise } from '../wire/recognise.ts';
import type { Recognised } from '../wire/recognise.ts';
import { AnnouncementQueue } from './announcement-queue.ts';
import { Books } from './books.ts';
import { CollectdDoors } from './collectd/collectd-door.ts';
import { Departures } from './departures.ts';
import { drainAll } from './drain-all.ts';
import { Gate } from './senders/gate.ts';
import { useRules } from './group.ts';
import { HostTable } from './host-table.ts';
import { nameText } from './identity.ts';
import { Intakes } from './intakes.ts';
import { Members } from './members.ts';
import { MovedHosts } from '../model/moved-hosts.ts';
import { KeyTable } from './key-table.ts';
import { Planner } from './planner.ts';
import { RECORD_STATE, RecordTable } from './record-table.ts';
import { Replay } from './replay.ts';
import { restoreHost } from './restore-host.ts';
import { ReverseNames } from './reverse-names.ts';
import { Samples } from './samples.ts';
import { SeriesBudget } from './senders/series-budget.ts';
import { Staging } from './staging.ts';
import { statsOf } from './stats.ts';
import { WriteAhead } from './write-ahead.ts';
import { WriteDesk } from './lines/write-desk.ts';
import { resetsOf } from './batch.ts';
import { NO_TAIL } from '../model/tail.ts';
import type { AgentNotification } from '../model/event.ts';
import type { Arrival } from './arrival.ts';
import type { Announcement } from '../live/announcement.ts';
import type { ExpiredHost } from '../model/expired-host.ts';
import type { Flushed } from './planner.ts';
import type { HostState } from './host-table.ts';
import type { DataSource, RecordDescription } from '../model/record.ts';
import type { Group, GroupRules } from './group.ts';
import type { Journal, SettledPoint } from './journal/port.ts';
import type { IngestStats } from './stats.ts';
import type { PacketProtocol } from './books.ts';
import type { StatsdIntake } from './statsd/statsd-intake.ts';
import type { ServicePerformance } from '../model/performance.ts';
import type { MovedHost } from '../model/moved-hosts.ts';
import type { RestoredHost } from '../model/restored.ts';
import type { SourceQuery, SourcesFound } from '../model/source-query.ts';
import type { Reverse } from './reverse-names.ts';
import type { RingEntry } from './ring.ts';
import type { Store } from '../store/store.ts';
import type { Summed } from './sums/fold.ts';
import type { Tail, TailKey } from '../model/tail.ts';

/** The group under which values of an earlier run are booked that no group has claimed. */
const UNCLAIMED = 'journal';
/** Time that what is under way at the end has to answer. */
const STOP_MS = 5000;

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
  /** Who may send collectd's datagrams; without it, no AuthFile has a user. */
  readonly doors?: CollectdDoors;
  /** Series it may make, with others of the process; without it, as many as come. */
  readonly budget?: SeriesBudget;
  /** What this server calls its own machine: no binding keeps its own figures out. */
  readonly ownHost?: string;
}

/**
 * The data plane of one ingest worker without its sockets: datagrams in; live columns, announcements and
 * store writes out. Single-threaded; nothing in it waits but the planner's flushes.
 */
export class Engine {
  readonly books = new Books();
  /** Where bodies of InfluxDB's line protocol are read. */
  readonly desk: WriteDesk;
  /** Instances that registered, or that a list names. */
  readonly members: Members;
  /** Buckets, whose turn (`tick`) comes more often than that of all else. */
  readonly statsd: StatsdIntake;
  readonly #announced = new AnnouncementQueue();
  readonly #live: LiveWriter;
  readonly #hosts: HostTable;
  readonly #records: RecordTable;
  readonly #staging = new Staging();
  readonly #planner: Planner;
  readonly #samples: Samples;
  readonly #journal: Journal;
  readonly #replay: Replay;
  readonly #writeAhead: WriteAhead;
  readonly #doors: CollectdDoors;
  readonly #intakes: Intakes;
  readonly #departures: Departures;
  readonly #names: ReverseNames;
  readonly #gate: Gate;
  readonly #nowMs: () => number;
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
    const announce = (announcement: Announcement) => this.#announced.push(announcement);
    const word = () => Math.floor(random() * 0x100000000);
    const keys = [word(), word()] as const;
    this.#live = new LiveWriter(announce);
    this.members = new Members({ changed: (cluster, host) => this.#pinFacts(cluster, host) });
    const { members } = this;
    this.#hosts = new HostTable({ keys: new KeyTable(...keys), live: this.#live, announce, members });
    this.#records = new RecordTable(new KeyTable(...keys), options.budget ?? new SeriesBudget(Infinity));
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
      senderOf: (record) => this.#records.sender[record],
      settled: (record) => this.#writeAhead.settled(record),
      released: (record) => this.#departures.free(record),
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
    const convert = (record: number, said: RecordDescription) => this.#intakes.gmond.convert(record, said);
    const owns = (cluster: string) =>
      this.#groups.some((g) => g.rules.name === cluster && g.gone !== 'group_removed');
    const parts = { books, hosts, journal, live, planner, records, samples, staging };
    this.#replay = new Replay({ ...parts, owns, convert });
    this.#writeAhead = new WriteAhead({ ...parts, maxPoints, sleep, sink: this.#replay, nowMs });
    const behind = () => this.#writeAhead.behind;
    const dmaxS = (cluster: string) =>
      (this.#groups.find(({ rules }) => rules.name === cluster)?.rules.hostDmaxMs ?? 0) / 1000;
    const settle = (host: HostState) => this.statsd.forgetHost(host);
    this.#departures = new Departures({ ...parts, announce, behind, dmaxS, settle, nowMs, ticksMs, sleep });
    this.#doors = options.doors ?? new CollectdDoors({ ticksMs });
    this.#intakes = new Intakes({ ...parts, types, keys, nowMs, ticksMs, random });
    const { influx, statsd } = this.#intakes;
    this.statsd = statsd;
    this.#names = new ReverseNames(options.reverse, ticksMs);
    this.#gate = new Gate(books, hosts, options.ownHost);
    this.desk = new WriteDesk({ groups: this.#groups, books, gate: this.#gate, names: this.#names, influx });
    this.#nowMs = nowMs;
    this.#ticksMs = ticksMs;
    this.#sleep = sleep;
  }

  /** Adds a group, or gives a running one other rules; the index is what its listeners' datagrams carry. */
  setGroup(rules: GroupRules): number {
    const index = this.groupIndex(rules);
    useRules(this.#groups[index] as Group, rules);
    return index;
  }

  /** The index of a group by its name; one that is not there yet is added. */
  groupIndex(rules: GroupRules): number {
    const index = this.#groups.findIndex((g) => g.rules.name === rules.name);
    const group = this.#groups[index];
    if (group) {
      if (group.gone) useRules(Object.assign(group, { gone: undefined }), rules);
      return index;
    }
    const { name } = rules;
    const members = this.members.of(name);
    const door = this.#doors.open(name, rules.collectd, members);
    this.#groups.push({ rules, tally: this.books.group(name), door, members, gone: undefined });
    return this.#groups.length - 1;
  }

  /** Sends a group's points to the store, then forgets its hosts and records. Its history stays. */
  async removeGroup(name: string, withinMs: number): Promise<void> {
    const group = this.#groups.find((g) => g.rules.name === name && !g.gone);
    if (group) group.gone = 'group_removed';
    if (group) await this.statsd.remove(this.#groups.indexOf(group), () => this.#sleep(0));
    await this.#departures.removeCluster(name, withinMs);
    group?.door.close();
    if (group) this.#gate.sources.remove(this.#groups.indexOf(group));
  }

  /** These hosts are to be forgotten, unless they are heard again before that. Their history stays. */
  expire(hosts: readonly ExpiredHost[]): void {
    this.#departures.expire(hosts);
  }

  /**
   * Writes what waits of a host, then forgets it; its datagrams are refused meanwhile. Why it could not
   * leave, in words; undefined: nothing of it is there any more.
   */
  depart(cluster: string, host: string): Promise<string | undefined> {
    return this.#departures.depart(cluster, host);
  }

  /** Takes performance data of checks, each of a host of a running group. */
  perform(performances: readonly ServicePerformance[]): void {
    const groups = new Map(this.#groups.map((group) => [group.rules.name, group]));
    for (const one of performances) {
      const group = groups.get(one.cluster);
      if (group && !group.gone) this.#intakes.performance.take(group, one, this.#nowMs());
    }
  }

  /**
   * Brings back what was known before a restart: descriptions, facts, last values, pulses. `moved`: where
   * histories went whose points the journal may have under their old names.
   */
  restore(hosts: readonly RestoredHost[], moved: readonly MovedHost[] = []): void {
    if (moved.length > 0) this.#replay.moved = new MovedHosts(moved);
    const { moved: before } = this.#replay;
    const parts = { hosts: this.#hosts, samples: this.#samples, journal: this.#journal, moved: before };
    for (const host of hosts) restoreHost(parts, host);
  }

  /** Takes one datagram, bytes start…end of `buffer`. */
  accept(buffer: Uint8Array, entry: RingEntry): void {
    const group = this.#groups[entry.listener];
    if (!group) return;
    if (group.gone) return this.refuse(entry.listener, group.gone);
    const refusal = this.#gate.enter(group, entry.listener, entry.address, entry.arrivalMs);
    if (refusal) this.#intakes.refuse(group, 'unknown', refusal);
    else this.#take(group, buffer, entry);
    this.#gate.leave();
  }

  /** Takes one that is let in. */
  #take(group: Group, buffer: Uint8Array, entry: RingEntry): void {
    const { rules } = group;
    const protocol = protocolOf(rules, buffer, entry);
    const from = this.#from;
    from.buffer = buffer;
    from.start = entry.start;
    from.end = entry.end;
    from.address = entry.address;
    from.arrivalMs = entry.arrivalMs;
    from.name = rules.hostName === 'address' ? entry.address : this.#registeredName(rules, protocol);
    if (from.name === undefined && needsName(rules, protocol)) {
      const name = this.#names.lookup(entry.address);
      if (name === undefined) return this.#park(buffer, entry);
      from.name = nameText(name);
    }
    this.#gate.speaks(protocol);
    this.#intakes.accept(group, entry.listener, protocol, from);
  }

  /** What the sender in hand registered as, where a datagram does not say whose values it has. */
  #registeredName({ hostName }: GroupRules, protocol: Recognised): string | undefined {
    const isAsked = hostName === 'rdns' || protocol === 'statsd' || protocol === 'graphite';
    return isAsked ? this.books.source?.registeredName : undefined;
  }

  /** What a host registered with is news. */
  #pinFacts(cluster: string, host: string): void {
    const state = this.#hosts.named(cluster, host);
    if (state) this.#hosts.pinFacts(state, this.members.of(cluster).find(host)?.facts ?? []);
  }

  /** Whether an address may connect, for lines of Graphite; counted where it may not. */
  admits(listener: number, address: string): boolean {
    const group = this.#groups[listener];
    if (!group || group.gone) return false;
    const refusal = this.#gate.enter(group, listener, address, this.#nowMs());
    if (refusal) this.#intakes.refuse(group, 'graphite', refusal);
    this.#gate.leave();
    return refusal === undefined;
  }

  /** Takes whole lines of Graphite. Answers how many in a row could not be read, with the `before` ones. */
  acceptLines(buffer: Uint8Array, entry: RingEntry, before: number): number {
    const { graphite } = this.#intakes;
    graphite.faultsInARow = before;
    this.accept(buffer, entry);
    return graphite.faultsInARow;
  }

  /** Keeps a datagram until its sender's name is known. */
  #park(buffer: Uint8Array, entry: RingEntry): void {
    const copy = buffer.slice(entry.start, entry.end);
    const later: RingEntry = { ...entry, start: 0, end: copy.length };
    const again = () => this.#takeAgain(copy, later);
    if (!this.#names.park(entry.address, { bytes: copy.length, again })) {
      this.refuse(entry.listener, 'resolving');
    }
  }

  /** The name of its sender is known now. */
  #takeAgain(buffer: Uint8Array, entry: RingEntry): void {
    const group = this.#groups[entry.listener];
    if (!group) return;
    if (group.gone) return this.refuse(entry.listener, group.gone);
    this.#gate.enterAgain(group, entry.listener, entry.address, entry.arrivalMs);
    this.#take(group, buffer, entry);
    this.#gate.leave();
  }

  /** A datagram that is not looked at. */
  refuse(listener: number, reason: string, address?: string, protocol: PacketProtocol = 'unknown'): void {
    const group = this.#groups[listener];
    if (!group) return;
    if (address === undefined || group.gone) return this.#intakes.refuse(group, protocol, reason);
    this.#gate.enter(group, listener, address, this.#nowMs());
    this.#intakes.refuse(group, protocol, reason);
    this.#gate.leave();
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

  /** Sends out statsd's buckets that are due, and due points to the store; a few times a second. */
  tick(): void {
    this.statsd.tick();
    this.#planner.tick();
    this.#departures.tick();
  }

  /** What sums over hosts are made of. */
  summed(silentMs: Summed['silentMs']): Summed {
    return { records: this.#records, hosts: this.#hosts, live: this.#live, silentMs };
  }

  /** Makes announcements of what changed; every few seconds. */
  tellChanges(): void {
    this.#hosts.tellChanges(this.#nowMs());
    this.#samples.tellChanges(Math.floor(this.#ticksMs() / 1000));
  }

  /** The oldest announcements not taken yet, in order, at most `max`. */
  takeAnnouncements(max: number): Announcement[] {
    return this.#announced.take(max);
  }

  /** Who sends to its groups. */
  senders(query: SourceQuery): SourcesFound {
    return this.#gate.find(this.#groups, query, this.#nowMs());
  }

  /** What agents had to say since the last call. */
  takeNotifications(): readonly AgentNotification[] {
    return this.#intakes.notifications.drain();
  }

  /** What of a record is not stored; nothing of one that has left. */
  tail({ record, row, generation }: TailKey): Tail {
    const { descriptions, row: rows, generation: generations } = this.#records;
    if (rows[record] !== row || generations[record] !== generation) return NO_TAIL;
    const description = descriptions[record];
    const tail = this.#staging.tail(record);
    return description ? { ...tail, gaps: resetsOf(tail, description) } : tail;
  }

  /** Values that wait for the store. */
  get pending(): number {
    return this.#staging.values + this.#journal.figures().unreadValues;
  }

  stats(): IngestStats {
    return statsOf(this.books, {
      pending: this.pending,
      journal: { ...this.#journal.figures(), replaying: this.#writeAhead.replaying },
      oldestWaitS: Math.max(this.#planner.oldestWaitS(), this.#writeAhead.behindS()),
      records: this.#records.inUse,
      senders: new Map(this.#groups.map(({ rules }, i) => [rules.name, this.#gate.sources.count(i)])),
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
    this.statsd.stop();
    this.release();
    await this.#drainAll(withinMs);
    // A disk that hangs does not hold up the end.
    if (this.#writeAhead.behind) await this.#atMost(STOP_MS, this.#writeAhead.stop());
    await this.#planner.stop(STOP_MS);
    // What the journal has waits for the next start.
    if (this.#journal.lasting) return this.#atMost(STOP_MS, this.#journal.close());
    for (const record of this.#openRecords()) this.books.lose('shutdown', this.#staging.drop(record));
  }

  #drainAll(withinMs: number): Promise<void> {
    const parts = {
      books: this.books,
      journal: this.#journal,
      planner: this.#planner,
      staging: this.#staging,
      writeAhead: this.#writeAhead,
      openRecords: () => this.#openRecords(),
      ticksMs: this.#ticksMs,
      sleep: this.#sleep,
      patienceMs: STOP_MS,
    };
    return drainAll(parts, withinMs);
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
}

/** A group that accepts a single protocol does not guess. */
function protocolOf({ accept }: GroupRules, buffer: Uint8Array, entry: RingEntry): Recognised {
  const only = accept.length === 1 ? accept[0] : undefined;
  return entry.protocol ?? only ?? recognise(buffer, entry.start, entry.end);
}

/** Whether the name server tells whose values these are: lines of statsd and Graphite name no host. */
function needsName({ hostName, graphite }: GroupRules, protocol: Recognised): boolean {
  if (hostName === 'rdns') return true;
  return protocol === 'statsd' || (protocol === 'graphite' && graphite.template === null);
}
