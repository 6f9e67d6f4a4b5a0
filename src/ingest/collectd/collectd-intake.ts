import { DATA_SOURCES_MAX, INTERVAL_S_MAX } from '../../limits.ts';
import { KIND } from '../../model/kind.ts';
import { decodeCollectd, emptyValueList } from '../../wire/collectd/decode.ts';
import { afterPart, ByteView, cleanName, cleanPart, IdentityKey, KEY_HEAD_BYTES } from '../identity.ts';
import { emptyKeyView } from '../key-arena.ts';
import { unitsOfType } from './collectd-units.ts';
import { windowVerdict } from '../group.ts';
import { inValues } from '../host-table.ts';
import type { AgentNotifications } from './agent-notifications.ts';
import type { Arrival } from '../arrival.ts';
import type { Books } from '../books.ts';
import type { CollectdFault, CollectdSink, CollectdSkip, ValueList } from '../../wire/collectd/value-list.ts';
import type { DataSource, RecordDescription } from '../../model/record.ts';
import type { Group } from '../group.ts';
import type { HostRefusal, HostState, HostTable } from '../host-table.ts';
import type { Kind } from '../../model/kind.ts';
import type { RecordTable } from '../record-table.ts';
import type { Samples } from '../samples.ts';
import type { Succession } from '../succession.ts';

const HOST_SPACE = 1;
const RECORD_SPACE = 2;
const DEFAULT_INTERVAL_S = 10;

export interface CollectdIntakeOptions {
  readonly books: Books;
  readonly hosts: HostTable;
  readonly records: RecordTable;
  readonly samples: Samples;
  readonly succession: Succession;
  readonly notifications: AgentNotifications;
  /** types.db by type name. */
  readonly types: ReadonlyMap<string, readonly DataSource[]>;
}

/**
 * collectd datagrams into samples. The datagram's context (group, sender) is set once, then lists come by the
 * sink.
 */
export class CollectdIntake implements CollectdSink {
  readonly #o: CollectdIntakeOptions;
  readonly #list: ValueList = emptyValueList();
  readonly #key = new IdentityKey();
  #group: Group | undefined;
  #groupIndex = 0;
  #address = '';
  /** The host's name where the group does not take the packet's word for it. */
  #givenName: string | undefined;
  #arrivalMs = 0;
  /** Values of the datagram in hand so far. */
  #received = 0;
  /** Time of the newest list of the host in hand, seconds. */
  #newestS = 0;
  readonly #known = emptyKeyView();
  readonly #bytes = new ByteView();
  /** The last host looked up in this datagram, by where its name stands. */
  #host = -1;
  #hostAt = -1;
  /** Whose lists these are, where that user may not write every host; empty: anybody else's. */
  #boundUser = '';

  constructor(options: CollectdIntakeOptions) {
    this.#o = options;
  }

  /** Takes one datagram, bytes start…end of buffer. */
  accept(group: Group, groupIndex: number, from: Arrival): void {
    this.#group = group;
    this.#groupIndex = groupIndex;
    this.#address = from.address;
    this.#givenName = from.name;
    this.#arrivalMs = from.arrivalMs;
    this.#host = -1;
    this.#hostAt = -1;
    this.#boundUser = '';
    this.#received = 0;
    this.#newestS = 0;
    group.tally.packets.collectd += 1;
    const fault = decodeCollectd(from.buffer, from.start, from.end, this.#list, this, group.door);
    this.#tellClock();
    group.tally.values.collectd += this.#received;
    this.#o.books.received += this.#received;
    if (fault) this.#o.books.rejectPacket(group.rules.name, 'collectd', fault);
  }

  values(list: ValueList): void {
    const group = this.#group as Group;
    const { books, samples } = this.#o;
    const n = list.count;
    this.#received += n;
    if (n > DATA_SOURCES_MAX) return books.rejectValues(group.rules.name, 'limit_sources', n);
    if (!this.#mayWrite(list, group)) return books.rejectValues(group.rules.name, 'user_host', n);
    const host = this.#hostOf(list, group);
    if (typeof host === 'string') return books.rejectValues(group.rules.name, inValues(host), n);
    if (list.timeS > this.#newestS) this.#newestS = list.timeS;
    const sampleMs = this.#sampleMs(list, group, n);
    if (sampleMs === undefined) return;
    const record = this.#recordOf(list, host, group);
    if (record < 0) return;
    this.#loadWords(list);
    samples.take(record, group.rules.name, Math.round(sampleMs / 1000), sampleMs, this.#arrivalMs);
  }

  notification(list: ValueList, at: number, length: number): void {
    const { books, notifications, hosts } = this.#o;
    const { rules, door, tally } = this.#group as Group;
    const host = this.#givenName ?? cleanPart(list.buffer, list.hostAt, list.hostLength);
    const mayWrite = this.#boundUser === '' || door.mayWrite(this.#boundUser, host);
    const heard = { rules, host, arrivalMs: this.#arrivalMs };
    const refusal = mayWrite
      ? (hosts.refusalOf(rules.name, host) ?? notifications.take(list, { at, length }, heard))
      : 'user-host';
    if (refusal === undefined) tally.notifications += 1;
    else books.rejectPacket(rules.name, 'collectd', refusal);
  }

  skipped(reason: CollectdSkip | CollectdFault): void {
    this.#o.books.rejectPacket((this.#group as Group).rules.name, 'collectd', reason);
  }

  sender(user: string): void {
    this.#boundUser = (this.#group as Group).door.binds(user) ? user : '';
    this.#tellClock();
    this.#host = -1;
    this.#hostAt = -1;
  }

  /** Whether the user who signed or encrypted the list may write its host. */
  #mayWrite(list: ValueList, group: Group): boolean {
    if (this.#boundUser === '' || (this.#host >= 0 && this.#hostAt === list.hostAt)) return true;
    const host = this.#givenName ?? cleanPart(list.buffer, list.hostAt, list.hostLength);
    return group.door.mayWrite(this.#boundUser, host);
  }

  #hostOf(list: ValueList, group: Group): number | HostRefusal {
    if (this.#host >= 0 && this.#hostAt === list.hostAt) return this.#host;
    const { hosts } = this.#o;
    const key = this.#key;
    key.begin(HOST_SPACE, this.#groupIndex);
    if (this.#givenName === undefined) key.add(list.buffer, list.hostAt, list.hostLength);
    else key.addText(this.#givenName);
    const known = hosts.find(key.bytes, key.length);
    const host = known < 0 ? this.#openHost(list, group) : (hosts.refusal(known) ?? known);
    if (typeof host === 'string') return host;
    if (known < 0) hosts.bind(key.bytes, key.length, host);
    hosts.touch(host, this.#address, 'collectd', this.#arrivalMs);
    hosts.setRhythm(host, intervalOf(list) * 1000, this.#arrivalMs);
    this.#tellClock();
    this.#host = host;
    this.#hostAt = list.hostAt;
    return host;
  }

  #openHost(list: ValueList, group: Group): number | HostRefusal {
    const name = this.#givenName ?? cleanPart(list.buffer, list.hostAt, list.hostLength);
    return this.#o.hosts.open(group.rules.name, name, this.#address, 'collectd');
  }

  /**
   * The newest value of a host in the datagram is the one by which it was full and sent. The others waited,
   * and their times say nothing of the agent's clock.
   */
  #tellClock(): void {
    if (this.#host >= 0 && this.#newestS > 0) {
      this.#o.hosts.setSkew(this.#host, this.#newestS * 1000 - this.#arrivalMs);
    }
    this.#newestS = 0;
  }

  /** When the sample was taken, by the group's rules; undefined after it was refused and booked. */
  #sampleMs(list: ValueList, group: Group, n: number): number | undefined {
    const { rules } = group;
    const saidMs = list.timeS * 1000;
    const verdict = windowVerdict(rules, saidMs, this.#arrivalMs);
    if (verdict === 'inside' || (rules.outside === 'accept' && isStorable(list.timeS))) return saidMs;
    if (rules.outside === 'arrival') return this.#arrivalMs;
    this.#o.books.rejectValues(rules.name, `time_${verdict}`, n);
    return undefined;
  }

  /** The record's number, or -1 after the values have been refused and booked. */
  #recordOf(list: ValueList, host: number, group: Group): number {
    const { records, books, succession } = this.#o;
    let record = succession.expected(host);
    if (record >= 0 && this.#isRecord(record, list, host)) succession.confirm(host, record);
    else {
      record = this.#lookUp(list, host, group);
      if (record < 0) return -1;
      succession.correct(host, record);
    }
    if (!hasKinds(records.shapeOf(record).kinds, list)) {
      books.rejectValues(group.rules.name, 'type_mismatch', list.count);
      return -1;
    }
    const intervalS = intervalOf(list);
    if (intervalS > 0 && intervalS !== records.intervalS[record]) {
      records.redescribe(record, { ...(records.descriptions[record] as RecordDescription), intervalS });
      this.#o.samples.announce(record, 'changed');
    }
    return record;
  }

  /** Whether the list is the record's, by the bytes of its identity. */
  #isRecord(record: number, list: ValueList, host: number): boolean {
    const { records } = this.#o;
    const known = this.#known;
    if (records.host[record] !== host || !records.keys.newest(record, known)) return false;
    const { page, at } = known;
    if (page.getUint8(at) !== RECORD_SPACE) return false;
    const bytes = this.#bytes.of(list.buffer);
    let part = at + KEY_HEAD_BYTES;
    part = afterPart(page, part, bytes, list.pluginAt, list.pluginLength);
    if (part < 0) return false;
    part = afterPart(page, part, bytes, list.pluginInstanceAt, list.pluginInstanceLength);
    if (part < 0) return false;
    part = afterPart(page, part, bytes, list.typeAt, list.typeLength);
    if (part < 0) return false;
    return afterPart(page, part, bytes, list.typeInstanceAt, list.typeInstanceLength) >= 0;
  }

  /** By the table, and made where it is new; -1 after the values have been refused and booked. */
  #lookUp(list: ValueList, host: number, group: Group): number {
    const { records, hosts } = this.#o;
    const key = this.#key;
    const { buffer } = list;
    key.begin(RECORD_SPACE, host);
    key.add(buffer, list.pluginAt, list.pluginLength);
    key.add(buffer, list.pluginInstanceAt, list.pluginInstanceLength);
    key.add(buffer, list.typeAt, list.typeLength);
    key.add(buffer, list.typeInstanceAt, list.typeInstanceLength);
    const known = records.keys.find(key.bytes, key.length);
    if (known >= 0) return known;
    const record = this.#openRecord(list, hosts.hosts[host] as HostState, group);
    if (record >= 0) records.keys.bind(key.bytes, key.length, record);
    return record;
  }

  #openRecord(list: ValueList, host: HostState, group: Group): number {
    const { books, samples, records } = this.#o;
    const unread = samples.refusalUnread(host, list.count, group.rules.maxSeriesPerHost);
    if (unread) {
      books.rejectValues(group.rules.name, unread, list.count);
      return -1;
    }
    const description = this.#describe(list, host);
    const known = host.records.get(description.metric);
    if (known !== undefined) {
      samples.meet(host);
      if (records.descriptions[known]?.protocol === 'collectd') return known;
      books.rejectValues(group.rules.name, 'type_mismatch', list.count);
      return -1;
    }
    if (
      !hasKinds(
        Uint8Array.from(description.sources, ({ kind }) => kind),
        list,
      )
    ) {
      books.rejectValues(group.rules.name, 'type_mismatch', list.count);
      return -1;
    }
    const opened = samples.open(host, description, group.rules.maxSeriesPerHost);
    if ('record' in opened) return opened.record;
    books.rejectValues(group.rules.name, opened.refusal, list.count);
    return -1;
  }

  #describe(list: ValueList, host: HostState): RecordDescription {
    const { buffer } = list;
    const plugin = cleanPart(buffer, list.pluginAt, list.pluginLength);
    const type = cleanPart(buffer, list.typeAt, list.typeLength);
    const pluginInstance = cleanPart(buffer, list.pluginInstanceAt, list.pluginInstanceLength);
    const typeInstance = cleanPart(buffer, list.typeInstanceAt, list.typeInstanceLength);
    const sources =
      this.#o.types.get(cleanName(buffer, list.typeAt, list.typeLength)) ?? sourcesOfPacket(list);
    return {
      cluster: host.cluster,
      host: host.name,
      metric: `${joined(plugin, pluginInstance)}/${joined(type, typeInstance)}`,
      protocol: 'collectd',
      sources,
      intervalS: intervalOf(list) || DEFAULT_INTERVAL_S,
      tmaxS: 0,
      dmaxS: 0,
      slope: 'both',
      units: unitsOfType(type),
      title: '',
      group: plugin,
      description: '',
      provisional: false,
    };
  }

  /** Reads the list's values into the sample's words: big endian, but gauges little endian. */
  #loadWords(list: ValueList): void {
    const { buffer, kindsAt, valuesAt, count } = list;
    const bytes = this.#bytes.of(buffer);
    const { words } = this.#o.samples;
    for (let s = 0; s < count; s += 1) {
      const at = valuesAt + 8 * s;
      const isGauge = buffer[kindsAt + s] === KIND.gauge;
      words[2 * s] = bytes.getUint32(isGauge ? at + 4 : at, isGauge);
      words[2 * s + 1] = bytes.getUint32(isGauge ? at : at + 4, isGauge);
    }
  }
}

/** Stores and staging count whole seconds in 32 bits. */
function isStorable(timeS: number): boolean {
  return timeS >= 1 && timeS < 0xffffffff;
}

/** Seconds between samples as the agent says; 0 when it does not, or nothing that can be believed. */
function intervalOf(list: ValueList): number {
  return list.intervalS <= INTERVAL_S_MAX ? list.intervalS : 0;
}

function joined(name: string, instance: string): string {
  return instance === '' ? name : `${name}-${instance}`;
}

function hasKinds(kinds: Uint8Array, { buffer, kindsAt, count }: ValueList): boolean {
  if (kinds.length !== count) return false;
  for (let s = 0; s < count; s += 1) if (buffer[kindsAt + s] !== kinds[s]) return false;
  return true;
}

/**
 * A type that types.db does not know: the packet's own kinds; one value is called `value`, several by number.
 */
function sourcesOfPacket(list: ValueList): DataSource[] {
  const n = list.count;
  return Array.from({ length: n }, (_, s) => ({
    name: n === 1 ? 'value' : String(s),
    kind: list.buffer[list.kindsAt + s] as Kind,
    min: null,
    max: null,
  }));
}
