import { crc32 } from 'node:zlib';
import { COMMAND_LINE_BYTES_MAX, PERFORMANCE_ITEMS_MAX } from '../../src/limits.ts';
import { compilePattern } from '../../src/model/pattern.ts';
import { compilePeriods } from '../../src/check/time-period/time-period.ts';
import { decodeName } from '../../src/wire/text.ts';
import { decodeNscaPacket, NSCA_OLD_PACKET_BYTES, NSCA_PACKET_BYTES } from '../../src/wire/nsca/packet.ts';
import { fillText } from '../../src/check/placeholders.ts';
import { LineFrames } from '../../src/wire/line-frames.ts';
import { NscaStream } from '../../src/wire/nsca/stream.ts';
import { parsePeriodLine } from '../../src/check/time-period/time-period-text.ts';
import { parseRange } from '../../src/model/range.ts';
import { parseValueRow } from '../../src/model/value-row.ts';
import { PLAIN, xorCipher } from '../../src/wire/nsca/cipher.ts';
import { readCommand } from '../../src/wire/nagios-command.ts';
import { readNrdpJson } from '../../src/wire/nrdp/json.ts';
import { readNrdpXml } from '../../src/wire/nrdp/xml.ts';
import { readPerformanceData } from '../../src/wire/performance-data.ts';
import { splitPluginText } from '../../src/wire/plugin-output.ts';
import type { NrdpMessage } from '../../src/wire/nrdp/message.ts';
import type { NscaCipher } from '../../src/wire/nsca/cipher.ts';
import type { NscaPacket } from '../../src/wire/nsca/packet.ts';
import type { Scope } from '../../src/check/placeholders.ts';
import type { Target } from './targets.ts';

/** Readers of what plugins, reporters of results and authors of definitions write. */

function bounded(told: number, most: number): void {
  if (told > most) throw new Error(`${told} things, of ${most} at most`);
}

function performance(text: string): void {
  const { items, dropped } = readPerformanceData(text);
  bounded(items.length, PERFORMANCE_ITEMS_MAX);
  bounded(items.length + dropped, text.length + 1);
  for (const { label, value } of items) {
    if (label === '' || (value !== null && !Number.isFinite(value))) throw new Error(`${label}=${value}`);
  }
}

function pluginOutput(text: string): void {
  const parts = splitPluginText(text);
  const { output, longOutput, performance: data } = parts;
  if (output.includes('\n')) throw new Error('an output of several lines');
  bounded(output.length + longOutput.length + data.length, text.length + 100);
  performance(data);
}

function packet({ host, service, output, timeS, code }: NscaPacket): void {
  bounded(host.length, 64);
  bounded(service.length, 128);
  bounded(output.length, 4096);
  if (!Number.isInteger(timeS) || Math.abs(code) > 32_768) throw new Error(`code ${code} of ${timeS}`);
}

function nscaStream(cipher: NscaCipher): Target['read'] {
  return (buffer, end) => {
    let told = 0;
    const took = () => {
      told += 1;
    };
    const sink = { packet: took, refused: took };
    // Cut where it likes, for a connection is.
    const stream = new NscaStream({ cipher, crc32, sink });
    const cut = end >> 1;
    stream.push(Buffer.from(buffer.subarray(0, cut)));
    stream.push(Buffer.from(buffer.subarray(cut, end)));
    bounded(told, end / NSCA_OLD_PACKET_BYTES + 1);
  };
}

/** Behind the checksum, which no mutation finds. */
function nscaPacket(buffer: Uint8Array, end: number): void {
  for (const size of [NSCA_OLD_PACKET_BYTES, NSCA_PACKET_BYTES]) {
    const bytes = new Uint8Array(size);
    bytes.set(buffer.subarray(0, Math.min(end, size)));
    for (const version of [false, true]) {
      if (version) bytes.set([0, 3]);
      const decoded = decodeNscaPacket(bytes);
      if (typeof decoded !== 'string') packet(decoded);
    }
  }
}

function commandLines(buffer: Uint8Array, end: number): void {
  const frames = new LineFrames(COMMAND_LINE_BYTES_MAX);
  let told = 0;
  frames.push(Buffer.from(buffer.subarray(0, end)), (bytes, from, to) => {
    for (const line of decodeName(bytes, from, to - from).split('\n')) {
      const read = readCommand(line);
      told += 1;
      if (!read.ok) bounded(read.about.length, 1000);
    }
  });
  bounded(told, end + 1);
}

function nrdp(read: (text: string) => NrdpMessage): (text: string) => void {
  return (text) => {
    const message = read(text);
    if (message.ok) bounded(message.items.length, text.length);
    else bounded(message.fault.length, 1000);
  };
}

function timePeriod(text: string): void {
  const times = text.split('\n').slice(0, 20);
  // To open a time zone takes longer than all the rest.
  if (!times.some((line) => parsePeriodLine(line).ok)) return;
  const definition = { name: 'p', where: 'f:1:1', timezone: 'Europe/London', times, exclude: [] };
  const compiled = compilePeriods([definition]);
  if (!compiled.ok) return bounded(compiled.faults.length, times.length + 20);
  const { periods } = compiled;
  const atMs = 1_775_000_000_000;
  const next = periods.includes('p', atMs) ? atMs : periods.until('p', atMs);
  if (next !== null && !periods.includes('p', next)) throw new Error(`not valid at ${next}`);
}

const anything = compilePattern('(.*)');
const pattern = anything.ok ? anything.pattern : null;
const scope: Scope = {
  host: {
    cluster: 'web',
    name: 'web-1',
    address: '192.0.2.1',
    facts: new Map([
      ['cpu_num', '4'],
      ['{{metric}}', 'x'],
    ]),
  },
  metric: 'df-{{host.name}}/used',
  patterns: { cluster: pattern, host: pattern, metric: pattern },
};

function placeholders(text: string): void {
  const filled = fillText(text, scope);
  // A value is never looked into again, so nothing grows but by what stands there.
  if (filled.ok) bounded(filled.text.length, text.length * 20 + 100);
}

function text(name: string, read: (text: string) => void): Target {
  return { name, read: (buffer, end) => read(decodeName(buffer, 0, end)) };
}

export const CHECK_TARGETS: readonly Target[] = [
  text('plugin output', pluginOutput),
  text('performance data', performance),
  { name: 'nsca', read: nscaStream(PLAIN) },
  { name: 'nsca with xor', read: nscaStream(xorCipher(new Uint8Array(128).fill(7), Buffer.from('secret'))) },
  { name: 'nsca packet', read: nscaPacket },
  { name: 'nagios command', read: commandLines },
  text('nrdp json', nrdp(readNrdpJson)),
  text('nrdp xml', nrdp(readNrdpXml)),
  text('time period', timePeriod),
  text('placeholders', placeholders),
  text('range', (line) => void parseRange(line)),
  text('values of a test', (line) => void parseValueRow(line)),
];
