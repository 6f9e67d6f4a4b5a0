/**
 * Plugins run actively, fifty a second: a whole Muster beside a real Nagios 4 (Debian's nagios4-core) with
 * the same hosts, intervals and plugins (Debian's monitoring-plugins-basic), one after the other in the same
 * run; and what they do to the checks of live values that Muster judges meanwhile, 20 k values/s of a fleet
 * by real UDP. Both take in performance data.
 *
 *   node_modules/.bin/node bench/plugins.ts [--nagios nagios4] [--rate 50] [--seconds 30] [--save]
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Agents } from '../test/e2e/agents.ts';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from '../test/e2e/server.ts';
import { CollectdFleet, FLEET, take } from './fleet.ts';
import { startNagios } from './nagios.ts';
import { treeCpu } from './process-load.ts';
import { quantile, Report, table } from './report.ts';
import { Sender, writeDatagrams } from './sender.ts';
import type { Plan } from './nagios.ts';
import type { ServiceDetail } from '../src/contract/api.ts';
import type { TreeCpu } from './process-load.ts';

const PLUGINS = '/usr/lib/nagios/plugins';
const INTERVAL_S = 10;
/** Until every plugin has run, and everything that is new has been met. */
const WARM_UP_MS = 15_000;
const LOOK_MS = 500;
const BACKGROUND_VALUES_PER_S = 20_000;

const { values } = parseArgs({
  options: {
    save: { type: 'boolean' },
    nagios: { type: 'string', default: 'nagios4' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '30' },
  },
});
const seconds = Number(values.seconds);

const COMMANDS = [
  [`${PLUGINS}/check_dummy`, '0', 'fine'],
  [`${PLUGINS}/check_load`, '-w', '999', '-c', '999'],
  [`${PLUGINS}/check_disk`, '-w', '1%', '-c', '0%', '-p', '/'],
  [`${PLUGINS}/check_cluster`, '--service', '-d', '0,0,0', '-c', '2'],
  [`${PLUGINS}/check_users`, '-w', '999', '-c', '999'],
];
const services = [...COMMANDS, ...COMMANDS].map((command, i) => ({ name: `plugin-${i}`, command }));
const plan: Plan = {
  hosts: Array.from({ length: (Number(values.rate) * INTERVAL_S) / services.length }, (_, i) => `host-${i}`),
  intervalS: INTERVAL_S,
  services,
};

interface Measured {
  readonly who: string;
  readonly runs: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
  readonly cpu: TreeCpu;
}

interface Muster {
  readonly server: Server;
  readonly pid: number;
  /** Of the fleet's group. */
  readonly port: number;
  runPlugins(): Promise<void>;
}

interface Lag {
  readonly lagMs: number[];
  readonly turnMs: number[];
}

const difference = (after: TreeCpu, before: TreeCpu): TreeCpu => ({
  ownS: after.ownS - before.ownS,
  endedS: after.endedS - before.endedS,
});

/** What a Muster does for some seconds. */
async function watch(server: Server, pid: number, who: string): Promise<Measured & Lag> {
  const before = { ...(await runsSoFar(server)), cpu: treeCpu(pid) };
  const from = performance.now();
  const lag: Lag = { lagMs: [], turnMs: [] };
  while (performance.now() - from < seconds * 1000) {
    await delay(LOOK_MS);
    lag.lagMs.push((await server.metric('muster_check_lag_seconds')) * 1000);
    lag.turnMs.push((await server.metric('muster_check_turn_seconds')) * 1000);
  }
  const after = await runsSoFar(server);
  const cpu = difference(treeCpu(pid), before.cpu);
  const runs = after.runs - before.runs;
  const passed = (after.atMs - before.atMs) / 1000;
  const latenciesMs = runs > 0 ? await latencies(server) : [];
  return { who, runs, seconds: passed, latenciesMs, cpu, ...lag };
}

/** As the runner has just told it: it does so once a second. */
async function runsSoFar(server: Server): Promise<{ runs: number; atMs: number }> {
  const told = () => server.metric('muster_plugin_runs_total');
  const known = await told();
  const endMs = performance.now() + 1500;
  let runs = known;
  while (runs === known && performance.now() < endMs) {
    await delay(20);
    runs = await told();
  }
  return { runs, atMs: performance.now() };
}

/** Of each service's last run. */
async function latencies(server: Server): Promise<number[]> {
  const found: number[] = [];
  for (const host of plan.hosts) {
    for (const { name } of plan.services) {
      const path = `/api/v1/service?cluster=plugged&host=${host}&service=${name}`;
      found.push((await server.get<ServiceDetail>(path)).latency_ms);
    }
  }
  return found;
}

function writeChecks(dir: string, withPlugins: boolean): void {
  const often = `cluster: plugged, check_interval: ${INTERVAL_S}s, retry_interval: ${INTERVAL_S}s`;
  const commands = services.map(
    ({ name, command }) => `  - { name: ${name}, ${often}, command: ${JSON.stringify(command)} }`,
  );
  const live = '  - { name: live, cluster: fleet, metric: ".*", critical: "1000000000" }';
  const text = ['services:', live, ...(withPlugins ? commands : []), ''].join('\n');
  writeFileSync(join(dir, 'checks.yaml'), text);
}

async function reload(server: Server): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/reload`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (!response.ok) throw new Error(await response.text());
}

/** A Muster that knows the hosts and runs nothing yet. `use` gets it. */
async function withMuster<T>(dir: string, use: (muster: Muster) => Promise<T>): Promise<T> {
  mkdirSync(dir, { recursive: true });
  const ports = { http: await freeTcpPort(), fleet: await freeUdpPort(), plugged: await freeUdpPort() };
  writeChecks(dir, false);
  const file = configure(
    dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${ports.http} }
self_monitor: off
store: { type: memory }
group_defaults: { host_tmax: 1h }
groups:
  - { name: fleet, listen: 127.0.0.1:${ports.fleet}, timestamps: { outside: accept } }
  - { name: plugged, listen: 127.0.0.1:${ports.plugged} }
checks: [checks.yaml]
`,
  );
  await using server = await Server.start(file, ports.http);
  using agents = await Agents.on(ports.plugged);
  for (const host of plan.hosts) {
    agents.gmond(host, 'load_one', 1);
    await delay(1);
  }
  const runPlugins = async () => {
    writeChecks(dir, true);
    await reload(server);
    await delay(WARM_UP_MS);
  };
  return await use({ server, pid: await serverPid(dir), port: ports.fleet, runPlugins });
}

/** Plugins and nothing else, less what it costs to be there. */
async function pluginsAlone(dir: string): Promise<Measured> {
  return withMuster(dir, async ({ server, pid, runPlugins }) => {
    await delay(WARM_UP_MS / 3);
    const idle = await watch(server, pid, 'idle');
    await runPlugins();
    const measured = await watch(server, pid, 'Muster');
    return { ...measured, cpu: difference(measured.cpu, idle.cpu) };
  });
}

/** Live values alone, and plugins beside them. */
async function besideLive(dir: string): Promise<{ alone: Measured & Lag; both: Measured & Lag }> {
  return withMuster(dir, async ({ server, pid, port, runPlugins }) => {
    const sender = await Sender.compile(dir);
    const sent = join(dir, 'datagrams');
    const perS = BACKGROUND_VALUES_PER_S / FLEET.metrics;
    const count = Math.round(perS * 2 * (WARM_UP_MS / 1000 + seconds + 5));
    writeDatagrams(sent, take(new CollectdFleet(FLEET, Math.floor(Date.now() / 1000)).datagrams(), count));
    const sending = sender.send(sent, port, perS);
    await delay(WARM_UP_MS);
    const alone = await watch(server, pid, 'live values alone');
    await runPlugins();
    const both = await watch(server, pid, 'Muster, beside 20 k live values/s');
    await sending;
    return { alone, both: { ...both, cpu: difference(both.cpu, alone.cpu) } };
  });
}

/** `script/muster` may have started another process. */
async function serverPid(dir: string): Promise<number> {
  return until('the pid', () => {
    const [pid] = readFileSync(join(dir, 'data/muster.pid'), 'utf8').split(' ');
    return Promise.resolve(Number(pid) || undefined);
  });
}

async function nagiosRuns(dir: string): Promise<Measured & { version: string }> {
  mkdirSync(dir, { recursive: true });
  await using nagios = await startNagios(values.nagios, dir, plan);
  await delay(WARM_UP_MS + INTERVAL_S * 1000);
  const before = { runs: nagios.runs().length, cpu: treeCpu(nagios.pid) };
  const from = performance.now();
  await delay(seconds * 1000);
  const cpu = difference(treeCpu(nagios.pid), before.cpu);
  const passed = (performance.now() - from) / 1000;
  const runs = nagios.runs().slice(before.runs);
  const latenciesMs = runs.map(({ latencyMs }) => latencyMs);
  const { version } = nagios;
  return { who: `Nagios ${version}`, runs: runs.length, seconds: passed, latenciesMs, cpu, version };
}

function row({ who, runs, seconds: passed, latenciesMs, cpu }: Measured): string[] {
  const perRun = (cpuS: number) => ((1000 * cpuS) / runs).toFixed(2);
  return [
    who,
    (runs / passed).toFixed(1),
    ...[0.5, 0.99, 1].map((share) => quantile(latenciesMs, share).toFixed(0)),
    perRun(cpu.ownS),
    perRun(cpu.endedS),
  ];
}

function lagRow({ who, lagMs, turnMs }: Measured & Lag): string[] {
  const of = (list: readonly number[]) => [0.5, 0.99, 1].map((share) => quantile(list, share).toFixed(1));
  return [who, ...of(lagMs), ...of(turnMs)];
}

async function main(): Promise<void> {
  using place = scratch();
  const report = new Report('plugins', ['nagios4-core and monitoring-plugins-basic of Debian']);
  const nagios = await nagiosRuns(join(place.dir, 'nagios'));
  const plugins = await pluginsAlone(join(place.dir, 'alone'));
  const { alone, both } = await besideLive(join(place.dir, 'beside'));
  report.print(`${plan.hosts.length * services.length} services, each every ${INTERVAL_S} s: check_dummy,`);
  report.print(
    'check_load, check_disk, check_cluster, check_users. Latency: after its time, ms. CPU: ms a run.\n',
  );
  const rows = [nagios, plugins, both].map(row);
  const head = ['', 'runs/s', 'p50', 'p99', 'most', 'CPU of its own', 'of the plugins'];
  report.print(table(head, rows));
  const ratio = plugins.cpu.ownS / plugins.runs / (nagios.cpu.ownS / nagios.runs);
  report.print(`Muster's own CPU a run: ${ratio.toFixed(1)} times that of Nagios.\n`);
  report.print('Checks of live values meanwhile, ms.\n');
  const lagHead = ['', 'lag p50', 'p99', 'most', 'turn p50', 'p99', 'most'];
  report.print(table(lagHead, [lagRow(alone), lagRow({ ...both, who: 'and plugins' })]));
  report.close();
}

await main();
