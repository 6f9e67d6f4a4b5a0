import { expect, test } from 'vitest';
import { guarded, JSON_BODY } from './guarded.ts';

const WRONG = `muster_aaaaaaaa_${'A'.repeat(43)}`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const BEARER = { authorization: `Bearer ${WRONG}` };

test.for([
  { name: 'a call that reads', ask: { method: 'GET', url: '/api/v1/clusters', headers: BEARER } },
  {
    name: 'a write',
    ask: { method: 'POST', url: '/write?db=web', headers: { authorization: `Token ${WRONG}` } },
  },
  {
    name: 'a change',
    ask: { method: 'POST', url: '/api/v1/flush', headers: { ...JSON_BODY, ...BEARER }, payload: {} },
  },
  {
    name: 'NRDP',
    ask: { method: 'POST', url: '/nrdp', headers: FORM, payload: `token=${WRONG}&cmd=submitcheck` },
  },
] as const)('wrong tokens wait after some: $name', async ({ ask }) => {
  await using server = guarded();
  for (let i = 0; i < 20; i += 1) expect((await server.app.inject(ask)).statusCode).toBe(401);
  const held = await server.app.inject(ask);
  expect([held.statusCode, held.headers['retry-after']]).toEqual([429, '1']);
  const authorization = `Bearer ${server.addToken('viewer')}`;
  const right = await server.app.inject({ url: '/api/v1/clusters', headers: { authorization } });
  expect(right.statusCode).toBe(200);
});

test('whoever brings none, or a session that has ended, is not counted', async () => {
  await using server = guarded();
  const cookie = `muster_session=${'A'.repeat(43)}`;
  for (let i = 0; i < 30; i += 1) {
    expect((await server.app.inject('/api/v1/clusters')).statusCode).toBe(401);
    expect((await server.app.inject({ url: '/api/v1/clusters', headers: { cookie } })).statusCode).toBe(401);
  }
});
