/**
 * From a datagram's sending to a webhook, to a page that is open, as value and as hard state, and to a program
 * that asks for hard states again and again: values cross a threshold on 200 hosts,
 * one after the other at uneven times, while a fleet sends 20 k values/s besides. A whole Muster, real UDP,
 * HTTP and websocket.
 *
 *   node_modules/.bin/node bench/latency.ts [--save]
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeMetadata, encodeValue } from '../src/wire/gmond/encode.ts';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from '../test/e2e/server.ts';
import { CollectdFleet, FLEET, take } from './fleet.ts';
import { quantile, Report, table } from './report.ts';
import { Sender, writeDatagrams } from './sender.ts';
import type { ServiceView } from '../src/contract/api.ts';
import type { ServerFrame } from '../src/contract/feed.ts';

const PROBES = 200;
const SPREAD_MS = 20_000;
const BACKGROUND_VALUES_PER_S = 20_000;
/** Before the first crossing and after the last. */
const LEAD_MS = 3000;
const TAIL_MS = 7000;
const THRESHOLD = 1000;
/** Of the program that asks for states. */
const POLL_MS = 20;
const METRIC = { name: 'crossing', spoof: false };

/** When a host's crossing was seen, epoch ms with fractions, by the number of the host. */
type Seen = Map<number, number>;

const nowMs = () => performance.timeOrigin + performance.now();
const host = (probe: number) => `probe-${probe}`;
const probeOf = (name: string) => Number(name.replace('probe-', ''));

/** Somebody on call. */
async function startReceiver(seen: Seen) {
  const server = createServer((request, response) => {
    const atMs = nowMs();
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      response.writeHead(204).end();
      const page = JSON.parse(body) as { kind: string; host: string; service: string };
      const probe = probeOf(page.host);
      if (page.kind === 'problem' && page.service === METRIC.name && !seen.has(probe)) seen.set(probe, atMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${address.port}/hook`, [Symbol.dispose]: close };
}

/** A page that is open: what it hears of the probes, and of their states. */
async function openPage(url: string, seen: Seen, hard: Seen) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`);
  let hosts: string[] = [];
  socket.addEventListener('message', ({ data }) => {
    const atMs = nowMs();
    const frame = JSON.parse(String(data)) as ServerFrame;
    if ('error' in frame) throw new Error(frame.error.message);
    if ('topic' in frame && frame.topic === 'services') noteHard(frame.data as ServiceView[], hard, atMs);
    if ('series' in frame) hosts = frame.series.map((series) => series.host);
    if (!('rows' in frame)) return;
    for (const [i, row] of frame.rows.entries()) {
      const probe = probeOf(hosts[row] ?? '');
      if ((frame.values[i] ?? 0) > THRESHOLD && !seen.has(probe)) seen.set(probe, atMs);
    }
  });
  await once(socket, 'open');
  const selector = { cluster: 'bench', host: 'probe-.*', metric: METRIC.name };
  socket.send(JSON.stringify({ subscribe: { id: 'probes', ...selector } }));
  socket.send(JSON.stringify({ subscribe: { id: 'states', topic: 'services' } }));
  return { known: () => hosts.length, [Symbol.dispose]: () => socket.close() };
}

function noteHard(services: readonly ServiceView[], seen: Seen, atMs: number): void {
  for (const { host: name, service, state, state_type: type } of services) {
    if (service !== METRIC.name || state !== 'CRITICAL' || type !== 'HARD') continue;
    const probe = probeOf(name);
    if (!seen.has(probe)) seen.set(probe, atMs);
  }
}

/** A program that asks what is hard, a little after each answer, until it is told to stop. */
async function pollHard(server: Server, seen: Seen, signal: AbortSignal): Promise<void> {
  const query = `service=${METRIC.name}&problem=true&state_type=HARD`;
  while (!signal.aborted) {
    const services = await server.get<ServiceView[]>(`/api/v1/services?${query}`);
    noteHard(services, seen, nowMs());
    await delay(POLL_MS);
  }
}

/** gmetric's two datagrams: the description and the value as text. */
async function openProbes(port: number) {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return {
    describe(probe: number) {
      const about = { type: 'double', units: 'things', slope: 3, tmaxS: 60, dmaxS: 0, extras: [] };
      socket.send(encodeMetadata({ ...METRIC, ...about, host: host(probe) }));
    },
    send(probe: number, value: number) {
      socket.send(encodeValue({ ...METRIC, host: host(probe) }, { type: 'string', value: String(value) }));
    },
    [Symbol.dispose]: () => socket.close(),
  };
}

function settings(dir: string, ports: { http: number; udp: number }, hook: string): string {
  writeFileSync(
    join(dir, 'checks.yaml'),
    `services:
  - { name: ${METRIC.name}, metric: ${METRIC.name}, critical: "${THRESHOLD}", max_check_attempts: 1 }
`,
  );
  return configure(
    dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${ports.http} }
self_monitor: off
groups: [{ name: bench, listen: 127.0.0.1:${ports.udp}, timestamps: { outside: accept } }]
checks: [checks.yaml]
alerts:
  receivers: [{ name: ops, webhook: { url: "${hook}" } }]
  routes: [{ receiver: ops }]
`,
  );
}

/** Each host's crossing, in order, at a time of its own in its share of the spread; when it was sent. */
async function cross(probes: Awaited<ReturnType<typeof openProbes>>): Promise<Seen> {
  const sent: Seen = new Map();
  const began = nowMs();
  for (let probe = 0; probe < PROBES; probe += 1) {
    const at = ((probe + Math.random()) * SPREAD_MS) / PROBES;
    await delay(Math.max(0, began + at - nowMs()));
    sent.set(probe, nowMs());
    probes.send(probe, THRESHOLD + 1 + probe);
  }
  return sent;
}

function row(name: string, sent: Seen, seen: Seen): string[] {
  const latencies = [...seen].map(([probe, atMs]) => atMs - (sent.get(probe) ?? Number.NaN));
  const quantiles = [0.5, 0.99, 1].map((share) => quantile(latencies, share).toFixed(0));
  return [name, String(sent.size), String(sent.size - seen.size), ...quantiles];
}

async function main(): Promise<void> {
  const report = new Report('latency');
  using place = scratch();
  const ports = { http: await freeTcpPort(), udp: await freeUdpPort() };
  const [paged, shown, hard, asked]: [Seen, Seen, Seen, Seen] = [new Map(), new Map(), new Map(), new Map()];
  using receiver = await startReceiver(paged);
  await using server = await Server.start(settings(place.dir, ports, receiver.url), ports.http);

  using probes = await openProbes(ports.udp);
  for (let probe = 0; probe < PROBES; probe += 1) {
    probes.describe(probe);
    probes.send(probe, 1);
  }
  using page = await openPage(server.url, shown, hard);
  await until('every probe known to the page', async () => page.known() === PROBES || undefined);
  await until('every probe under watch', async () => {
    const services = await server.get<{ state: string }[]>(`/api/v1/services?state=OK`);
    return services.length === PROBES || undefined;
  });

  const sender = await Sender.compile(place.dir);
  const background = join(place.dir, 'datagrams');
  const perS = BACKGROUND_VALUES_PER_S / FLEET.metrics;
  const count = Math.round((perS * (LEAD_MS + SPREAD_MS + TAIL_MS)) / 1000);
  const fleet = new CollectdFleet(FLEET, Math.floor(Date.now() / 1000));
  writeDatagrams(background, take(fleet.datagrams(), count));
  const sending = sender.send(background, ports.udp, perS);
  await delay(LEAD_MS);
  const polling = new AbortController();
  const polled = pollHard(server, asked, polling.signal);
  const sent = await cross(probes);
  const { datagrams, seconds } = await sending;
  polling.abort();
  await polled;

  const valuesPerS = Math.round((datagrams * FLEET.metrics) / seconds).toLocaleString('en');
  report.print(`${PROBES} crossings in ${SPREAD_MS / 1000} s, ${valuesPerS} values/s of others, checks at`);
  report.print('their first attempt; from the sending of the datagram, ms.\n');
  const rows = [
    row('to the webhook', sent, paged),
    row('to the page (websocket)', sent, shown),
    row('hard state, to the page (websocket)', sent, hard),
    row(`hard state, to a program (GET, every ${POLL_MS} ms)`, sent, asked),
  ];
  report.print(table(['way', 'values', 'missing', 'p50', 'p99', 'most'], rows));
  report.close();
}

await main();
