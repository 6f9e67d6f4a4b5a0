import { describe, expect, test } from 'vitest';
import { NOW_MS, serviceView, stand } from './stand.ts';
import { describe as describeRecord } from '../store/batch.ts';
import type {
  ClusterView,
  HostView,
  SearchAnswer,
  SeriesAnswer,
  ServiceView,
} from '../../src/contract/api.ts';
import type { Instance } from '../../src/fleet/instance.ts';
import type { Standing } from '../../src/model/instance.ts';

const GROUP = 'aws:autoscaling:groupName';

/** db-1 and db-2 are there; db-3, a replica too, has left; web-1 has no role. */
function furnished() {
  const server = stand();
  server.fleet
    .record('db', 'db-1', 'load')
    .record('db', 'db-2', 'load')
    .record('web', 'web-1', 'load')
    .fact('db', 'db-1', 'role', 'db-primary')
    .fact('db', 'db-1', 'zone', 'eu-1a')
    .fact('db', 'db-2', 'role', 'db-replica')
    .fact('db', 'db-2', 'zone', 'eu-1b')
    .fact('web', 'web-1', 'zone', 'eu-1a')
    .fact('web', 'web-1', GROUP, 'web,blue')
    .fact('web', 'web-1', '__proto__', 'x');
  server.retired.all = [
    {
      cluster: 'db',
      name: 'db-3',
      address: '10.0.0.7',
      agent: 'collectd',
      facts: [
        ['role', 'db-replica'],
        ['zone', 'eu-1a'],
      ],
      lastSeenMs: NOW_MS - 90_000,
      retiredMs: NOW_MS - 1000,
      reason: 'deregistered: scale-in',
      records: 1,
    },
  ];
  server.retired.gone = [describeRecord({ cluster: 'db', host: 'db-3', metric: 'load' })];
  server.judged.judge(
    serviceView({ cluster: 'db', host: 'db-1' }),
    serviceView({ cluster: 'web', host: 'web-1' }),
    serviceView({ cluster: 'web', host: '', service: 'all of it' }),
  );
  const get = async <T>(path: string, facts: readonly string[]) => {
    const query = facts.map((fact) => `&fact=${encodeURIComponent(fact)}`).join('');
    return (await server.app.inject(`${path}${query}`)).json<T>();
  };
  return { ...server, get, [Symbol.asyncDispose]: () => server.app.close() };
}

function instance(host: string, standing: Standing = { kind: 'here', says: '' }): Instance {
  return {
    cluster: 'web',
    host,
    instanceId: 'i-0abc',
    standing,
    sinceMs: NOW_MS,
    addresses: ['10.1.2.3'],
    region: '',
    zone: '',
    tags: [['role', 'web']],
    registeredMs: NOW_MS,
    registeredFrom: '10.1.2.3',
    lists: [],
  };
}

describe('by facts', () => {
  test.for<{ facts: string[]; series: string[]; hosts: string[]; services: string[] }>([
    { facts: ['role:db.*'], series: ['db-1', 'db-2', 'db-3'], hosts: ['db-1', 'db-2'], services: ['db-1'] },
    { facts: ['role:db.*', 'zone:eu-1a'], series: ['db-1', 'db-3'], hosts: ['db-1'], services: ['db-1'] },
    { facts: ['role:db'], series: [], hosts: [], services: [] },
    {
      facts: ['zone:eu-1(?:a|c)'],
      series: ['db-1', 'db-3', 'web-1'],
      hosts: ['db-1', 'web-1'],
      services: ['db-1', 'web-1'],
    },
    {
      facts: [String.raw`aws\:autoscaling\:groupName:web,.*`],
      series: ['web-1'],
      hosts: ['web-1'],
      services: ['web-1'],
    },
    { facts: ['__proto__:x'], series: ['web-1'], hosts: ['web-1'], services: ['web-1'] },
    { facts: ['constructor:.*'], series: [], hosts: [], services: [] },
    { facts: ['nothing:.*'], series: [], hosts: [], services: [] },
  ])('$facts', async ({ facts, series, hosts, services }) => {
    await using server = furnished();
    const read = await server.get<SeriesAnswer>('/api/v1/series?metric=load', facts);
    expect(read.series.map(({ host }) => host).toSorted()).toEqual(series);
    const listed = await server.get<HostView[]>('/api/v1/hosts?cluster=.*', facts);
    expect(listed.map(({ name }) => name).toSorted()).toEqual(hosts);
    const judged = await server.get<ServiceView[]>('/api/v1/services?cluster=.*', facts);
    expect(judged.map(({ host }) => host).toSorted()).toEqual(services);
  });

  test('hosts that have left have the facts that they last had', async () => {
    await using server = furnished();
    const retired = (facts: string[]) => server.get<HostView[]>('/api/v1/hosts?state=RETIRED', facts);
    expect((await retired(['role:db-replica'])).map(({ name }) => name)).toEqual(['db-3']);
    expect(await retired(['role:db-primary'])).toEqual([]);
  });

  test('a host that is back counts with the facts that it has now', async () => {
    await using server = furnished();
    server.fleet.host('db', 'db-3');
    expect((await server.get<SeriesAnswer>('/api/v1/series?metric=load', ['zone:.*'])).series).toHaveLength(
      3,
    );
  });

  test('an aggregate folds only those', async () => {
    await using server = furnished();
    await server.get('/api/v1/series?metric=load&aggregate=avg', ['zone:eu-1a']);
    expect(server.reads[0]?.request.series).toHaveLength(3);
  });

  test.for([
    { facts: ['role'], code: 'bad_query' },
    { facts: [':db'], code: 'bad_query' },
    { facts: [''], code: 'bad_query' },
    { facts: ['role:('], code: 'bad_pattern' },
    { facts: Array.from({ length: 9 }, (_, i) => `f${i}:x`), code: 'bad_query' },
  ])('refused: $facts', async ({ facts, code }) => {
    await using server = furnished();
    for (const path of ['series?metric=load', 'hosts?cluster=.*', 'services?cluster=.*']) {
      expect(await server.get(`/api/v1/${path}`, facts)).toMatchObject({ code });
    }
  });
});

describe('a search', () => {
  test.for<{ q: string; found: string[] }>([
    { q: 'role:db', found: ['db-1 role: db-primary', 'db-2 role: db-replica', 'db-3 role: db-replica'] },
    { q: 'ROLE:DB-P', found: ['db-1 role: db-primary'] },
    { q: 'zone:eu-1a web', found: ['web-1 zone: eu-1a'] },
    { q: 'role:replica', found: [] },
    { q: 'role', found: [] },
    { q: 'replica', found: ['db-2 role: db-replica', 'db-3 role: db-replica'] },
    { q: 'scale-in', found: ['db-3 retired: deregistered: scale-in'] },
    { q: GROUP.toLowerCase(), found: ['web-1 aws:autoscaling:groupName: web,blue'] },
    { q: 'db-1', found: ['db-1 '] },
  ])('$q', async ({ q, found }) => {
    await using server = furnished();
    const { hosts } = await server.get<SearchAnswer>(`/api/v1/search?q=${encodeURIComponent(q)}`, []);
    expect(hosts.map(({ host, why }) => `${host} ${why}`).toSorted()).toEqual(found);
  });

  test('finds what registered and was not heard yet, by its instance id', async () => {
    await using server = furnished();
    server.registry.known.push(instance('web-9'));
    const { hosts } = await server.get<SearchAnswer>('/api/v1/search?q=i-0abc', []);
    expect(hosts).toEqual([{ cluster: 'web', host: 'web-9', state: 'PENDING', why: 'instance_id: i-0abc' }]);
  });
});

test('what is not there is counted beside what is', async () => {
  await using server = furnished();
  server.registry.known.push(instance('web-9'), instance('web-8', { kind: 'left', reason: 'x', sinceMs: 1 }));
  const clusters = await server.get<ClusterView[]>('/api/v1/clusters?', []);
  const counts = clusters.map(({ name, hosts, hosts_awaited: awaited, hosts_retired: retired }) => [
    name,
    hosts,
    awaited,
    retired,
  ]);
  expect(counts).toEqual([
    ['db', 2, 0, 1],
    ['web', 1, 1, 1],
  ]);
});
