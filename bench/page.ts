/**
 * The page in a real browser on a real server's feed, over loopback: how long from its address to the first
 * useful picture, what its scripts weigh, the main thread's work each second, and what it holds after a while
 * of live data.
 *
 *   node_modules/.bin/node bench/page.ts [--minutes N] [--save]
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { launch } from '../test/e2e/browser.ts';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from '../test/e2e/server.ts';
import { PageFleet } from './page-fleet.ts';
import { cpuSeconds } from './process-load.ts';
import { quantile, Report, table } from './report.ts';
import { visit } from './visit.ts';
import type { Browser } from 'playwright-core';
import type { Holdings, Task, View, Visit } from './visit.ts';

const FEW = 500;
const MANY = 10_000;
const VISITS = 9;
const TRACED_S = 40;
/** What has to be read and drawn once is not what each second costs. */
const SETTLE_MS = 15_000;
/** Reads of history that a closed page had asked for have ended then. */
const BETWEEN_MS = 3000;
/** A new fleet's files are all made at once: a server that has made them takes less of a core than this. */
const CALM_SHARE = 0.5;
const CALM_WITHIN_MS = 180_000;
const MINUTES = 2;
const MINUTE_MS = 60_000;

const GRID: View = { name: 'grid', path: '/', wanted: '.problems-corner .problem', heat: true };
const CLUSTER: View = { name: 'cluster', path: '/clusters/web', wanted: '.heat-card canvas', heat: true };
const HOST: View = { name: 'host', path: '/hosts/web/web-7', wanted: 'main canvas', heat: false };

/** A server of its own with so many hosts that send. */
async function stage(hosts: number): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const place = stack.use(scratch());
  const ports = { http: await freeTcpPort(), udp: await freeUdpPort() };
  configure(
    place.dir,
    'services: [{ name: load, metric: load_one, warning: "4", max_check_attempts: 1 }]\n',
    'checks.yaml',
  );
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${ports.http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${ports.udp} }]
checks: [checks.yaml]
`,
  );
  const server = stack.use(await Server.start(file, ports.http));
  const fleet = stack.use(new PageFleet(hosts));
  await fleet.introduce(ports.udp);
  fleet.start();
  await until(
    'every host, and its problems',
    async () => {
      const status = await server.get<{ hosts_up: number; services: Record<string, number> }>(
        '/api/v1/status',
      );
      return (status.hosts_up === hosts && (status.services['WARNING'] ?? 0) >= hosts / 100) || undefined;
    },
    120_000,
  );
  await calm(server.program.child.pid ?? 0);
  const kept = stack.move();
  return { hosts, server, fleet, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Waits until a process takes little over some seconds. */
async function calm(pid: number): Promise<void> {
  const endMs = Date.now() + CALM_WITHIN_MS;
  for (let share = 1; share > CALM_SHARE && Date.now() < endMs;) {
    const before = cpuSeconds(pid);
    await delay(BETWEEN_MS);
    share = (cpuSeconds(pid) - before) / (BETWEEN_MS / 1000);
  }
}

interface Stage extends AsyncDisposable {
  readonly hosts: number;
  readonly server: Server;
  readonly fleet: PageFleet;
}

/** First useful picture of a view, each time in a profile that has never seen it. */
async function firstPictures(browser: Browser, { server, hosts }: Stage, view: View): Promise<string[]> {
  const usefulMs: number[] = [];
  for (let i = 0; i < VISITS; i += 1) {
    await delay(BETWEEN_MS);
    await using seen = await visit(browser, server.url, view);
    usefulMs.push(seen.usefulMs);
  }
  return [view.name, String(hosts), ...[0.5, 1].map((share) => quantile(usefulMs, share).toFixed(0))];
}

/** Processor time of the main thread in each second, and its longest task. */
function workRows(name: string, tasks: readonly Task[]): string[][] {
  const began = Math.min(...tasks.map(({ startMs }) => startMs));
  const seconds = Map.groupBy(tasks, ({ startMs }) => Math.floor((startMs - began) / 1000));
  const whole = [...seconds.values()].slice(1, -1);
  const sums = whole.map((each) => each.reduce((sum, { cpuMs }) => sum + cpuMs, 0));
  const longest = whole.map((each) => Math.max(...each.map(({ cpuMs }) => cpuMs)));
  const row = (what: string, values: readonly number[]) => [
    `${name}: ${what}`,
    ...[0.5, 0.99, 1].map((share) => quantile(values, share).toFixed(1)),
  ];
  return [row('in a second', sums), row('its longest task', longest)];
}

async function work(browser: Browser, { server, fleet }: Stage): Promise<string> {
  await using seen = await visit(browser, server.url, CLUSTER);
  await delay(SETTLE_MS);
  const usual = await seen.tasks(browser, TRACED_S);
  fleet.hurry();
  await delay(SETTLE_MS);
  const hurried = await seen.tasks(browser, TRACED_S);
  const rows = [...workRows('values every 15 s', usual), ...workRows('every cell each second', hurried)];
  return table(['main thread, ms of CPU', 'p50', 'p99', 'most'], rows);
}

/** What two pages hold, each minute. */
async function memory(browser: Browser, { server }: Stage, minutes: number): Promise<string> {
  await using cluster = await visit(browser, server.url, CLUSTER);
  await using host = await visit(browser, server.url, HOST);
  await delay(SETTLE_MS);
  const rows: string[][] = [];
  const heaps: number[][] = [];
  for (let minute = 0; minute <= minutes; minute += 1) {
    if (minute > 0) await delay(MINUTE_MS);
    const held = await Promise.all([cluster, host].map((seen: Visit) => seen.holdings()));
    heaps.push(held.map(({ heapBytes }) => heapBytes));
    rows.push([String(minute), ...held.flatMap(holdingCells)]);
  }
  // Lines grow until they have the minutes they keep, code until it is compiled: the second half tells.
  const settled = heaps.slice(Math.floor(heaps.length / 2));
  const slopes = [0, 1].map((page) => slope(settled.map((each) => each[page] ?? Number.NaN)) * 60);
  const words = slopes.map((perHour) => `${(perHour / 1e6).toFixed(2)} MB/h`).join(' and ');
  const of = (name: string) => [`${name} MB`, 'nodes', 'listeners'];
  const held = table(['minute', ...of('cluster'), ...of('host')], rows);
  return `${held}Heap in the second half, by the straight line nearest: ${words}.\n`;
}

function holdingCells({ heapBytes, nodes, listeners }: Holdings): string[] {
  return [(heapBytes / 1e6).toFixed(2), String(nodes), String(listeners)];
}

/** Of the line of least squares through values one step apart. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const rise = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0);
  return rise / values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
}

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: { minutes: { type: 'string', default: String(MINUTES) }, save: { type: 'boolean' } },
  });
  await using browser = await launch();
  const report = new Report('page', [`Chromium ${browser.version()}`]);
  const pictures: string[][] = [];
  {
    await using few = await stage(FEW);
    await using first = await visit(browser, few.server.url, GRID);
    const kilobytes = (await first.scriptBytes()) / 1000;
    report.print(`JavaScript at the first load of /: ${kilobytes.toFixed(0)} kB as gzip has it.\n`);
    pictures.push(await firstPictures(browser, few, GRID), await firstPictures(browser, few, CLUSTER));
    report.print(await memory(browser, few, Number(options.minutes)));
  }
  await using many = await stage(MANY);
  pictures.push(await firstPictures(browser, many, GRID), await firstPictures(browser, many, CLUSTER));
  report.print(table(['first useful picture, ms', 'hosts', 'p50', 'most'], pictures));
  report.print(`Cluster page of ${MANY} hosts, ${TRACED_S} s:\n`);
  report.print(await work(browser, many));
  report.close();
}

await main();
