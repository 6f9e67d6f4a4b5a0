/**
 * What 500 open pages cost the server: websocket viewers of a cluster of 500 hosts, subscribed as the page
 * of that cluster is, and asking for lists and history as often. CPU of the whole server without and with
 * them, what each viewer got, and whether reception or the judge was late meanwhile.
 *
 *   node_modules/.bin/node bench/viewers.ts [--save]
 */
import { setTimeout as delay } from 'node:timers/promises';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from '../test/e2e/server.ts';
import { PageFleet } from './page-fleet.ts';
import { cpuSeconds, kernelDrops, quiet } from './process-load.ts';
import { quantile, Report, table } from './report.ts';
import type { ServerFrame } from '../src/contract/feed.ts';

const HOSTS = 500;
const VIEWERS = 500;
const WATCHED_MS = 30_000;
const LAG_EVERY_MS = 1000;

const SUBSCRIPTIONS = [
  { id: 'measure', cluster: 'web', host: '.*', metric: 'load_one|load/load:shortterm' },
  { id: 'processors', cluster: 'web', host: '.*', metric: 'cpu_num|cpu-\\d+/(cpu|percent)-idle' },
  { id: 'clusters', topic: 'clusters' },
  { id: 'services', topic: 'services' },
  { id: 'events', topic: 'events' },
];

/** What the page asks again for by HTTP, and how often: web/src/live/queries.ts. */
const LISTS: readonly Asked[] = [
  { path: 'status', everyMs: 5000 },
  { path: 'hosts?cluster=web', everyMs: 15_000 },
  { path: 'clusters', everyMs: 30_000 },
  { path: 'services?problem=true', everyMs: 30_000 },
  { path: 'events?cluster=web&from=-60m', everyMs: 30_000 },
  { path: 'session', everyMs: 60_000 },
];
/** The graphs of the cluster's summary. */
const HISTORIES: readonly Asked[] = [
  ...['load_one', 'cpu_user', 'cpu_system', 'cpu_wio'].map((metric) => [metric, 'avg']),
  ...['mem_total', 'mem_free', 'bytes_in', 'bytes_out'].map((metric) => [metric, 'sum']),
].map(([metric, aggregate]) => ({
  path: `series?cluster=web&host=.*&metric=${metric}&aggregate=${aggregate}&from=-60m&points=120`,
  everyMs: 57_600,
}));

interface Asked {
  readonly path: string;
  readonly everyMs: number;
}

/** Many pages' requests, evenly spread, as their opening was. */
class Asking implements Disposable {
  refused = 0;
  answered = 0;
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(url: string, asked: readonly Asked[], pages: number) {
    this.#timers = asked.map(({ path, everyMs }) =>
      setInterval(() => void this.#ask(`${url}/api/v1/${path}`), everyMs / pages),
    );
  }

  async #ask(url: string): Promise<void> {
    // A page is closed, or its server, whenever it likes.
    const headers = { 'cache-control': 'max-age=15' };
    const response = await fetch(url, { headers }).catch(() => undefined);
    await response?.arrayBuffer().catch(() => undefined);
    if (response?.ok) this.answered += 1;
    else this.refused += 1;
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

/** One open page; counts its frames and notes the longest time without one. */
class Viewer implements Disposable {
  frames = 0;
  bytes = 0;
  longestMs = 0;
  #lastMs = performance.now();
  readonly #socket: WebSocket;
  readonly opened: Promise<unknown>;

  constructor(url: string) {
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`);
    const opened = Promise.withResolvers<undefined>();
    this.opened = opened.promise;
    this.#socket.addEventListener('open', () => {
      for (const subscribe of SUBSCRIPTIONS) this.#socket.send(JSON.stringify({ subscribe }));
      opened.resolve(undefined);
    });
    this.#socket.addEventListener('error', () => opened.reject(new Error('the feed refused a viewer')));
    this.#socket.addEventListener('message', ({ data }) => this.#hear(String(data)));
  }

  #hear(text: string): void {
    const now = performance.now();
    this.longestMs = Math.max(this.longestMs, now - this.#lastMs);
    this.#lastMs = now;
    this.frames += 1;
    this.bytes += text.length;
    if (!text.includes('"error"')) return;
    const frame = JSON.parse(text) as ServerFrame;
    if ('error' in frame) throw new Error(frame.error.message);
  }

  forget(): void {
    [this.frames, this.bytes, this.longestMs] = [0, 0, 0];
    this.#lastMs = performance.now();
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

interface Cost {
  readonly coreShare: number;
  readonly drops: number;
  readonly lagS: number;
}

/** The server's CPU over a while, as a share of one core, with the judge's worst lag and what was dropped. */
async function cost(server: Server, port: number): Promise<Cost> {
  const pid = server.program.child.pid ?? 0;
  const dropsBefore = await kernelDrops(port);
  const [cpuBefore, beganMs] = [cpuSeconds(pid), performance.now()];
  let lagS = 0;
  while (performance.now() - beganMs < WATCHED_MS) {
    await delay(LAG_EVERY_MS);
    lagS = Math.max(lagS, await server.metric('muster_check_lag_seconds'));
  }
  const tookS = (performance.now() - beganMs) / 1000;
  return {
    coreShare: (cpuSeconds(pid) - cpuBefore) / tookS,
    drops: (await kernelDrops(port)) - dropsBefore,
    lagS,
  };
}

async function main(): Promise<void> {
  const report = new Report('viewers');
  using place = scratch();
  const ports = { http: await freeTcpPort(), udp: await freeUdpPort() };
  configure(place.dir, 'services: [{ name: load, metric: load_one, warning: "4" }]\n', 'checks.yaml');
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${ports.http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${ports.udp} }]
checks: [checks.yaml]
`,
  );
  await using server = await Server.start(file, ports.http);
  using fleet = new PageFleet(HOSTS);
  await fleet.introduce(ports.udp);
  fleet.start();
  await until('every host', async () => {
    const hosts = await server.get<unknown[]>('/api/v1/hosts');
    return hosts.length === HOSTS || undefined;
  });
  await quiet(server.program.child.pid ?? 0).catch(() => undefined);
  const alone = await cost(server, ports.udp);
  using viewers = new DisposableStack();
  const all = Array.from({ length: VIEWERS }, () => viewers.use(new Viewer(server.url)));
  await Promise.all(all.map((viewer) => viewer.opened));
  await delay(3000);
  for (const viewer of all) viewer.forget();
  const watched = await cost(server, ports.udp);
  using lists = new Asking(server.url, LISTS, VIEWERS);
  const listing = await cost(server, ports.udp);
  using histories = new Asking(server.url, HISTORIES, VIEWERS);
  const reading = await cost(server, ports.udp);
  const row = (name: string, { coreShare, drops, lagS }: Cost) => [
    name,
    `${(coreShare * 100).toFixed(1)} %`,
    String(drops),
    lagS.toFixed(2),
  ];
  report.print(`${VIEWERS} viewers of ${HOSTS} hosts over ${WATCHED_MS / 1000} s, store rrd.\n`);
  report.print(
    table(
      ['server', 'of one core', 'kernel drops', 'judge lag s'],
      [
        row('without viewers', alone),
        row('their feed', watched),
        row('their lists, too', listing),
        row('their graphs, too', reading),
      ],
    ),
  );
  const ofLists = `${lists.refused} of ${lists.refused + lists.answered} lists`;
  report.print(
    `Refused: ${ofLists}, ${histories.refused} of ${histories.refused + histories.answered} histories.\n`,
  );
  const seconds = (WATCHED_MS * 3) / 1000;
  const figures = [
    ['frames/s a viewer', all.map((v) => v.frames / seconds)],
    ['kB/s a viewer', all.map((v) => v.bytes / 1000 / seconds)],
    ['longest silence ms', all.map((v) => v.longestMs)],
  ] as const;
  const quantiles = figures.map(([name, values]) => [
    name,
    ...[0.5, 0.99, 1].map((share) => quantile(values, share).toFixed(1)),
  ]);
  report.print(table(['each viewer', 'p50', 'p99', 'most'], quantiles));
  report.close();
}

await main();
