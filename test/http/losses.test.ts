import { describe, expect, test } from 'vitest';
import { NOW_MS, stand } from './stand.ts';
import type { LossView } from '../../src/contract/api.ts';

const loss = (cluster: string): LossView => ({
  cluster,
  from_ms: NOW_MS - 5000,
  to_ms: NOW_MS - 1000,
  packets: 7,
  reasons: ['kernel'],
});

describe('GET /api/v1/losses', () => {
  test('answers the last day without keys', async () => {
    await using server = stand();
    server.losses.all = [loss('web'), loss('db')];
    const answer = await server.app.inject('/api/v1/losses');
    expect([answer.statusCode, answer.json()]).toEqual([200, [loss('web'), loss('db')]]);
    expect(server.losses.queries).toMatchObject([{ fromMs: NOW_MS - 86_400_000, toMs: NOW_MS }]);
  });

  test('takes a range and a regular expression over the cluster', async () => {
    await using server = stand();
    server.losses.all = [loss('web-a'), loss('db'), loss('web-b')];
    const answer = await server.app.inject('/api/v1/losses?cluster=web-.*&from=1000&to=2000');
    expect(answer.json<LossView[]>().map(({ cluster }) => cluster)).toEqual(['web-a', 'web-b']);
    expect(server.losses.queries).toMatchObject([{ fromMs: 1_000_000, toMs: 2_000_000 }]);
  });

  test('says how many it leaves out', async () => {
    await using server = stand();
    server.losses.all = Array.from({ length: 1003 }, () => loss('web'));
    const answer = await server.app.inject('/api/v1/losses');
    expect([answer.json<LossView[]>().length, answer.headers['muster-left-out']]).toEqual([1000, '3']);
  });

  test.for([
    { name: 'a range backwards', query: 'from=20&to=10', code: 'bad_range' },
    { name: 'no time', query: 'from=yesterday', code: 'bad_time' },
    { name: 'a pattern that does not compile', query: 'cluster=(', code: 'bad_pattern' },
    { name: 'a key it does not have', query: 'host=a', code: 'bad_query' },
  ])('refuses $name', async ({ query, code }) => {
    await using server = stand();
    const answer = await server.app.inject(`/api/v1/losses?${query}`);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code }]);
  });

  test('a file that cannot be read is said so', async () => {
    await using server = stand();
    server.losses.fault = 'disk I/O error';
    const answer = await server.app.inject('/api/v1/losses');
    expect([answer.statusCode, answer.json()]).toMatchObject([503, { code: 'events_failed' }]);
  });
});
