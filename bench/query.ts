/**
 * Reads of history from RRD files in the page cache: a day of 500 hosts, folded to one line and as 500 lines,
 * with the last minutes of each still waiting to be stored. Through the query worker, and by HTTP from a
 * whole server. Beside them what plain `rrdtool xport` takes for the same files, in the same run.
 *
 *   node_modules/.bin/node bench/query.ts [--hosts 500] [--rounds 15] [--dir /var/tmp] [--save]
 */
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { MessageChannel } from 'node:worker_threads';
import { KIND } from '../src/model/kind.ts';
import { wordsOf } from '../src/model/rate.ts';
import { ownPath } from '../src/store/rrd/path.ts';
import { createRrdStore } from '../src/store/rrd/rrd-store.ts';
import { rrdtoolVersion } from '../src/store/rrd/version.ts';
import { QueryHandle } from '../src/threads/query-handle.ts';
import { configure, freeTcpPort, freeUdpPort, Server, until } from '../test/e2e/server.ts';
import { CollectdFleet } from './fleet.ts';
import { quantile, Report, table } from './report.ts';
import type { RecordDescription } from '../src/model/record.ts';
import type { Tail } from '../src/model/tail.ts';
import type { HistoryRequest } from '../src/query/history.ts';
import type { RecordBatch } from '../src/store/store.ts';
import type { IngestQuestion, IngestReply } from '../src/threads/messages.ts';

const run = promisify(execFile);
const STEP_S = 10;
const DAY_S = 86_400;
const POINTS = 300;
/** Points of a host that wait, as with the default age of the cache. */
const WAITING = 30;
const ROW_S = 300;
const HOSTS_A_PUT = 25;
const METRIC = 'bench/gauge-metric-0';
const AGGREGATES = ['avg', 'sum', 'max', 'p95'] as const;
const patient = new AbortController().signal;

interface Place {
  readonly dir: string;
  readonly records: readonly RecordDescription[];
  /** The newest second that is stored of every host. */
  readonly storedS: number;
}

/** The fleet of bench/fleet.ts, as a server describes it. */
function descriptions(hosts: number): RecordDescription[] {
  return Array.from({ length: hosts }, (_, i) => ({
    cluster: 'web',
    host: `web-${i}.example.net`,
    metric: METRIC,
    protocol: 'collectd',
    sources: [{ name: 'value', kind: KIND.gauge, min: null, max: null }],
    intervalS: STEP_S,
    tmaxS: 0,
    dmaxS: 0,
    slope: 'both',
    units: '',
    title: '',
    group: '',
    description: '',
    provisional: false,
  }));
}

/** Gauges of some records, each from its own level, `count` points that end at `endS`. */
function points(records: readonly RecordDescription[], count: number, endS: number): RecordBatch {
  const total = records.length * count;
  const words = new Uint32Array(2 * total);
  const pair = { hi: 0, lo: 0 };
  for (let p = 0; p < total; p += 1) {
    wordsOf(Math.round((Math.floor(p / count) + Math.random()) * 1e4) / 1e4, pair);
    words.set([pair.hi, pair.lo], 2 * p);
  }
  return {
    records,
    starts: Uint32Array.from({ length: records.length + 1 }, (_, i) => i * count),
    wordStarts: Uint32Array.from(records, (_, i) => i * count * 2),
    timesS: Uint32Array.from({ length: total }, (_, p) => endS - (count - 1 - (p % count)) * STEP_S),
    words,
    gaps: new Uint8Array(total),
  };
}

async function build({ dir, records, storedS }: Place): Promise<void> {
  await using store = createRrdStore({ dir, workers: 2, rrdDirs: new Map(), now: Date.now });
  for (let at = 0; at < records.length; at += HOSTS_A_PUT) {
    const batch = points(records.slice(at, at + HOSTS_A_PUT), DAY_S / STEP_S + 60, storedS);
    // oxlint-disable-next-line no-await-in-loop -- a day of all hosts at once is much memory
    const outcomes = await store.put(batch, { signal: patient, hurry: true });
    const refused = outcomes.find((outcome) => !outcome.ok);
    if (refused) throw new Error(JSON.stringify(refused));
  }
}

/** What waits of each record, behind the last two points that are stored. */
function tailsOf({ records, storedS }: Place): readonly Tail[] {
  return records.map((record) => {
    const count = WAITING + 2;
    const { timesS, words, gaps } = points([record], count, storedS + WAITING * STEP_S);
    return { timesS, words, gaps, stored: 2 };
  });
}

/** A query worker, and an ingest worker that has nothing to do but tell its tails. */
function openWorker(place: Place): QueryHandle {
  const { port1, port2 } = new MessageChannel();
  const tails = tailsOf(place);
  port1.on('message', (question: IngestQuestion) => {
    const { request } = question;
    const reply: IngestReply =
      question.kind === 'tails'
        ? { kind: 'tails', request, tails: question.records.map(({ record }) => tails[record] as Tail) }
        : { kind: 'stored', request, rows: [] };
    port1.postMessage(reply);
  });
  port1.unref();
  const store = { type: 'rrd', dir: place.dir, workers: 1, archives: [], summaryInfo: false } as const;
  const fail = (error: Error) => {
    throw error;
  };
  return new QueryHandle(
    { dataDir: place.dir, store, rrdDirs: new Map(), ingest: [port2], judge: new MessageChannel().port1 },
    { log: ({ message }) => process.stderr.write(`${message}\n`), failed: fail },
  );
}

function request({ records, storedS }: Place, more: Partial<HistoryRequest> = {}): HistoryRequest {
  const toS = storedS + WAITING * STEP_S;
  return {
    records: records.map((description, record) => ({
      description,
      worker: 0,
      record,
      row: record,
      generation: 1,
    })),
    series: records.map((_, record) => ({ record, source: 0 })),
    fromS: toS - DAY_S,
    toS,
    points: POINTS,
    ...more,
  };
}

/** Milliseconds of each round, and of the first, which finds nothing remembered. */
interface Timing {
  readonly firstMs: number;
  readonly eachMs: readonly number[];
}

async function time(rounds: number, work: () => Promise<unknown>): Promise<Timing> {
  const all: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const began = performance.now();
    // oxlint-disable-next-line no-await-in-loop -- one after the other is what is measured
    await work();
    all.push(performance.now() - began);
  }
  const [firstMs = 0, ...eachMs] = all;
  return { firstMs, eachMs };
}

function row(name: string, { firstMs, eachMs }: Timing): string[] {
  const figures = [firstMs, ...[0, 0.5, 0.9].map((share) => quantile(eachMs, share))];
  return [name, ...figures.map((ms) => ms.toFixed(1))];
}

/** Plain rrdtool: one process a query, its answer read and thrown away. */
async function peers(place: Place, rounds: number): Promise<string[][]> {
  const { dir, records, storedS } = place;
  const files = records.map((record) => join(dir, ownPath(record)).replaceAll(':', '\\:'));
  const defs = files.map((file, i) => `DEF:v${i}=${file}:value:AVERAGE:step=60`);
  const endS = Math.floor(storedS / ROW_S) * ROW_S;
  const range = ['-s', `${endS - DAY_S}`, '-e', `${endS}`, '--step', `${ROW_S}`, '--maxrows', '1000'];
  const sum = files.map((_, i) => `v${i}${i === 0 ? '' : ',ADDNAN'}`).join(',');
  const folded = [...range, ...defs, `CDEF:line=${sum},${files.length},/`, 'XPORT:line'];
  const lines = [...range, ...defs, ...files.map((_, i) => `XPORT:v${i}`)];
  const xport = (args: readonly string[]) => () =>
    run('rrdtool', ['xport', ...args], { maxBuffer: 2 ** 28, encoding: 'buffer' });
  return [
    row('rrdtool xport, one line', await time(rounds, xport(folded))),
    row(`rrdtool xport, ${files.length} lines`, await time(rounds, xport(lines))),
    row(`rrdtool xport --json, ${files.length} lines`, await time(rounds, xport(['--json', ...lines]))),
  ];
}

async function throughWorker(place: Place, worker: QueryHandle, rounds: number): Promise<string[][]> {
  const found: string[][] = [];
  for (const aggregate of AGGREGATES) {
    const read = request(place, { aggregate });
    // oxlint-disable-next-line no-await-in-loop -- one after the other is what is measured
    found.push(row(`query worker, ${aggregate}`, await time(rounds, () => worker.read(read, patient))));
  }
  const banded = request(place, { aggregate: 'avg', band: true });
  found.push(row('query worker, avg with its band', await time(rounds, () => worker.read(banded, patient))));
  const name = `query worker, ${place.records.length} lines`;
  found.push(row(name, await time(rounds, () => worker.read(request(place), patient))));
  return found;
}

/** A graph of one host, alone and while long reads follow one another without a pause. */
async function shortReads(place: Place, worker: QueryHandle, rounds: number): Promise<string[][]> {
  const one = request({ ...place, records: place.records.slice(0, 1) });
  const short = () => worker.read(one, patient);
  const found = [row('one host, alone', await time(rounds * 4, short))];
  for (const long of [request(place, { aggregate: 'avg' }), request(place)]) {
    const ended = new AbortController();
    const busy = (async () => {
      while (!ended.signal.aborted) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is what is measured
        await worker.read(long, patient);
      }
    })();
    const name = long.aggregate === undefined ? `${place.records.length} lines` : 'one line of all';
    // oxlint-disable-next-line no-await-in-loop -- as above
    found.push(row(`one host, beside ${name}`, await time(rounds * 4, short)));
    ended.abort();
    // oxlint-disable-next-line no-await-in-loop -- as above
    await busy;
  }
  return found;
}

/** A whole server on the same files, which hears the hosts' last minutes by UDP. */
async function throughServer(place: Place, home: string, rounds: number): Promise<string[][]> {
  const ports = { http: await freeTcpPort(), udp: await freeUdpPort() };
  const file = configure(
    home,
    `data_dir: ./data
http: { listen: 127.0.0.1:${ports.http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${ports.udp} }]
`,
  );
  await using server = await Server.start(file, ports.http);
  await send(place, ports.udp);
  const query = (more: string) =>
    `/api/v1/series?cluster=web&metric=${METRIC}&from=-24h&points=${POINTS}${more}`;
  await until('every host', async () => {
    const { series } = await server.get<{ series: { values: (number | null)[] }[] }>(
      query('&aggregate=count'),
    );
    return series[0]?.values.at(-4) === place.records.length || undefined;
  });
  const get = (more: string) => async () => {
    const response = await fetch(`${server.url}${query(more)}`);
    if (!response.ok) throw new Error(await response.text());
    await response.arrayBuffer();
  };
  const found: string[][] = [];
  for (const aggregate of AGGREGATES) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is what is measured
    found.push(row(`HTTP, ${aggregate}`, await time(rounds, get(`&aggregate=${aggregate}`))));
  }
  found.push(row(`HTTP, ${place.records.length} lines`, await time(rounds, get(''))));
  return found;
}

async function send({ records, storedS }: Place, port: number): Promise<void> {
  const fleet = new CollectdFleet({ hosts: records.length, metrics: 1 }, storedS);
  const socket = createSocket('udp4');
  for (let round = 0; round < WAITING; round += 1) {
    for (const datagram of fleet.round()) socket.send(Buffer.from(datagram), port, '127.0.0.1');
    // oxlint-disable-next-line no-await-in-loop -- a pause for the receiver
    await delay(20);
  }
  socket.close();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      hosts: { type: 'string', default: '500' },
      rounds: { type: 'string', default: '15' },
      dir: { type: 'string', default: tmpdir() },
      save: { type: 'boolean' },
    },
  });
  const rounds = Number(values.rounds);
  const version = await rrdtoolVersion();
  const report = new Report('query', [`rrdtool ${version.ok ? version.version : 'unknown'}`]);
  const home = await mkdtemp(join(values.dir, 'muster-query-'));
  const nowS = Math.floor(Date.now() / 1000);
  const storedS = Math.floor(nowS / STEP_S) * STEP_S - WAITING * STEP_S;
  const place = { dir: join(home, 'data', 'rrd'), records: descriptions(Number(values.hosts)), storedS };
  try {
    await build(place);
    report.print(
      `24 h of ${values.hosts} hosts at ${STEP_S} s, ${POINTS} points; ${WAITING} samples of each wait; ms\n`,
    );
    const head = ['read', 'first', 'least', 'p50', 'p90'];
    report.print(table(head, await peers(place, rounds)));
    const worker = openWorker(place);
    report.print(table(head, await throughWorker(place, worker, rounds)));
    report.print(table(head, await shortReads(place, worker, rounds)));
    await worker.stop();
    report.print(table(head, await throughServer(place, home, rounds)));
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
  report.close();
}

await main();
