/**
 * How long a server of 50 000 records takes from its start until it says it is ready: after a stop, and after
 * a kill with the last minutes of all of them in the journal only.
 *
 *   node_modules/.bin/node bench/restart.ts [--save]
 */
import { join } from 'node:path';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from '../test/e2e/server.ts';
import { CollectdFleet, take } from './fleet.ts';
import { Report, table } from './report.ts';
import { Sender, writeDatagrams } from './sender.ts';

const SIZE = { hosts: 1516, metrics: 33 };
const RECORDS = SIZE.hosts * SIZE.metrics;
/** Five minutes of a sample every ten seconds. */
const ROUNDS = 30;
const DATAGRAMS_PER_S = 4000;

interface Start {
  readonly seconds: number;
  readonly server: Server;
}

async function started(config: string, port: number): Promise<Start> {
  const begun = performance.now();
  const server = await Server.start(config, port);
  return { server, seconds: (performance.now() - begun) / 1000 };
}

/** Sends rounds and waits until all of them are in. */
async function fill(server: Server, udp: number, send: (port: number) => Promise<unknown>, rounds: number) {
  await send(udp);
  await until(
    `${RECORDS * rounds} values received`,
    async () => (await server.metric('muster_values_received_total')) >= RECORDS * rounds || undefined,
    60_000,
  );
}

async function main(): Promise<void> {
  const report = new Report('restart');
  using place = scratch();
  const ports = { http: await freeTcpPort(), udp: await freeUdpPort() };
  const config = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${ports.http} }
self_monitor: off
groups: [{ name: bench, listen: 127.0.0.1:${ports.udp}, timestamps: { outside: accept } }]
cache: { max_age: 1h }
# Small files: what is measured is the start.
store: { rrd: { archives: [{ cf: AVERAGE, step: 10s, keep: 1h }] } }
checks: []
`,
  );
  const sender = await Sender.compile(place.dir);
  const file = join(place.dir, 'datagrams');
  const fleet = new CollectdFleet(SIZE, Math.floor(Date.now() / 1000) - ROUNDS * 20);
  const send = async (rounds: number) => {
    writeDatagrams(file, take(fleet.datagrams(), SIZE.hosts * rounds));
    await sender.send(file, ports.udp, DATAGRAMS_PER_S);
  };
  const rows: string[][] = [];
  const note = (name: string, seconds: number, values: number) =>
    rows.push([name, seconds.toFixed(2), values.toLocaleString('en')]);

  const first = await started(config, ports.http);
  note('the first, nothing known', first.seconds, 0);
  await fill(first.server, ports.udp, () => send(1), 1);
  await first.server.stop();

  const second = await started(config, ports.http);
  note(`after a stop, ${RECORDS.toLocaleString('en')} records`, second.seconds, 0);
  await fill(second.server, ports.udp, () => send(ROUNDS), ROUNDS);
  await second.server.program.end('SIGKILL');

  const third = await started(config, ports.http);
  const replayed = await third.server.metric('muster_values_pending');
  note('after a kill, with what the journal holds', third.seconds, replayed);
  await third.server.program.end('SIGKILL');

  report.print(table(['start', 'seconds', 'values replayed'], rows));
  report.close();
}

await main();
