import { expect, test } from 'vitest';
import { instance } from '../fleet/instances.ts';
import { NOW_MS, stand } from './stand.ts';
import type { HostView } from '../../src/contract/api.ts';
import type { Instance } from '../../src/fleet/instance.ts';
import type { RetiredHost } from '../../src/model/retired.ts';

const LEFT = { kind: 'left', reason: 'deregistered', sinceMs: NOW_MS } as const;

function host(name: string, retiredMs: number): RetiredHost {
  const times = { lastSeenMs: retiredMs - 1000, retiredMs };
  return {
    cluster: 'web',
    name,
    address: '10.0.0.7',
    agent: '',
    facts: [],
    reason: 'expired',
    records: 1,
    ...times,
  };
}

function named(name: string, given: Partial<Instance> = {}): Instance {
  return instance({ host: name, instanceId: `id of ${name}`, registeredMs: NOW_MS, ...given });
}

/** One of each that there can be. */
function furnished() {
  const server = stand();
  server.fleet.record('web', 'heard', 'load');
  server.retired.all = [
    host('expired', NOW_MS - 5000),
    host('back', NOW_MS - 5000),
    host('gone', NOW_MS - 5000),
  ];
  server.registry.known.push(
    named('heard'),
    named('awaited', { tags: [['role', 'db']] }),
    named('back'),
    named('gone', { standing: LEFT }),
    named('never heard, gone', { standing: LEFT }),
    named('listed', { registeredMs: 0, lists: ['cloud'] }),
  );
  const get = async <T>(path: string) => (await server.app.inject(path)).json<T>();
  return { ...server, get, [Symbol.asyncDispose]: () => server.app.close() };
}

test.for([
  { query: '', names: ['awaited', 'back', 'heard'] },
  { query: '?state=PENDING', names: ['awaited', 'back', 'heard'] },
  { query: '?state=RETIRED', names: ['expired', 'gone', 'never heard, gone'] },
  { query: '?state=all', names: ['awaited', 'back', 'expired', 'gone', 'heard', 'never heard, gone'] },
  { query: '?state=UP', names: [] },
  { query: '?q=db', names: ['awaited'] },
  { query: '?state=all&q=id%20of%20gone', names: ['gone'] },
])('hosts$query: $names', async ({ query, names }) => {
  await using server = furnished();
  const views = await server.get<HostView[]>(`/api/v1/hosts${query}`);
  expect(views.map(({ name }) => name).toSorted()).toEqual(names);
});

test('one that registered and was never heard has its page, and no metrics', async () => {
  await using server = furnished();
  expect(await server.get<HostView>('/api/v1/hosts/web/awaited')).toMatchObject({
    state: 'PENDING',
    last_seen_ms: 0,
    address: '10.0.0.1',
    registered: true,
    instance: { instance_id: 'id of awaited', standing: 'here' },
    facts: { role: 'db', instance_id: 'id of awaited' },
    retired_reason: null,
  });
  expect(await server.get('/api/v1/hosts/web/awaited/metrics')).toEqual([]);
});

test('one that left is retired for its own reason', async () => {
  await using server = furnished();
  expect(await server.get<HostView>('/api/v1/hosts/web/gone')).toMatchObject({
    state: 'RETIRED',
    retired_reason: 'deregistered',
    metrics: 1,
    instance: { standing: 'left' },
  });
});

test('clusters count what is heard', async () => {
  await using server = furnished();
  expect(await server.get('/api/v1/clusters')).toMatchObject([{ name: 'web', hosts: 1 }]);
});
