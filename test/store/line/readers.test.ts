import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe as group, expect, test } from 'vitest';
import { ReadTooLarge } from '../../../src/model/read-too-large.ts';
import { createInfluxReader } from '../../../src/store/line/influx-reader.ts';
import { createPromReader } from '../../../src/store/line/prom-reader.ts';
import { describe } from '../batch.ts';
import { cases, expected, plain } from './read-cases.ts';
import type { Server, ServerResponse } from 'node:http';
import type { LineReader } from '../../../src/store/line/line-store.ts';

const NAMING = { multivalue: 'split', integers: 'float' } as const;
const patient = new AbortController().signal;

interface Exchange {
  readonly path: string;
  readonly form: readonly (readonly [string, string])[];
  readonly answer: string;
}

/** A server that answers each form as it is told to. */
class FakeReads implements AsyncDisposable {
  answer: (path: string, form: URLSearchParams, response: ServerResponse, authorization?: string) => void =
    () => {};
  readonly asked: { path: string; form: URLSearchParams }[] = [];
  /** Requests of which the other end is gone. */
  left = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      response.on('close', () => (this.left += response.writableEnded ? 0 : 1));
      void text(request).then((body) => {
        const form = new URLSearchParams(body);
        const path = request.url ?? '';
        this.asked.push({ path, form });
        this.answer(path, form, response, request.headers.authorization);
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  says(status: number, body: string): void {
    this.answer = (_path, _form, response) => response.writeHead(status).end(body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

interface Given {
  readonly url: string;
  readonly samplesMax?: number;
  readonly withinMs?: number;
  readonly integers?: 'exact';
}

const DATABASES: readonly { name: string; file: string; open: (given: Given) => LineReader }[] = [
  {
    name: 'VictoriaMetrics',
    file: 'victoriametrics.json',
    open: ({ url, ...more }) => createPromReader({ readUrl: url, ...NAMING, ...more }),
  },
  {
    name: 'InfluxDB',
    file: 'influxdb.json',
    open: ({ url, ...more }) =>
      createInfluxReader({ url, bucket: 'muster', tokenFile: null, ...NAMING, ...more }),
  },
];

let fake: FakeReads;
let url: string;
beforeEach(async () => {
  fake = new FakeReads();
  url = await fake.start();
});
afterEach(() => fake[Symbol.asyncDispose]());

group.for(DATABASES)('reading from $name', ({ file, open }) => {
  const vectors = JSON.parse(
    readFileSync(new URL(`../../vectors/reads/${file}`, import.meta.url), 'utf8'),
  ) as { name: string; exchanges: Exchange[] }[];

  test.for(cases)('asks as the real one was asked, and its answers are understood: $name', async (given) => {
    const exchanges = vectors.find(({ name }) => name === given.name)?.exchanges ?? [];
    fake.answer = (path, form, response) => {
      const known = exchanges.find(
        (one) =>
          one.path === path &&
          new URLSearchParams(one.form.map(([key, value]): [string, string] => [key, value])).toString() ===
            form.toString(),
      );
      response.writeHead(known ? 200 : 404).end(known?.answer ?? `not asked then: ${form.toString()}`);
    };
    const reader = open({ url, samplesMax: given.samplesMax });
    expect(plain(await reader.read(given.request, patient))).toEqual(await expected(given.request));
    expect(fake.asked.length).toBe(exchanges.length);
  });

  const request = { records: [describe()], fromS: 1_700_000_000, toS: 1_700_003_600, points: 100 };

  test.for([
    { name: 'refused', status: 422, body: 'no such\n  thing', words: /422 no such thing/ },
    { name: 'a gateway', status: 502, body: '<html>', words: /502 <html>/ },
    { name: 'another status that is no fault', status: 204, body: '', words: /204/ },
    { name: 'a page', status: 200, body: '<html>hello', words: /not an answer of/ },
    { name: 'other JSON', status: 200, body: '{"hello":1}', words: /not an answer of|without results/ },
  ])('is told in words: $name', async ({ status, body, words }) => {
    fake.says(status, body);
    await expect(open({ url, samplesMax: 0 }).read(request, patient)).rejects.toThrow(words);
  });

  test('nobody there', async () => {
    await fake[Symbol.asyncDispose]();
    await expect(open({ url }).read(request, patient)).rejects.toThrow(/store\.\w+\.\w+: ECONNREFUSED/);
    fake = new FakeReads();
    await fake.start();
  });

  test('no answer in time', async () => {
    await expect(open({ url, withinMs: 20 }).read(request, patient)).rejects.toThrow(
      /no answer within 20 ms/,
    );
  });

  test('an answer that stops in the middle', async () => {
    fake.answer = (_path, _form, response) => response.writeHead(200).write('{"results":');
    await expect(open({ url, withinMs: 50 }).read(request, patient)).rejects.toThrow(
      /no answer within 50 ms/,
    );
  });

  test('when nobody waits any more the database is let go', async () => {
    const abort = new AbortController();
    fake.answer = () => abort.abort(new Error('the client left'));
    await expect(open({ url }).read(request, abort.signal)).rejects.toThrow('the client left');
    await expect.poll(() => fake.left).toBe(1);
  });

  test('more than a read may ask for is refused before anything is asked', async () => {
    const records = Array.from({ length: 400 }, (_, i) => describe({ host: `h${i}` }));
    const huge = { ...request, records, fromS: request.toS - 86_400 * 2, points: 10_000 };
    await expect(open({ url }).read(huge, patient)).rejects.toThrow(ReadTooLarge);
    expect(fake.asked).toEqual([]);
  });

  test('500 hosts are a few requests, none longer than a server takes', async () => {
    fake.answer = (path, _form, response) => response.end(path.endsWith('query') ? '{"results":[{}]}' : '');
    const records = Array.from({ length: 500 }, (_, i) => describe({ host: `node-${i}.rack-7.example.net` }));
    await open({ url, samplesMax: 1e9 }).read({ ...request, records }, patient);
    expect(fake.asked.length).toBeLessThanOrEqual(3);
    for (const { form } of fake.asked) {
      const text = [...form.values()].join('');
      expect(Buffer.byteLength(text)).toBeLessThan(file.startsWith('victoria') ? 16_384 : 70_000);
    }
  });
});

test('InfluxDB: a long series comes in parts', async () => {
  const part = (statement: number, host: string, values: unknown[], partial: boolean) => {
    const tags = { cluster: 'web', host, instance: '', type: '', type_instance: '' };
    const series = { name: 'load_one', tags, columns: ['time', 'value'], values };
    return JSON.stringify({
      results: [
        { statement_id: statement, series: [{ ...series, ...(partial && { partial }) }], partial: true },
      ],
    });
  };
  const lines = [
    part(0, 'web-1', [[10, 1]], true),
    part(0, 'web-1', [[20, 2]], true),
    part(0, 'web-1', [[30, 3]], false),
    part(0, 'web-2', [[30, 4]], false),
    '{"results":[{"statement_id":0}]}',
  ];
  fake.says(200, lines.join('\n') + '\n\n');
  const reader = createInfluxReader({ url, bucket: 'b', tokenFile: null, ...NAMING });
  const records = [describe(), describe({ host: 'web-2' })];
  const rows = await reader.read({ records, fromS: 0, toS: 30, points: 10 }, patient);
  expect(rows.map(({ columns }) => [...(columns[0] ?? [])])).toEqual([
    [1, 2, 3],
    [NaN, NaN, 4],
  ]);
  fake.says(200, lines.slice(0, -1).join('\n'));
  await expect(reader.read({ records, fromS: 0, toS: 30, points: 10 }, patient)).rejects.toThrow(/cut off/);
});

test('InfluxDB: an answer that was cut off is no answer', async () => {
  fake.says(
    200,
    '{"results":[{"series":[{"name":"load_one","tags":{},"columns":[],"values":[],"partial":true}]}]}',
  );
  const reader = createInfluxReader({ url, bucket: 'b', tokenFile: null, ...NAMING });
  const request = { records: [describe()], fromS: 0, toS: 60, points: 10 };
  await expect(reader.read(request, patient)).rejects.toThrow(/cut off/);
});

test('InfluxDB: a statement that failed is told with the statement', async () => {
  fake.says(200, '{"results":[{"error":"database not found: b"}]}');
  const reader = createInfluxReader({ url, bucket: 'b', tokenFile: null, ...NAMING });
  const request = { records: [describe()], fromS: 0, toS: 60, points: 10 };
  await expect(reader.read(request, patient)).rejects.toThrow(/database not found: b \(SELECT/);
});

test.for([
  { name: 'a bucket', bucket: 'muster', db: 'muster', rp: null },
  { name: 'a bucket of a database and a retention policy', bucket: 'a/b/c', db: 'a', rp: 'b/c' },
])('InfluxDB: $name is read as a database', async ({ bucket, db, rp }) => {
  fake.says(200, '{"results":[{}]}');
  const request = { records: [describe()], fromS: 0, toS: 60, points: 10 };
  await createInfluxReader({ url, bucket, tokenFile: null, ...NAMING }).read(request, patient);
  expect(fake.asked.map(({ form }) => [form.get('db'), form.get('rp')])).toEqual([[db, rp]]);
});

test('InfluxDB: a token goes with the request and never into words', async () => {
  using dir = mkdtempDisposableSync(join(tmpdir(), 'muster-reads-'));
  const tokenFile = join(dir.path, 'token');
  writeFileSync(tokenFile, 'very-secret\n');
  fake.answer = (_path, _form, response, authorization) =>
    response.writeHead(401).end(`${authorization} is not allowed`);
  const reader = createInfluxReader({ url, bucket: 'b', tokenFile, ...NAMING });
  const request = { records: [describe()], fromS: 0, toS: 60, points: 10 };
  await expect(reader.read(request, patient)).rejects.toThrow('401 Token … is not allowed');
});
