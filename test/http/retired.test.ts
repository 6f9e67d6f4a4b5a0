import { describe, expect, test } from 'vitest';
import { NOW_MS, stand } from './stand.ts';
import { describe as describeRecord } from '../store/batch.ts';
import type { HostView, MetricView, SearchAnswer, SeriesAnswer } from '../../src/contract/api.ts';
import type { RetiredHost } from '../../src/model/retired.ts';

function left(name: string, given: Partial<RetiredHost> = {}): RetiredHost {
  return {
    cluster: 'web',
    name,
    address: '10.0.0.7',
    agent: 'collectd',
    facts: [['os', 'plan9']],
    lastSeenMs: NOW_MS - 90_000_000,
    retiredMs: NOW_MS - 1000,
    reason: 'expired',
    records: 2,
    ...given,
  };
}

/** web-1 is there with `load`; web-2 has left with `load` and `if_octets`. */
function furnished() {
  const server = stand();
  server.fleet.record('web', 'web-1', 'load');
  server.retired.all = [left('web-2')];
  const octets = describeRecord({ cluster: 'web', host: 'web-2', metric: 'if_octets' });
  const [source] = octets.sources;
  if (!source) throw new Error('no source');
  server.retired.gone = [
    describeRecord({ cluster: 'web', host: 'web-2', metric: 'load' }),
    {
      ...octets,
      sources: [
        { ...source, name: 'rx' },
        { ...source, name: 'tx' },
      ],
    },
  ];
  const get = async <T>(path: string) => (await server.app.inject(path)).json<T>();
  return { ...server, get, [Symbol.asyncDispose]: () => server.app.close() };
}

describe('a host that has left', () => {
  test('is not among those there are, and listed on demand', async () => {
    await using server = furnished();
    const names = async (query: string) =>
      (await server.get<HostView[]>(`/api/v1/hosts${query}`)).map(({ name }) => name);
    expect(await names('')).toEqual(['web-1']);
    expect(await names('?state=RETIRED')).toEqual(['web-2']);
    expect(await names('?state=RETIRED&cluster=db')).toEqual([]);
    expect(await names('?state=RETIRED&q=plan9')).toEqual(['web-2']);
    expect(await names('?state=RETIRED&q=linux')).toEqual([]);
  });

  test('has its page: why and since when it is gone, and what it had', async () => {
    await using server = furnished();
    expect(await server.get<HostView>('/api/v1/hosts/web/web-2')).toMatchObject({
      state: 'RETIRED',
      retired_reason: 'expired',
      last_seen_ms: NOW_MS - 90_000_000,
      facts: { os: 'plan9' },
      metrics: 2,
    });
    const metrics = await server.get<MetricView[]>('/api/v1/hosts/web/web-2/metrics');
    expect(metrics.map(({ metric, value }) => [metric, value])).toEqual([
      ['if_octets:rx', null],
      ['if_octets:tx', null],
      ['load', null],
    ]);
    const nobody = await server.app.inject('/api/v1/hosts/web/web-3');
    expect([nobody.statusCode, nobody.json()]).toMatchObject([404, { code: 'host_unknown' }]);
  });

  test('is found by a search', async () => {
    await using server = furnished();
    const { hosts } = await server.get<SearchAnswer>('/api/v1/search?q=web-2');
    expect(hosts).toEqual([{ cluster: 'web', host: 'web-2', state: 'RETIRED', why: '' }]);
  });

  test('that came back is there once', async () => {
    await using server = furnished();
    server.fleet.record('web', 'web-2', 'load');
    const { hosts } = await server.get<SearchAnswer>('/api/v1/search?q=web-2');
    expect(hosts).toHaveLength(1);
    expect(await server.get<HostView[]>('/api/v1/hosts?state=RETIRED')).toEqual([]);
  });
});

describe('history of what has left', () => {
  test('is read by name, behind what is there', async () => {
    await using server = furnished();
    const { series } = await server.get<SeriesAnswer>('/api/v1/series?metric=load&from=-2d');
    expect(series.map(({ host, metric }) => [host, metric])).toEqual([
      ['web-1', 'load'],
      ['web-2', 'load'],
    ]);
    expect(server.retired.queries).toMatchObject([
      { fromMs: NOW_MS - 2 * 86_400_000, metric: { literal: 'load' }, host: { literal: null } },
    ]);
    expect(server.reads[0]?.request.records.map(({ worker }) => worker)).toEqual([0, -1]);
  });

  test('of one data source among several', async () => {
    await using server = furnished();
    const { series } = await server.get<SeriesAnswer>('/api/v1/series?host=web-2&metric=if_octets:tx');
    expect(series.map(({ metric }) => metric)).toEqual(['if_octets:tx']);
    expect(server.reads[0]?.request.series).toEqual([{ record: 0, source: 1 }]);
  });

  test('is part of an aggregate', async () => {
    await using server = furnished();
    await server.get('/api/v1/series?metric=load&aggregate=sum&by=host');
    expect(server.reads[0]?.request).toMatchObject({ aggregate: 'sum', series: [{}, {}] });
  });

  test('an aggregate of more than can be looked at is refused, a list says it is cut', async () => {
    await using server = furnished();
    server.retired.isCut = true;
    const refused = await server.app.inject('/api/v1/series?metric=.*&aggregate=sum');
    expect([refused.statusCode, refused.json()]).toMatchObject([400, { code: 'query_too_large' }]);
    expect(await server.get<SeriesAnswer>('/api/v1/series?metric=load')).toMatchObject({ left_out: 1 });
  });
});
