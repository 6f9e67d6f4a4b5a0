import { expect, test } from 'vitest';
import { writeBatch } from '../../../src/store/line/put.ts';
import { KIND } from '../../../src/model/kind.ts';
import { batchOf, describe, source } from '../batch.ts';
import type { Answer } from '../../../src/store/line/answer.ts';
import type { LineNaming } from '../../../src/contract/config.ts';
import type { RecordBatch } from '../../../src/store/store.ts';

const NAMING: LineNaming = { multivalue: 'split', integers: 'float' };
const OK = { kind: 'ok' } as const;
const bad = (more: { dropped?: number; aboutLines?: boolean } = {}) =>
  ({ kind: 'bad', detail: '400 no', dropped: 0, aboutLines: true, ...more }) as const;

/** Records m0, m1, …, with one value each at seconds 1 … points. */
function batch(records: number, points = 1): RecordBatch {
  const rows = Array.from({ length: points }, (_, p) => [p + 1, p] as const);
  const bare = { cluster: '', host: '' };
  return batchOf(Array.from({ length: records }, (_, i) => [describe({ ...bare, metric: `m${i}` }), rows]));
}

/** A server that remembers the requests and answers each as told. */
function server(answer: (lines: string) => Answer) {
  const requests: string[] = [];
  const stored = new Set<string>();
  return {
    requests,
    stored,
    send: async (lines: string) => {
      requests.push(lines);
      const said = answer(lines);
      if (said.kind === 'ok') for (const line of lines.trimEnd().split('\n')) stored.add(line);
      return said;
    },
  };
}

test('one put is one request, in order', async () => {
  const { requests, send } = server(() => OK);
  const result = await writeBatch({ batch: batch(2, 2), naming: NAMING, requestsMax: 500, send });
  expect(requests).toEqual(['m0 value=0 1\nm0 value=1 2\nm1 value=0 1\nm1 value=1 2\n']);
  expect(result).toEqual({ refused: [], passing: new Map(), stoppedBy: undefined, database: true });
});

test('requests are bounded, within a record too', async () => {
  const { requests, stored, send } = server(() => OK);
  await writeBatch({ batch: batch(20, 50), naming: NAMING, requestsMax: 500, send, charsMax: 500 });
  expect(Math.max(...requests.map((lines) => lines.length))).toBeLessThanOrEqual(500);
  expect(requests.length).toBeLessThanOrEqual(100);
  expect(stored.size).toBe(1000);
});

test('a batch without a finite value needs no request', async () => {
  const { requests, send } = server(() => OK);
  const result = await writeBatch({
    batch: batchOf([[describe(), [[1, Number.NaN]]]]),
    naming: NAMING,
    requestsMax: 500,
    send,
  });
  expect(requests).toEqual([]);
  expect(result.database).toBe(false);
});

test.for([
  { name: 'the first', line: 'm0 value=0 1' },
  { name: 'the last', line: 'm9 value=3 4' },
  { name: 'one in the middle', line: 'm4 value=1 2' },
])('a refused line is found, the rest goes in: $name', async ({ line }) => {
  const { requests, stored, send } = server((lines) => (lines.split('\n').includes(line) ? bad() : OK));
  const { refused, passing } = await writeBatch({
    batch: batch(10, 4),
    naming: NAMING,
    requestsMax: 500,
    send,
  });
  expect(refused).toMatchObject([{ lines: `${line}\n`, values: 1, detail: '400 no' }]);
  expect(passing.size).toBe(0);
  expect(stored.size).toBe(39);
  expect(requests.length).toBeLessThanOrEqual(2 * 7);
});

test('refused and stored sources of one record', async () => {
  const record = describe({
    cluster: '',
    host: '',
    sources: [source('a', KIND.gauge), source('b', KIND.gauge)],
  });
  const { stored, send } = server((lines) => (lines.includes('_a ') ? bad() : OK));
  const { refused } = await writeBatch({
    batch: batchOf([[record, [[1, [1, 2]]]]]),
    naming: NAMING,
    requestsMax: 500,
    send,
  });
  expect(refused).toMatchObject([{ lines: 'load_one_a value=1 1\n' }]);
  expect([...stored]).toEqual(['load_one_b value=2 1']);
});

test('where the database says that all were dropped, no halves are tried', async () => {
  const { requests, send } = server((lines) => bad({ dropped: lines.split('\n').length - 1 }));
  const { refused } = await writeBatch({ batch: batch(3, 30), naming: NAMING, requestsMax: 500, send });
  expect(requests).toHaveLength(1);
  expect(refused.map(({ values }) => values)).toEqual([30, 30, 30]);
});

test('what is too large is halved, a single line refused', async () => {
  const { stored, send } = server((lines) =>
    lines.length > 40 || lines.includes('m3') ? { kind: 'large', detail: '413' } : OK,
  );
  const { refused } = await writeBatch({ batch: batch(10, 4), naming: NAMING, requestsMax: 500, send });
  expect(refused.map(({ lines }) => lines).join('')).toBe(
    'm3 value=0 1\nm3 value=1 2\nm3 value=2 3\nm3 value=3 4\n',
  );
  expect(stored.size).toBe(36);
});

test.for([
  { name: 'down', answer: { kind: 'down', detail: '503', askedMs: 0 }, reason: 'store_down' },
  {
    name: 'misconfigured',
    answer: { kind: 'misconfigured', detail: '401', askedMs: 0 },
    reason: 'store_refused',
  },
  { name: 'aborted', answer: { kind: 'aborted' }, reason: 'aborted' },
] as const)(
  'after the answer $name nothing more is sent, and what was not is put again',
  async ({ answer, reason }) => {
    let answers = 0;
    const { requests, send } = server(() => (++answers === 2 ? answer : OK));
    const result = await writeBatch({
      batch: batch(6),
      naming: NAMING,
      requestsMax: 500,
      send,
      charsMax: 100,
    });
    expect(requests).toHaveLength(2);
    expect(result.stoppedBy).toBe(answer);
    const again = [...result.passing].map(([record, passing]) => [record, passing.reason]);
    const sent = requests[0]?.trimEnd().split('\n').length ?? 0;
    expect(again).toEqual(Array.from({ length: 6 - sent }, (_, i) => [sent + i, reason]));
  },
);

test('the search for refused lines is bounded; what is left is put again', async () => {
  const { requests, send } = server(() => bad());
  const result = await writeBatch({ batch: batch(64), naming: NAMING, send, requestsMax: 20 });
  expect(requests).toHaveLength(20);
  expect(result.refused.length).toBeGreaterThan(5);
  expect(result.refused.length + result.passing.size).toBe(64);
});

test('a refusal that is not about lines proves no database', async () => {
  const { send } = server(() => bad({ aboutLines: false }));
  const result = await writeBatch({ batch: batch(2), naming: NAMING, requestsMax: 500, send });
  expect(result).toMatchObject({ database: false, refused: [{}, {}] });
});
