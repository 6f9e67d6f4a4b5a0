/**
 * What a sender can do that invents names: a whole Muster is sent ten million of them from one address, while
 * others report as ever, and new ones come after it.
 *
 *   node_modules/.bin/node bench/flood.ts [--names N] [--save]
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { KIND } from '../src/model/kind.ts';
import { encodeCollectd } from '../src/wire/collectd/encode.ts';
import { freeTcpPort, freeUdpPort, scratch, Server } from '../test/e2e/server.ts';
import { kernelDrops, quiet } from './process-load.ts';
import { Report, table } from './report.ts';
import type { OutgoingValues } from '../src/wire/collectd/encode.ts';
import type { SourcesAnswer } from '../src/contract/api.ts';

const { values: asked } = parseArgs({
  options: { names: { type: 'string', default: '10000000' }, save: { type: 'boolean' } },
});
const NAMES = Number(asked.names);
const NAMES_PER_DATAGRAM = 25;
const NAMES_PER_HOST = 1000;
const DATAGRAMS_PER_TURN = 20;
const TURN_MS = 10;
const HOSTILE = '127.0.0.66';
const HONEST = 20;
const METRICS = 20;
const DIGITS = 8;

const list = (over: Partial<OutgoingValues>): OutgoingValues => ({
  host: 'evil',
  timeS: Date.now() / 1000,
  intervalS: 10,
  plugin: 'load',
  pluginInstance: '',
  type: 'gauge',
  typeInstance: '',
  kinds: [KIND.gauge],
  values: [1],
  ...over,
});

async function socketOf(address: string) {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** One datagram whose names are written anew; the host changes with every thousand. */
function flooder() {
  const marks = Array.from({ length: NAMES_PER_DATAGRAM }, (_, n) => `n-${String(n).padStart(DIGITS, '0')}`);
  const mark = `evil-${'x'.repeat(DIGITS)}`;
  const lists = marks.map((typeInstance) => list({ host: mark, typeInstance }));
  const datagram = Buffer.from(encodeCollectd(lists)[0] ?? []);
  const places = marks.map((one) => datagram.indexOf(one) + 2);
  const hostAt = datagram.indexOf(mark) + 5;
  const digits = (n: number) => String(n).padStart(DIGITS, '0');
  return (first: number): Buffer => {
    datagram.write(digits(Math.floor(first / NAMES_PER_HOST)), hostAt, 'latin1');
    for (const [i, at] of places.entries()) datagram.write(digits(first + i), at, 'latin1');
    return Buffer.from(datagram);
  };
}

/** Honest senders, each with an address of its own; every report a value for each of their metrics. */
async function honest(port: number, first: number) {
  const sockets = await Promise.all(
    Array.from({ length: HONEST }, (_, n) => socketOf(`127.0.1.${first + n + 1}`)),
  );
  let sent = 0;
  const report = () => {
    for (const [n, socket] of sockets.entries()) {
      const lists = Array.from({ length: METRICS }, (_, i) =>
        list({ host: `web-${first + n}`, typeInstance: `m${i}` }),
      );
      for (const datagram of encodeCollectd(lists)) socket.send(datagram, port, '127.0.0.1');
      sent += METRICS;
    }
  };
  const close = () => sockets.forEach((socket) => socket.close());
  return { report, close, sent: () => sent };
}

function memory(pid: number): string {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024).toFixed(0);
}

async function main(dir: string): Promise<void> {
  const report = new Report('flood');
  const [port, http] = [await freeUdpPort(), await freeTcpPort()];
  const file = join(dir, 'muster.yaml');
  const config = {
    data_dir: join(dir, 'data'),
    http: { listen: `127.0.0.1:${http}` },
    self_monitor: 'off',
    checks: [],
    groups: [{ name: 'web', listen: `127.0.0.1:${port}` }],
  };
  writeFileSync(file, JSON.stringify(config));
  await using server = await Server.start(file, http);
  const { pid = 0 } = server.program.child;
  const rows: string[][] = [];
  const sources = () => server.get<SourcesAnswer>('/api/v1/sources?limit=1000');
  const note = async (when: string) => {
    const { sources: all } = await sources();
    const evil = all.find(({ address }) => address === HOSTILE);
    const series = await server.metric('muster_series');
    const refused = evil?.refused.reduce((sum, { count }) => sum + count, 0) ?? 0;
    const heap = ((await server.metric('process_heap_bytes')) / 2 ** 20).toFixed(0);
    rows.push([when, memory(pid), heap, String(series), String(evil?.series ?? 0), String(refused)]);
  };
  const old = await honest(port, 0);
  for (let n = 0; n < 3; n += 1) {
    old.report();
    await delay(1000);
  }
  await note('before');
  const flood = await socketOf(HOSTILE);
  const datagramOf = flooder();
  let sent = 0;
  let reportedMs = 0;
  for (let quarter = 1; quarter <= 4; quarter += 1) {
    while (sent < (NAMES * quarter) / 4) {
      for (let n = 0; n < DATAGRAMS_PER_TURN; n += 1, sent += NAMES_PER_DATAGRAM) {
        flood.send(datagramOf(sent), port, '127.0.0.1');
      }
      if (performance.now() - reportedMs > 2000) {
        reportedMs = performance.now();
        old.report();
      }
      await delay(TURN_MS);
    }
    await quiet(pid).catch(() => undefined);
    await note(`${sent / 1e6} M names`);
  }
  const fresh = await honest(port, 100);
  for (let n = 0; n < 3; n += 1) {
    fresh.report();
    old.report();
    await delay(1000);
  }
  await note('and new senders');
  report.print(table(['', 'RSS, MiB', 'main heap', 'series', 'its series', 'refused'], rows));
  const { sources: all } = await sources();
  const good = all.filter(({ address }) => address.startsWith('127.0.1.'));
  const taken = good.reduce((sum, { values }) => sum + values, 0);
  const refusals = good.flatMap(({ refused }) => refused);
  report.print(
    `${good.length} honest senders: ${taken} of ${old.sent() + fresh.sent()} values taken, ` +
      `${refusals.length} reasons of refusal, ${await kernelDrops(port)} datagrams of all dropped by the kernel`,
  );
  const reasons = all.find(({ address }) => address === HOSTILE)?.refused ?? [];
  for (const { reason, count } of reasons) report.print(`the flood: ${count} ${reason}`);
  report.close();
  flood.close();
  old.close();
  fresh.close();
}

using folder = scratch();
await main(folder.dir);
