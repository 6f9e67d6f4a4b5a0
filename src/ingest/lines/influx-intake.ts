import { Buffer } from 'node:buffer';
import { NAME_BYTES_MAX, WORDS_CHARS_MAX, WRITE_FAULTS_TOLD_MAX, WRITE_LINES_AT_ONCE } from '../../limits.ts';
import { influxMetric, readHead, unescapeName } from '../../model/influx-name.ts';
import { decodeInflux } from '../../wire/influx/decode.ts';
import { emptyInfluxLine, FIELD } from '../../wire/influx/line.ts';
import { decodeName } from '../../wire/text.ts';
import { clean, IdentityKey } from '../identity.ts';
import { FIRST_INTERVAL_S, GAUGE } from './timed-gauges.ts';
import { sampleTimeMs } from '../group.ts';
import { inValues } from '../host-table.ts';
import type { Arrival } from '../arrival.ts';
import type { Group } from '../group.ts';
import type { HostRefusal } from '../host-table.ts';
import type { InfluxFault, InfluxLine, InfluxSink } from '../../wire/influx/line.ts';
import type { TextIntakeOptions } from './graphite-intake.ts';
import type { WrittenBody } from './written-body.ts';

const FIELD_SPACE = 22;
const SENDER_FIELD_SPACE = 23;
const QUOTED_BYTES_MAX = 60;

/**
 * Bodies of InfluxDB's line protocol into samples: every field is a record of its own, as the fields of a
 * measurement vary from line to line. Numbers and booleans are series, strings are facts of the host.
 */
export class InfluxIntake implements InfluxSink {
  readonly #o: TextIntakeOptions;
  readonly #line = emptyInfluxLine();
  readonly #key = new IdentityKey();
  #group: Group | undefined;
  #groupIndex = 0;
  #from: Arrival | undefined;
  #body: WrittenBody | undefined;
  /** The host heard last in this piece, and the one of the line in hand; -1: none yet. */
  #touched = -1;
  #host = -1;
  #sender: Uint8Array | undefined;

  constructor(options: TextIntakeOptions) {
    this.#o = options;
  }

  /** Reads some lines of a body, which stands in the arrival's buffer from `body.at` on. */
  accept(group: Group, groupIndex: number, from: Arrival, body: WrittenBody): void {
    this.#group = group;
    this.#groupIndex = groupIndex;
    this.#from = from;
    this.#body = body;
    this.#touched = -1;
    this.#sender = undefined;
    const line = this.#line;
    line.number = body.lineNumber;
    const stretch = { start: body.at, end: from.end, max: WRITE_LINES_AT_ONCE };
    body.at = decodeInflux(from.buffer, stretch, line, this);
    body.lineNumber = line.number;
    // A body that the request owns is not kept alive by the line.
    line.buffer = EMPTY;
  }

  line(line: InfluxLine): void {
    const group = this.#group as Group;
    const from = this.#from as Arrival;
    const body = this.#body as WrittenBody;
    const saidMs = Math.round(line.time * body.request.msPerUnit);
    const sampleMs = sampleTimeMs(group.rules, saidMs, from.arrivalMs);
    const { books } = this.#o;
    let refusal: string | undefined;
    body.lines += 1;
    this.#host = -1;
    for (let f = 0; f < line.fieldCount; f += 1) {
      if (line.kinds[f] === FIELD.string) {
        refusal = this.#fact(line, f, group, from) ?? refusal;
        continue;
      }
      group.tally.values.influx += 1;
      books.received += 1;
      const why = typeof sampleMs === 'string' ? sampleMs : this.#take(line, f, sampleMs);
      if (why === undefined) continue;
      books.rejectValues(group.rules.name, why, 1);
      refusal = why;
    }
    if (refusal !== undefined) this.#tell(refusal, line, line.at);
  }

  refused(fault: InfluxFault, at: number, line: InfluxLine): void {
    (this.#body as WrittenBody).lines += 1;
    this.#o.books.rejectPacket((this.#group as Group).rules.name, 'influx', fault);
    this.#tell(fault, line, at);
  }

  /** One field as a sample of its record. Answers why it was not taken. */
  #take(line: InfluxLine, field: number, sampleMs: number): string | undefined {
    const group = this.#group as Group;
    const from = this.#from as Arrival;
    const { records, gauges } = this.#o;
    const key = this.#keyOf(line, field, group, from);
    let record = records.keys.find(key.bytes, key.length);
    if (record < 0) {
      const opened = this.#open(line, field, group, from);
      if (typeof opened === 'string') return opened;
      record = opened;
      records.keys.bind(key.bytes, key.length, record);
      gauges.opened(record);
    }
    const host = records.host[record] as number;
    const refusal = this.#touch(host, from);
    if (refusal) return inValues(refusal);
    this.#host = host;
    const value = line.numbers[field] as number;
    gauges.take(record, group.rules.name, value, sampleMs, from.arrivalMs);
    return undefined;
  }

  /** The host is heard, or why it may not be written. */
  #touch(host: number, { address, arrivalMs }: Arrival): HostRefusal | undefined {
    if (host === this.#touched) return undefined;
    const refusal = this.#o.hosts.refusal(host);
    if (refusal) return refusal;
    this.#o.hosts.touch(host, address, 'influx', arrivalMs);
    this.#touched = host;
    return undefined;
  }

  /** Head and field as written; where they name no host, or are not believed, the sender too. */
  #keyOf(line: InfluxLine, field: number, group: Group, from: Arrival): IdentityKey {
    const key = this.#key;
    const believed = line.hostLength > 0 && group.rules.hostName === 'packet';
    key.begin(believed ? FIELD_SPACE : SENDER_FIELD_SPACE, this.#groupIndex);
    if (!believed) {
      this.#sender ??= Buffer.from(from.name ?? from.address).subarray(0, NAME_BYTES_MAX);
      key.add(this.#sender, 0, this.#sender.length);
    }
    key.addLong(line.buffer, line.at, line.headLength);
    key.add(line.buffer, line.keyAt[field] as number, line.keyLength[field] as number);
    return key;
  }

  #open(line: InfluxLine, field: number, group: Group, from: Arrival): number | string {
    const said = this.#named(line, field);
    if (said === undefined) return 'bad_tags';
    const host = this.#hostOf(line, group, from);
    if (typeof host === 'string') return inValues(host);
    return this.#o.named.record(group, host, 'influx', {
      metric: said.metric,
      sources: GAUGE,
      intervalS: FIRST_INTERVAL_S,
      units: '',
      group: said.measurement.slice(0, WORDS_CHARS_MAX),
    });
  }

  /** Undefined: a tag stands there twice. */
  #named(line: InfluxLine, field: number): { metric: string; measurement: string } | undefined {
    const { buffer } = line;
    const head = readHead(decodeName(buffer, line.at, line.headLength));
    if (head === undefined) return undefined;
    const name = decodeName(buffer, line.keyAt[field] as number, line.keyLength[field] as number);
    return { metric: clean(influxMetric(head, unescapeName(name))), measurement: clean(head.measurement) };
  }

  #hostOf(line: InfluxLine, group: Group, from: Arrival): number | HostRefusal {
    if (this.#host >= 0) return this.#host;
    const believed = line.hostLength > 0 && group.rules.hostName === 'packet';
    const said = believed ? unescapeName(decodeName(line.buffer, line.hostAt, line.hostLength)) : undefined;
    const { address, arrivalMs } = from;
    const name = said ?? from.name ?? address;
    const host = this.#o.named.host(group, this.#groupIndex, { name, address, agent: 'influx', arrivalMs });
    if (typeof host === 'string') return host;
    this.#touched = host;
    this.#host = host;
    return host;
  }

  /** A string. Answers why it was not taken. It is no value: what is refused is counted as of a packet. */
  #fact(line: InfluxLine, field: number, group: Group, from: Arrival): string | undefined {
    const said = this.#named(line, field);
    const host = said === undefined ? 'bad-tag' : this.#hostOf(line, group, from);
    const text = decodeName(line.buffer, line.textAt[field] as number, line.textLength[field] as number);
    const refusal = this.#factRefusal(said?.metric ?? '', host, unescapeText(text));
    if (refusal !== undefined) this.#o.books.rejectPacket(group.rules.name, 'influx', refusal);
    return refusal;
  }

  #factRefusal(metric: string, host: number | string, value: string): string | undefined {
    if (typeof host === 'string') return host;
    return this.#o.hosts.setFact(host, metric, value) ? undefined : 'limit-facts';
  }

  /** The first ones are quoted for whoever sent them. */
  #tell(reason: string, line: InfluxLine, at: number): void {
    const body = this.#body as WrittenBody;
    body.refused += 1;
    if (body.faults.length >= WRITE_FAULTS_TOLD_MAX) return;
    const from = Math.max(line.at, at - QUOTED_BYTES_MAX / 2);
    const end = Math.min(body.request.bytes.length, from + QUOTED_BYTES_MAX);
    const quoted = decodeName(line.buffer, from, end - from);
    const [first = ''] = quoted.split('\n', 1);
    body.faults.push({ line: line.number, column: at - line.at + 1, reason, quoted: clean(first) });
  }
}

const EMPTY = new Uint8Array(0);

/** In a quoted string, `\"` and `\\` stand for their second character. */
function unescapeText(text: string): string {
  return text.includes('\\') ? text.replaceAll(/\\(["\\])/gu, '$1') : text;
}
