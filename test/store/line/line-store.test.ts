import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KIND } from '../../../src/model/kind.ts';
import { createLineStore } from '../../../src/store/line/line-store.ts';
import { createSender } from '../../../src/store/line/sender.ts';
import { batchOf, describe, source } from '../batch.ts';
import { FakeDatabase } from './fake-database.ts';
import type { ServerResponse } from 'node:http';
import type { InfluxStoreConfig, VictoriaStoreConfig } from '../../../src/contract/config.ts';
import type { Store } from '../../../src/store/store.ts';

const T = 1_700_000_000;
const NAMING = { multivalue: 'split', integers: 'float' } as const;
const patient = { signal: new AbortController().signal, hurry: false };
const OK = { ok: true, lateThroughS: 0 };

let dir = '';
let database: FakeDatabase;
let stores: Store[] = [];
const clock = { ms: Date.parse('2026-11-21T12:00:00Z') };
const told: string[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'muster-line-'));
  database = await FakeDatabase.start();
  told.length = 0;
});
afterEach(async () => {
  await database[Symbol.asyncDispose]();
  for (const store of stores) await store[Symbol.asyncDispose]();
  stores = [];
  rmSync(dir, { recursive: true, force: true });
});

function open(config: InfluxStoreConfig | VictoriaStoreConfig, withinMs = 5000): Store {
  const store = createLineStore({
    config,
    reader: { read: async () => [] },
    quarantineDir: join(dir, 'quarantine'),
    now: () => clock.ms,
    random: () => 0,
    onCount: (what, detail) => told.push(`${what}: ${detail}`),
    sender: createSender({ config, now: () => clock.ms, withinMs }),
  });
  stores.push(store);
  return store;
}

const influx = (more: Partial<InfluxStoreConfig> = {}, withinMs?: number) => {
  const config = { type: 'influxdb', url: database.url, org: 'o&o', bucket: 'b b', tokenFile: null } as const;
  return open({ ...config, ...NAMING, ...more }, withinMs);
};
const victoria = () => open({ type: 'victoriametrics', url: database.url, readUrl: database.url, ...NAMING });

/** Records m0, m1, … with a value at T and T + 10. */
const batch = (records = 1) =>
  batchOf(
    Array.from({ length: records }, (_, i) => [
      describe({ metric: `m${i}` }),
      [
        [T, i],
        [T + 10, i],
      ],
    ]),
  );

test('a write to InfluxDB: path, query, headers, body', async () => {
  writeFileSync(join(dir, 'token'), 's3cret\n');
  const store = influx({ url: `${database.url}/below`, tokenFile: join(dir, 'token') });
  expect(await store.put(batch(), patient)).toEqual([OK]);
  const [request] = database.requests;
  expect(request?.url).toBe('/below/api/v2/write?org=o%26o&bucket=b+b&precision=s');
  expect(request?.headers).toMatchObject({
    authorization: 'Token s3cret',
    'content-encoding': 'gzip',
    'content-type': 'text/plain; charset=utf-8',
  });
  const head = 'm0,cluster=web,host=web-1';
  expect(request?.lines).toBe(`${head} value=0 ${T}\n${head} value=0 ${T + 10}\n`);
});

test('a write to VictoriaMetrics has no bucket and no token', async () => {
  expect(await victoria().put(batch(), patient)).toEqual([OK]);
  expect(database.requests[0]?.url).toBe('/api/v2/write?precision=s');
  expect(database.requests[0]?.headers.authorization).toBeUndefined();
});

test('unicode arrives as UTF-8', async () => {
  await victoria().put(batchOf([[describe({ host: 'ü日本😀' }), [[T, 1]]]]), patient);
  expect(database.requests[0]?.lines).toContain('host=ü日本😀 ');
});

test('a new token is used with the next write', async () => {
  const file = join(dir, 'token');
  writeFileSync(file, 'one');
  const store = influx({ tokenFile: file });
  await store.put(batch(), patient);
  writeFileSync(file, 'another');
  await store.put(batch(), patient);
  const tokens = database.requests.map(({ headers }) => headers.authorization);
  expect(tokens).toEqual(['Token one', 'Token another']);
});

test.for([
  { status: 408, reason: 'store_down', says: '408' },
  { status: 429, reason: 'store_down', says: '429' },
  { status: 500, reason: 'store_down', says: '500' },
  { status: 503, reason: 'store_down', says: '503' },
  { status: 302, reason: 'store_refused', says: 'store.influxdb.url' },
  { status: 401, reason: 'store_refused', says: 'store.influxdb.token_file' },
  { status: 403, reason: 'store_refused', says: 'store.influxdb.token_file' },
  { status: 404, reason: 'store_refused', says: 'store.influxdb.bucket' },
  { status: 405, reason: 'store_refused', says: 'store.influxdb.url' },
])('$status: the points wait, nobody asks for a while, then they go', async ({ status, reason, says }) => {
  const store = influx();
  database.says(status, 'words', { location: 'http://127.0.0.1:1/' });
  const detail = expect.stringContaining(says);
  const refused = { ok: false, retryable: true, reason, detail };
  expect(await store.put(batch(2), patient)).toEqual([refused, refused]);
  database.says(204);
  expect(await store.put(batch(1), patient)).toEqual([refused]);
  expect(database.requests).toHaveLength(1);
  clock.ms += 500;
  expect(await store.put(batch(1), patient)).toEqual([OK]);
  expect(existsSync(join(dir, 'quarantine'))).toBe(false);
});

test('Retry-After is honoured', async () => {
  const store = influx();
  database.says(429, '', { 'retry-after': '90' });
  await store.put(batch(), patient);
  database.says(204);
  clock.ms += 89_000;
  expect(await store.put(batch(), patient)).toMatchObject([{ ok: false, reason: 'store_down' }]);
  clock.ms += 1000;
  expect(await store.put(batch(), patient)).toEqual([OK]);
});

test('a refused connection is a store that is down', async () => {
  const store = influx({ url: 'http://127.0.0.1:1' });
  expect(await store.put(batch(), patient)).toMatchObject([
    { ok: false, retryable: true, reason: 'store_down', detail: expect.stringContaining('ECONNREFUSED') },
  ]);
});

test.for([
  { name: 'before an answer', cut: (response: ServerResponse) => response.destroy() },
  {
    name: 'within an answer',
    cut: (response: ServerResponse) =>
      response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy()),
  },
])('a connection that is cut $name is a store that is down', async ({ cut }) => {
  const store = influx();
  database.answer = cut;
  const [outcome] = await store.put(batch(), patient);
  expect(outcome).toMatchObject({ ok: false, retryable: true, reason: 'store_down' });
});

test('a server that does not answer is down after a while', async () => {
  const store = influx({}, 100);
  database.answer = () => {};
  expect(await store.put(batch(), patient)).toMatchObject([
    { ok: false, retryable: true, reason: 'store_down', detail: expect.stringContaining('100 ms') },
  ]);
});

test('so is one that answers drop by drop', async () => {
  const store = influx({}, 200);
  database.answer = (response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(drip));
  };
  expect(await store.put(batch(), patient)).toMatchObject([{ ok: false, reason: 'store_down' }]);
});

test('an aborted put answers aborted, and the store is not taken for down', async () => {
  const store = influx();
  const abort = new AbortController();
  database.answer = () => abort.abort();
  const aborted = { ok: false, retryable: true, reason: 'aborted' };
  expect(await store.put(batch(), { ...patient, signal: abort.signal })).toMatchObject([aborted]);
  expect(await store.put(batch(), { ...patient, signal: abort.signal })).toMatchObject([aborted]);
  expect(database.requests).toHaveLength(1);
  database.says(204);
  expect(await store.put(batch(), patient)).toEqual([OK]);
});

test('dispose waits for what is under way', async () => {
  const store = influx();
  const [outcomes] = await Promise.all([store.put(batch(), patient), store[Symbol.asyncDispose]()]);
  expect(outcomes).toEqual([OK]);
});

/** Refuses requests with a line that contains `words`, as InfluxDB 2 does. */
function refuses(words: string, status = 400): void {
  database.answer = (response, { lines }) => {
    if (!lines.includes(words)) return response.writeHead(204).end();
    const body = JSON.stringify({ code: 'invalid', message: `unable to parse '${words}': no` });
    return response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
}

const quarantined = () =>
  readdirSync(join(dir, 'quarantine')).map((name) => readFileSync(join(dir, 'quarantine', name), 'utf8'));

test.for([400, 422])('%d: the refused record is quarantined, the others are stored', async (status) => {
  const store = influx();
  refuses('m2', status);
  const outcomes = await store.put(batch(5), patient);
  const lost = {
    ok: false,
    retryable: false,
    reason: 'quarantined',
    detail: expect.stringContaining('unable'),
  };
  expect(outcomes).toEqual([OK, OK, lost, OK, OK]);
  const head = 'm2,cluster=web,host=web-1 value=2';
  expect(quarantined()).toEqual([
    `# ${new Date(clock.ms).toISOString()} ${status} unable to parse 'm2': no\n${head} ${T}\n${head} ${T + 10}\n`,
  ]);
  expect(told).toEqual([expect.stringContaining('quarantined: 2 refused')]);
  const stored = database.requests.filter(({ lines }) => !lines.includes('m2')).map(({ lines }) => lines);
  expect(['m0', 'm1', 'm3', 'm4'].every((name) => stored.some((lines) => lines.includes(name)))).toBe(true);
});

test('one refused point: the rest of its record is stored, and the outcome says how much is not', async () => {
  const store = influx();
  refuses(` ${T + 10}`);
  const record = describe({ sources: [source('a', KIND.gauge), source('b', KIND.gauge)] });
  const points = [0, 10, 20].map((s) => [T + s, [s, s]] as const);
  const [outcome] = await store.put(batchOf([[record, points]]), patient);
  expect(outcome).toMatchObject({ ok: true, lateThroughS: 0, quarantined: { values: 2 } });
  expect(quarantined().join('')).toContain(`load_one_a,cluster=web,host=web-1 value=10 ${T + 10}\n`);
});

test('refusals of a server that never took anything are not believed', async () => {
  const store = victoria();
  database.says(400, 'unsupported path requested: /x');
  const detail = expect.stringContaining('store.victoriametrics.url');
  const doubted = { ok: false, retryable: true, reason: 'store_refused', detail };
  expect(await store.put(batch(3), patient)).toEqual([doubted, doubted, doubted]);
  expect(existsSync(join(dir, 'quarantine'))).toBe(false);
  const { length } = database.requests;
  expect(await store.put(batch(3), patient)).toEqual([doubted, doubted, doubted]);
  expect(database.requests).toHaveLength(length);
});

test('a server that never took anything is not asked for long', async () => {
  const store = victoria();
  database.says(400, 'no');
  const outcomes = await store.put(batch(500), patient);
  expect(outcomes.filter((outcome) => outcome.ok || !outcome.retryable)).toEqual([]);
  expect(database.requests).toHaveLength(40);
});

test('one bad line in the first batch is found all the same', async () => {
  const store = victoria();
  database.answer = (response, { lines }) =>
    response.writeHead(lines.includes('m0,') ? 400 : 204).end('no words that are known');
  const outcomes = await store.put(batch(500), patient);
  expect(outcomes[0]).toMatchObject({ ok: false, retryable: false, reason: 'quarantined' });
  expect(outcomes.slice(1)).toEqual(Array.from({ length: 499 }, () => OK));
});

test('a database that goes while lines are sorted out: nothing is quarantined yet', async () => {
  const store = influx();
  let answers = 0;
  database.answer = (response, { lines }) => {
    answers += 1;
    if (answers === 4) return response.writeHead(503).end();
    return response.writeHead(lines.includes('m0') ? 400 : 204).end('unable to parse');
  };
  const outcomes = await store.put(batch(4), patient);
  expect(outcomes[0]).toMatchObject({ ok: false, retryable: true, reason: 'store_down' });
  expect(existsSync(join(dir, 'quarantine'))).toBe(false);
});

test('413: the batch is halved until it fits', async () => {
  const store = influx();
  database.answer = (response, { lines }) => response.writeHead(lines.length > 400 ? 413 : 204).end();
  expect(await store.put(batch(20), patient)).toEqual(Array.from({ length: 20 }, () => OK));
});

test('no token is in what is said, whatever the database answers', async () => {
  writeFileSync(join(dir, 'token'), 's3cret-token');
  const store = influx({ tokenFile: join(dir, 'token') });
  database.answer = (response, { headers }) => response.writeHead(401).end(JSON.stringify(headers));
  const said = JSON.stringify([await store.put(batch(), patient), told]);
  expect(said).toContain('401');
  expect(said).not.toContain('s3cret');
});

test('without its token file, the points wait', async () => {
  const store = influx({ tokenFile: join(dir, 'none') });
  expect(await store.put(batch(), patient)).toMatchObject([
    { ok: false, retryable: true, reason: 'store_refused', detail: expect.stringContaining('token_file') },
  ]);
  expect(database.requests).toEqual([]);
});

test('points without a finite value count as stored', async () => {
  expect(await influx().put(batchOf([[describe(), [[T, Number.NaN]]]]), patient)).toEqual([OK]);
  expect(database.requests).toEqual([]);
});

test('a read is the reader’s', async () => {
  expect(await influx().query({ records: [], fromS: 0, toS: 1, points: 1 }, patient.signal)).toEqual([]);
});
