import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { decodeGmond, emptyMessage } from '../../src/wire/gmond/decode.ts';
import { GMOND_ID } from '../../src/wire/gmond/ids.ts';
import { recognise } from '../../src/wire/recognise.ts';
import { decodeName } from '../../src/wire/text.ts';
import { folderWith } from '../config/folder.ts';
import { transcribe } from '../wire/collectd/transcript.ts';
import { fakeContext } from './context.ts';
import type { SignalName } from '../../src/cli/command.ts';

const VALID = ['--protocol', 'collectd', '--target', '127.0.0.1:9'];

test.for<{ name: string; args: string[]; err: RegExp }>([
  { name: 'nothing', args: [], err: /"--protocol" is missing \(expected one of collectd, ganglia/ },
  { name: 'an unknown protocol', args: ['--protocol', 'statd'], err: /"statd" .*did you mean "statsd"\?/ },
  { name: 'no target', args: ['--protocol', 'statsd'], err: /"--target" is missing .*127\.0\.0\.1:8630/ },
  { name: 'a target without a port', args: [...VALID, '--target', 'a'], err: /"a" cannot be read/ },
  { name: 'a port beyond', args: [...VALID, '--target', 'a:65536'], err: /"a:65536" cannot be read/ },
  { name: 'ports beyond', args: [...VALID, '--target', 'a:65000', '--ports', '900'], err: /end above 65535/ },
  { name: 'no hosts', args: [...VALID, '--hosts', '0'], err: /"--hosts" "0" is no whole number from 1 to/ },
  { name: 'half a metric', args: [...VALID, '--metrics', '1.5'], err: /"1.5" is no whole number/ },
  { name: 'an interval of nothing', args: [...VALID, '--interval', '0'], err: /"--interval" "0" is no time/ },
  { name: 'an endless duration', args: [...VALID, '--duration', '99d'], err: /is no time up to 604800 s/ },
  { name: 'no rate', args: [...VALID, '--rate', '-1'], err: /"--rate" needs a value/ },
  { name: 'a rate of nothing', args: [...VALID, '--rate', '0'], err: /"0" is no number of values a second/ },
  {
    name: 'sources towards another machine',
    args: [...VALID, '--target', '10.0.0.1:9', '--sources', '2'],
    err: /reach 127\.0\.0\.1 only/,
  },
  {
    name: 'more sockets than a process has',
    args: [...VALID, '--ports', '100', '--sources', '100'],
    err: /more than 4000 sockets/,
  },
  { name: 'a user alone', args: [...VALID, '--user', 'u'], err: /need "--user" and "--password-file"/ },
  {
    name: 'a secret for another protocol',
    args: ['--protocol', 'statsd', '--target', 'a:1', '--user', 'u'],
    err: /"--user" is for --protocol collectd/,
  },
  {
    name: 'a missing file',
    args: [...VALID, '--user', 'u', '--password-file', 'none'],
    err: /"--password-file": ENOENT/,
  },
  {
    name: 'an empty file',
    args: [...VALID, '--user', 'u', '--password-file', 'empty'],
    err: /empty has no password in its first line/,
  },
  {
    name: 'an unknown level',
    args: [...VALID, '--user', 'u', '--password-file', 'secret', '--security-level', 'sign'],
    err: /unknown security-level "sign" .*did you mean "Sign"\?/,
  },
])('muster load refuses $name', async ({ args, err }) => {
  using folder = folderWith({ empty: '\n', secret: 's3cret\n' });
  const { context, printed } = fakeContext(folder.path);
  expect(await runCli(['load', ...args], context)).toBe(2);
  expect(printed.err).toMatch(err);
  expect(printed.err).not.toContain('s3cret');
  expect(printed.out).toBe('');
});

interface Heard {
  readonly datagrams: Uint8Array[];
  readonly ports: Set<number>;
  readonly sources: Set<string>;
}

/** Sockets on consecutive ports of the loopback, and what came in by them. */
async function listening(ports: number) {
  const heard: Heard = { datagrams: [], ports: new Set(), sources: new Set() };
  const bind = async (port: number) => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    socket.on('message', (datagram, { address }) => {
      heard.datagrams.push(datagram);
      heard.ports.add(socket.address().port);
      heard.sources.add(address);
    });
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return socket;
  };
  const bindAll = async (): Promise<ReturnType<typeof createSocket>[]> => {
    const sockets = [await bind(0)];
    try {
      for (let n = 1; n < ports; n += 1) sockets.push(await bind((sockets[0]?.address().port ?? 0) + n));
      return sockets;
    } catch {
      // Somebody has the port beside it.
      for (const socket of sockets) socket.close();
      return bindAll();
    }
  };
  const sockets = await bindAll();
  return {
    heard,
    target: `127.0.0.1:${sockets[0]?.address().port}`,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.close();
    },
  };
}

interface Summary {
  readonly datagrams: number;
  readonly values: number;
  readonly bytes: number;
  readonly failed_values: number;
}

/** Runs the command; what it said of itself, and everything that arrived. */
async function loaded(args: readonly string[], { ports = 1 } = {}): Promise<Heard & { summary: Summary }> {
  using folder = folderWith({ secret: 's3cret\n' });
  using sink = await listening(ports);
  const { context, printed } = fakeContext(folder.path);
  const common = ['--target', sink.target, '--ports', String(ports), '--duration', '300ms', '--json'];
  expect(await runCli(['load', ...args, ...common], context), printed.err).toBe(0);
  const summary = JSON.parse(printed.out) as Summary;
  while (sink.heard.datagrams.length < summary.datagrams) await turn();
  expect(sink.heard.datagrams.reduce((sum, { length }) => sum + length, 0)).toBe(summary.bytes);
  expect(summary.failed_values).toBe(0);
  return { ...sink.heard, summary };
}

test('collectd: every value arrives, of as many hosts and metrics as asked for, and totals only grow', async () => {
  const args = ['--protocol', 'collectd', '--hosts', '20', '--metrics', '50', '--rate', '20000'];
  const { datagrams, summary } = await loaded(args);
  const seen = datagrams.map(transcribe);
  expect(seen.filter(({ fault, skipped }) => fault !== undefined || skipped.length > 0)).toEqual([]);
  const values = seen.flatMap((transcript) => transcript.values);
  expect(values.length).toBe(summary.values);
  expect(summary.values).toBeGreaterThan(2000);
  const series = Map.groupBy(values, ({ host, typeInstance }) => `${host} ${typeInstance}`);
  expect(series.size).toBe(1000);
  for (const [name, own] of series) {
    const totals = own.filter(({ kinds }) => kinds[0] === 2).map(({ words }) => words[0] ?? 0n);
    expect(totals, name).toEqual(totals.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(totals.every((total) => total > 0n && total < 2n ** 53n)).toBe(true);
  }
  expect(datagrams.every(({ length }) => length <= 1452)).toBe(true);
});

test('ganglia: each metric is described before its first value', async () => {
  const args = ['--protocol', 'ganglia', '--hosts', '10', '--metrics', '8', '--rate', '1000'];
  const { datagrams, summary } = await loaded(args);
  const described = new Set<string>();
  let values = 0;
  for (const datagram of datagrams) {
    const message = emptyMessage();
    expect(decodeGmond(datagram, 0, datagram.length, message)).toBeUndefined();
    const name = (at: number, length: number) => decodeName(datagram, at, length);
    const key = `${name(message.hostAt, message.hostLength)} ${name(message.nameAt, message.nameLength)}`;
    if (message.id === GMOND_ID.metadata) described.add(key);
    else {
      expect(described).toContain(key);
      values += 1;
    }
  }
  expect(described.size).toBe(80);
  expect(values).toBe(summary.values);
});

test.for([
  {
    protocol: 'statsd',
    line: /^load\.(?:events\d{3}:\d+\|c|level\d{3}:\d+\.\d\d\|g|time\d{3}:\d+\.\d\d\|ms)\|#host:load-00\d\d$/,
    host: /host:(\S+)$/,
  },
  {
    protocol: 'graphite',
    line: /^servers\.load-00\d\d\.load\.metric\d{3} \d+(?:\.\d\d)? 1700000000$/,
    host: /^servers\.([^.]+)/,
  },
])('$protocol: a line a value, whole lines in every datagram', async ({ protocol, line, host }) => {
  const args = ['--protocol', protocol, '--hosts', '20', '--metrics', '50', '--rate', '10000'];
  const { datagrams, summary } = await loaded(args);
  const texts = datagrams.map((datagram) => new TextDecoder().decode(datagram));
  const lines = texts.flatMap((text) => text.split('\n').slice(0, -1));
  expect(texts.every((text) => text.endsWith('\n') && text.length <= 1432)).toBe(true);
  expect(lines.filter((text) => !line.test(text))).toEqual([]);
  expect(lines.length).toBe(summary.values);
  expect(new Set(lines.map((text) => host.exec(text)?.[1])).size).toBe(20);
  expect(datagrams.every((bytes) => recognise(bytes, 0, bytes.length) === protocol)).toBe(true);
});

test('hosts are spread over ports and sources, and keep to theirs', async () => {
  const args = ['--protocol', 'collectd', '--hosts', '30', '--metrics', '4', '--rate', '4000'];
  const { ports, sources } = await loaded([...args, '--sources', '5'], { ports: 3 });
  expect(ports.size).toBe(3);
  expect([...sources].toSorted()).toEqual([1, 2, 3, 4, 5].map((n) => `127.0.1.${n}`));
});

test('where nobody listens it says so, and fails', async () => {
  using folder = folderWith({});
  const { target } = await (async () => {
    using sink = await listening(1);
    return { target: sink.target };
  })();
  const { context, printed } = fakeContext(folder.path);
  const args = ['--protocol', 'ganglia', '--target', target, '--rate', '2000', '--duration', '200ms'];
  expect(await runCli(['load', ...args], context)).toBe(1);
  expect(printed.out).toMatch(/^(refused|not sent) .*ECONNREFUSED: nobody listens there/mu);
});

test.for<SignalName>(['SIGINT', 'SIGTERM'])(
  '%s ends it with the summary of what was sent',
  async (signal) => {
    using folder = folderWith({});
    using sink = await listening(1);
    const { context, printed, send, listeners } = fakeContext(folder.path);
    const args = ['--protocol', 'collectd', '--target', sink.target, '--duration', '1h', '--rate', '5000'];
    const ended = runCli(['load', ...args], context);
    while (sink.heard.datagrams.length === 0) await turn();
    send(signal);
    expect(await ended).toBe(0);
    expect(printed.out).toMatch(
      /^sent .* datagrams, .* values, .*B in \d+\.\d s\nrate .* values\/s of 5\.00 k/,
    );
    expect(listeners()).toBe(0);
  },
);
