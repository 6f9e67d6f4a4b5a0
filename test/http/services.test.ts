import { describe, expect, test } from 'vitest';
import { serviceDetail } from './fake-checks.ts';
import { NOW_MS, serviceView, stand } from './stand.ts';
import type { ServiceView } from '../../src/contract/api.ts';

function furnished() {
  const server = stand();
  server.judged.judge(
    serviceView({ host: 'web-1', output: 'OK - 0.4' }),
    serviceView({ host: 'web-2', state: 'CRITICAL', state_type: 'SOFT', flapping: true }),
    serviceView({ host: 'web-2', service: 'http', kind: 'command', state: 'PENDING' }),
    serviceView({ host: 'web-2', service: 'backup /var', kind: 'passive', output: 'tape: Out of Paper' }),
    serviceView({ host: '', service: 'cluster load', kind: 'aggregate', state: 'WARNING' }),
    serviceView({ cluster: '', host: '', service: 'grid load', kind: 'aggregate' }),
  );
  return server;
}

describe('the list', () => {
  test.for([
    { query: 'kind=aggregate', found: ['web//cluster load', '//grid load'] },
    { query: 'kind=command', found: ['web/web-2/http'] },
    { query: 'state=PENDING', found: ['web/web-2/http'] },
    { query: 'flapping=true', found: ['web/web-2/load'] },
    { query: 'flapping=false&kind=metric', found: ['web/web-1/load'] },
    { query: 'state_type=SOFT', found: ['web/web-2/load'] },
    { query: 'problem=true', found: ['web/web-2/load', 'web//cluster load'] },
    { query: 'host=&cluster=', found: ['//grid load'] },
    { query: 'host=', found: ['web//cluster load', '//grid load'] },
    { query: 'q=WEB-2+paper', found: ['web/web-2/backup /var'] },
    { query: 'q=load+web', found: ['web/web-2/load', 'web//cluster load', 'web/web-1/load'] },
    { query: 'q=+', found: 6 },
    { query: 'q=(', found: [] },
  ])('$query', async ({ query, found }) => {
    await using server = furnished();
    const views = (await server.app.inject(`/api/v1/services?${query}`)).json<ServiceView[]>();
    const names = views.map(({ cluster, host, service }) => `${cluster}/${host}/${service}`);
    expect(typeof found === 'number' ? names.length : names).toEqual(found);
  });

  test.for(['kind=nothing', 'flapping=perhaps', 'state=ok', 'service=('])('%s is refused', async (query) => {
    await using server = furnished();
    expect((await server.app.inject(`/api/v1/services?${query}`)).statusCode).toBe(400);
  });
});

describe('one in full', () => {
  const get = (server: ReturnType<typeof stand>, query: Record<string, string>) =>
    server.app.inject(`/api/v1/service?${new URLSearchParams(query).toString()}`);

  test.for([
    { name: 'of a host', key: { cluster: 'web', host: 'web-2', service: 'disk[/var/log a+b%]' } },
    { name: 'of a cluster', key: { cluster: 'web', host: '', service: 'cluster load' } },
    { name: 'of the grid', key: { cluster: '', host: '', service: 'grid load' } },
  ])('$name', async ({ key }) => {
    await using server = stand();
    const detail = serviceDetail(serviceView(key), { long_output: 'more' });
    server.checks.details = [serviceDetail(serviceView()), detail];
    const answer = await get(server, key);
    expect(answer.json()).toEqual(detail);
  });

  test.for([
    { name: 'one that is not there', key: { cluster: 'web', host: 'web-1', service: 'x' }, status: 404 },
    { name: 'without a host', key: { cluster: 'web', service: 'x' }, status: 400 },
    { name: 'without a name', key: { cluster: 'web', host: 'web-1', service: '' }, status: 400 },
  ])('$name', async ({ key, status }) => {
    await using server = stand();
    expect((await get(server, key as Record<string, string>)).statusCode).toBe(status);
  });

  test('a name is no pattern', async () => {
    await using server = stand();
    server.checks.details = [serviceDetail(serviceView())];
    const answer = await get(server, { cluster: 'web', host: 'web-.', service: 'load' });
    expect(answer.json()).toMatchObject({
      code: 'service_unknown',
      message: 'host web-. of cluster web has no service load',
    });
  });
});

describe('where the judge has no answer', () => {
  test.for([
    { fault: 'busy', status: 503, code: 'busy' },
    { fault: 'silent', status: 503, code: 'judge_silent' },
    { fault: 'stopped', status: 503, code: 'not_ready' },
  ] as const)('$fault', async ({ fault, status, code }) => {
    await using server = stand();
    server.checks.fault = fault;
    for (const url of ['/api/v1/checks', '/api/v1/service?cluster=web&host=web-1&service=load']) {
      const answer = await server.app.inject(url);
      expect([answer.statusCode, answer.json()]).toMatchObject([status, { code }]);
    }
  });
});

test("the engine's figures are answered as they are", async () => {
  await using server = stand();
  expect((await server.app.inject('/api/v1/checks')).json()).toEqual(server.checks.view);
});

test('every kind is found by a search', async () => {
  await using server = furnished();
  const search = await server.app.inject('/api/v1/search?q=load');
  expect(search.json()).toMatchObject({
    services: [
      { cluster: 'web', host: 'web-2', service: 'load' },
      { cluster: 'web', host: 'web-1', service: 'load' },
      { cluster: 'web', host: '', service: 'cluster load' },
      { cluster: '', host: '', service: 'grid load' },
    ],
  });
});

test('aggregates make neither hosts nor clusters', async () => {
  await using server = furnished();
  server.fleet.host('web', 'web-1', NOW_MS);
  const clusters = (await server.app.inject('/api/v1/clusters')).json<{ name: string }[]>();
  expect(clusters).toMatchObject([{ name: 'web', hosts: 1, worst_state: 'CRITICAL' }]);
  expect((await server.app.inject('/api/v1/hosts')).json()).toHaveLength(1);
  const { body } = await server.app.inject('/metrics');
  expect(body).toContain('muster_services{state="WARNING"} 1');
});
