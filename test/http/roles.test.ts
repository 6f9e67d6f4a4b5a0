import { describe, expect, test } from 'vitest';
import { mayCall } from '../../src/access/roles.ts';
import { TOKEN_ROLES } from '../../src/contract/access.ts';
import { neededRole, ROUTE_ROLES } from '../../src/http/roles.ts';
import { guarded, JSON_BODY } from './guarded.ts';
import { stand } from './stand.ts';
import type { TokenRole } from '../../src/contract/access.ts';

/** Calls every route as somebody, and returns what each is refused with. */
async function walk(server: ReturnType<typeof guarded>, headers: Record<string, string>) {
  await server.app.ready();
  const answers = new Map<string, string>();
  for (const { method, url } of server.routes) {
    const path = url.replaceAll(/:\w+/gu, 'x').replace('*', 'nothing.js');
    const reading = method === 'GET' || method === 'HEAD';
    const answer = await server.app.inject({
      method: method as 'GET',
      url: path,
      headers: { ...(reading ? {} : JSON_BODY), ...headers },
      ...(reading ? {} : { payload: {} }),
    });
    const { statusCode: status } = answer;
    const refused = status === 401 || status === 403;
    const code = refused && method !== 'HEAD' ? ` ${answer.json<{ code: string }>().code}` : '';
    answers.set(`${method} ${url}`, refused ? `${status}${code}` : 'passed');
  }
  return answers;
}

/** What each route should answer to somebody whose role is this; undefined: without credentials. */
function wanted(server: ReturnType<typeof guarded>, role: TokenRole | undefined) {
  return new Map(
    server.routes.map(({ method, url }) => {
      const needed = neededRole(method, url) ?? 'admin';
      const passes = needed === 'anyone' || (role !== undefined && mayCall(role, needed));
      const code = role === undefined ? '401 sign_in_needed' : '403 role_too_weak';
      const refusal = method === 'HEAD' ? code.slice(0, 3) : code;
      return [`${method} ${url}`, passes ? 'passed' : refusal];
    }),
  );
}

describe('every route', () => {
  test('without credentials', async () => {
    await using server = guarded();
    const answers = await walk(server, {});
    expect(answers.size).toBeGreaterThan(20);
    expect(answers).toEqual(wanted(server, undefined));
    expect(server.operations.reloads).toBe(0);
  });

  test.for(TOKEN_ROLES)('with a token of role %s', async (role) => {
    await using server = guarded();
    const answers = await walk(server, { authorization: `Bearer ${server.addToken(role)}` });
    expect(answers).toEqual(wanted(server, role));
    expect(server.operations.reloads).toBe(role === 'admin' ? 1 : 0);
  });

  test('an enrolment token reaches nothing of the fleet', async () => {
    await using server = guarded();
    const answers = await walk(server, { authorization: `Bearer ${server.addToken('enrol')}` });
    const passed = [...answers].filter(([, answer]) => answer === 'passed').map(([route]) => route);
    expect(
      passed.filter(
        (route) => !['anyone', 'enrol', 'report', 'known'].includes(ROUTE_ROLES[route] ?? 'anyone'),
      ),
    ).toEqual([]);
  });

  test('has a row, and every row a route', async () => {
    await using server = guarded();
    await server.app.ready();
    const registered = new Set(server.routes.map(({ method, url }) => `${method} ${url}`));
    expect(Object.keys(ROUTE_ROLES).filter((row) => !registered.has(row))).toEqual([]);
  });

  test('where nobody signs in, is open to all', async () => {
    await using server = stand();
    for (const url of ['/api/v1/config', '/api/v1/audit', '/api/v1/clusters', '/metrics']) {
      const answer = await server.app.inject({ url, headers: { authorization: 'Bearer muster_nonsense' } });
      expect(answer.statusCode).toBe(200);
    }
  });
});

test('a route without a row does not come into being', async () => {
  await using server = stand();
  expect(() => server.app.get('/api/v1/secrets', () => 'all of them')).toThrow(
    'GET /api/v1/secrets has no role',
  );
});

test.for([
  { name: 'a view of the page', url: '/clusters/web' },
  { name: 'the page', url: '/' },
  { name: 'health', url: '/healthz' },
  { name: 'who one is', url: '/api/v1/session' },
])('$name is open to everybody', async ({ url }) => {
  await using server = guarded();
  expect((await server.app.inject(url)).statusCode).toBe(200);
});

test('paths that are none tell nothing more than that', async () => {
  await using server = guarded();
  expect((await server.app.inject('/api/v1/nothing')).statusCode).toBe(404);
});

describe('a refusal says what to do', () => {
  test.for([
    {
      name: 'no credentials',
      authorization: undefined,
      status: 401,
      code: 'sign_in_needed',
      cure: 'sign in',
    },
    {
      name: 'no token',
      authorization: 'Bearer x',
      status: 401,
      code: 'credentials_refused',
      cure: 'token create',
    },
    {
      name: 'an empty token',
      authorization: 'Bearer ',
      status: 401,
      code: 'credentials_refused',
      cure: 'token',
    },
    {
      name: 'of another scheme',
      authorization: 'Basic YTpi',
      status: 401,
      code: 'sign_in_needed',
      cure: 'sign in',
    },
  ])('$name', async ({ authorization, status, code, cure }) => {
    await using server = guarded();
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await server.app.inject({ url: '/api/v1/clusters', headers });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, cure: expect.stringContaining(cure) });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="Muster"');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('a role that is too weak', async () => {
    await using server = guarded();
    const headers = { authorization: `bearer  ${server.addToken('viewer')} ` };
    const answer = await server.app.inject({ url: '/api/v1/config', headers });
    expect(answer.json()).toEqual({
      code: 'role_too_weak',
      message: 'this takes the role admin; the token has viewer',
      cure: 'ask an admin for a token with role admin: script/muster token create --role admin',
    });
  });

  test('a revoked or expired token, from then on', async () => {
    await using server = guarded();
    const [revoked, expiring] = [
      server.addToken('viewer'),
      server.addToken('viewer', { expiresMs: server.time.ms + 1 }),
    ];
    const ask = (token: string) =>
      server.app.inject({ url: '/api/v1/clusters', headers: { authorization: `Bearer ${token}` } });
    expect([(await ask(revoked)).statusCode, (await ask(expiring)).statusCode]).toEqual([200, 200]);
    server.commandLine.revokeToken(revoked.slice(7, 15), server.time.ms);
    server.time.ms += 1;
    expect((await ask(revoked)).json()).toMatchObject({ code: 'credentials_refused' });
    expect((await ask(expiring)).json()).toMatchObject({ code: 'credentials_expired' });
  });
});
