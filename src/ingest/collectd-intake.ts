import { DATA_SOURCES_MAX, INTERVAL_S_MAX } from '../limits.ts';
import { KIND } from '../model/kind.ts';
import { u32 } from '../wire/bytes.ts';
import { decodeCollectd, emptyValueList } from '../wire/collectd/decode.ts';
import { cleanName, cleanPart, IdentityKey } from './identity.ts';
import { unitsOfType } from './collectd-units.ts';
import { windowVerdict } from './group.ts';
import type { Arrival } from './arrival.ts';
import type { Books } from './books.ts';
import type { CollectdSink, CollectdSkip, ValueList } from '../wire/collectd/value-list.ts';
import type { DataSource, RecordDescription } from '../model/record.ts';
import type { Group } from './group.ts';
import type { HostState, HostTable } from './host-table.ts';
import type { Kind } from '../model/kind.ts';
import type { RecordTable } from './record-table.ts';
import type { Samples } from './samples.ts';

const HOST_SPACE = 1;
const RECORD_SPACE = 2;
const DEFAULT_INTERVAL_S = 10;

export interface CollectdIntakeOptions {
  readonly books: Books;
  readonly hosts: HostTable;
  readonly records: RecordTable;
  readonly samples: Samples;
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
  /** The last host looked up in this datagram, by where its name stands. */
  #host = -1;
  #hostAt = -1;

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
    group.tally.packets.collectd += 1;
    const fault = decodeCollectd(from.buffer, from.start, from.end, this.#list, this);
    if (fault) this.#o.books.rejectPacket(group.rules.name, 'collectd', fault);
  }

  values(list: ValueList): void {
    const group = this.#group as Group;
    const { books, samples } = this.#o;
    const n = list.count;
    group.tally.values.collectd += n;
    books.received += n;
    if (n > DATA_SOURCES_MAX) return books.rejectValues(group.rules.name, 'limit_sources', n);
    const host = this.#hostOf(list, group);
    if (host < 0) return books.rejectValues(group.rules.name, 'limit_hosts', n);
    const sampleMs = this.#sampleMs(list, group, n);
    if (sampleMs === undefined) return;
    const record = this.#recordOf(list, host, group);
    if (record < 0) return;
    this.#loadWords(list);
    samples.take(record, group.rules.name, Math.round(sampleMs / 1000), sampleMs, this.#arrivalMs);
  }

  notification(): void {
    this.#o.books.notifications += 1;
  }

  skipped(reason: CollectdSkip): void {
    this.#o.books.rejectPacket((this.#group as Group).rules.name, 'collectd', reason);
  }

  #hostOf(list: ValueList, group: Group): number {
    if (this.#host >= 0 && this.#hostAt === list.hostAt) return this.#host;
    const { hosts } = this.#o;
    const key = this.#key;
    key.begin(HOST_SPACE, this.#groupIndex);
    if (this.#givenName === undefined) key.add(list.buffer, list.hostAt, list.hostLength);
    else key.addText(this.#givenName);
    let host = hosts.find(key.bytes, key.length);
    if (host < 0) {
      const name = this.#givenName ?? cleanPart(list.buffer, list.hostAt, list.hostLength);
      host = hosts.open(group.rules.name, name, this.#address, 'collectd');
      if (host < 0) return -1;
      hosts.bind(key.bytes, key.length, host);
    }
    hosts.touch(host, this.#address, 'collectd', this.#arrivalMs);
    hosts.setRhythm(host, intervalOf(list) * 1000, list.timeS * 1000 - this.#arrivalMs, this.#arrivalMs);
    this.#host = host;
    this.#hostAt = list.hostAt;
    return host;
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
    const { records, books, hosts } = this.#o;
    const key = this.#key;
    const { buffer } = list;
    key.begin(RECORD_SPACE, host);
    key.add(buffer, list.pluginAt, list.pluginLength);
    key.add(buffer, list.pluginInstanceAt, list.pluginInstanceLength);
    key.add(buffer, list.typeAt, list.typeLength);
    key.add(buffer, list.typeInstanceAt, list.typeInstanceLength);
    let record = records.keys.find(key.bytes, key.length);
    if (record < 0) {
      record = this.#openRecord(list, hosts.hosts[host] as HostState, group);
      if (record < 0) return -1;
      records.keys.bind(key.bytes, key.length, record);
    }
    const description = records.descriptions[record] as RecordDescription;
    if (!sameKinds(description.sources, list)) {
      books.rejectValues(group.rules.name, 'type_mismatch', list.count);
      return -1;
    }
    const intervalS = intervalOf(list);
    if (intervalS > 0 && intervalS !== description.intervalS) {
      records.descriptions[record] = { ...description, intervalS };
      this.#o.samples.announce(record, 'changed');
    }
    return record;
  }

  #openRecord(list: ValueList, host: HostState, group: Group): number {
    const { books, samples, records } = this.#o;
    const description = this.#describe(list, host);
    const known = host.records.get(description.metric);
    if (known !== undefined) {
      if (records.descriptions[known]?.protocol === 'collectd') return known;
      books.rejectValues(group.rules.name, 'type_mismatch', list.count);
      return -1;
    }
    if (!sameKinds(description.sources, list)) {
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
    const { words } = this.#o.samples;
    for (let s = 0; s < count; s += 1) {
      const at = valuesAt + 8 * s;
      const first = u32(buffer, at);
      const second = u32(buffer, at + 4);
      const gauge = buffer[kindsAt + s] === KIND.gauge;
      words[2 * s] = gauge ? swapped(second) : first;
      words[2 * s + 1] = gauge ? swapped(first) : second;
    }
  }
}

/** Stores and staging count whole seconds in 32 bits. */
function isStorable(timeS: number): boolean {
  return timeS >= 1 && timeS < 0xffffffff;
}

function swapped(w: number): number {
  return ((w << 24) | ((w & 0xff00) << 8) | ((w >>> 8) & 0xff00) | (w >>> 24)) >>> 0;
}

/** Seconds between samples as the agent says; 0 when it does not, or nothing that can be believed. */
function intervalOf(list: ValueList): number {
  return list.intervalS <= INTERVAL_S_MAX ? list.intervalS : 0;
}

function joined(name: string, instance: string): string {
  return instance === '' ? name : `${name}-${instance}`;
}

function sameKinds(sources: readonly DataSource[], list: ValueList): boolean {
  if (sources.length !== list.count) return false;
  for (let s = 0; s < sources.length; s += 1) {
    if (list.buffer[list.kindsAt + s] !== (sources[s] as DataSource).kind) return false;
  }
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
