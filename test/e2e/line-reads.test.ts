import fc from 'fast-check';
import { afterAll, beforeAll, describe as group, expect, test } from 'vitest';
import { createInfluxReader } from '../../src/store/line/influx-reader.ts';
import { createLineStore } from '../../src/store/line/line-store.ts';
import { createPromReader } from '../../src/store/line/prom-reader.ts';
import { noRows } from '../../src/store/rows.ts';
import { batchOf, describe, valueAt } from '../store/batch.ts';
import { compareWithMemory } from '../store/compare.ts';
import { storeContract } from '../store/contract.ts';
import { Influx } from './influx.ts';
import { scratch } from './server.ts';
import { Victoria } from './victoria.ts';
import type { LineNaming } from '../../src/contract/config.ts';
import type { Store } from '../../src/store/store.ts';
import type { Inabilities } from '../store/contract.ts';

const T = 1_700_000_000;

/** What every database that is written by line protocol cannot do. */
const CANNOT: Inabilities = {
  refuseLate: 'a point put for the same second takes the place of the one there',
  holdUnknown: 'the line protocol has no word for unknown',
  knowSources: 'it has no notion of a record',
};
const DOUBLES: Inabilities = { ...CANNOT, holdLongIntegers: 'numbers are doubles' };

interface Way extends LineNaming {
  readonly name: string;
  readonly cannot: Inabilities;
  readonly samplesMax?: number;
}

const WAYS: readonly Way[] = [
  { name: 'split', multivalue: 'split', integers: 'float', cannot: DOUBLES },
  { name: 'join', multivalue: 'join', integers: 'float', cannot: DOUBLES },
  { name: 'rows summed up there', multivalue: 'split', integers: 'float', cannot: DOUBLES, samplesMax: 0 },
];
const SIGNED: Inabilities = { ...CANNOT, holdUnsigned: 'InfluxDB 1 has no unsigned integers' };
const EXACT: Way = { name: 'exact', multivalue: 'split', integers: 'exact', cannot: SIGNED };

group('VictoriaMetrics', () => {
  let dir: ReturnType<typeof scratch>;
  let victoria: Victoria;
  beforeAll(async () => {
    dir = scratch();
    victoria = await Victoria.start(dir.dir, ['-dedup.minScrapeInterval=1ms', '-search.latencyOffset=0']);
  });
  afterAll(async () => {
    await victoria[Symbol.asyncDispose]();
    dir[Symbol.dispose]();
  });

  /** Points can be read as soon as the put has settled: the server shows them after a second. */
  function opened(way: Way): Store {
    const { url } = victoria;
    const store = createLineStore({
      config: { type: 'victoriametrics', url, readUrl: url, ...way },
      reader: createPromReader({ readUrl: url, ...way }),
      quarantineDir: dir.dir,
      now: Date.now,
    });
    return {
      name: store.name,
      query: (...request) => store.query(...request),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
      async put(...batch) {
        const outcomes = await store.put(...batch);
        await fetch(`${url}/internal/force_flush`);
        return outcomes;
      },
    };
  }

  async function cleared(): Promise<void> {
    const all = new URLSearchParams({ 'match[]': '{__name__!~"^$"}' });
    await fetch(`${victoria.url}/api/v1/admin/tsdb/delete_series?${all.toString()}`);
  }

  for (const way of WAYS) {
    const make = async () => ({ open: () => opened(way), close: cleared });
    const cannot = { ...way.cannot, holdEverySize: 'values stored together share a decimal exponent' };
    storeContract(`VictoriaMetrics, ${way.name}`, make, true, cannot);
  }

  test.for(WAYS)('answers as the memory store does: $name', async (way) => {
    await using store = opened(way);
    await compareWithMemory(store);
    await cleared();
  });

  test('names as hostile as they come', async () => {
    await using store = opened(WAYS[0] ?? EXACT);
    await readBackHostileNames(store);
    await cleared();
  });
});

group('InfluxDB 1.6', () => {
  let dir: ReturnType<typeof scratch>;
  let influx: Influx;
  beforeAll(async () => {
    dir = scratch();
    influx = await Influx.start(dir.dir);
  });
  afterAll(async () => {
    await influx[Symbol.asyncDispose]();
    dir[Symbol.dispose]();
  });

  function opened(way: Way): Store {
    const where = { url: influx.url, bucket: 'muster', tokenFile: null, ...way };
    return createLineStore({
      config: { type: 'influxdb', org: '', ...where },
      reader: createInfluxReader(where),
      quarantineDir: dir.dir,
      now: Date.now,
      sender: influx.sender('muster'),
    });
  }

  for (const way of [...WAYS, EXACT]) {
    const make = async () => {
      await influx.tell('CREATE DATABASE muster');
      return { open: () => opened(way), close: () => influx.tell('DROP DATABASE muster') };
    };
    storeContract(`InfluxDB, ${way.name}`, make, true, way.cannot);
  }

  test.for([...WAYS, EXACT])('answers as the memory store does: $name', async (way) => {
    await influx.tell('CREATE DATABASE muster');
    await using store = opened(way);
    await compareWithMemory(store);
    await influx.tell('DROP DATABASE muster');
  });

  test('a series of more samples than come in one piece', async () => {
    await influx.tell('CREATE DATABASE muster');
    await using store = opened(WAYS[0] ?? EXACT);
    const signal = new AbortController().signal;
    const record = describe({ intervalS: 1 });
    const points = Array.from({ length: 12_000 }, (_, i) => [T + i, i] as const);
    await store.put(batchOf([[record, points]]), { signal, hurry: true });
    const request = { records: [record], fromS: T, toS: T + 11_999, points: 12_000 };
    const [rows] = await store.query(request, signal);
    const asked = [1, 9_999, 10_000, 10_001, 11_999];
    expect(asked.map((s) => valueAt(rows ?? noRows(1, 1), T + s))).toEqual(asked);
    await influx.tell('DROP DATABASE muster');
  });

  test('names as hostile as they come', async () => {
    await influx.tell('CREATE DATABASE muster');
    await using store = opened(WAYS[0] ?? EXACT);
    await readBackHostileNames(store);
    await influx.tell('DROP DATABASE muster');
  });
});

/** Points under names as hostile as they come are found again, each its own. */
async function readBackHostileNames(store: Store): Promise<void> {
  const spiteful = Array.from('ab/.|\\"\'(){}[]^$*+?-_ ,=~%#;:\näß');
  const names = fc.sample(fc.string({ unit: fc.constantFrom(...spiteful), maxLength: 12 }), {
    seed: 11,
    numRuns: 150,
  });
  const records = [...new Set(names)].flatMap((name, i) => [
    describe({ host: name, cluster: 'hosts' }),
    describe({ metric: `m${name}`, host: `h${i % 3}`, cluster: 'metrics' }),
    describe({ cluster: `c${name}` }),
    describe({ metric: `p-${name}/t-${name}`, protocol: 'collectd', cluster: 'collectd' }),
  ]);
  const signal = new AbortController().signal;
  const rows = records.map(
    (record, i) =>
      [
        record,
        [
          [T, i],
          [T + 10, i],
        ] as const,
      ] as const,
  );
  const outcomes = await store.put(batchOf(rows), { signal, hurry: true });
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
  const answers = await store.query({ records, fromS: T, toS: T + 10, points: 10 }, signal);
  const met = records.filter((_, i) => valueAt(answers[i] ?? noRows(1, 10), T + 10) !== i);
  expect(met.map(({ cluster, host, metric }) => [cluster, host, metric])).toEqual([]);
}

/** InfluxDB 2 answers InfluxQL for a bucket that its DBRP mapping shows as a database. */
const INFLUXDB2 = process.env.MUSTER_TEST_INFLUXDB2_URL;

group('InfluxDB 2', () => {
  // http://HOST:PORT, with MUSTER_TEST_INFLUXDB2_{ORG,BUCKET,TOKEN_FILE}: the bucket keeps points for ever.
  test('names and numbers come back as they went in', async ({ skip }) => {
    skip(INFLUXDB2 === undefined, 'MUSTER_TEST_INFLUXDB2_URL is not set: no InfluxDB 2 to test with');
    using dir = scratch();
    const where = {
      url: INFLUXDB2 ?? '',
      bucket: process.env.MUSTER_TEST_INFLUXDB2_BUCKET ?? 'muster',
      tokenFile: process.env.MUSTER_TEST_INFLUXDB2_TOKEN_FILE ?? null,
      multivalue: 'split',
      integers: 'float',
    } as const;
    const org = process.env.MUSTER_TEST_INFLUXDB2_ORG ?? 'muster';
    await using store = createLineStore({
      config: { type: 'influxdb', org, ...where },
      reader: createInfluxReader(where),
      quarantineDir: dir.dir,
      now: Date.now,
    });
    await readBackHostileNames(store);
    await compareWithMemory(store);
  });
});
