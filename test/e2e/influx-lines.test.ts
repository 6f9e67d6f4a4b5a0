import { afterAll, beforeAll, expect, test } from 'vitest';
import { KIND } from '../../src/model/kind.ts';
import { answerOf } from '../../src/store/line/answer.ts';
import { linesOf, seriesOf } from '../../src/store/line/lines.ts';
import { batchOf, describe, source } from '../store/batch.ts';
import { HOSTILE_NAMES } from '../store/line/hostile-names.ts';
import { Influx } from './influx.ts';
import { scratch } from './server.ts';
import type { LineNaming } from '../../src/contract/config.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { Value } from '../store/batch.ts';

// The lines against the real InfluxDB, what it takes and what it says to what it refuses.

const T = 1_700_000_000;
const NAMING = { multivalue: 'split', integers: 'float' } as const;

let place: ReturnType<typeof scratch>;
let influx: Influx;
beforeAll(async () => {
  place = scratch();
  influx = await Influx.start(place.dir);
  await influx.tell('CREATE DATABASE muster');
});
afterAll(async () => {
  await influx[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

/** The lines of one point at T of each record. */
function lines(
  records: readonly RecordDescription[],
  values: readonly Value[],
  naming: LineNaming = NAMING,
): string {
  const batch = batchOf(records.map((record) => [record, [[T, values]]]));
  return records
    .flatMap((record, i) =>
      seriesOf(record, naming).map((series) => linesOf(batch, { record: i, series, from: i, to: i + 1 })),
    )
    .join('');
}

async function write(text: string) {
  const url = `${influx.url}/write?db=muster&precision=s`;
  const response = await fetch(url, { method: 'POST', body: text });
  return answerOf(
    { status: response.status, text: await response.text(), retryAfter: undefined },
    'influxdb',
    0,
  );
}

async function asked(q: string): Promise<string> {
  const body = new URLSearchParams({ q, db: 'muster', epoch: 's' });
  return (await fetch(`${influx.url}/query`, { method: 'POST', body })).text();
}

/** One column of the only series of an answer. */
async function column(q: string, at: number): Promise<ReadonlySet<unknown>> {
  const answer = JSON.parse(await asked(q)) as { results: { series?: { values: unknown[][] }[] }[] };
  return new Set(answer.results[0]?.series?.[0]?.values.map((row) => row[at]));
}

test('hostile names arrive', async () => {
  const names = [...HOSTILE_NAMES.keys()];
  const stored = [...HOSTILE_NAMES.values()];
  const hosts = names.map((host) => describe({ cluster: '', metric: 'hosts', host }));
  const metrics = names.map((metric) => describe({ cluster: 'hostile', host: '', metric }));
  const fields = names.map((name) =>
    describe({ metric: 'fields', sources: [source(name, KIND.gauge), source('other', KIND.gauge)] }),
  );
  const naming = { ...NAMING, multivalue: 'join' } as const;
  expect(await write(lines([...hosts, ...metrics, ...fields], [1, 2], naming))).toEqual({ kind: 'ok' });
  expect(await column('SHOW TAG VALUES FROM hosts WITH KEY = host', 1)).toEqual(new Set(stored));
  const measurements = await column(`SHOW MEASUREMENTS WHERE "cluster" = 'hostile'`, 0);
  expect(measurements).toEqual(new Set(stored));
  expect(await column('SHOW FIELD KEYS FROM fields', 0)).toEqual(new Set([...stored, 'other']));
});

test('what was written twice is there once', async () => {
  const text = lines([describe({ metric: 'twice' })], [1]);
  await write(text);
  await write(text);
  expect(await column('SELECT count(value) FROM twice', 1)).toEqual(new Set([1]));
});

test('signed integers arrive to the last digit; unsigned ones are for InfluxDB 2', async () => {
  const exact = { ...NAMING, integers: 'exact' } as const;
  const derive = describe({ metric: 'derive', sources: [source('value', KIND.derive)] });
  expect(await write(lines([derive], [-9_223_372_036_854_775_807n], exact))).toEqual({ kind: 'ok' });
  expect(await asked('SELECT value FROM derive')).toContain('-9223372036854775807');
  const counter = describe({ metric: 'counter', sources: [source('value', KIND.counter)] });
  expect(await write(lines([counter], [1n], exact))).toMatchObject({ kind: 'bad', aboutLines: true });
});

test('a field of another type: the database says how many lines it dropped', async () => {
  const derive = describe({ metric: 'conflict', sources: [source('value', KIND.derive)] });
  await write(lines([derive], [1n]));
  const text = lines([derive], [1n], { ...NAMING, integers: 'exact' });
  expect(await write(text)).toMatchObject({ kind: 'bad', aboutLines: true, dropped: 1 });
});

test('a line that cannot be parsed is about lines', async () => {
  expect(await write('rubbish')).toMatchObject({ kind: 'bad', aboutLines: true });
});
