import { expect, test } from 'vitest';
import { answerOf } from '../../../src/store/line/answer.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const read = (
  status: number,
  text = '',
  retryAfter?: string,
  dialect: 'influxdb' | 'victoriametrics' = 'influxdb',
) => answerOf({ status, text, retryAfter }, dialect, NOW_MS);

test.for([
  { status: 200, kind: 'misconfigured' },
  { status: 204, kind: 'ok' },
  { status: 301, kind: 'misconfigured' },
  { status: 400, kind: 'bad' },
  { status: 401, kind: 'misconfigured' },
  { status: 403, kind: 'misconfigured' },
  { status: 404, kind: 'misconfigured' },
  { status: 405, kind: 'misconfigured' },
  { status: 408, kind: 'down' },
  { status: 413, kind: 'large' },
  { status: 415, kind: 'misconfigured' },
  { status: 422, kind: 'bad' },
  { status: 425, kind: 'down' },
  { status: 429, kind: 'down' },
  { status: 500, kind: 'down' },
  { status: 503, kind: 'down' },
  { status: 599, kind: 'down' },
])('$status is $kind', ({ status, kind }) => {
  expect(read(status).kind).toBe(kind);
});

test.for([
  { status: 401, key: 'store.influxdb.token_file' },
  { status: 403, key: 'store.influxdb.token_file' },
  { status: 404, key: 'store.influxdb.bucket' },
  { status: 405, key: 'store.influxdb.url' },
])('$status names $key', ({ status, key }) => {
  expect(read(status)).toMatchObject({ detail: expect.stringContaining(key) });
});

test('VictoriaMetrics has one key to name', () => {
  const answer = read(401, 'no', undefined, 'victoriametrics');
  expect(answer).toMatchObject({ detail: '401 no; is store.victoriametrics.url right?' });
});

test.for([
  { name: 'none', header: undefined, ms: 0 },
  { name: 'seconds', header: '7', ms: 7000 },
  { name: 'a date', header: 'Sat, 21 Nov 2026 12:00:30 GMT', ms: 30_000 },
  { name: 'a date that is past', header: 'Sat, 21 Nov 2026 11:00:00 GMT', ms: 0 },
  { name: 'nonsense', header: 'soon', ms: 0 },
  { name: 'nonsense in numbers', header: '-5', ms: 0 },
])('Retry-After: $name', ({ header, ms }) => {
  expect(read(429, '', header)).toMatchObject({ askedMs: ms });
});

test.for([
  { name: 'InfluxDB 1, a line', text: "unable to parse 'x': missing fields", aboutLines: true, dropped: 0 },
  {
    name: 'InfluxDB, some',
    text: 'partial write: field type conflict: … dropped=3',
    aboutLines: true,
    dropped: 3,
  },
  { name: 'somebody else', text: 'unsupported path requested', aboutLines: false, dropped: 0 },
])('what a refusal says: $name', ({ text, aboutLines, dropped }) => {
  expect(read(422, text)).toMatchObject({ kind: 'bad', detail: `422 ${text}`, aboutLines, dropped });
});

test('a detail is one line, and not too long', () => {
  const answer = read(500, `a\r\nb\u0000${'x'.repeat(1000)}`);
  const detail = 'detail' in answer ? answer.detail : '';
  expect(detail).toMatch(/^500 a b x+$/);
  expect(detail).toHaveLength(300);
});
