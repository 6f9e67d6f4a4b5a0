/**
 * The decoders alone, on one thread: no socket, no record table.
 *
 *   node_modules/.bin/node bench/decode.ts [--save]
 */
import { decodeCollectd, emptyValueList } from '../src/wire/collectd/decode.ts';
import { encodeCollectd } from '../src/wire/collectd/encode.ts';
import { decodeGmond, emptyMessage } from '../src/wire/gmond/decode.ts';
import { encodeMetadata, encodeValue } from '../src/wire/gmond/encode.ts';
import { recognise } from '../src/wire/recognise.ts';
import { parseNumber } from '../src/wire/text.ts';
import { Report, table } from './report.ts';
import type { OutgoingValues } from '../src/wire/collectd/encode.ts';

const DATAGRAMS = 4096;
const VALUES_PER_DATAGRAM = 33;
const ROUNDS = 40;
const WARM_UP_ROUNDS = 10;
const REPEATS = 5;

interface Row {
  name: string;
  /** What one datagram holds. */
  perDatagram: number;
  unit: string;
  datagrams: Uint8Array[];
  run: (buffer: Uint8Array, start: number, end: number) => void;
}

function collectdDatagrams(sources: number): Uint8Array[] {
  return Array.from({ length: DATAGRAMS }, (_, d) => {
    const lists: OutgoingValues[] = Array.from({ length: VALUES_PER_DATAGRAM / sources }, (__, i) => ({
      host: `web-${d % 500}.example.net`,
      timeS: 1_795_172_490 + d,
      intervalS: 10,
      plugin: 'cpu',
      pluginInstance: String(Math.floor(i / 8)),
      type: 'cpu',
      typeInstance: `state-${i % 8}`,
      kinds: Array.from({ length: sources }, () => 2),
      values: Array.from({ length: sources }, (___, s) => d * 1000 + i + s),
    }));
    return encodeCollectd(lists)[0] ?? new Uint8Array(0);
  });
}

function gmondDatagrams(
  make: (metric: { host: string; name: string; spoof: boolean }, d: number) => Uint8Array,
): Uint8Array[] {
  return Array.from({ length: DATAGRAMS }, (_, d) =>
    make({ host: `web-${d % 500}.example.net`, name: `metric_${d % 40}`, spoof: false }, d),
  );
}

/** All datagrams in one buffer, as a ring holds them. */
function pack(datagrams: Uint8Array[]): { buffer: Uint8Array; ends: Uint32Array } {
  const ends = new Uint32Array(datagrams.length);
  const buffer = new Uint8Array(datagrams.reduce((n, d) => n + d.length, 0));
  let at = 0;
  for (const [i, datagram] of datagrams.entries()) {
    buffer.set(datagram, at);
    at += datagram.length;
    ends[i] = at;
  }
  return { buffer, ends };
}

/** Nanoseconds a datagram, the best of several repeats. */
function measure(row: Row): number {
  const { buffer, ends } = pack(row.datagrams);
  const round = () => {
    let start = 0;
    for (const end of ends) {
      row.run(buffer, start, end);
      start = end;
    }
  };
  for (let i = 0; i < WARM_UP_ROUNDS; i += 1) round();
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const started = process.hrtime.bigint();
    for (let i = 0; i < ROUNDS; i += 1) round();
    best = Math.min(best, Number(process.hrtime.bigint() - started) / (ROUNDS * ends.length));
  }
  return best;
}

function rows(): Row[] {
  const list = emptyValueList();
  const message = emptyMessage();
  const seen = { values: 0 };
  const sink = {
    values: () => {
      seen.values += list.count;
    },
    notification: () => {},
    skipped: () => {},
    sender: () => {},
  };
  const collectd = (buffer: Uint8Array, start: number, end: number) => {
    decodeCollectd(buffer, start, end, list, sink);
  };
  const gmond = (buffer: Uint8Array, start: number, end: number) => {
    decodeGmond(buffer, start, end, message);
  };
  const gmetric = (buffer: Uint8Array, start: number, end: number) => {
    gmond(buffer, start, end);
    seen.values += parseNumber(buffer, message.stringAt, message.stringLength) ?? 0;
  };
  const recognised = (buffer: Uint8Array, start: number, end: number) => {
    if (recognise(buffer, start, end) === 'unknown') seen.values += 1;
  };
  const single = collectdDatagrams(1);
  const float = gmondDatagrams((metric, d) => encodeValue(metric, { type: 'float', value: d / 7 }));
  const string = gmondDatagrams((metric, d) =>
    encodeValue(metric, { type: 'string', value: (d / 7).toFixed(2) }),
  );
  const extras = ['TITLE', 'DESC', 'GROUP'].map((name) => ({ name, value: 'One Minute Load Average' }));
  const metadata = gmondDatagrams((metric) =>
    encodeMetadata({ ...metric, type: 'float', units: 's', slope: 3, tmaxS: 70, dmaxS: 0, extras }),
  );
  return [
    { name: 'collectd, one value a list', perDatagram: 33, unit: 'values', datagrams: single, run: collectd },
    {
      name: 'collectd, three values a list',
      perDatagram: 33,
      unit: 'values',
      datagrams: collectdDatagrams(3),
      run: collectd,
    },
    { name: 'gmond float', perDatagram: 1, unit: 'datagrams', datagrams: float, run: gmond },
    {
      name: 'gmetric string, as a number',
      perDatagram: 1,
      unit: 'datagrams',
      datagrams: string,
      run: gmetric,
    },
    { name: 'gmond metadata', perDatagram: 1, unit: 'datagrams', datagrams: metadata, run: gmond },
    { name: 'recognise collectd', perDatagram: 1, unit: 'datagrams', datagrams: single, run: recognised },
    { name: 'recognise gmond float', perDatagram: 1, unit: 'datagrams', datagrams: float, run: recognised },
  ];
}

const report = new Report('decode');
const figures = rows().map((row) => {
  const ns = measure(row);
  const each = ns / row.perDatagram;
  return [row.name, ns.toFixed(0), each.toFixed(1), (1000 / each).toFixed(2), row.unit];
});
report.print(table(['decoder', 'ns/datagram', 'ns/unit', 'M units/s', 'unit'], figures));
report.close();
