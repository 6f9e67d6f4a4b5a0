import { describe, expect, test } from 'vitest';
import { AGGREGATE_SERIES_MAX, SERIES_PER_ANSWER_MAX } from '../../src/limits.ts';
import { stand } from './stand.ts';

/** Three hosts in two clusters with two metrics each; one name is in both clusters. */
function furnished() {
  const server = stand();
  for (const [cluster, host] of [
    ['web', 'web-10'],
    ['web', 'web-2'],
    ['db', 'web-2'],
  ] as const) {
    server.fleet.record(cluster, host, 'load_one', { units: 'load' });
    server.fleet.record(cluster, host, 'bytes_in', { units: 'B/s' });
  }
  return server;
}

describe('an aggregate by', () => {
  test.for([
    {
      query: 'metric=load_one&aggregate=avg&by=host',
      names: ['.* web-2 load_one load', '.* web-10 load_one load'],
      groups: [1, 0, 0],
    },
    {
      query: 'metric=load_one&aggregate=sum&by=cluster',
      names: ['db .* load_one load', 'web .* load_one load'],
      groups: [1, 1, 0],
    },
    {
      query: 'cluster=web&aggregate=max&by=metric',
      names: ['web .* bytes_in B/s', 'web .* load_one load'],
      groups: [1, 0, 1, 0],
    },
    { query: 'cluster=web&aggregate=max', names: ['web .* .* '], groups: [0, 0, 0, 0] },
    {
      query: 'metric=load_one&aggregate=count&by=cluster',
      names: ['db .* load_one ', 'web .* load_one '],
      groups: [1, 1, 0],
    },
    { query: 'cluster=nothing&aggregate=avg&by=host', names: [], groups: undefined },
  ])('$query', async ({ query, names, groups }) => {
    await using server = furnished();
    const answer = await server.app.inject(`/api/v1/series?${query}`);
    const { series } = answer.json<{
      series: { cluster: string; host: string; metric: string; units: string }[];
    }>();
    expect(series.map((s) => `${s.cluster} ${s.host} ${s.metric} ${s.units}`)).toEqual(names);
    const sent = server.reads[0]?.request.groups;
    expect(sent && [...sent]).toEqual(groups);
  });

  test('a name that is markup is a name as any other', async () => {
    await using server = stand();
    server.fleet.record('web', '__proto__', 'load_one').record('web', '<b>a</b>', 'load_one');
    const answer = await server.app.inject('/api/v1/series?aggregate=avg&by=host');
    const hosts = answer.json<{ series: { host: string }[] }>().series.map(({ host }) => host);
    expect(hosts.toSorted()).toEqual(['<b>a</b>', '__proto__']);
  });
});

describe('a band', () => {
  test('is asked for and answered beside the values, null where not known', async () => {
    await using server = furnished();
    server.history.answer = (request) =>
      Promise.resolve({
        times: [10, 20],
        columns: request.series.map(() => ({
          values: Float64Array.of(2, 3),
          lows: Float64Array.of(1, NaN),
          highs: Float64Array.of(4, NaN),
        })),
      });
    const answer = await server.app.inject('/api/v1/series?cluster=db&metric=load_one&band=true');
    expect(server.reads[0]?.request).toMatchObject({ band: true });
    expect(answer.json()).toMatchObject({
      series: [{ host: 'web-2', values: [2, 3], lows: [1, null], highs: [4, null] }],
    });
  });

  test('is not there unless asked for', async () => {
    await using server = furnished();
    const answer = await server.app.inject('/api/v1/series?cluster=db&metric=load_one');
    expect(answer.json<{ series: object[] }>().series[0]).not.toHaveProperty('lows');
  });
});

describe('a query that is too large says how to narrow it', () => {
  function crowded(hosts: number, metrics = 1) {
    const server = stand();
    for (let host = 0; host < hosts; host += 1) {
      for (let m = 0; m < metrics; m += 1) server.fleet.record('web', `web-${host}`, `m${m}`);
    }
    return server;
  }

  test.for([
    {
      name: 'more series than an aggregate folds',
      of: [AGGREGATE_SERIES_MAX / 2 + 1, 2],
      query: 'aggregate=avg',
      message: '20002 series match; an aggregate folds 20000 at most',
      cure: 'narrow metric, of which at least 2 match: metric=a name or a regular expression',
    },
    {
      name: 'of one metric it is the hosts',
      of: [AGGREGATE_SERIES_MAX + 5, 1],
      query: 'metric=m0&aggregate=avg',
      message: '20005 series match; an aggregate folds 20000 at most',
      cure: 'narrow host, of which at least 20000 match: host=a name or a regular expression',
    },
    {
      name: 'more points than fit',
      of: [10_000, 1],
      query: 'aggregate=avg&points=1000',
      message: '10000 series × 1000 points are 10000000 values; an aggregate folds 6000000 at most',
      cure: 'ask for points=600, or narrow host, of which 10000 match: host=a name or a regular expression',
    },
    {
      name: 'more columns than an answer holds',
      of: [SERIES_PER_ANSWER_MAX + 1, 1],
      query: 'aggregate=avg&by=host',
      message: 'by=host makes 1001 columns; an answer has 1000 at most',
      cure: 'narrow host, or leave by out',
    },
  ] as const)('$name', async ({ of: [hosts, metrics], query, message, cure }) => {
    await using server = crowded(hosts, metrics);
    const answer = await server.app.inject(`/api/v1/series?${query}`);
    expect([answer.statusCode, answer.json()]).toEqual([400, { code: 'query_too_large', message, cure }]);
    expect(server.reads).toEqual([]);
  });

  test('an aggregate of ten thousand is read whole', async () => {
    await using server = crowded(10_000);
    const answer = await server.app.inject('/api/v1/series?aggregate=avg');
    expect(answer.json()).toMatchObject({ left_out: 0 });
    expect(server.reads[0]?.request.records).toHaveLength(10_000);
  });

  test.for([
    { query: 'by=host', cure: 'add aggregate=avg, or leave by out' },
    { query: 'aggregate=avg&by=group', cure: undefined },
    { query: 'band=perhaps', cure: undefined },
  ])('refused: $query', async ({ query, cure }) => {
    await using server = crowded(1);
    const answer = await server.app.inject(`/api/v1/series?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'bad_query', ...(cure && { cure }) });
  });
});
