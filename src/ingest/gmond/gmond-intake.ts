import { DESCRIPTION_CHARS_MAX, WORDS_CHARS_MAX } from '../../limits.ts';
import { canonicalAddress } from '../../model/address.ts';
import { KIND } from '../../model/kind.ts';
import { doubleOf, integerWordsOf, wordsOf } from '../../model/rate.ts';
import { GMOND_ID } from '../../wire/gmond/ids.ts';
import { decodeGmond, emptyMessage, gmondExtras } from '../../wire/gmond/decode.ts';
import { decodeName, parseNumber } from '../../wire/text.ts';
import { afterPart, ByteView, clean, cleanName, IdentityKey, KEY_HEAD_BYTES } from '../identity.ts';
import { emptyKeyView } from '../key-arena.ts';
import { hashBytes } from '../key-table.ts';
import { KNOWN_METRICS } from './gmond-metrics.ts';
import { RECORD_STATE } from '../record-table.ts';
import type { Arrival } from '../arrival.ts';
import type { Books } from '../books.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { GmondMessage } from '../../wire/gmond/message.ts';
import type { Group } from '../group.ts';
import type { HostState, HostTable } from '../host-table.ts';
import type { Journal } from '../journal/port.ts';
import type { Kind } from '../../model/kind.ts';
import type { LiveWriter } from '../../live/writer.ts';
import type { RawWords } from '../../model/rate.ts';
import type { RecordTable } from '../record-table.ts';
import type { RecordRefusal, Samples } from '../samples.ts';
import type { Staging } from '../staging.ts';
import type { Succession } from '../succession.ts';

const HOST_SPACE = 3;
const RECORD_SPACE = 4;
/** What a value is taken to be expected every, when its metadata has not been seen: gmetric's own default. */
const TMAX_UNKNOWN_S = 60;
const STEP_S = 15;

const SLOPES = ['zero', 'positive', 'negative', 'both', 'unspecified', 'derivative'] as const;
const HEARTBEAT = Buffer.from('heartbeat');
const LOCATION = Buffer.from('location');
/** Of a letter. */
const LOWER_CASE = 0x20;

export interface GmondIntakeOptions {
  readonly books: Books;
  readonly hosts: HostTable;
  readonly records: RecordTable;
  readonly staging: Staging;
  readonly samples: Samples;
  readonly succession: Succession;
  readonly live: LiveWriter;
  readonly journal: Pick<Journal, 'redefine'>;
  /** Two secret words. */
  readonly keys: readonly [number, number];
}

/** gmond and gmetric datagrams (Ganglia 3.1+) into samples, descriptions and facts. */
export class GmondIntake {
  readonly #o: GmondIntakeOptions;
  readonly #message: GmondMessage = emptyMessage();
  readonly #key = new IdentityKey();
  readonly #words: RawWords = { hi: 0, lo: 0 };
  readonly #known = emptyKeyView();
  readonly #bytes = new ByteView();

  constructor(options: GmondIntakeOptions) {
    this.#o = options;
  }

  /**
   * Takes one datagram. `from.name`: the host's name where the group does not take the packet's word for it.
   */
  accept(group: Group, groupIndex: number, from: Arrival): void {
    const { books } = this.#o;
    group.tally.packets.ganglia += 1;
    const m = this.#message;
    const fault = decodeGmond(from.buffer, from.start, from.end, m);
    if (fault) return books.rejectPacket(group.rules.name, 'ganglia', fault);
    if (m.nameLength === 0) return books.rejectPacket(group.rules.name, 'ganglia', 'no-name');
    // A request names the host that is asked, and says nothing of its being alive.
    if (m.id === GMOND_ID.request) return;
    const host = this.#hostOf(m, group, groupIndex, from);
    if (typeof host === 'string') return books.rejectPacket(group.rules.name, 'ganglia', host);
    if (m.id === GMOND_ID.metadata) return this.#metadata(m, host, group, from);
    this.#value(m, host, group, from.arrivalMs);
  }

  /** The host's number, or why there is none. */
  #hostOf(m: GmondMessage, group: Group, groupIndex: number, from: Arrival): number | string {
    const { hosts, books } = this.#o;
    const key = this.#key;
    if (m.spoof && books.source?.maySpoof !== true) return 'spoof-denied';
    const said = m.spoof || group.rules.hostName === 'packet';
    const space = m.spoof ? HOST_SPACE + 16 : HOST_SPACE;
    let host = books.source?.lastHost ?? -1;
    if (!said || host < 0 || !this.#isHost(host, m, space, groupIndex)) {
      key.begin(space, groupIndex);
      if (said) key.add(m.buffer, m.hostAt, m.hostLength);
      else key.addText(from.name ?? from.address);
      host = hosts.find(key.bytes, key.length);
    }
    const spoofed = m.spoof ? spoofParts(decodeName(m.buffer, m.hostAt, m.hostLength)) : undefined;
    const address = spoofed?.address || from.address;
    const agent = agentOf(m);
    if (host >= 0) {
      const refusal = hosts.refusal(host);
      if (refusal) return refusal;
    } else {
      const name = m.spoof ? spoofed?.name : said ? cleanName(m.buffer, m.hostAt, m.hostLength) : from.name;
      if (name === undefined || name === '') return m.spoof ? 'bad-spoof' : 'no-host';
      const opened = hosts.open(group.rules.name, name.replaceAll('/', '_'), address, agent);
      if (typeof opened === 'string') return opened;
      host = opened;
      hosts.bind(key.bytes, key.length, host);
    }
    if (books.source) books.source.lastHost = host;
    hosts.touch(host, address, agent, from.arrivalMs);
    return host;
  }

  /** Whether the message names this host, by the bytes of its identity. */
  #isHost(host: number, m: GmondMessage, space: number, groupIndex: number): boolean {
    const known = this.#known;
    if (!this.#o.hosts.newestKey(host, known)) return false;
    const { page, at } = known;
    if (page.getUint8(at) !== space || page.getUint32(at + 1, true) !== groupIndex) return false;
    return afterPart(page, at + KEY_HEAD_BYTES, this.#bytes.of(m.buffer), m.hostAt, m.hostLength) >= 0;
  }

  #recordKey(m: GmondMessage, host: number): IdentityKey {
    const key = this.#key;
    key.begin(RECORD_SPACE, host);
    key.add(m.buffer, m.nameAt, m.nameLength);
    return key;
  }

  #value(m: GmondMessage, host: number, group: Group, arrivalMs: number): void {
    const { records, hosts } = this.#o;
    if (isSpecial(m)) return this.#special(m, host);
    let record = this.#find(m, host);
    const text = m.id === GMOND_ID.string;
    const number = text ? parseNumber(m.buffer, m.stringAt, m.stringLength) : m.value;
    if (record < 0) {
      const state = hosts.hosts[host] as HostState;
      const isFact = number === undefined || state.facts.has(nameOf(m));
      const opened = this.#openUndescribed(m, state, group, isFact);
      if (typeof opened === 'string') return this.#refuseValue(group, opened);
      record = opened;
    }
    if (records.state[record] === RECORD_STATE.fact) {
      const value = text ? cleanName(m.buffer, m.stringAt, m.stringLength) : String(m.value);
      records.heardS[record] = Math.floor(arrivalMs / 1000);
      this.#fact(host, nameOf(m), value, group);
      return;
    }
    this.#number(record, number, group, arrivalMs);
  }

  /** The record of the message's name on that host, or -1. */
  #find(m: GmondMessage, host: number): number {
    const { records, succession } = this.#o;
    const expected = succession.expected(host);
    if (expected >= 0 && this.#isRecord(expected, m, host)) {
      succession.confirm(host, expected);
      return expected;
    }
    const key = this.#recordKey(m, host);
    const record = records.keys.find(key.bytes, key.length);
    if (record >= 0) succession.correct(host, record);
    return record;
  }

  #isRecord(record: number, m: GmondMessage, host: number): boolean {
    const { records } = this.#o;
    const known = this.#known;
    if (records.host[record] !== host || !records.keys.newest(record, known)) return false;
    const { page, at } = known;
    if (page.getUint8(at) !== RECORD_SPACE) return false;
    return afterPart(page, at + KEY_HEAD_BYTES, this.#bytes.of(m.buffer), m.nameAt, m.nameLength) >= 0;
  }

  #refuseValue(group: Group, reason: RecordRefusal): void {
    group.tally.values.ganglia += 1;
    this.#o.books.received += 1;
    this.#o.books.rejectValues(group.rules.name, reason, 1);
  }

  #number(record: number, number: number | undefined, group: Group, arrivalMs: number): void {
    const { books, records, samples } = this.#o;
    group.tally.values.ganglia += 1;
    books.received += 1;
    const kind = records.shapeOf(record).kinds[0] as Kind;
    if (number === undefined || (kind !== KIND.gauge && !countable(kind, number))) {
      return books.rejectValues(group.rules.name, 'bad_number', 1);
    }
    if (kind === KIND.gauge) wordsOf(number, this.#words);
    else integerWordsOf(number, kind, this.#words);
    samples.words[0] = this.#words.hi;
    samples.words[1] = this.#words.lo;
    if (records.constant[record] === 1 && samples.newest(record, 0) !== number) {
      const { metric } = records.descriptions[record] as RecordDescription;
      this.#fact(records.host[record] as number, metric, String(number), group);
    }
    samples.take(record, group.rules.name, Math.floor(arrivalMs / 1000), arrivalMs, arrivalMs);
  }

  #fact(host: number, name: string, value: string, group: Group): void {
    if (!this.#o.hosts.setFact(host, name, value)) {
      this.#o.books.rejectPacket(group.rules.name, 'ganglia', 'limit-facts');
    }
  }

  /** A value whose metadata has not been seen: its id tells the kind, a text that is no number is a fact. */
  #openUndescribed(m: GmondMessage, host: HostState, group: Group, isFact: boolean): number | RecordRefusal {
    const unread = this.#o.samples.refusalUnread(host, 1, group.rules.maxSeriesPerHost);
    if (unread) return unread;
    const description = described(m, host, { kind: KIND.gauge, provisional: true });
    return this.#open(m, host, group, { description, isFact });
  }

  /** The record of the message's name on that host, made when there is none; or why it cannot be. */
  #open(
    m: GmondMessage,
    host: HostState,
    group: Group,
    as: { description: RecordDescription; isFact: boolean },
  ): number | RecordRefusal {
    const { records, samples } = this.#o;
    const known = host.records.get(as.description.metric);
    if (known !== undefined) samples.meet(host);
    if (known !== undefined && records.descriptions[known]?.protocol !== 'ganglia') return 'type_mismatch';
    const record = known ?? this.#add(host, group.rules.maxSeriesPerHost, as);
    if (typeof record === 'string') return record;
    const key = this.#recordKey(m, host.row);
    records.keys.bind(key.bytes, key.length, record);
    return record;
  }

  #add(
    host: HostState,
    maxSeries: number,
    as: { description: RecordDescription; isFact: boolean },
  ): number | RecordRefusal {
    const { records, samples, books } = this.#o;
    if (!as.isFact) {
      const opened = samples.open(host, as.description, maxSeries);
      return 'refusal' in opened ? opened.refusal : opened.record;
    }
    const refusal = samples.refusal(host, 1, maxSeries);
    if (refusal) return refusal;
    host.series += 1;
    const record = records.add(as.description, host.row, RECORD_STATE.fact, books.source);
    host.records.set(as.description.metric, record);
    return record;
  }

  #metadata(m: GmondMessage, host: number, group: Group, { end, arrivalMs }: Arrival): void {
    const { records, hosts, books, keys } = this.#o;
    if (isSpecial(m)) return;
    const key = this.#recordKey(m, host);
    const known = records.keys.find(key.bytes, key.length);
    if (known >= 0) records.heardS[known] = Math.floor(arrivalMs / 1000);
    const words = m.buffer.subarray(m.typeAt, end);
    const hash = hashBytes(words, words.length, keys[0], keys[1]);
    if (known >= 0 && records.metadataHash[known] === hash) return;
    const isFact = decodeName(m.buffer, m.typeAt, m.typeLength) === 'string';
    const state = hosts.hosts[host] as HostState;
    const description = described(m, state, { kind: kindOfSlope(m.slope), provisional: false });
    const record = known >= 0 ? known : this.#open(m, state, group, { description, isFact });
    const refusal = typeof record === 'string' ? record : this.#redescribe(record, description, isFact);
    if (refusal) return books.rejectPacket(group.rules.name, 'ganglia', refusal.replaceAll('_', '-'));
    records.metadataHash[record as number] = hash;
    records.heardS[record as number] = Math.floor(arrivalMs / 1000);
  }

  /** New metadata for a record: its words may change freely, its kind only while it was provisional. */
  #redescribe(record: number, said: RecordDescription, isFact: boolean): 'type_mismatch' | undefined {
    const { records, samples } = this.#o;
    const old = records.descriptions[record] as RecordDescription;
    const wasFact = records.state[record] === RECORD_STATE.fact;
    const oldKind = old.sources[0]?.kind;
    const kind = said.sources[0]?.kind as Kind;
    if (isFact && !wasFact) return 'type_mismatch';
    if ((wasFact !== isFact || oldKind !== kind) && !old.provisional) return 'type_mismatch';
    records.redescribe(record, said);
    if (isFact) return undefined;
    if (wasFact) samples.adopt(record);
    else {
      if (oldKind !== kind) this.#convertPoints(record, kind);
      if (!sameDescription(old, said)) samples.announce(record, old.provisional ? 'new' : 'changed');
    }
    return undefined;
  }

  /** The journal knows what a record that was provisional has become. */
  convert(record: number, said: RecordDescription): void {
    const { records, samples } = this.#o;
    const oldKind = records.descriptions[record]?.sources[0]?.kind;
    const kind = said.sources[0]?.kind as Kind;
    records.redescribe(record, said);
    if (oldKind !== kind) this.#convertPoints(record, kind);
    samples.announce(record, 'new');
  }

  /** Points kept as gauges turn out to be a counter's: their doubles become integers. */
  #convertPoints(record: number, kind: Kind): void {
    const { staging, samples, records, journal } = this.#o;
    journal.redefine(record);
    const newest = doubleAt(this.#o.live, records.row[record] as number);
    staging.rewrite(record, (words) => integerWordsOf(doubleOf(words.hi, words.lo), kind, words));
    if (newest === undefined) return;
    integerWordsOf(newest.value, kind, this.#words);
    const { sampleMs, arrivalMs } = newest;
    samples.rewrite(record, 0, { ...this.#words, value: Number.NaN, sampleMs, arrivalMs });
  }

  /** heartbeat carries gmond's start time, location a place; neither is a metric. */
  #special(m: GmondMessage, host: number): void {
    const name = nameOf(m).toLowerCase();
    if (name === 'heartbeat') {
      if (m.id !== GMOND_ID.string) this.#o.hosts.setFact(host, 'gmond_started', String(m.value));
    } else this.#o.hosts.setFact(host, 'location', cleanName(m.buffer, m.stringAt, m.stringLength));
  }
}

/** In whatever case; by bytes, because as many real metrics have names of these lengths. */
function isSpecial({ buffer, nameAt, nameLength }: GmondMessage): boolean {
  if (nameLength === LOCATION.length) return isWord(buffer, nameAt, LOCATION);
  return nameLength === HEARTBEAT.length && isWord(buffer, nameAt, HEARTBEAT);
}

function isWord(buffer: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i += 1) {
    if (((buffer[at + i] as number) | LOWER_CASE) !== word[i]) return false;
  }
  return true;
}

/**
 * Who sent it, as far as a message tells: gmetric spells numbers as strings, gmond sends them as they are.
 * Words come as strings from both, and a description says nothing.
 */
function agentOf(m: GmondMessage): 'gmond' | 'gmetric' | '' {
  if (m.id === GMOND_ID.metadata) return '';
  if (m.id !== GMOND_ID.string) return 'gmond';
  return parseNumber(m.buffer, m.stringAt, m.stringLength) === undefined ? '' : 'gmetric';
}

/** gmond itself turns `:` into `_` in names that are not spoofed. */
function nameOf(m: GmondMessage): string {
  const name = cleanName(m.buffer, m.nameAt, m.nameLength);
  return m.spoof ? name : name.replaceAll(':', '_');
}

/**
 * `ip:name`, split at the first colon that is not the first character. The address is empty where that part is
 * none: gmond's override_hostname repeats the name there.
 */
function spoofParts(text: string): { address: string; name: string } | undefined {
  const colon = text.indexOf(':', 1);
  if (colon < 0 || colon === text.length - 1) return undefined;
  const address = clean(text.slice(0, colon));
  const name = clean(text.slice(colon + 1));
  return { address: canonicalAddress(address) === undefined ? '' : address, name };
}

function kindOfSlope(slope: number): Kind {
  switch (SLOPES[slope]) {
    case 'positive':
      return KIND.counter;
    case 'derivative':
      return KIND.derive;
    case 'zero':
    case 'negative':
    case 'both':
    case 'unspecified':
    default:
      return KIND.gauge;
  }
}

function countable(kind: Kind, number: number): boolean {
  return Number.isFinite(number) && (kind === KIND.derive || number >= 0);
}

function described(
  m: GmondMessage,
  host: HostState,
  is: { kind: Kind; provisional: boolean },
): RecordDescription {
  const metric = nameOf(m);
  return {
    cluster: host.cluster,
    host: host.name,
    metric,
    protocol: 'ganglia',
    sources: [{ name: 'sum', kind: is.kind, min: null, max: null }],
    intervalS: STEP_S,
    provisional: is.provisional,
    ...(is.provisional ? presumed(metric) : said(m)),
  };
}

type Words = Pick<
  RecordDescription,
  'tmaxS' | 'dmaxS' | 'slope' | 'units' | 'title' | 'group' | 'description'
>;

/** What a metric is taken to be until its metadata comes. */
function presumed(metric: string): Words {
  const known = KNOWN_METRICS.get(metric);
  const unknown = { tmaxS: TMAX_UNKNOWN_S, slope: 'unspecified', units: '', title: '', group: '' } as const;
  return { dmaxS: 0, description: '', ...(known ?? unknown) };
}

/** What the metadata says. */
function said(m: GmondMessage): Words {
  const extras = gmondExtras(m);
  const extra = (name: string, max: number) =>
    clean((extras.find((e) => e.name === name)?.value ?? '').slice(0, max));
  return {
    tmaxS: m.tmaxS,
    dmaxS: m.dmaxS,
    slope: SLOPES[m.slope] ?? 'unspecified',
    units: cleanUnits(m),
    title: extra('TITLE', WORDS_CHARS_MAX),
    group: extra('GROUP', WORDS_CHARS_MAX),
    description: extra('DESC', DESCRIPTION_CHARS_MAX),
  };
}

/** gmond writes a single blank where a metric has no units. */
function cleanUnits(m: GmondMessage): string {
  return cleanName(m.buffer, m.unitsAt, Math.min(m.unitsLength, WORDS_CHARS_MAX)).trim();
}

function sameDescription(a: RecordDescription, b: RecordDescription): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function doubleAt(
  live: LiveWriter,
  row: number,
): { value: number; sampleMs: number; arrivalMs: number } | undefined {
  const segment = live.segment(row);
  const i = row % segment.value.length;
  const sampleMs = segment.sampleMs[i] as number;
  if (sampleMs === 0) return undefined;
  const value = doubleOf(segment.rawHi[i] as number, segment.rawLo[i] as number);
  return { value, sampleMs, arrivalMs: segment.arrivalMs[i] as number };
}
