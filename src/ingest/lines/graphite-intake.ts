import { Buffer } from 'node:buffer';
import { NAME_BYTES_MAX, WORDS_CHARS_MAX } from '../../limits.ts';
import { applyTemplate, parseTemplate } from '../../model/path-template.ts';
import { decodeGraphite, emptyGraphiteLine } from '../../wire/graphite/decode.ts';
import { clean, IdentityKey } from '../identity.ts';
import { decodeName } from '../../wire/text.ts';
import { FIRST_INTERVAL_S, GAUGE } from './timed-gauges.ts';
import { sampleTimeMs } from '../group.ts';
import { inValues } from '../host-table.ts';
import type { Arrival } from '../arrival.ts';
import type { Books } from '../books.ts';
import type { Group } from '../group.ts';
import type { GraphiteFault, GraphiteLine, GraphiteSink } from '../../wire/graphite/decode.ts';
import type { HostTable } from '../host-table.ts';
import type { NamedRecords } from '../named-records.ts';
import type { PathTemplate } from '../../model/path-template.ts';
import type { RecordTable } from '../record-table.ts';
import type { TimedGauges } from './timed-gauges.ts';

const PATH_SPACE = 20;
const SENDER_PATH_SPACE = 21;
const GROUP_INDICES_MAX = 0x10000;

export interface TextIntakeOptions {
  readonly books: Books;
  readonly hosts: HostTable;
  readonly records: RecordTable;
  readonly gauges: TimedGauges;
  readonly named: NamedRecords;
}

/** Whose metric a path is, the host's part taken out. */
interface PathName {
  /** Undefined: the path does not say. */
  readonly host: string | undefined;
  readonly metric: string;
}

/** How a group reads paths, and a number that no other way of reading them has. */
interface PathRule {
  readonly number: number;
  readonly template: PathTemplate | undefined;
}

/** Lines of Graphite into samples: every line a value of a record of its own. */
export class GraphiteIntake implements GraphiteSink {
  /** Lines that could not be read since the last one that could. */
  faultsInARow = 0;
  readonly #o: TextIntakeOptions;
  readonly #line = emptyGraphiteLine();
  readonly #key = new IdentityKey();
  readonly #rules = new Map<string | null, PathRule>();
  #group: Group | undefined;
  #groupIndex = 0;
  #rule: PathRule = { number: 0, template: undefined };
  #from: Arrival | undefined;
  /** The host heard last in this piece; -1: none yet. */
  #touched = -1;
  /** The sender's name, once a line of this piece needs it. */
  #sender: Uint8Array | undefined;

  constructor(options: TextIntakeOptions) {
    this.#o = options;
  }

  /** Takes whole lines, bytes start…end of the arrival's buffer. */
  accept(group: Group, groupIndex: number, from: Arrival): void {
    this.#group = group;
    this.#groupIndex = groupIndex;
    this.#rule = this.#ruleOf(group.rules.graphite.template);
    this.#from = from;
    this.#touched = -1;
    this.#sender = undefined;
    group.tally.packets.graphite += 1;
    decodeGraphite(from.buffer, from, this.#line, this);
  }

  line(line: GraphiteLine): void {
    const group = this.#group as Group;
    const from = this.#from as Arrival;
    const { books, records, gauges } = this.#o;
    this.faultsInARow = 0;
    group.tally.values.graphite += 1;
    books.received += 1;
    const sampleMs = sampleTimeMs(group.rules, Math.round(line.timeS * 1000), from.arrivalMs);
    if (typeof sampleMs === 'string') return this.#refuse(sampleMs);
    if (Number.isNaN(line.value)) return this.#refuse('not_a_number');
    const record = this.#recordOf(line, group, from);
    if (record < 0) return;
    const host = records.host[record] as number;
    if (host !== this.#touched) {
      const refusal = this.#o.hosts.refusal(host);
      if (refusal) return this.#refuse(inValues(refusal));
      this.#o.hosts.touch(host, from.address, 'graphite', from.arrivalMs);
      this.#touched = host;
    }
    gauges.take(record, group.rules.name, line.value, sampleMs, from.arrivalMs);
  }

  skipped(fault: GraphiteFault): void {
    this.faultsInARow += 1;
    this.#o.books.rejectPacket((this.#group as Group).rules.name, 'graphite', fault);
  }

  #refuse(reason: string): void {
    this.#o.books.rejectValues((this.#group as Group).rules.name, reason, 1);
  }

  /** A record by the bytes of its path alone; where those name no host, by its sender and the path. */
  #recordOf(line: GraphiteLine, group: Group, from: Arrival): number {
    const { keys } = this.#o.records;
    const mayName = this.#rule.template !== undefined || line.nameLength < line.pathLength;
    if (mayName && group.rules.hostName === 'packet') {
      this.#keyOf(line, undefined);
      const record = keys.find(this.#key.bytes, this.#key.length);
      if (record >= 0) return record;
    }
    this.#keyOf(line, this.#senderOf(from));
    const record = keys.find(this.#key.bytes, this.#key.length);
    return record < 0 ? this.#open(line, group, from) : record;
  }

  #open(line: GraphiteLine, group: Group, from: Arrival): number {
    const { records, named, gauges } = this.#o;
    const said = pathName(decodeName(line.buffer, line.pathAt, line.pathLength), this.#rule.template);
    if (said === undefined) return this.#refused('bad_tags');
    const believed = group.rules.hostName === 'packet' ? said.host : undefined;
    const { address, arrivalMs } = from;
    const name = believed ?? from.name ?? address;
    const host = named.host(group, this.#groupIndex, { name, address, agent: 'graphite', arrivalMs });
    if (typeof host === 'string') return this.#refused(inValues(host));
    this.#touched = host;
    const record = named.record(group, host, 'graphite', {
      metric: `graphite/${clean(said.metric)}`,
      sources: GAUGE,
      intervalS: FIRST_INTERVAL_S,
      units: '',
      group: firstNode(said.metric),
    });
    if (typeof record === 'string') return this.#refused(record);
    this.#keyOf(line, believed === undefined ? this.#senderOf(from) : undefined);
    records.keys.bind(this.#key.bytes, this.#key.length, record);
    gauges.opened(record);
    return record;
  }

  #refused(reason: string): -1 {
    this.#refuse(reason);
    return -1;
  }

  /** Another template is another key: what the old one found is not asked again. */
  #keyOf(line: GraphiteLine, sender: Uint8Array | undefined): void {
    const key = this.#key;
    const space = sender === undefined ? PATH_SPACE : SENDER_PATH_SPACE;
    key.begin(space, this.#groupIndex + this.#rule.number * GROUP_INDICES_MAX);
    if (sender !== undefined) key.add(sender, 0, sender.length);
    key.addLong(line.buffer, line.pathAt, line.pathLength);
  }

  #senderOf(from: Arrival): Uint8Array {
    this.#sender ??= Buffer.from(from.name ?? from.address).subarray(0, NAME_BYTES_MAX);
    return this.#sender;
  }

  #ruleOf(text: string | null): PathRule {
    const known = this.#rules.get(text);
    if (known !== undefined) return known;
    const parsed = text === null ? undefined : parseTemplate(text);
    const template = parsed && 'template' in parsed ? parsed.template : undefined;
    const rule = { number: this.#rules.size, template };
    this.#rules.set(text, rule);
    return rule;
  }
}

/**
 * Tags (`name;host=a;plugin=cpu`, Graphite 1.1) go before the template. Undefined: a tag without a name or a
 * value.
 */
function pathName(path: string, template: PathTemplate | undefined): PathName | undefined {
  const [name = '', ...written] = path.split(';');
  const tags = new Map<string, string>();
  for (const tag of written) {
    const equals = tag.indexOf('=');
    if (equals < 1 || equals === tag.length - 1) return undefined;
    tags.set(tag.slice(0, equals), tag.slice(equals + 1));
  }
  const host = tags.get('host');
  tags.delete('host');
  const rest = [...tags]
    .map(([key, value]) => `;${key}=${value}`)
    .toSorted()
    .join('');
  if (host !== undefined) return { host, metric: name + rest };
  const parts = template && applyTemplate(template, name);
  return { host: parts?.host, metric: (parts?.metric ?? name) + rest };
}

/** What metrics are put together under on the page. */
function firstNode(metric: string): string {
  const [node = ''] = metric.split(/[.;]/u, 1);
  return clean(node).slice(0, WORDS_CHARS_MAX);
}
