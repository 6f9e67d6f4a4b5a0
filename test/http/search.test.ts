import { describe, expect, test } from 'vitest';
import { NOW_MS, serviceView, stand } from './stand.ts';
import type { SearchAnswer } from '../../src/contract/api.ts';

const hostile = '<img src=x onerror=alert(1)>\u202e🙂';

function furnished() {
  const server = stand();
  server.fleet
    .host('web', 'web-1', NOW_MS)
    .host('web', 'web-10', NOW_MS)
    .host('web', 'web-2', NOW_MS)
    .host('db', 'db-1', NOW_MS)
    .host('db', hostile, NOW_MS)
    .fact('db', 'db-1', 'os_release', 'Linux 6.1')
    .record('web', 'web-1', 'load_one', { units: 'load', title: 'One Minute Load Average' })
    .record('web', 'web-2', 'load_one', { units: 'load', title: 'One Minute Load Average' })
    .record('db', 'db-1', 'load_one', { units: 'load' })
    .record('web', 'web-2', 'bytes_in', { units: 'B/s', group: 'network' });
  const known = { silenceLimitMs: 80_000, retiredReason: null };
  for (const host of ['web web-1', 'web web-10', 'web web-2', 'db db-1'] as const) {
    server.judged.hosts.set(host, { state: 'UP', ...known });
  }
  server.judged.judge(
    serviceView({ host: 'web-1' }),
    serviceView({ host: 'web-2', state: 'CRITICAL' }),
    serviceView({ host: 'web-10', state: 'WARNING' }),
    serviceView({ cluster: 'db', host: 'db-1', service: 'disk' }),
  );
  return server;
}

async function search(query: string): Promise<SearchAnswer> {
  await using server = furnished();
  return (await server.app.inject(`/api/v1/search?${query}`)).json<SearchAnswer>();
}

function shown({ clusters, hosts, services, metrics }: SearchAnswer): string[] {
  return [
    ...clusters.map(({ cluster }) => `cluster ${cluster}`),
    ...hosts.map(({ host }) => `host ${host}`),
    ...services.map(({ service, host }) => `service ${service} ${host}`),
    ...metrics.map(({ metric, cluster, hosts }) => `metric ${metric} ${cluster} ${hosts}`),
  ];
}

describe('search', () => {
  const loads = ['service load web-2', 'service load web-10', 'service load web-1'];
  const loadMetrics = ['metric load_one db 1', 'metric load_one web 2'];
  const webs = ['host web-2', 'host web-10', 'host web-1'];
  test.for([
    { name: 'the worst first, then by name', q: 'web', found: ['cluster web', ...webs] },
    { name: 'whose very name it is comes first', q: 'WEB-1', found: ['host web-1', 'host web-10'] },
    { name: 'services and metrics', q: 'load', found: [...loads, ...loadMetrics] },
    {
      name: 'words over name and place',
      q: 'load web-1',
      found: ['service load web-10', 'service load web-1'],
    },
    { name: 'all words', q: 'load db nothing', found: [] },
    { name: 'a metric in its cluster', q: 'db load', found: ['metric load_one db 1'] },
    { name: 'a title, in any case', q: 'MINUTE', found: ['metric load_one web 2'] },
    { name: 'units and group', q: 'b/s network', found: ['metric bytes_in web 1'] },
    { name: 'a fact', q: 'linux', found: ['host db-1'] },
    { name: 'an address', q: '10.0.0 db-', found: ['host db-1'] },
    { name: 'an expression over whole names', q: 'web-\\d', found: ['host web-2', 'host web-1'] },
    { name: 'what does not compile is words', q: '(web', found: [] },
    { name: 'an expression that is also words', q: 'b/s|disk', found: ['service disk db-1'] },
    { name: 'a name that is markup', q: '<img', found: [`host ${hostile}`] },
    { name: 'a key of every object', q: '__proto__', found: [] },
    { name: 'blank', q: '  ', found: [] },
  ])('$name: $q', async ({ q, found }) => {
    const answer = await search(`q=${encodeURIComponent(q)}`);
    expect(shown(answer)).toEqual(found);
    expect(answer.left_out).toBe(0);
  });

  test('what each one is', async () => {
    const { clusters, hosts } = await search('q=web');
    expect(clusters).toEqual([{ cluster: 'web', state: 'CRITICAL', hosts: 3 }]);
    expect(hosts[0]).toEqual({ cluster: 'web', host: 'web-2', state: 'CRITICAL', why: '' });
    const { services, metrics } = await search('q=bytes_in|disk');
    expect(services).toEqual([{ cluster: 'db', host: 'db-1', service: 'disk', state: 'OK' }]);
    expect(metrics).toEqual([{ cluster: 'web', metric: 'bytes_in', hosts: 1, host: 'web-2', units: 'B/s' }]);
  });

  test('who is called so comes before who has it among its facts', async () => {
    await using server = furnished();
    server.fleet.fact('web', 'web-1', 'peer', 'web-10 and others');
    const { hosts } = (await server.app.inject('/api/v1/search?q=eb-10')).json<SearchAnswer>();
    expect(hosts.map(({ host, why }) => `${host} ${why}`.trim())).toEqual([
      'web-10',
      'web-1 peer: web-10 and others',
    ]);
  });

  test('a few of each, the others are counted', async () => {
    const answer = await search('q=load&limit=1');
    expect(shown(answer)).toEqual(['service load web-2', 'metric load_one db 1']);
    expect(answer.left_out).toBe(3);
  });

  test('a host that comes is found once the index may be made anew', async () => {
    await using server = furnished();
    const look = async () => shown((await server.app.inject('/api/v1/search?q=new-1')).json<SearchAnswer>());
    expect(await look()).toEqual([]);
    server.fleet.host('web', 'new-1');
    server.clock.pass(10);
    await expect.poll(look).toEqual(['host new-1']);
  });

  test.for([
    { query: '', code: 'bad_query' },
    { query: 'q=a&limit=0', code: 'bad_query' },
    { query: 'q=a&limit=101', code: 'bad_query' },
    { query: `q=${'a'.repeat(201)}`, code: 'bad_query' },
    { query: 'q=a&cluster=b', code: 'bad_query' },
  ])('refused: $query', async ({ query, code }) => {
    expect(await search(query)).toMatchObject({ code });
  });
});
