/**
 * Alerts from end to end, with a whole Muster as a program, real datagrams and webhooks: from a value to its
 * page; 10 000 services that become critical at once, the server killed in the middle and started again; a
 * receiver that is down for a while beside one that is not. Beside it Debian's Alertmanager, from an alert
 * by its API to its webhook.
 *
 *   node_modules/.bin/node bench/alerts.ts [latency] [storm] [outage] [--save]
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeMetadata, encodeValue } from '../src/wire/gmond/encode.ts';
import { configure, freeTcpPort, freeUdpPort, Program, scratch, Server, until } from '../test/e2e/server.ts';
import { nowMs, Pager } from './pager.ts';
import { quantile, Report, table } from './report.ts';
import type { Arrived } from './pager.ts';

const ALERTMANAGER = '/usr/bin/prometheus-alertmanager';
const PROBES = 300;
const GAP_MS = 60;
const STORM = { hosts: 500, services: 20 } as const;
const GROUP_WAIT_MS = 5000;
/** An hour's outage at a scale of 1 : 60; the back-off is as it is, 5 s and more. */
const OUTAGE = { seconds: 60, scale: '1 : 60' } as const;

const metricOf = (service: number) => `load_${service}`;

/** A fleet whose values are 1 or 1000, by gmond's datagrams. */
class Fleet implements Disposable {
  readonly #socket = createSocket('udp4');

  static async on(port: number): Promise<Fleet> {
    const fleet = new Fleet();
    fleet.#socket.connect(port, '127.0.0.1');
    await once(fleet.#socket, 'connect');
    return fleet;
  }

  describe(host: string, name: string): void {
    const about = { type: 'double', units: '', slope: 3, tmaxS: 3600, dmaxS: 0, extras: [] } as const;
    this.#socket.send(encodeMetadata({ name, spoof: false, ...about, host }));
  }

  send(host: string, name: string, value: number): void {
    const text = { type: 'string', value: String(value) } as const;
    this.#socket.send(encodeValue({ name, spoof: false, host }, text));
  }

  /** Every host's every metric, at a pace that a receive buffer bears. */
  async all(hosts: number, services: number, what: (host: string, name: string) => void): Promise<void> {
    for (let host = 0; host < hosts; host += 1) {
      for (let service = 0; service < services; service += 1) what(`host-${host}`, metricOf(service));
      if (host % 2 === 1) await delay(4);
    }
  }

  /** Every host's every metric, bad, again and again; nobody may be listening. */
  goOn(hosts: number, services: number): Disposable {
    const ended = new AbortController();
    const { signal } = ended;
    this.#socket.on('error', () => undefined);
    const run = async () => {
      while (!signal.aborted) {
        await this.all(hosts, services, (host, name) => signal.aborted || this.send(host, name, 1000));
        await delay(1000);
      }
    };
    void run();
    return { [Symbol.dispose]: () => ended.abort() };
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

interface Ports {
  readonly http: number;
  readonly udp: number;
}

/** `routes` in YAML, each on a line; `receivers` by their URLs. */
function settings(
  dir: string,
  ports: Ports,
  given: { receivers: Record<string, string>; routes: string },
): string {
  configure(
    dir,
    `services:
  - { name: load, metric: "load_(?P<n>.*)", critical: "100", max_check_attempts: 1 }
  - { name: job, passive: true, max_check_attempts: 1 }
`,
    'checks.yaml',
  );
  const receivers = Object.entries(given.receivers).map(
    ([name, url]) => `{ name: ${name}, webhook: { url: "${url}" } }`,
  );
  return configure(
    dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${ports.http} }
self_monitor: off
groups:
  - name: bench
    listen: 127.0.0.1:${ports.udp}
    timestamps: { outside: accept }
    max_packets_per_second_per_source: 1000000
checks: [checks.yaml]
alerts:
  receivers: [${receivers.join(', ')}]
  routes:
${given.routes}
`,
  );
}

async function known(server: Server, services: number): Promise<void> {
  await until('every service under watch', async () => {
    const found = await server.metric('muster_services');
    return found >= services ? true : undefined;
  });
}

function latencyRow(name: string, ms: readonly number[], wanted: number): string[] {
  const quantiles = [0.5, 0.99, 1].map((share) => quantile(ms, share).toFixed(0));
  return [name, String(wanted), String(wanted - ms.length), ...quantiles];
}

/** From a value's datagram to its page, and from a result by the API to its page. */
async function measureLatency(report: Report): Promise<void> {
  using place = scratch();
  using pager = await Pager.start();
  const ports = { http: await freeTcpPort(), udp: await freeUdpPort() };
  const routes = '    - { receiver: ops, group_by: [cluster, host, service], group_wait: 0s }';
  const file = settings(place.dir, ports, { receivers: { ops: pager.url }, routes });
  await using server = await Server.start(file, ports.http);
  using fleet = await Fleet.on(ports.udp);
  await fleet.all(PROBES, 1, (host, name) => fleet.describe(host, name));
  await fleet.all(PROBES, 1, (host, name) => fleet.send(host, name, 1));
  await known(server, 2 * PROBES);
  const sent = new Map<string, number>();
  const probe = async (service: string, act: (host: string) => Promise<void> | void) => {
    const began = nowMs();
    for (let i = 0; i < PROBES; i += 1) {
      await delay(Math.max(0, began + (i + Math.random()) * GAP_MS - nowMs()));
      sent.set(`host-${i} ${service}`, nowMs());
      await act(`host-${i}`);
    }
    await delay(3000);
  };
  await probe('load', (host) => fleet.send(host, metricOf(0), 1000));
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ state: 'CRITICAL', output: 'it failed' });
  await probe('job', async (host) => {
    await fetch(`${server.url}/api/v1/services/bench/${host}/job/result`, { method: 'POST', headers, body });
  });
  const took = (service: string) =>
    pager.arrived
      .filter((page) => page.service.startsWith(service) && page.kind === 'problem')
      .map((page) => page.atMs - (sent.get(`${page.host} ${service}`) ?? Number.NaN));
  const alertmanager = existsSync(ALERTMANAGER) ? await alertmanagerLatency() : undefined;
  report.print(
    `${PROBES} problems, one every ${GAP_MS} ms, each an incident of its own, group_wait 0; ms.\n`,
  );
  const rows = [
    latencyRow('Muster: value (datagram) → webhook', took('load'), PROBES),
    latencyRow('Muster: result (API) → webhook', took('job'), PROBES),
    ...(alertmanager ? [latencyRow('Alertmanager: alert (API) → webhook', alertmanager, PROBES)] : []),
  ];
  report.print(table(['way', 'problems', 'missing', 'p50', 'p99', 'most'], rows));
}

/** Debian's Alertmanager: an alert each, group_wait 0. */
async function alertmanagerLatency(): Promise<number[]> {
  using place = scratch();
  using pager = await Pager.start();
  const port = await freeTcpPort();
  const file = configure(
    place.dir,
    `route: { receiver: ops, group_by: ['...'], group_wait: 0s, group_interval: 1m, repeat_interval: 1h }
receivers: [{ name: ops, webhook_configs: [{ url: "${pager.url}" }] }]
`,
    'alertmanager.yml',
  );
  const url = `http://127.0.0.1:${port}`;
  const storage = `--storage.path=${join(place.dir, 'data')}`;
  const listen = [`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='];
  await using program = new Program(ALERTMANAGER, [`--config.file=${file}`, storage, ...listen]);
  await until('Alertmanager ready', async () => ((await fetch(`${url}/-/ready`)).ok ? true : undefined));
  const sent = new Map<string, number>();
  const began = nowMs();
  for (let i = 0; i < PROBES; i += 1) {
    await delay(Math.max(0, began + (i + Math.random()) * GAP_MS - nowMs()));
    const alert = { labels: { alertname: 'load', host: `host-${i}` } };
    sent.set(`host-${i}`, nowMs());
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify([alert]) });
  }
  await delay(3000);
  await program.end();
  return pager.arrived.map(({ atMs, body }) => {
    const { alerts } = JSON.parse(body) as { alerts: { labels: { host: string } }[] };
    return atMs - (sent.get(alerts[0]?.labels.host ?? '') ?? Number.NaN);
  });
}

/** 10 000 services at once, and a kill -9 when half of the pages have come. */
async function measureStorm(report: Report): Promise<void> {
  using place = scratch();
  using pager = await Pager.start();
  const ports = { http: await freeTcpPort(), udp: await freeUdpPort() };
  const wait = `${GROUP_WAIT_MS / 1000}s`;
  const routes = `    - { receiver: ops, group_by: [cluster, host], group_wait: ${wait}, group_interval: 10s }`;
  const file = settings(place.dir, ports, { receivers: { ops: pager.url }, routes });
  const { hosts, services } = STORM;
  using fleet = await Fleet.on(ports.udp);
  const half = Promise.withResolvers<void>();
  pager.onPage(() => pager.arrived.length === hosts / 2 && half.resolve());
  let begunMs: number;
  let sentMs: number;
  {
    await using server = await Server.start(file, ports.http);
    await fleet.all(hosts, services, (host, name) => fleet.describe(host, name));
    await fleet.all(hosts, services, (host, name) => fleet.send(host, name, 1));
    await known(server, hosts * (services + 1));
    begunMs = nowMs();
    await fleet.all(hosts, services, (host, name) => fleet.send(host, name, 1000));
    sentMs = nowMs();
    await Promise.race([half.promise, delay(60_000)]);
    await server.program.end('SIGKILL');
  }
  const killedMs = nowMs();
  const before = pager.arrived.length;
  // Agents go on, whatever becomes of the server.
  using going = fleet.goOn(hosts, services);
  await using server = await Server.start(file, ports.http);
  const restartedMs = nowMs();
  await until('all hosts told of', async () => (hostsOf(pager.arrived).size === hosts ? true : undefined));
  const lastMs = Math.max(...pager.arrived.map(({ atMs }) => atMs));
  await delay(15_000);
  void [server, going];
  const perHost = hostsOf(pager.arrived);
  const twice = toldTwice(pager.arrived);
  const again = [...perHost.values()].filter((pages) => pages.length > 1);
  for (const pages of again.slice(0, 5)) report.print(pages.map(pageWords).join('; '));
  const counts = [hosts, pager.arrived.length, hosts - perHost.size, again.length, twice, pager.repeated];
  report.print(
    `${hosts * services} services of ${hosts} hosts critical at once, group_by [cluster, host], group_wait ${wait}; ` +
      `kill -9 after ${before} pages.\n`,
  );
  const named = ['incidents', 'pages', 'lost', 'with two pages', 'services told twice', 'same key again'];
  report.print(table(named, [counts.map(String)]));
  const at = [sentMs, pager.arrived[0]?.atMs ?? 0, killedMs, restartedMs, pager.firstRepeatMs, lastMs];
  const steps = ['all sent', 'first page', 'killed', 'ready again', 'first page after', 'last page'];
  report.print('Seconds after the first value:\n');
  report.print(table(steps, [at.map((ms) => ((ms - begunMs) / 1000).toFixed(1))]));
}

/** Services that a problem was told of in more than one page. */
function toldTwice(pages: readonly Arrived[]): number {
  const told = pages
    .filter(({ kind }) => kind === 'problem')
    .flatMap(({ body }) => {
      const { alerts } = JSON.parse(body) as { alerts: { news: string; host: string; service: string }[] };
      return alerts.filter(({ news }) => news === 'problem').map((one) => `${one.host} ${one.service}`);
    });
  return told.length - new Set(told).size;
}

function pageWords({ kind, host, count, atMs }: Arrived): string {
  return `${kind} of ${count} services of ${host} at ${new Date(atMs).toISOString().slice(14, 23)}`;
}

function hostsOf(pages: readonly Arrived[]): Map<string, Arrived[]> {
  return Map.groupBy(pages, ({ host }) => host);
}

/**
 * A receiver that is down while problems come, one a second, every third of them ending before it is back.
 */
async function measureOutage(report: Report): Promise<void> {
  using place = scratch();
  using well = await Pager.start();
  using down = await Pager.start();
  const ports = { http: await freeTcpPort(), udp: await freeUdpPort() };
  const by = 'group_by: [cluster, host, service], group_wait: 0s, group_interval: 1s';
  const routes = `    - { receiver: down, continue: true, ${by} }\n    - { receiver: well, ${by} }`;
  const file = settings(place.dir, ports, { receivers: { well: well.url, down: down.url }, routes });
  await using server = await Server.start(file, ports.http);
  using fleet = await Fleet.on(ports.udp);
  const { seconds } = OUTAGE;
  await fleet.all(seconds, 1, (host, name) => fleet.describe(host, name));
  await fleet.all(seconds, 1, (host, name) => fleet.send(host, name, 1));
  await known(server, 2 * seconds);
  down.isDown = true;
  const sent = new Map<string, number>();
  const isBrief = (i: number) => i % 3 === 0 && i < seconds - 10;
  /**
   * All hosts' values in that second: a problem begins at its host's own, and the brief ones last for 5 s.
   */
  const say = (second: number) => {
    for (let i = 0; i < seconds; i += 1) {
      const isBad = i <= second && !(isBrief(i) && second >= i + 5);
      fleet.send(`host-${i}`, metricOf(0), isBad ? 1000 : 1);
    }
  };
  for (let i = 0; i < seconds; i += 1) {
    sent.set(`host-${i}`, nowMs());
    say(i);
    await delay(1000);
  }
  down.isDown = false;
  const backMs = nowMs();
  const expected = Array.from({ length: seconds }, (_, i) => i).filter((i) => !isBrief(i));
  const going = setInterval(() => say(seconds), 1000);
  await until(
    'what still holds',
    async () => (down.arrived.length >= expected.length ? true : undefined),
    620_000,
  );
  await delay(3000);
  clearInterval(going);
  const order = down.arrived.map(({ host }) => Number(host.replace('host-', '')));
  const inOrder = order.every((one, i) => i === 0 || one > (order[i - 1] ?? -1));
  const exact = order.length === expected.length && expected.every((one) => order.includes(one));
  const took = well.arrived
    .filter(({ kind }) => kind === 'problem')
    .map(({ atMs, host }) => atMs - (sent.get(host) ?? Number.NaN));
  const lastMs = Math.max(...down.arrived.map(({ atMs }) => atMs));
  const firstMs = Math.min(...down.arrived.map(({ atMs }) => atMs));
  report.print(
    `One receiver down for ${seconds} s (an hour at ${OUTAGE.scale}), ${seconds} problems meanwhile, ` +
      `${seconds - expected.length} of them over before it is back; another receiver beside it.\n`,
  );
  report.print(
    table(
      ['down: attempts', 'pages after', 'what holds, exactly', 'in order', 'first after, s', 'all within, s'],
      [
        [
          String(down.refused),
          String(order.length),
          exact ? 'yes' : 'no',
          inOrder ? 'yes' : 'no',
          ((firstMs - backMs) / 1000).toFixed(1),
          ((lastMs - firstMs) / 1000).toFixed(1),
        ],
      ],
    ),
  );
  report.print(
    table(['way', 'problems', 'missing', 'p50', 'p99', 'most'], [latencyRow('the other one', took, seconds)]),
  );
}

async function main(): Promise<void> {
  const report = new Report('alerts');
  const parts = { latency: measureLatency, storm: measureStorm, outage: measureOutage };
  const named = Object.keys(parts).filter((name) => process.argv.includes(name));
  for (const [name, measure] of Object.entries(parts)) {
    if (named.length === 0 || named.includes(name)) await measure(report);
  }
  report.close();
}

await main();
