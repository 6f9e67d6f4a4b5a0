import { createInfluxReader } from '../src/store/line/influx-reader.ts';
import { createLineStore } from '../src/store/line/line-store.ts';
import { createPromReader } from '../src/store/line/prom-reader.ts';
import { readHistory } from '../src/query/history.ts';
import { KIND } from '../src/model/kind.ts';
import { Influx } from '../test/e2e/influx.ts';
import { scratch } from '../test/e2e/server.ts';
import { Victoria } from '../test/e2e/victoria.ts';
import { batchOf, describe, source } from '../test/store/batch.ts';
import { quantile, Report, table } from './report.ts';
import type { Kind } from '../src/model/kind.ts';
import type { RecordDescription } from '../src/model/record.ts';
import type { HistoryRequest } from '../src/query/history.ts';
import type { Store } from '../src/store/store.ts';
import type { TailSource } from '../src/model/tail.ts';

/**
 * History out of real databases: 24 hours of 500 hosts at 10 s, as one line and as 500; of InfluxDB 1.6,
 * which is slower, fewer.
 */

const STEP_S = 10;
const DAY_S = 86_400;
const T = 1_700_000_000 - (1_700_000_000 % DAY_S);
const NAMING = { multivalue: 'split', integers: 'float' } as const;

const never = new AbortController().signal;
const report = new Report('line-reads');

const noTails: TailSource = {
  tails: (records) =>
    Promise.resolve(
      records.map(() => ({
        timesS: new Uint32Array(),
        words: new Uint32Array(),
        gaps: new Uint8Array(),
        stored: 0,
      })),
    ),
};

interface Size {
  readonly hosts: number;
  readonly rounds: number;
}

function fleet(hosts: number, kind: Kind, metric: string): RecordDescription[] {
  return Array.from({ length: hosts }, (_, i) =>
    describe({ host: `node-${i}.example.net`, metric, sources: [source('value', kind)] }),
  );
}

async function fill(store: Store, records: readonly RecordDescription[]): Promise<void> {
  const times = Array.from({ length: DAY_S / STEP_S }, (_, i) => T + STEP_S * (i + 1));
  for (const [i, record] of records.entries()) {
    const gauge = record.sources[0]?.kind === KIND.gauge;
    const points = times.map(
      (t, n) => [t, gauge ? Math.round(100 * Math.sin(i + n / 50)) / 8 : 977 * n] as const,
    );
    await store.put(batchOf([[record, points]]), { signal: never, hurry: true });
  }
}

function requestOf(records: readonly RecordDescription[], more: Partial<HistoryRequest>): HistoryRequest {
  return {
    records: records.map((description, record) => ({
      description,
      worker: 0,
      record,
      row: record,
      generation: 1,
    })),
    series: records.map((_, record) => ({ record, source: 0 })),
    fromS: T,
    toS: T + DAY_S,
    points: 300,
    ...more,
  };
}

async function timesOf(store: Store, request: HistoryRequest, rounds: number): Promise<string[]> {
  const ms: number[] = [];
  const cpu = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await readHistory(request, { store, tails: noTails }, never);
    ms.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(cpu);
  return [...[0, 0.5, 1].map((share) => quantile(ms, share)), (user + system) / 1000 / rounds].map((n) =>
    n.toFixed(0),
  );
}

async function measure(store: Store, { hosts, rounds }: Size): Promise<void> {
  const rows: string[][] = [];
  for (const [name, kind] of [
    ['gauges', KIND.gauge],
    ['counters', KIND.counter],
  ] as const) {
    const records = fleet(hosts, kind, name);
    await fill(store, records);
    const all = requestOf(records, {});
    const time = async (what: string, request: HistoryRequest) => {
      rows.push([`${name}, ${what}`, ...(await timesOf(store, request, rounds))]);
    };
    await time(`one line of ${hosts}`, { ...all, aggregate: 'avg' });
    await time(`one line of ${hosts} with its band`, { ...all, aggregate: 'avg', band: true });
    await time(`${hosts} lines`, all);
    await time(`${hosts} lines, an hour`, { ...all, fromS: T + DAY_S - 3600, points: 120 });
    await time('one host', requestOf(records.slice(0, 1), {}));
  }
  report.print(table([store.name, 'best ms', 'median ms', 'worst ms', 'our CPU ms'], rows));
}

using dir = scratch();
{
  await using victoria = await Victoria.start(dir.dir, [
    '-dedup.minScrapeInterval=1ms',
    '-search.latencyOffset=0',
  ]);
  const { url } = victoria;
  await using store = createLineStore({
    config: { type: 'victoriametrics', url, readUrl: url, ...NAMING },
    reader: createPromReader({ readUrl: url, ...NAMING }),
    quarantineDir: dir.dir,
    now: Date.now,
  });
  await measure(store, { hosts: 500, rounds: 5 });
}
{
  await using influx = await Influx.start(dir.dir);
  await influx.tell('CREATE DATABASE muster');
  const where = { url: influx.url, bucket: 'muster', tokenFile: null, ...NAMING };
  await using store = createLineStore({
    config: { type: 'influxdb', org: '', ...where },
    reader: createInfluxReader(where),
    quarantineDir: dir.dir,
    now: Date.now,
    sender: influx.sender('muster'),
  });
  await measure(store, { hosts: 100, rounds: 2 });
}
report.close();
