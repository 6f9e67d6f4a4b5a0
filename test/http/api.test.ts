import { describe, expect, test } from 'vitest';
import { QUERIES_AT_ONCE, QUERIES_WAITING_MAX, SERIES_PER_ANSWER_MAX } from '../../src/limits.ts';
import { KIND } from '../../src/model/kind.ts';
import { ReadTooLarge } from '../../src/model/read-too-large.ts';
import { source } from '../store/batch.ts';
import { NOW_MS, serviceView, stand } from './stand.ts';
import type { HistoryAnswer } from '../../src/query/history.ts';

const octets = {
  sources: [source('rx', KIND.derive), source('tx', KIND.derive)],
  units: 'B/s',
  title: 'Traffic',
};

function furnished() {
  const server = stand();
  server.fleet
    .host('web', 'web-1', NOW_MS - 500)
    .host('web', 'a/b %?#', NOW_MS)
    .host('db', 'db-1')
    .fact('web', 'web-1', 'os_release', 'Linux 6.1')
    .fact('web', 'web-1', '__proto__', 'kept')
    .record('web', 'web-1', 'load_one', { units: 'load' })
    .record('web', 'web-1', 'interface-eth0/if_octets', octets)
    .record('db', 'db-1', 'load_one', { units: 'load' })
    .sample(['web', 'web-1', 'load_one'], 1.5, NOW_MS - 2000);
  const known = { silenceLimitMs: 80_000, retiredReason: null };
  server.judged.hosts.set('web web-1', { state: 'UP', ...known });
  server.judged.hosts.set('db db-1', { state: 'DOWN', ...known });
  server.judged.judge(
    serviceView({ state: 'CRITICAL' }),
    serviceView({ service: 'host', state: 'UP', metric: '' }),
    serviceView({ cluster: 'db', host: 'db-1', service: 'host', state: 'DOWN', metric: '' }),
  );
  return server;
}

async function get(url: string) {
  await using server = furnished();
  const answer = await server.app.inject(url);
  return {
    status: answer.statusCode,
    body: answer.json<never>(),
    headers: answer.headers,
    reads: server.reads,
  };
}

describe('health', () => {
  test('ready, and not with the reasons', async () => {
    await using server = stand();
    expect((await server.app.inject('/healthz')).json()).toEqual({ alive: true });
    expect((await server.app.inject('/readyz')).json()).toEqual({ ready: true, notes: [], setAside: [] });
    server.operations.notes = ['the disk is short of room'];
    server.operations.setAside = ['judge.db was damaged'];
    expect((await server.app.inject('/readyz')).json()).toEqual({
      ready: true,
      notes: ['the disk is short of room'],
      setAside: ['judge.db was damaged'],
    });
    server.operations.reasons = ['group dev does not listen', 'the store does not answer'];
    const answer = await server.app.inject('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({
      code: 'not_ready',
      message: 'group dev does not listen; the store does not answer',
    });
    expect((await server.app.inject('/healthz')).statusCode).toBe(200);
  });
});

test('metrics are Prometheus text', async () => {
  await using server = furnished();
  const answer = await server.app.inject('/metrics');
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.body).toContain('\nmuster_hosts{cluster="db",state="DOWN"} 1\n');
  expect(answer.body).toContain('\nmuster_series 4\n');
});

test('clusters, with what is wrong in words; a configured group without hosts too', async () => {
  await using server = furnished();
  const [group] = server.operations.answer.groups;
  if (!group) throw new Error('the stand has a group');
  const empty = { ...group, name: 'empty', port: 8632, protocols: [] };
  server.operations.answer = {
    ...server.operations.answer,
    groups: [group, empty, { ...empty, name: 'gone', port: null }],
  };
  const answer = await server.app.inject('/api/v1/clusters');
  expect(answer.json()).toEqual([
    {
      name: 'db',
      port: null,
      hosts_up: 0,
      hosts_down: 1,
      hosts: 1,
      hosts_awaited: 0,
      hosts_retired: 0,
      metrics: 1,
      values_per_second: 0,
      worst_state: 'DOWN',
      summary: '1 host down',
    },
    {
      name: 'empty',
      port: 8632,
      hosts_up: 0,
      hosts_down: 0,
      hosts: 0,
      hosts_awaited: 0,
      hosts_retired: 0,
      metrics: 0,
      values_per_second: 0,
      worst_state: 'PENDING',
      summary: 'no host has been heard yet',
    },
    {
      name: 'web',
      port: 8630,
      hosts_up: 1,
      hosts_down: 0,
      hosts: 2,
      hosts_awaited: 0,
      hosts_retired: 0,
      metrics: 3,
      values_per_second: 0,
      worst_state: 'CRITICAL',
      summary: 'load above 8 on web-1',
    },
  ]);
});

test('a cluster none of whose hosts is judged yet does not say that all is well', async () => {
  await using server = stand();
  server.operations.answer = { ...server.operations.answer, groups: [] };
  server.fleet.record('web', 'web-1', 'load_one').record('web', 'web-2', 'load_one');
  server.fleet.record('db', 'db-1', 'load_one');
  const answer = await server.app.inject('/api/v1/clusters');
  expect(answer.json()).toMatchObject([
    { name: 'db', hosts: 1, hosts_up: 0, summary: '1 host not judged yet' },
    { name: 'web', hosts: 2, hosts_up: 0, summary: '2 hosts not judged yet' },
  ]);
});

describe('hosts', () => {
  test.for([
    { query: '', names: ['db-1', 'web-1', 'a/b %?#'] },
    { query: '?cluster=web', names: ['web-1', 'a/b %?#'] },
    { query: '?cluster=w.*&state=UP', names: ['web-1'] },
    { query: '?state=PENDING', names: ['a/b %?#'] },
    { query: '?q=EB-1', names: ['web-1'] },
    { query: '?q=linux', names: ['web-1'] },
    { query: '?q=10.0.0', names: ['db-1', 'web-1', 'a/b %?#'] },
    { query: '?q=(web|db)-.', names: ['db-1', 'web-1'] },
    { query: '?q=(', names: [] },
    { query: '?cluster=__proto__', names: [] },
  ])('$query', async ({ query, names }) => {
    const { body } = await get(`/api/v1/hosts${query}`);
    expect((body as { name: string }[]).map(({ name }) => name)).toEqual(names);
  });

  test('one host whole', async () => {
    const { body } = await get('/api/v1/hosts/web/web-1');
    expect(body).toMatchObject({
      cluster: 'web',
      name: 'web-1',
      address: '10.0.0.1',
      state: 'UP',
      last_seen_ms: NOW_MS - 500,
      silence_limit_ms: 80_000,
      clock_skew_ms: null,
      agent: 'gmond',
      metrics: 3,
      worst_state: 'CRITICAL',
    });
    expect(JSON.stringify(body)).toContain('"facts":{"os_release":"Linux 6.1","__proto__":"kept"}');
  });

  test('a name of any characters, percent-encoded', async () => {
    const { status, body } = await get(`/api/v1/hosts/web/${encodeURIComponent('a/b %?#')}`);
    expect({ status, name: (body as { name: string }).name }).toEqual({ status: 200, name: 'a/b %?#' });
    expect((await get(`/api/v1/hosts/web/${encodeURIComponent('a/b %?#')}/metrics`)).body).toEqual([]);
  });

  test('its metrics: a value, its age by our clock, null where not known', async () => {
    const { body } = await get('/api/v1/hosts/web/web-1/metrics');
    const counter = {
      value: null,
      units: 'B/s',
      kind: 'derive',
      time_ms: 0,
      age_ms: 0,
      stale_after_ms: 30_000,
      group: '',
      title: 'Traffic',
    };
    expect(body).toEqual([
      { metric: 'interface-eth0/if_octets:rx', ...counter },
      { metric: 'interface-eth0/if_octets:tx', ...counter },
      {
        metric: 'load_one',
        value: 1.5,
        units: 'load',
        kind: 'gauge',
        time_ms: NOW_MS - 2000,
        age_ms: 2000,
        stale_after_ms: 30_000,
        group: '',
        title: '',
      },
    ]);
  });
});

describe('services', () => {
  test.for([
    { query: '', found: ['db-1 host', 'web-1 load', 'web-1 host'] },
    { query: '?problem=true', found: ['db-1 host', 'web-1 load'] },
    { query: '?problem=false', found: ['web-1 host'] },
    { query: '?cluster=web&problem=true', found: ['web-1 load'] },
    { query: '?state=UP', found: ['web-1 host'] },
    { query: '?host=.*-1&service=load', found: ['web-1 load'] },
  ])('$query', async ({ query, found }) => {
    const { body } = await get(`/api/v1/services${query}`);
    const names = (body as { host: string; service: string }[]).map(
      ({ host, service }) => `${host} ${service}`,
    );
    expect(names).toEqual(found);
  });
});

describe('series', () => {
  test('each by its name, unknown as null', async () => {
    const { body, reads } = await get('/api/v1/series?cluster=web&metric=.*octets.*&from=-1h&points=50');
    const named = { cluster: 'web', host: 'web-1', units: 'B/s' };
    expect(body).toEqual({
      times: [10, 20],
      series: [
        { ...named, metric: 'interface-eth0/if_octets:rx', values: [0, null] },
        { ...named, metric: 'interface-eth0/if_octets:tx', values: [1, null] },
      ],
      left_out: 0,
    });
    const [read] = reads;
    expect(read?.request).toMatchObject({
      records: [{ worker: 0, description: { metric: 'interface-eth0/if_octets' } }],
      series: [
        { record: 0, source: 0 },
        { record: 0, source: 1 },
      ],
      fromS: NOW_MS / 1000 - 3600,
      toS: NOW_MS / 1000,
      points: 50,
    });
    expect(read?.request).not.toHaveProperty('aggregate');
  });

  test('an aggregate is named by its selector', async () => {
    const { body, reads } = await get('/api/v1/series?metric=load_one&aggregate=avg');
    expect(body).toEqual({
      times: [10, 20],
      series: [{ cluster: '.*', host: '.*', metric: 'load_one', units: 'load', values: [0, null] }],
      left_out: 0,
    });
    expect(reads[0]?.request).toMatchObject({ aggregate: 'avg', points: 300 });
  });

  test('nothing that matches is an empty answer, without a read', async () => {
    const { body, reads } = await get('/api/v1/series?metric=nothing');
    expect({ body, reads }).toEqual({ body: { times: [], series: [], left_out: 0 }, reads: [] });
  });

  test('what is over the maximum is counted, and many series get fewer points', async () => {
    await using server = stand();
    for (let i = 0; i < SERIES_PER_ANSWER_MAX + 2; i += 1) server.fleet.record('web', 'web-1', `m${i}`);
    const answer = await server.app.inject('/api/v1/series?points=10000');
    expect(answer.json()).toMatchObject({ left_out: 2 });
    expect(server.reads[0]?.request.points).toBe(500);
  });

  test.for([
    { query: 'cluster=(', code: 'bad_pattern' },
    { query: 'from=then', code: 'bad_time' },
    { query: 'from=now&to=-1h', code: 'bad_range' },
    { query: 'points=0', code: 'bad_query' },
    { query: 'points=1e9', code: 'bad_query' },
    { query: 'points=many', code: 'bad_query' },
    { query: 'aggregate=median', code: 'bad_query' },
    { query: 'metric=a&metric=b', code: 'bad_query' },
    { query: `metric=${'a'.repeat(4001)}`, code: 'bad_query' },
    { query: `metric=.${'a'.repeat(1001)}`, code: 'bad_pattern' },
    { query: 'metric=(.?){900}', code: 'bad_pattern' },
  ])('refused: $query', async ({ query, code }) => {
    const { status, body } = await get(`/api/v1/series?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code });
  });

  test('a read that fails says so and tells the log, not the client, why', async () => {
    await using server = furnished();
    server.history.answer = () => Promise.reject(new Error('/secret/path'));
    const answer = await server.app.inject('/api/v1/series');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'history_failed' });
    expect(answer.body).not.toContain('secret');
    expect(server.logged).toHaveLength(1);
  });

  test('a read that is too large for the store tells the client, not the log, why', async () => {
    await using server = furnished();
    server.history.answer = () =>
      Promise.reject(new ReadTooLarge('more than 3 values would be read at once'));
    const answer = await server.app.inject('/api/v1/series');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({
      code: 'query_too_large',
      message: 'more than 3 values would be read at once',
      cure: 'ask for a shorter time or fewer series',
    });
    expect(server.logged).toEqual([]);
  });

  test('a read that nobody waits for any longer does not hold a place', async () => {
    await using server = furnished();
    server.history.answer = (request) =>
      request.points === 1 ? new Promise(() => {}) : Promise.resolve({ times: [], columns: [] });
    const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
    const leaving = new AbortController();
    const gone = fetch(`${address}/api/v1/series?points=1`, { signal: leaving.signal }).catch(() => 'gone');
    await expect.poll(() => server.reads.length).toBe(1);
    leaving.abort();
    expect(await gone).toBe('gone');
    await expect.poll(() => server.reads[0]?.signal.aborted).toBe(true);
    expect(server.logged).toEqual([]);
  });

  test('a HEAD of an answer in pieces gives its place back', async () => {
    await using server = furnished();
    for (let i = 0; i <= QUERIES_WAITING_MAX; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer = await server.app.inject({ method: 'HEAD', url: '/api/v1/series' });
      expect([answer.statusCode, answer.body]).toEqual([200, '']);
    }
  });

  test('so many reads and no more wait', async () => {
    await using server = furnished();
    const { promise, resolve } = Promise.withResolvers<HistoryAnswer>();
    server.history.answer = () => promise;
    await server.app.ready();
    const waiting = Array.from({ length: QUERIES_WAITING_MAX }, () =>
      server.app.inject('/api/v1/series').then((a) => a.statusCode),
    );
    await expect.poll(() => server.reads.length).toBe(QUERIES_AT_ONCE);
    const refused = await server.app.inject('/api/v1/series');
    expect(refused.statusCode).toBe(503);
    expect(refused.json()).toMatchObject({ code: 'busy' });
    resolve({ times: [], columns: [] });
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([200]));
    expect(server.reads).toHaveLength(QUERIES_WAITING_MAX);
    expect((await server.app.inject('/api/v1/series')).statusCode).toBe(200);
  });
});

test('notifications, status and configuration', async () => {
  await using server = furnished();
  server.clock.pass();
  expect((await server.app.inject('/api/v1/notifications?limit=5')).json()).toEqual([]);
  expect((await server.app.inject('/api/v1/config')).json()).toEqual({ http: { listen: '127.0.0.1:8600' } });
  expect((await server.app.inject('/api/v1/status')).json()).toMatchObject({
    version: '0.1.0',
    grid: 'here',
    demo: false,
    now_ms: NOW_MS + 1000,
    values_pending: 10,
    values_lost: 2,
    kernel_drops: 1,
    series: 4,
    hosts_up: 1,
    hosts_down: 1,
    services: { CRITICAL: 1, UP: 1, DOWN: 1 },
    notes: ['the receive buffer is clamped'],
  });
});

test('a reload answers what changed, or every error', async () => {
  await using server = stand();
  const post = () => server.app.inject({ method: 'POST', url: '/api/v1/reload', payload: {} });
  expect((await post()).json()).toEqual({ changes: ['group dev is new'], definitions: [] });
  server.operations.outcome = { ok: false, errors: ['muster.yaml:1:2 a', 'muster.yaml:3:4 b'] };
  const refused = await post();
  expect(refused.statusCode).toBe(422);
  expect(refused.json()).toMatchObject({
    code: 'reload_refused',
    message: 'muster.yaml:1:2 a\nmuster.yaml:3:4 b',
  });
});

test('a preview says what a reload would change, changes nothing and is no change of anybody', async () => {
  await using server = stand();
  const names = { added_names: ['web-1', 'web-2', 'web-3'], removed_names: ['db-1'] };
  const disk = { definition: 'disk', changed: ['critical 8 → 9'], added: 12, removed: 3, kept: 9, ...names };
  server.operations.outcome = { ok: true, changes: ['checks changed'], definitions: [disk] };
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/v1/reload',
    payload: { preview: true },
  });
  expect(answer.json()).toEqual({ changes: ['checks changed'], definitions: [disk] });
  expect(server.operations).toMatchObject({ reloads: 0, previews: 1 });
  expect(server.audit.notes).toEqual([]);
});
