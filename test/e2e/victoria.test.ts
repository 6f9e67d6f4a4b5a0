import { afterAll, beforeAll, expect, test } from 'vitest';
import { join } from 'node:path';
import { KIND } from '../../src/model/kind.ts';
import { createLineStore } from '../../src/store/line/line-store.ts';
import { batchOf, describe, source } from '../store/batch.ts';
import { HOSTILE_NAMES } from '../store/line/hostile-names.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, scratch, Server, until } from './server.ts';
import { Agents } from './agents.ts';
import { Victoria } from './victoria.ts';
import type { LineNaming } from '../../src/contract/config.ts';
import type { RecordBatch, RecordOutcome } from '../../src/store/store.ts';

// The writer against the real VictoriaMetrics.

const T = 1_700_000_000;
const OK = { ok: true, lateThroughS: 0 };
const patient = { signal: new AbortController().signal, hurry: false };

let place: ReturnType<typeof scratch>;
let victoria: Victoria;
beforeAll(async () => {
  place = scratch();
  victoria = await Victoria.start(place.dir, ['-dedup.minScrapeInterval=1ms']);
});
afterAll(async () => {
  await victoria[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

async function put(
  batch: RecordBatch,
  {
    url = victoria.url,
    multivalue = 'split',
    integers = 'float',
  }: Partial<LineNaming> & { url?: string } = {},
): Promise<readonly RecordOutcome[]> {
  await using store = createLineStore({
    config: { type: 'victoriametrics', url, readUrl: url, multivalue, integers },
    reader: { read: async () => [] },
    quarantineDir: join(place.dir, 'quarantine'),
    now: Date.now,
  });
  return await store.put(batch, patient);
}

test.for([
  {
    name: 'split',
    multivalue: 'split',
    names: ['load_longterm_value', 'load_midterm_value', 'load_shortterm_value'],
  },
  { name: 'join', multivalue: 'join', names: ['load_longterm', 'load_midterm', 'load_shortterm'] },
] as const)('several data sources, $name', async ({ name, multivalue, names }) => {
  const sources = ['shortterm', 'midterm', 'longterm'].map((one) => source(one, KIND.gauge));
  const record = describe({ protocol: 'collectd', host: name, metric: 'load/load', group: 'load', sources });
  const points = [
    [T, [0.1, 0.2, 0.3]],
    [T + 10, [1, Number.NaN, 1e9]],
  ] as const;
  expect(await put(batchOf([[record, points]]), { multivalue })).toEqual([OK]);
  const found = await victoria.samples(`{host="${name}"}`);
  const labels = { cluster: 'web', host: name, type: 'load' };
  expect(found.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    {
      name: names[0],
      labels,
      samples: [
        [T, 0.3],
        [T + 10, 1e9],
      ],
    },
    { name: names[1], labels, samples: [[T, 0.2]] },
    {
      name: names[2],
      labels,
      samples: [
        [T, 0.1],
        [T + 10, 1],
      ],
    },
  ]);
});

test.for([{ integers: 'float' }, { integers: 'exact' }] as const)(
  'integers, $integers',
  async ({ integers }) => {
    const kinds = [source('c', KIND.counter), source('d', KIND.derive), source('a', KIND.absolute)];
    const host = `integers-${integers}`;
    const record = describe({ protocol: 'collectd', host, metric: 'x/y', group: 'x', sources: kinds });
    const values = [18_446_744_073_709_551_615n, -9_007_199_254_740_991n, 0n];
    expect(await put(batchOf([[record, [[T, values]]]]), { integers })).toEqual([OK]);
    const found = await victoria.samples(`{host="${host}"}`);
    const byName = new Map(found.map(({ name, samples }) => [name, samples[0]?.[1]]));
    // It holds decimal fractions of 15 digits or so.
    expect((byName.get('x_c_value') ?? 0) / 2 ** 64).toBeCloseTo(1, 12);
    expect((byName.get('x_d_value') ?? 0) / -9_007_199_254_740_991).toBeCloseTo(1, 12);
    expect(byName.get('x_a_value')).toBe(0);
  },
);

test('what was put twice is there once', async () => {
  const records = Array.from({ length: 50 }, (_, i) => describe({ host: 'twice', metric: `m${i}` }));
  const points = Array.from({ length: 30 }, (_, p) => [T + 10 * p, p / 10] as const);
  const batch = batchOf(records.map((record) => [record, points]));
  await put(batch);
  await put(batch);
  const found = await victoria.samples('{host="twice"}');
  expect(found).toHaveLength(50);
  for (const { samples } of found) expect(samples).toEqual(points);
});

test('hostile names arrive', async () => {
  const stored = [...HOSTILE_NAMES.values()];
  const records = [...HOSTILE_NAMES.keys()].flatMap((name) => [
    describe({ cluster: 'hostile', host: name }),
    describe({ cluster: 'hostile', host: 'metric', metric: name }),
    describe({
      cluster: 'hostile',
      host: 'sources',
      metric: 'm',
      sources: [source(name, 1), source('other', 1)],
    }),
  ]);
  const batch = batchOf(records.map((record, i) => [record, [[T + i, record.sources.map(() => i)]]]));
  expect(new Set((await put(batch, { multivalue: 'join' })).map((outcome) => outcome.ok))).toEqual(
    new Set([true]),
  );
  const found = await victoria.samples('{cluster="hostile"}');
  const hosts = found.filter(({ name }) => name === 'load_one_value').map(({ labels }) => labels.host);
  expect(new Set(hosts)).toEqual(new Set(stored));
  const names = (host: string) =>
    new Set(found.filter(({ labels }) => labels.host === host).map(({ name }) => name));
  expect(names('metric')).toEqual(new Set(stored.map((name) => `${name}_value`)));
  expect(names('sources')).toEqual(new Set([...stored.map((name) => `m_${name}`), 'm_other']));
});

test('a wrong address is not taken for refused lines', async () => {
  const outcomes = await put(batchOf([[describe(), [[T, 1]]]]), { url: `${victoria.url}/elsewhere` });
  expect(outcomes).toMatchObject([
    {
      ok: false,
      retryable: true,
      reason: 'store_refused',
      detail: expect.stringContaining('unsupported path'),
    },
  ]);
});

test('a whole Muster: what came while the database was down is in it afterwards, once', async () => {
  using own = scratch();
  const [http, udp, database] = [await freeTcpPort(), await freeUdpPort(), await freeTcpPort()];
  const file = configure(
    own.dir,
    `data_dir: ${own.dir}/data
http: { listen: "127.0.0.1:${http}" }
groups: [{ name: web, listen: "127.0.0.1:${udp}" }]
store: { type: victoriametrics, victoriametrics: { url: "http://127.0.0.1:${database}" } }
cache: { max_age: 1s, jitter: 0s }
`,
  );
  await using server = await Server.start(file, http);
  using agents = await Agents.on(udp);
  const nowS = Math.floor(Date.now() / 1000);
  const points = [30, 20, 10].map((agoS) => [nowS - agoS, agoS] as const);
  agents.collectd('web-1', 'queue', points);
  await until('the store is told to be down', async () =>
    (await server.metric('muster_store_errors_total')) > 0 ? true : undefined,
  );
  await using late = await Victoria.start(own.dir, ['-dedup.minScrapeInterval=1ms'], database);
  const series = await until('the points are stored', async () => {
    const [found] = await late.samples('{host="web-1"}');
    return found;
  });
  expect(series.name).toBe('queue_value_value');
  expect(series.labels).toEqual({ cluster: 'web', host: 'web-1', type: 'gauge' });
  expect(series.samples).toEqual(points);
  const { code, books } = await server.stop();
  expect(code).toBe(0);
  expect(books).toMatchObject({ lost: 0, pending: 0 });
  expect(imbalance(books)).toBe(0);
});
