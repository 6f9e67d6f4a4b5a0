import { Buffer } from 'node:buffer';
import { encodeGraphite } from '../../wire/graphite/encode.ts';
import { encodeStatsd } from '../../wire/statsd/encode.ts';
import { HostNames, Rota } from './traffic.ts';
import { HostValues, isCounter } from './values.ts';
import type { Datagram, LoadFleet, Traffic } from './traffic.ts';

/** What statsd's documents name as fitting an Ethernet frame. */
const DATAGRAM_BYTES = 1432;
/** Where in a line what changes stands; no such sign is in a name. */
const SLOT = { host: '{host}', value: '{value}', time: '{time}' } as const;
const SLOTS = /(\{host\}|\{value\}|\{time\})/u;
const DIGITS_MAX = 16;
const LINE_BREAK = 0x0a;
const DOT = 0x2e;
/** Gauges have two digits behind the point. */
const HUNDREDTHS = 100;

/** Bytes as they stand, or which of the slots is filled. */
type Piece = Uint8Array | keyof typeof SLOT;

/** A whole number that is not negative; with `point`, one of hundredths. */
interface Reading {
  readonly point: boolean;
  readonly read: (values: HostValues, metric: number) => number;
}

interface Line extends Reading {
  readonly pieces: readonly Piece[];
  readonly metric: number;
  readonly bytesMax: number;
}

const total: Reading = { point: false, read: (values, metric) => values.counter(metric) };
const level: Reading = {
  point: true,
  read: (values, metric) => Math.round(Math.max(0, values.gauge(metric)) * HUNDREDTHS),
};
const events: Reading = {
  point: false,
  read: (values, metric) => Math.round(Math.max(0, values.gauge(metric))),
};

/** Paths of `servers.{host}.{metric}`: growing totals and levels. */
export function graphiteTraffic(fleet: LoadFleet): Traffic {
  return new TextTraffic(fleet, (metric) => ({
    text: encodeGraphite({
      path: `servers.${SLOT.host}.load.metric${String(metric).padStart(3, '0')}`,
      value: SLOT.value,
      timeS: SLOT.time,
    }),
    reading: isCounter(metric) ? total : level,
  }));
}

/** Counters, gauges and timers in turn, whose host is a tag. */
export function statsdTraffic(fleet: LoadFleet): Traffic {
  const types = ['c', 'g', 'ms'] as const;
  return new TextTraffic(fleet, (metric) => {
    const type = types[metric % types.length] ?? 'c';
    const name = `load.${{ c: 'events', g: 'level', ms: 'time' }[type]}${String(metric).padStart(3, '0')}`;
    const text = encodeStatsd({ name, value: SLOT.value, type, tags: [['host', SLOT.host]] });
    return { text, reading: type === 'c' ? events : level };
  });
}

/** As many of a host's lines in a datagram as fit it. */
class TextTraffic implements Traffic {
  readonly #parts: readonly (readonly Line[])[];
  readonly #rota: Rota;
  readonly #names: HostNames;
  readonly #values = new HostValues();
  readonly #bytes = Buffer.alloc(DATAGRAM_BYTES);
  readonly #hostName: Buffer;
  #length = 0;

  constructor(
    { hosts, metrics }: LoadFleet,
    lineOf: (metric: number) => { readonly text: string; readonly reading: Reading },
  ) {
    this.#names = new HostNames(hosts);
    this.#hostName = Buffer.from(this.#names.name(0));
    const lines = Array.from({ length: metrics }, (_, metric) => {
      const { text, reading } = lineOf(metric);
      const pieces = piecesOf(text);
      return { ...reading, pieces, metric, bytesMax: bytesMax(pieces, this.#hostName.length) };
    });
    this.#parts = packed(lines);
    this.#rota = new Rota(hosts, this.#parts.length);
  }

  next(timeS: number): Datagram {
    const { host, part } = this.#rota;
    this.#rota.advance();
    const lines = this.#parts[part] ?? [];
    this.#values.set(host, timeS);
    this.#names.patch(this.#hostName, 0, host);
    this.#length = 0;
    for (const line of lines) this.#write(line, Math.floor(timeS));
    return { bytes: this.#bytes, length: this.#length, values: lines.length, host };
  }

  #write({ pieces, read, point, metric }: Line, timeS: number): void {
    for (const piece of pieces) {
      if (piece === 'host') this.#append(this.#hostName);
      else if (piece === 'time') this.#digits(timeS, false);
      else if (piece === 'value') this.#digits(read(this.#values, metric), point);
      else this.#append(piece);
    }
    this.#bytes[this.#length] = LINE_BREAK;
    this.#length += 1;
  }

  #append(piece: Uint8Array): void {
    const from = this.#length;
    // Short pieces: a loop is twice as fast as `set`.
    for (let i = 0; i < piece.length; i += 1) this.#bytes[from + i] = piece[i] ?? 0;
    this.#length = from + piece.length;
  }

  #digits(whole: number, point: boolean): void {
    let places = point ? 3 : 1;
    for (let bound = 10 ** places; whole >= bound; bound *= 10) places += 1;
    const end = this.#length + places + (point ? 1 : 0);
    let rest = whole;
    for (let at = end - 1, n = 0; at >= this.#length; at -= 1, n += 1) {
      if (point && n === 2) {
        this.#bytes[at] = DOT;
        continue;
      }
      this.#bytes[at] = 0x30 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.#length = end;
  }
}

function piecesOf(text: string): Piece[] {
  return text
    .split(SLOTS)
    .filter((piece) => piece !== '')
    .map((piece) => {
      if (piece === SLOT.host) return 'host';
      if (piece === SLOT.value) return 'value';
      return piece === SLOT.time ? 'time' : Buffer.from(piece, 'utf8');
    });
}

function bytesMax(pieces: readonly Piece[], hostBytes: number): number {
  const each = pieces.map((piece) => {
    if (typeof piece !== 'string') return piece.length;
    return piece === 'host' ? hostBytes : DIGITS_MAX + 1;
  });
  return each.reduce((sum, bytes) => sum + bytes, 1);
}

/** The lines of a turn, split so that a datagram's always fit. */
function packed(lines: readonly Line[]): Line[][] {
  const parts: Line[][] = [];
  let room = 0;
  for (const line of lines) {
    if (line.bytesMax > room) {
      parts.push([]);
      room = DATAGRAM_BYTES;
    }
    parts.at(-1)?.push(line);
    room -= line.bytesMax;
  }
  return parts;
}
