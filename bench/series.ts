/**
 * What a series costs that is only known: resident memory of a whole Muster (workers, judge, query, main
 * thread) before and after a fleet has become known and gone idle, its points stored in a real
 * victoria-metrics; then how long the collection of garbage holds up the worker while all of them come in.
 *
 *   node_modules/.bin/node bench/series.ts [--hosts 5000] [--seconds 60] [--save]
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from '../test/e2e/server.ts';
import { Victoria } from '../test/e2e/victoria.ts';
import { encodeCollectd } from '../src/wire/collectd/encode.ts';
import { HEADER_BYTES, PART } from '../src/wire/collectd/part.ts';
import { cpuSeconds } from './process-load.ts';
import { Report, table } from './report.ts';
import { Sender, writeDatagrams } from './sender.ts';

const METRICS = 200;
const INTERVAL_S = 10;
/** Of new series: each is announced to other threads and written to a database. */
const OPENING_PER_S = 25_000;
const KNOWN_WITHIN_MS = 600_000;
const SETTLE_MS = 3000;
/** Behind the last point: all are stored, and what was only needed on the way is collected. */
const IDLE_MS = 90_000;
const HOST_DIGITS = 6;

const { values: given } = parseArgs({
  options: {
    hosts: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '60' },
    save: { type: 'boolean', default: false },
  },
});
const HOSTS = Number(given.hosts);

/** What a server with sixteen processors and a dozen disks sends: one value a list. */
function lists(host: string, timeS: number) {
  const named = Array.from({ length: METRICS }, (_, n) => {
    const state = n % 8;
    if (n < 128) {
      return { plugin: 'cpu', pluginInstance: String(n >> 3), type: 'cpu', typeInstance: STATES[state] };
    }
    if (n < 168) {
      const of = { plugin: 'df', pluginInstance: `srv-volume-${n >> 2}`, type: 'df_complex' };
      return { ...of, typeInstance: STATES[n & 3] };
    }
    return {
      plugin: 'sensors',
      pluginInstance: `chip-${n >> 3}`,
      type: 'temperature',
      typeInstance: `core${n}`,
    };
  });
  return named.map(({ typeInstance = '', ...of }) => ({
    ...of,
    typeInstance,
    host,
    timeS,
    intervalS: INTERVAL_S,
    kinds: [of.type === 'cpu' ? 2 : 1],
    values: of.type === 'cpu' ? [1000n * BigInt(timeS)] : [timeS % 1000],
  }));
}

const STATES = ['user', 'system', 'wait', 'nice', 'interrupt', 'softirq', 'steal', 'idle'];

/** Every series once. All hosts' datagrams are alike but for the digits of their names. */
function* round(timeS: number): Generator<Uint8Array> {
  const name = (host: number) => `node-${String(host).padStart(HOST_DIGITS, '0')}.example.net`;
  const datagrams = encodeCollectd(lists(name(0), timeS)).map((datagram) => ({
    datagram: Buffer.from(datagram),
    at: hostAt(Buffer.from(datagram)),
  }));
  for (let host = 0; host < HOSTS; host += 1) {
    for (const { datagram, at } of datagrams) {
      datagram.write(name(host), at, 'latin1');
      yield datagram;
    }
  }
}

function hostAt(datagram: Buffer): number {
  for (let at = 0; at < datagram.length; at += datagram.readUInt16BE(at + 2)) {
    if (datagram.readUInt16BE(at) === PART.host) return at + HEADER_BYTES;
  }
  throw new Error('no host');
}

class Fleet {
  readonly #sender: Sender;
  readonly #file: string;
  readonly #port: number;

  constructor(sender: Sender, dir: string, port: number) {
    this.#sender = sender;
    this.#file = join(dir, 'datagrams');
    this.#port = port;
  }

  /** Sends rounds as fast as that many values a second. */
  async send(rounds: number, valuesPerS: number): Promise<void> {
    for (let n = 0; n < rounds; n += 1) {
      const timeS = Math.floor(Date.now() / 1000);
      writeDatagrams(this.#file, round(timeS));
      const datagrams = encodeCollectd(lists('node-000000.example.net', timeS)).length;
      await this.#sender.send(this.#file, this.#port, (valuesPerS * datagrams) / METRICS);
    }
  }
}

/** What a process gives back, it gives back late: the least of some seconds. */
async function resting(server: Server, ms: number): Promise<number> {
  await delay(ms);
  let least = Infinity;
  for (let look = 0; look < 10; look += 1) {
    least = Math.min(least, await server.metric('process_resident_memory_bytes'));
    await delay(1000);
  }
  return least;
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

async function pauses(server: Server): Promise<string[]> {
  const of = (quantile: string) =>
    server.metric(`muster_gc_pause_seconds{worker="0",quantile="${quantile}"}`);
  return Promise.all(['0.5', '0.99', '1'].map(async (q) => (1000 * (await of(q))).toFixed(1)));
}

async function main(): Promise<void> {
  const series = HOSTS * METRICS;
  const seconds = Number(given.seconds);
  const report = new Report('series');
  using folder = scratch();
  const [http, port] = [await freeTcpPort(), await freeUdpPort()];
  await using victoria = await Victoria.start(folder.dir);
  const file = configure(
    folder.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
ingest: { workers: 1 }
store: { type: victoriametrics, victoriametrics: { url: "${victoria.url}" } }
cache: { max_age: 30s, jitter: 5s }
groups: [{ name: bench, listen: 127.0.0.1:${port} }]
`,
  );
  await using server = await Server.start(file, http);
  const fleet = new Fleet(await Sender.compile(folder.dir), folder.dir, port);
  const empty = await resting(server, 10_000);
  // Datagrams that a busy machine drops come again in the next round.
  await until(
    'every series is known',
    async () => {
      await fleet.send(1, OPENING_PER_S);
      await delay(SETTLE_MS);
      return (await server.metric('muster_series')) >= series ? true : undefined;
    },
    KNOWN_WITHIN_MS,
  );
  await fleet.send(2, OPENING_PER_S);
  await until(
    'every point is stored',
    async () => ((await server.metric('muster_values_pending')) === 0 ? true : undefined),
    KNOWN_WITHIN_MS,
  );
  const idle = await resting(server, IDLE_MS);
  const opening = await pauses(server);
  const { pid = 0 } = server.program.child;
  const cpuBefore = cpuSeconds(pid);
  const perS = series / INTERVAL_S;
  await fleet.send(Math.ceil(seconds / INTERVAL_S), perS);
  const loaded = await pauses(server);
  const cores = (cpuSeconds(pid) - cpuBefore) / seconds;
  report.print(`${HOSTS} hosts of ${METRICS} series, ${series} together; 1 ingest worker.\n`);
  report.print(
    table(
      ['resident memory', 'MiB', 'bytes a series'],
      [
        ['before', megabytes(empty), ''],
        ['idle', megabytes(idle), ((idle - empty) / series).toFixed(0)],
      ],
    ),
  );
  report.print(
    table(
      ['pauses of the worker, ms', 'median', 'p99', 'longest'],
      [
        ['idle', ...opening],
        [`${Math.round(perS / 1000)} k values/s (${cores.toFixed(2)} cores)`, ...loaded],
      ],
    ),
  );
  report.close();
}

await main();
