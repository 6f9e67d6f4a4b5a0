import { describe, expect, test } from 'vitest';
import { REASON_CURES } from '../../src/contract/reasons.ts';
import { NOW_MS, stand } from './stand.ts';
import type { SourcesAnswer } from '../../src/contract/api.ts';
import type { SourceRow } from '../../src/model/source-query.ts';

const row = (address: string, ...reasons: string[]): SourceRow => ({
  group: 'web',
  address,
  protocols: ['collectd'],
  hosts: ['web-1'],
  hosts_total: 1,
  first_seen_ms: NOW_MS - 1000,
  last_seen_ms: NOW_MS,
  packets: 9,
  values: 80,
  values_per_second: 2.5,
  series: 7,
  clock_skew_ms: null,
  refused: reasons.map((reason) => ({ what: 'value', reason, count: 2, last_ms: NOW_MS })),
});

describe('GET /api/v1/sources', () => {
  test('answers who sends, and what mends what was refused', async () => {
    await using server = stand();
    server.senders.rows = [row('10.0.0.1', 'time_past', 'something_new'), row('10.0.0.2')];
    const answer = await server.app.inject('/api/v1/sources');
    expect(answer.statusCode).toBe(200);
    const { sources, left_out: leftOut } = answer.json<SourcesAnswer>();
    expect([sources.length, leftOut]).toEqual([2, 0]);
    expect(sources[1]).toEqual(row('10.0.0.2'));
    expect(sources[0]?.refused.map(({ cure }) => cure)).toEqual([
      REASON_CURES['time-past'],
      'see docs/PROTOCOLS.md, "Reasons"',
    ]);
    expect(server.senders.queries).toEqual([{ limit: 100 }]);
  });

  test('asks for what is asked for, and says how many more there are', async () => {
    await using server = stand();
    server.senders.rows = [row('10.0.0.1'), row('10.0.0.2'), row('10.0.0.3')];
    const answer = await server.app.inject('/api/v1/sources?group=web&address=10.0.0.1&q=db&limit=2');
    expect(answer.json<SourcesAnswer>()).toMatchObject({ sources: [{}, {}], left_out: 1 });
    expect(server.senders.queries).toEqual([{ group: 'web', address: '10.0.0.1', q: 'db', limit: 2 }]);
  });

  test.for([
    { name: 'a group that is not configured', query: 'group=nope', status: 404, code: 'cluster_unknown' },
    { name: 'a key there is not', query: 'cluster=web', status: 400, code: 'bad_query' },
    { name: 'no row at all', query: 'limit=0', status: 400, code: 'bad_query' },
    { name: 'more rows than there may be', query: 'limit=10001', status: 400, code: 'bad_query' },
  ])('refuses $name', async ({ query, status, code }) => {
    await using server = stand();
    const answer = await server.app.inject(`/api/v1/sources?${query}`);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
  });

  test('is described', async () => {
    await using server = stand();
    const described = (await server.app.inject('/api/openapi.json')).json<{ paths: object }>();
    expect(Object.keys(described.paths)).toContain('/api/v1/sources');
  });

  test('a host’s conflict is in its answer', async () => {
    await using server = stand();
    const conflict = '10.0.0.1 and 10.0.0.2 send under this name in turns';
    server.fleet.host('web', 'web-1').conflict('web', 'web-1', conflict).host('web', 'web-2');
    const hosts = (await server.app.inject('/api/v1/hosts')).json<{ conflict: string | null }[]>();
    expect(hosts.map((host) => host.conflict)).toEqual([conflict, null]);
  });
});
