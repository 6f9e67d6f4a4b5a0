import { describe, expect, test } from 'vitest';
import { guarded, JSON_BODY } from './guarded.ts';
import { instance } from '../fleet/instances.ts';
import { NOW_MS, stand } from './stand.ts';
import { people } from '../access/people.ts';
import type { Access } from '../../src/http/ports.ts';
import type { ErrorBody } from '../../src/contract/api.ts';
import type { RegisterAnswer } from '../../src/contract/instances.ts';
import type { RegistrationOutcome, RegistrationRefusal } from '../../src/fleet/instance.ts';

const KEY = { user: 'i-1', password: 'a-key-of-its-own' };
const WISH = { group: 'web', host: 'web-1', instance_id: 'i-1' };

function registered(given: Partial<RegistrationOutcome & { ok: true }> = {}): RegistrationOutcome {
  return { ok: true, instance: instance(), key: KEY, isNew: true, replaced: null, ...given };
}

interface Ask {
  readonly path?: 'register' | 'deregister';
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
  readonly from?: string;
}

async function post(server: ReturnType<typeof stand>, body: object, ask: Ask = {}) {
  const { path = 'register', token, headers = {}, from = '192.0.2.1' } = ask;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await server.app.inject({
    method: 'POST',
    url: `/api/v1/${path}`,
    headers: { ...JSON_BODY, ...authorization, ...headers },
    payload: body,
    remoteAddress: from,
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    error: () => answer.json<ErrorBody>(),
    json: (): unknown => answer.json(),
  };
}

describe('an instance that registers', () => {
  test('is told where to send, how often, and all of its configuration', async () => {
    await using server = stand();
    server.registry.outcome = registered();
    const body = { ...WISH, region: 'eu', zone: 'eu-1a', tags: { role: 'web' } };
    const answer = (await post(server, body)).json() as RegisterAnswer;
    expect(answer).toMatchObject({
      group: 'web',
      host: 'web-1',
      instance_id: 'i-1',
      servers: ['muster.example.net'],
      port: 8630,
      interval: 10,
      agent: 'collectd',
    });
    for (const word of ['muster.example.net', '8630', 'web-1', KEY.user, KEY.password]) {
      expect(answer.agent_config).toContain(word);
    }
    expect(server.registry.asked).toEqual([
      {
        cluster: 'web',
        host: 'web-1',
        instanceId: 'i-1',
        region: 'eu',
        zone: 'eu-1a',
        tags: { role: 'web' },
        from: '192.0.2.1',
      },
    ]);
  });

  test('gets its configuration alone where it reads text only', async () => {
    await using server = stand();
    server.registry.outcome = registered();
    const { agent_config: config } = (await post(server, WISH)).json() as RegisterAnswer;
    const plain = await post(server, WISH, { headers: { accept: 'text/plain' } });
    expect(plain.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(plain.text).toBe(config);
    expect((await post(server, WISH, { headers: { accept: '*/*' } })).text).not.toBe(config);
  });

  test('what metadata does not have may be empty', async () => {
    await using server = stand();
    server.registry.outcome = registered();
    await post(server, { ...WISH, instance_id: '', zone: '', tags: {} });
    expect(server.registry.asked).toMatchObject([{ instanceId: undefined, zone: '' }]);
  });

  test.for([
    { name: 'collectd first', accept: ['ganglia', 'collectd'], wanted: undefined, agent: 'collectd' },
    {
      name: 'gmond where there is no collectd',
      accept: ['ganglia', 'statsd'],
      wanted: undefined,
      agent: 'gmond',
    },
    { name: 'gmond where it is wanted', accept: ['ganglia', 'collectd'], wanted: 'gmond', agent: 'gmond' },
    { name: 'what the group does not take', accept: ['ganglia'], wanted: 'collectd', cure: 'ask for gmond' },
    { name: 'a group of neither', accept: ['statsd'], wanted: undefined, cure: 'add collectd or ganglia' },
  ] as const)('$name', async ({ accept, wanted, ...expected }) => {
    await using server = stand();
    server.registry.outcome = registered();
    const [group] = server.enrolment.groups;
    if (!group) throw new Error('no group');
    server.enrolment.groups = [{ ...group, accept }];
    const answer = await post(server, { ...WISH, ...(wanted ? { agent: wanted } : {}) });
    if ('agent' in expected) expect(answer.json()).toMatchObject({ agent: expected.agent });
    else {
      expect(answer.status).toBe(409);
      expect(answer.error()).toMatchObject({ code: 'agent_not_taken' });
      expect(answer.error().cure).toContain(expected.cure);
      expect(server.registry.asked).toEqual([]);
    }
  });

  test.for([
    { name: 'a new one is written down', given: {}, detail: 'instance i-1' },
    {
      name: 'one that takes a name over, too',
      given: { isNew: false, replaced: 'i-0' },
      detail: 'instance i-1, in place of i-0',
    },
    { name: 'one that is back after a reboot is not', given: { isNew: false }, detail: undefined },
  ])('$name', async ({ given, detail }) => {
    await using server = stand();
    server.registry.outcome = registered(given);
    await post(server, WISH);
    const expected = {
      who: 'anybody',
      from: '192.0.2.1',
      action: 'instance registered',
      subject: 'web web-1',
      detail,
    };
    expect(server.audit.notes).toEqual(detail === undefined ? [] : [expected]);
  });
});

describe('a registration is refused', () => {
  test.for([
    { refusal: 'bad_host_name', status: 400, code: 'bad_host_name' },
    { refusal: 'bad_instance_id', status: 400, code: 'bad_instance_id' },
    { refusal: 'bad_tags', status: 400, code: 'bad_tags' },
    { refusal: 'instance_in_use', status: 409, code: 'instance_in_use' },
    { refusal: 'too_many_instances', status: 503, code: 'too_many_instances' },
    { refusal: 'busy', status: 503, code: 'busy' },
    { refusal: 'not_kept', status: 503, code: 'instances_failed' },
  ] satisfies { refusal: RegistrationRefusal; status: number; code: string }[])(
    '$refusal is $status',
    async ({ refusal, status, code }) => {
      await using server = stand();
      server.registry.outcome = { ok: false, refusal, message: '/var/lib/fleet.db is why' };
      const answer = await post(server, WISH);
      expect([answer.status, answer.error().code]).toEqual([status, code]);
      // Of the disk nobody outside is told.
      if (refusal === 'not_kept') expect(answer.text).not.toContain('/var/lib');
      expect(server.audit.notes).toEqual([]);
    },
  );

  test.for([
    { name: 'a group that is none', body: { ...WISH, group: 'wbe' }, status: 404, says: 'did you mean web?' },
    { name: 'no host', body: { group: 'web' }, status: 400, says: 'host' },
    { name: 'an unknown key', body: { ...WISH, hots: 'x' }, status: 400, says: 'did you mean host?' },
    { name: 'another agent', body: { ...WISH, agent: 'telegraf' }, status: 400, says: 'agent' },
    { name: 'tags that are a list', body: { ...WISH, tags: ['a'] }, status: 400, says: 'tags' },
    {
      name: 'a large body',
      body: { ...WISH, tags: { a: 'x'.repeat(70_000) } },
      status: 413,
      says: 'smaller',
    },
  ])('$name', async ({ body, status, says }) => {
    await using server = stand();
    const answer = await post(server, body);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(says);
    expect(server.registry.asked).toEqual([]);
  });

  test('prototypes are no tags', async () => {
    await using server = stand();
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/v1/register',
      headers: JSON_BODY,
      payload: '{"group":"web","host":"web-1","tags":{"__proto__":{"a":"b"}}}',
    });
    expect(answer.statusCode).toBe(400);
  });
});

describe('an instance that leaves', () => {
  const left = instance({ standing: { kind: 'left', reason: 'deregistered: scale-in', sinceMs: NOW_MS } });

  test.for([
    { name: 'by its id', body: { group: 'web', instance_id: 'i-1', reason: 'scale-in' } },
    { name: 'by its name', body: { group: 'web', host: 'web-1', instance_id: '', reason: 'scale-in' } },
  ])('$name', async ({ body }) => {
    await using server = stand();
    server.registry.departure = { ok: true, instance: left, isNew: true };
    const answer = await post(server, body, { path: 'deregister' });
    expect(answer.json()).toEqual({
      group: 'web',
      host: 'web-1',
      instance_id: 'i-1',
      retired_reason: 'deregistered: scale-in',
    });
    expect(server.audit.notes).toMatchObject([
      { action: 'instance left', subject: 'web web-1', detail: 'instance i-1: deregistered: scale-in' },
    ]);
  });

  test('twice is written down once', async () => {
    await using server = stand();
    server.registry.departure = { ok: true, instance: left, isNew: false };
    expect((await post(server, { group: 'web', host: 'web-1' }, { path: 'deregister' })).status).toBe(200);
    expect(server.audit.notes).toEqual([]);
  });

  test.for([
    { name: 'nobody', body: { group: 'web' }, status: 400, code: 'bad_body' },
    {
      name: 'somebody unknown',
      body: { group: 'web', host: 'web-9' },
      status: 404,
      code: 'instance_unknown',
    },
    {
      name: 'a group that is none',
      body: { group: 'wbe', host: 'web-1' },
      status: 404,
      code: 'cluster_unknown',
    },
  ])('$name', async ({ body, status, code }) => {
    await using server = stand();
    server.registry.departure = { ok: false, refusal: 'instance_unknown', message: 'no instance web-9' };
    const answer = await post(server, body, { path: 'deregister' });
    expect([answer.status, answer.error().code]).toEqual([status, code]);
  });
});

test('an id of one instance and the name of another are refused', async () => {
  await using server = stand();
  server.registry.departure = { ok: false, refusal: 'two_instances', message: 'i-1 is web-1' };
  const body = { group: 'web', host: 'web-2', instance_id: 'i-1' };
  const answer = await post(server, body, { path: 'deregister' });
  expect([answer.status, answer.error().code, answer.error().message]).toEqual([
    400,
    'bad_body',
    'i-1 is web-1',
  ]);
});

describe('where people sign in', () => {
  test.for([
    { name: 'in JSON', headers: { 'content-type': 'application/json' } },
    { name: 'not even in JSON', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  ])('without a token, $name, the token is what is missing', async ({ headers }) => {
    await using server = guarded();
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/v1/register',
      headers: { host: 'localhost', ...headers },
      payload: '{}',
    });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ message: 'the request has no token of the group' });
    expect(answer.body).toMatch(/MUSTER_TOKEN.*token create --role enrol --group G/u);
  });

  test.for([
    { name: 'an enrolment token of the group', role: 'enrol', group: 'web', status: 200 },
    { name: 'one of another group', role: 'enrol', group: 'db', status: 403, code: 'group_refused' },
    { name: 'an admin', role: 'admin', group: undefined, status: 200 },
    { name: 'an operator', role: 'operator', group: undefined, status: 403, code: 'role_too_weak' },
    { name: 'nobody', role: undefined, group: undefined, status: 401, code: 'sign_in_needed' },
  ] as const)('$name: $status', async ({ role, group, status, ...refused }) => {
    await using server = guarded();
    server.registry.outcome = registered();
    server.registry.departure = { ok: true, instance: instance(), isNew: false };
    const token =
      role === undefined ? undefined : server.addToken(role, group === undefined ? {} : { group });
    for (const path of ['register', 'deregister'] as const) {
      const answer = await post(server, path === 'register' ? WISH : { group: 'web', host: 'web-1' }, {
        path,
        token,
      });
      expect(answer.status).toBe(status);
      if ('code' in refused) expect(answer.error().code).toBe(refused.code);
    }
    expect(server.registry.asked).toHaveLength(status === 200 ? 2 : 0);
  });

  test('an expired token is told apart', async () => {
    await using server = guarded();
    const token = server.addToken('enrol', { group: 'web', expiresMs: NOW_MS });
    const answer = await post(server, WISH, { token });
    expect([answer.status, answer.error().code]).toEqual([401, 'credentials_expired']);
  });

  test.for([
    { name: 'wrong', token: `muster_aaaaaaaa_${'A'.repeat(43)}`, status: 401 },
    { name: 'of another group', token: undefined, status: 403 },
  ])('tokens that are $name wait after some, a right one never', async ({ token, status }) => {
    await using server = guarded();
    server.registry.outcome = registered();
    const wrong = token ?? server.addToken('enrol', { group: 'db' });
    const right = server.addToken('enrol', { group: 'web' });
    for (let i = 0; i < 20; i += 1) expect((await post(server, WISH, { token: wrong })).status).toBe(status);
    const held = await post(server, WISH, { token: wrong });
    expect([held.status, held.headers['retry-after'], held.error().code]).toEqual([
      429,
      '1',
      'too_many_attempts',
    ]);
    expect((await post(server, WISH, { token: right })).status).toBe(200);
    expect((await post(server, WISH, { token: wrong, from: '192.0.2.2' })).status).toBe(status);
    server.clock.ms += 1000;
    expect((await post(server, WISH, { token: wrong })).status).toBe(status);
  });
});

describe('where nobody signs in', () => {
  test('no token is asked for, and one that is brought counts', async () => {
    const { door, addToken } = people(() => NOW_MS);
    const access: Access = {
      mode: 'none',
      hasUsers: () => false,
      identify: (credentials) => door.identify(credentials),
      signIn: (attempt) => door.signIn(attempt),
      signOut: () => true,
    };
    await using server = stand({ access });
    server.registry.outcome = registered();
    const db = addToken('enrol', { group: 'db' });
    const web = addToken('enrol', { group: 'web' });
    expect((await post(server, WISH)).status).toBe(200);
    expect((await post(server, WISH, { token: web })).status).toBe(200);
    expect((await post(server, WISH, { token: db })).status).toBe(403);
    expect((await post(server, WISH, { token: `${web}x` })).status).toBe(401);
    // A proxy's own.
    expect((await post(server, WISH, { headers: { authorization: 'Token x' } })).status).toBe(200);
  });

  test('a token is not read from the address', async () => {
    await using server = stand();
    const url = '/api/v1/register?p=muster_x';
    const answer = await server.app.inject({ method: 'POST', url, headers: JSON_BODY, payload: WISH });
    expect([answer.statusCode, answer.json<ErrorBody>().code]).toEqual([400, 'bad_query']);
  });
});

test('behind a proxy it is registered from where it is', async () => {
  await using server = stand({ trustedProxies: ['192.0.2.0/24'] });
  server.registry.outcome = registered();
  await post(server, WISH, { headers: { 'x-forwarded-for': '203.0.113.9' } });
  await post(server, WISH, { headers: { 'x-forwarded-for': '203.0.113.9' }, from: '198.51.100.1' });
  expect(server.registry.asked).toMatchObject([{ from: '203.0.113.9' }, { from: '198.51.100.1' }]);
});

test.for([
  { name: 'with a port', forwarded: '203.0.113.9:4711', from: '203.0.113.9' },
  { name: 'in another spelling', forwarded: '2001:DB8:0:0::9', from: '2001:db8::9' },
])('behind a proxy that forwards an address $name, it is that address', async ({ forwarded, from }) => {
  await using server = stand({ trustedProxies: ['192.0.2.0/24'] });
  server.registry.outcome = registered();
  await post(server, WISH, { headers: { 'x-forwarded-for': forwarded } });
  expect(server.registry.asked).toMatchObject([{ from }]);
});

test('behind a proxy that forwards what is no address, nobody registers', async () => {
  await using server = stand({ trustedProxies: ['192.0.2.0/24'] });
  const answer = await post(server, WISH, { headers: { 'x-forwarded-for': '../../etc' } });
  expect([answer.status, server.registry.asked]).toEqual([400, []]);
  expect(JSON.stringify(answer)).toContain('X-Forwarded-For');
});

test('a page of another site cannot register anybody', async () => {
  await using server = stand();
  const answer = await post(server, WISH, { headers: { origin: 'https://evil.example' } });
  expect([answer.status, server.registry.asked]).toEqual([403, []]);
});
