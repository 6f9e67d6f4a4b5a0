import { describe, expect, test } from 'vitest';
import { PASSWORD } from '../access/people.ts';
import { cookieOf, guarded, JSON_BODY } from './guarded.ts';
import { stand } from './stand.ts';

const PLAIN = { publicUrl: 'http://127.0.0.1:8600' };

describe('who one is', () => {
  test('nobody, before there is a user', async () => {
    await using server = guarded();
    expect((await server.app.inject('/api/v1/session')).json()).toEqual({
      mode: 'users',
      name: null,
      role: null,
      expires_ms: null,
      has_users: false,
    });
  });

  test('everybody, where nobody signs in', async () => {
    await using server = stand();
    const open = { mode: 'none', name: null, role: 'admin', expires_ms: null, has_users: false };
    expect((await server.app.inject('/api/v1/session')).json()).toEqual(open);
    const payload = { name: 'ada', password: 'anything' };
    const answer = await server.app.inject({ method: 'POST', url: '/api/v1/session', payload });
    expect(answer.json()).toEqual(open);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('a token', async () => {
    await using server = guarded();
    const token = server.addToken('operator');
    const headers = { authorization: `Bearer ${token}` };
    expect((await server.app.inject({ url: '/api/v1/session', headers })).json()).toMatchObject({
      name: token.slice(7, 15),
      role: 'operator',
    });
  });
});

describe('signing in', () => {
  test.for([
    {
      name: 'by https',
      given: {},
      cookie:
        /^__Host-muster_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict; Secure$/u,
    },
    {
      name: 'by http',
      given: PLAIN,
      cookie: /^muster_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/u,
    },
  ])('$name: the cookie, and what it opens', async ({ given, cookie }) => {
    await using server = guarded(given);
    server.addUser('ada', 'viewer');
    const answer = await server.signIn('ada');
    expect(answer.statusCode).toBe(200);
    const session = { mode: 'users', name: 'ada', role: 'viewer', has_users: true };
    expect(answer.json()).toMatchObject(session);
    expect(answer.headers['set-cookie']).toMatch(cookie);
    const headers = { cookie: `theme=dark; ${cookieOf(answer)}; a=b` };
    expect((await server.app.inject({ url: '/api/v1/clusters', headers })).statusCode).toBe(200);
    expect((await server.app.inject({ url: '/api/v1/session', headers })).json()).toMatchObject(session);
    const refused = await server.app.inject({ url: '/api/v1/config', headers });
    expect(refused.json()).toMatchObject({
      code: 'role_too_weak',
      cure: 'ask an admin for the role admin: script/muster user role ada --role admin',
    });
  });

  test('a wrong name and a wrong password get one answer, and no cookie', async () => {
    await using server = guarded();
    server.addUser('ada', 'viewer');
    const [one, other] = [await server.signIn('ada', { password: 'wrong' }), await server.signIn('eve')];
    expect(one.statusCode).toBe(401);
    expect(one.body).toBe(other.body);
    expect(one.headers['set-cookie']).toBeUndefined();
    expect(one.json()).toMatchObject({ code: 'sign_in_refused' });
  });

  test('guessing is told how long to wait', async () => {
    await using server = guarded();
    server.addUser('ada', 'viewer');
    for (let i = 0; i < 5; i += 1) await server.signIn('ada', { password: 'wrong' });
    const answer = await server.signIn('ada');
    expect(answer.statusCode).toBe(429);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toMatchObject({ code: 'too_many_attempts' });
    server.time.ms += 1000;
    expect((await server.signIn('ada')).statusCode).toBe(200);
  });

  test('takes no session that somebody planted, and ends the one before', async () => {
    await using server = guarded(PLAIN);
    server.addUser('ada', 'viewer');
    const planted = `muster_session=${'A'.repeat(43)}`;
    const first = cookieOf(await server.signIn('ada', { headers: { cookie: planted } }));
    expect(first).not.toBe(planted);
    const second = cookieOf(await server.signIn('ada', { headers: { cookie: first } }));
    const status = async (cookie: string) =>
      (await server.app.inject({ url: '/api/v1/clusters', headers: { cookie } })).statusCode;
    expect([await status(planted), await status(first), await status(second)]).toEqual([401, 401, 200]);
  });

  test.for([
    { name: 'a foreign page', headers: { origin: 'https://evil.example' }, code: 'origin_refused' },
    { name: 'a foreign form', headers: { 'content-type': 'text/plain' }, code: 'json_needed' },
    { name: 'a cross-site fetch', headers: { 'sec-fetch-site': 'cross-site' }, code: 'origin_refused' },
  ])('is not for $name', async ({ headers, code }) => {
    await using server = guarded();
    server.addUser('ada', 'admin');
    expect((await server.signIn('ada', { headers })).json()).toMatchObject({ code });
  });

  test.for([
    { name: 'no password', payload: { name: 'ada' } },
    { name: 'an endless password', payload: { name: 'ada', password: 'x'.repeat(1001) } },
    { name: 'a password that is no text', payload: { name: 'ada', password: ['x'] } },
    { name: 'another key', payload: { name: 'ada', password: PASSWORD, role: 'admin' } },
  ])('with $name is a bad body', async ({ payload }) => {
    await using server = guarded();
    const answer = await server.app.inject({ method: 'POST', url: '/api/v1/session', payload });
    expect(answer.json()).toMatchObject({ code: 'bad_body' });
    expect(answer.body).not.toContain(PASSWORD);
  });
});

describe('a session', () => {
  test('is signed out once and for all', async () => {
    await using server = guarded(PLAIN);
    server.addUser('ada', 'viewer');
    const headers = { ...JSON_BODY, cookie: cookieOf(await server.signIn('ada')) };
    const answer = await server.app.inject({
      method: 'DELETE',
      url: '/api/v1/session',
      headers,
      payload: {},
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ name: null });
    expect(answer.headers['set-cookie']).toBe(
      'muster_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict',
    );
    const after = await server.app.inject({ url: '/api/v1/clusters', headers });
    expect(after.json()).toMatchObject({ code: 'credentials_expired', cure: 'sign in again' });
  });

  test('makes no change for another site, though the browser sends the cookie', async () => {
    await using server = guarded(PLAIN);
    server.addUser('ada', 'admin');
    const cookie = cookieOf(await server.signIn('ada'));
    const reload = (headers: Record<string, string>) =>
      server.app.inject({
        method: 'POST',
        url: '/api/v1/reload',
        headers: { ...JSON_BODY, cookie, ...headers },
        payload: {},
      });
    expect((await reload({ origin: 'https://evil.example' })).statusCode).toBe(403);
    expect((await reload({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await reload({ 'content-type': 'text/plain' })).statusCode).toBe(415);
    expect(server.operations.reloads).toBe(0);
    expect((await reload({ 'sec-fetch-site': 'same-origin' })).statusCode).toBe(200);
  });

  test('follows its user: role, password, end', async () => {
    await using server = guarded(PLAIN);
    server.addUser('ada', 'admin');
    const cookie = cookieOf(await server.signIn('ada'));
    const status = async () =>
      (await server.app.inject({ url: '/api/v1/config', headers: { cookie } })).statusCode;
    expect(await status()).toBe(200);
    server.commandLine.setRole('ada', 'viewer');
    expect(await status()).toBe(403);
    server.changePassword('ada', 'another');
    expect(await status()).toBe(401);
  });

  test.for([
    '',
    '=',
    'muster_session',
    'muster_session=',
    'muster_session=%00',
    ';;;=;',
    'muster_session=__proto__',
  ])('is not made of the cookie "%s"', async (cookie) => {
    await using server = guarded(PLAIN);
    const answer = await server.app.inject({ url: '/api/v1/clusters', headers: { cookie } });
    expect(answer.json()).toMatchObject({ code: 'sign_in_needed' });
  });
});

describe('the audit log', () => {
  test('says who changed what from where, and who tried to get in', async () => {
    await using server = guarded(PLAIN);
    server.addUser('ada', 'admin');
    await server.signIn('ada', { password: 'wrong' });
    const headers = { ...JSON_BODY, cookie: cookieOf(await server.signIn('ada')) };
    await server.app.inject({ method: 'POST', url: '/api/v1/reload', headers, payload: {} });
    server.operations.outcome = { ok: false, errors: ['muster.yaml:3:1 no'] };
    await server.app.inject({ method: 'POST', url: '/api/v1/reload', headers, payload: {} });
    const rows = (await server.app.inject({ url: '/api/v1/audit', headers })).json<object[]>();
    expect(rows).toMatchObject([
      { who: 'ada', from: '127.0.0.1', action: 'reload refused', detail: 'muster.yaml:3:1 no' },
      { who: 'ada', action: 'reload', subject: 'configuration', detail: 'group dev is new' },
      { who: 'ada', action: 'sign-in', subject: 'ada' },
      { who: 'nobody', action: 'sign-in refused', subject: 'ada', detail: 'wrong name or password' },
    ]);
    const part = await server.app.inject({ url: '/api/v1/audit?limit=1&before=2', headers });
    expect(part.json()).toMatchObject([{ id: 1, action: 'sign-in refused' }]);
  });

  test.for(['limit=0', 'limit=1001', 'before=x', 'who=ada'])('knows no %s', async (query) => {
    await using server = stand();
    expect((await server.app.inject(`/api/v1/audit?${query}`)).json()).toMatchObject({ code: 'bad_query' });
  });
});

describe('a database that does not answer', () => {
  const locked = () => {
    throw new Error('/var/lib/muster/access.db is in use');
  };
  const session = { url: '/api/v1/session', headers: JSON_BODY } as const;

  test.for([
    {
      name: 'signing in',
      ask: { ...session, method: 'POST', payload: { name: 'ada', password: PASSWORD } } as const,
      status: 503,
    },
    { name: 'signing out', ask: { ...session, method: 'DELETE', payload: {} } as const, status: 503 },
    { name: 'the audit log', ask: { url: '/api/v1/audit' } as const, status: 503 },
    { name: 'who one is', ask: { url: '/api/v1/session' } as const, status: 200 },
  ])('$name: $status, and nothing of where it is', async ({ ask, status }) => {
    await using server = guarded(PLAIN);
    server.addUser('ada', 'admin');
    const cookie = cookieOf(await server.signIn('ada'));
    Object.assign(server.rows, {
      addSession: locked,
      removeSession: locked,
      audit: locked,
      hasUsers: locked,
      extendSession: locked,
    });
    const answer = await server.app.inject({ ...ask, headers: { ...JSON_BODY, cookie } });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject(status === 200 ? { has_users: true } : { code: 'not_ready' });
    expect(answer.body).not.toContain('/var');
  });

  test('whoever signs out has no cookie any more', async () => {
    await using server = guarded(PLAIN);
    server.addUser('ada', 'admin');
    const cookie = cookieOf(await server.signIn('ada'));
    server.rows.removeSession = locked;
    const headers = { ...JSON_BODY, cookie };
    const answer = await server.app.inject({ ...session, method: 'DELETE', headers, payload: {} });
    expect(cookieOf(answer)).toBe('muster_session=');
  });
});

test('no secret is in an answer, in the log or in the audit log', async () => {
  await using server = guarded(PLAIN);
  server.addUser('ada', 'admin');
  const token = server.addToken('admin');
  const signedIn = await server.signIn('ada');
  const refused = await server.signIn('ada', { password: `${PASSWORD} but wrong` });
  const headers = { ...JSON_BODY, cookie: cookieOf(signedIn), authorization: `Bearer ${token}` };
  const bodies = [signedIn.body, refused.body, JSON.stringify(server.audit.list({ limit: 1000 }))];
  for (const { method, url } of server.routes) {
    const reading = method === 'GET' || method === 'HEAD';
    const answer = await server.app.inject({
      method: method as 'GET',
      url: url.replaceAll(/:\w+/gu, 'x'),
      headers,
      ...(reading ? {} : { payload: {} }),
    });
    bodies.push(answer.body);
  }
  const all = `${bodies.join('\n')}\n${JSON.stringify(server.logged)}`;
  const [kept] = server.rows.tokens();
  const secrets = [
    PASSWORD,
    'hash of',
    token,
    token.slice(16),
    kept?.hash ?? '?',
    cookieOf(signedIn).slice(15),
  ];
  for (const secret of secrets) expect(all).not.toContain(secret);
});
