import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agents } from './agents.ts';
import { AccessRepository } from '../../src/state/access-repository.ts';
import { configure, freeTcpPort, imbalance, scratch, Server, until } from './server.ts';
import { mintToken } from '../../src/access/secret.ts';
import type { HostView, MetricView } from '../../src/contract/api.ts';
import type { RegisterAnswer } from '../../src/contract/instances.ts';

const folder = scratch();
const tokens = new Map<string, string>();
let server: Server;
let agents: Agents;

/** As the command line does it. */
function token(name: string, role: 'admin' | 'enrol', group: string | null): void {
  using rows = new AccessRepository(join(folder.dir, 'data/access.db'));
  const { id, text, hash } = mintToken(randomBytes);
  const made = { createdMs: Date.now(), expiresMs: null, createdBy: 'test', note: '' };
  rows.addToken({ id, hash, role, group, ...made });
  tokens.set(name, text);
}

function ask(path: string, by: string, body?: object, accept = 'application/json'): Promise<Response> {
  const headers = {
    authorization: `Bearer ${tokens.get(by) ?? by}`,
    'content-type': 'application/json',
    accept,
  };
  return fetch(
    `${server.url}${path}`,
    body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers },
  );
}

const register = (by: string, body: object, accept?: string) =>
  ask('/api/v1/register', by, { group: 'web', ...body }, accept);

async function hosts(query = ''): Promise<Map<string, HostView>> {
  const views = (await (await ask(`/api/v1/hosts${query}`, 'admin')).json()) as HostView[];
  return new Map(views.map((view) => [view.name, view]));
}

async function metrics(host: string): Promise<string[]> {
  const views = (await (await ask(`/api/v1/hosts/web/${host}/metrics`, 'admin')).json()) as MetricView[];
  return views.map(({ metric }) => metric);
}

beforeAll(async () => {
  const http = await freeTcpPort();
  const file = configure(
    folder.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
auth: { mode: users }
self_monitor: off
groups:
  - { name: web, listen: "127.0.0.1:0" }
  - { name: db, listen: "127.0.0.1:0", accept: [ganglia] }
`,
  );
  server = await Server.start(file, http);
  token('admin', 'admin', null);
  token('web', 'enrol', 'web');
  token('db', 'enrol', 'db');
}, 60_000);

afterAll(async () => {
  agents?.[Symbol.dispose]();
  await server?.[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

test('an instance is told where and how to send, the same at every boot', async () => {
  const wish = { host: 'web-1', instance_id: 'i-1', zone: 'eu-1a', tags: { role: 'front' } };
  const first = await register('web', wish);
  expect(first.status).toBe(200);
  const answer = (await first.json()) as RegisterAnswer;
  expect(answer).toMatchObject({ group: 'web', host: 'web-1', servers: ['127.0.0.1'], agent: 'collectd' });
  expect(answer.port).toBeGreaterThan(0);
  expect(answer.agent_config).toContain('SecurityLevel "Sign"');
  expect(await (await register('web', wish)).json()).toEqual(answer);
  expect(await (await register('web', wish, 'text/plain')).text()).toBe(answer.agent_config);
  expect((await hosts()).get('web-1')).toMatchObject({ state: 'PENDING', last_seen_ms: 0, registered: true });
  agents = await Agents.on(answer.port);
  agents.gmond('web-1', 'load_one', 1);
  const heard = await until('web-1', async () => {
    const view = (await hosts('?state=UP')).get('web-1');
    return view?.facts['role'] === 'front' ? view : undefined;
  });
  expect(heard).toMatchObject({
    facts: { instance_id: 'i-1', zone: 'eu-1a', role: 'front' },
    instance: { instance_id: 'i-1', standing: 'here', zone: 'eu-1a' },
  });
});

test('a token that is wrong, or of another group, is refused with a cure, and then waits', async () => {
  const wish = { host: 'web-2', instance_id: 'i-2' };
  const refused = async (by: string) => {
    const answer = await register(by, wish);
    const { code, cure } = (await answer.json()) as { code: string; cure: string };
    expect(cure).not.toBe('');
    return `${answer.status} ${code}`;
  };
  expect(await refused('db')).toBe('403 group_refused');
  expect(await refused(`muster_aaaaaaaa_${'A'.repeat(43)}`)).toBe('401 credentials_refused');
  const codes = new Set<string>();
  for (let i = 0; i < 30; i += 1) codes.add(await refused('nonsense'));
  expect(codes).toEqual(new Set(['401 credentials_refused', '429 too_many_attempts']));
  expect((await register('web', wish)).status).toBe(200);
  expect((await register('web', { ...wish, host: '../../etc' })).status).toBe(400);
});

test('a name that changes hands: each instance keeps its own history', async () => {
  expect((await register('web', { host: 'web-1', instance_id: 'i-3' })).status).toBe(200);
  const retired = (await hosts('?state=RETIRED')).get('web-1~i-1');
  expect(retired).toMatchObject({ retired_reason: 'replaced by i-3', instance: { instance_id: 'i-1' } });
  expect(await metrics('web-1~i-1')).toEqual(['load_one']);
  expect(await metrics('web-1')).toEqual([]);
  agents.gmond('web-1', 'users', 3);
  await until('web-1 again', async () => ((await metrics('web-1')).includes('users') ? true : undefined));
  expect(await metrics('web-1')).toEqual(['users']);
});

test('one that leaves is retired at once and out of the lists, whatever still comes', async () => {
  const left = await ask('/api/v1/deregister', 'web', {
    group: 'web',
    instance_id: 'i-3',
    reason: 'scale-in',
  });
  expect(await left.json()).toMatchObject({ host: 'web-1', retired_reason: 'deregistered: scale-in' });
  const retired = await until('web-1 retired', async () => (await hosts('?state=RETIRED')).get('web-1'));
  expect(retired).toMatchObject({ retired_reason: 'deregistered: scale-in' });
  agents.gmond('web-1', 'users', 4);
  expect([...(await hosts()).keys()]).not.toContain('web-1');
  const again = await ask('/api/v1/deregister', 'web', { group: 'web', host: 'web-1' });
  expect(await again.json()).toMatchObject({ retired_reason: 'deregistered: scale-in' });
});

test('after a restart everybody is where they were, with the same keys', async () => {
  const before = await register('web', { host: 'web-2', instance_id: 'i-2' });
  const { code, books } = await server.stop();
  expect([code, imbalance(books)]).toEqual([0, 0]);
  server = await Server.start(join(folder.dir, 'muster.yaml'), Number(new URL(server.url).port));
  const states = async () =>
    Object.fromEntries([...(await hosts('?state=all'))].map(([name, { state }]) => [name, state]));
  await until('the states', async () => ((await states())['web-1'] === 'RETIRED' ? true : undefined));
  expect(await states()).toEqual({ 'web-1': 'RETIRED', 'web-1~i-1': 'RETIRED', 'web-2': 'PENDING' });
  const after = await register('web', { host: 'web-2', instance_id: 'i-2' });
  const config = async (answer: Response) =>
    ((await answer.json()) as RegisterAnswer).agent_config.replaceAll(/"\d{4,5}"/gu, '"PORT"');
  expect(await config(after)).toBe(await config(before));
}, 60_000);
