import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { cookieOf, guarded } from './guarded.ts';
import { NOW_MS, stand } from './stand.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const ITEM = { hostname: 'web1', servicename: 'cron', state: '1', output: 'WARNING: late|by=3s' };
const JSON_RESULT = JSON.stringify({ checkresults: [{ checkresult: { type: 'service' }, ...ITEM }] });
const XML_RESULT = `<?xml version='1.0'?><checkresults><checkresult type='host' checktype='1'>
  <hostname>web1</hostname><state>1</state><output>DOWN</output></checkresult></checkresults>`;
const TAKEN = {
  cluster: '',
  host: 'web1',
  service: 'cron',
  code: 1,
  output: 'WARNING: late|by=3s',
  timeMs: NOW_MS,
  door: 'nrdp',
  from: '127.0.0.1',
};

type Server = Pick<ReturnType<typeof stand>, 'app'>;

function post(server: Server, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return server.app.inject({
    method: 'POST',
    url: '/nrdp/',
    headers: { ...FORM, ...headers },
    payload: new URLSearchParams(fields).toString(),
  });
}

describe('where nobody signs in', () => {
  test.for(['json', 'jsondata', 'JSONDATA'])('JSON, in the field %s', async (name) => {
    await using server = stand();
    const answer = await post(server, { token: 'left over', cmd: 'submitcheck', [name]: JSON_RESULT });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toEqual({
      result: { status: 0, message: 'OK', meta: { output: '1 checks processed' } },
    });
    expect(server.checks.reported).toEqual([TAKEN]);
  });

  test.for(['xml', 'xmldata', 'XMLDATA'])(
    'XML, in the field %s: it counts where both are there',
    async (name) => {
      await using server = stand();
      const answer = await post(server, { cmd: 'submitcheck', [name]: XML_RESULT, json: JSON_RESULT });
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toBe('text/xml; charset=utf-8');
      expect(answer.body).toBe(`<?xml version="1.0" encoding="utf-8"?>
<result>
  <status>0</status>
  <message>OK</message>
  <meta>
    <output>1 checks processed</output>
  </meta>
</result>
`);
      expect(server.checks.reported).toEqual([{ ...TAKEN, service: 'host', output: 'DOWN' }]);
    },
  );

  test('a path without its slash, and a packed form', async () => {
    await using server = stand();
    const answer = await server.app.inject({
      method: 'POST',
      url: '/nrdp',
      headers: { ...FORM, 'content-encoding': 'gzip' },
      payload: gzipSync(new URLSearchParams({ cmd: 'submitcheck', json: JSON_RESULT }).toString()),
    });
    expect(answer.statusCode).toBe(200);
    expect(server.checks.reported).toEqual([TAKEN]);
  });

  test('a command', async () => {
    await using server = stand();
    const command = '[1700000000] PROCESS_HOST_CHECK_RESULT;web1;0;UP';
    const answer = await post(server, { cmd: 'submitcmd', command });
    expect(answer.body).toContain('<output>1 commands processed</output>');
    expect(server.checks.reported).toEqual([
      { ...TAKEN, service: 'host', code: 0, output: 'UP', timeMs: 1_700_000_000_000 },
    ]);
  });

  test('some are refused: which, and what mends it', async () => {
    await using server = stand();
    const checkresults = [ITEM, { ...ITEM, hostname: 'a;b' }, { ...ITEM, state: 'DOWN' }];
    const answer = await post(server, { cmd: 'submitcheck', json: JSON.stringify({ checkresults }) });
    const { status, meta } = answer.json<{ result: { status: number; meta: { output: string } } }>().result;
    expect(status).toBe(0);
    expect(meta.output).toMatch(
      /^1 checks processed, 2 refused: a;b \/ cron: bad-name \(.*; web1 \/ cron: bad-code \(/u,
    );
    expect(server.checks.refusals.map(({ door, reason }) => `${door} ${reason}`)).toEqual([
      'nrdp bad-name',
      'nrdp bad-code',
    ]);
  });

  test('none is taken', async () => {
    await using server = stand();
    server.checks.outcome = { ok: false, refusal: 'unknown-service' };
    const answer = await post(server, { cmd: 'submitcheck', json: JSON_RESULT });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      result: {
        status: -1,
        message: 'NONE TAKEN',
        meta: { output: expect.stringContaining('web1 / cron: unknown-service (') },
      },
    });
  });

  test.for([
    { name: 'no data', fields: { cmd: 'submitcheck' }, status: 400, message: 'NO DATA' },
    { name: 'no command', fields: { cmd: 'submitcmd' }, status: 400, message: 'NO COMMAND' },
    { name: 'another call', fields: { cmd: 'hello' }, status: 400, message: 'NO REQUEST HANDLER' },
    { name: 'no call', fields: {}, status: 400, message: 'NO REQUEST HANDLER' },
    {
      name: 'no XML',
      fields: { cmd: 'submitcheck', xml: '<a' },
      status: 400,
      message: 'send well-formed XML',
    },
    {
      name: 'entities',
      fields: { cmd: 'submitcheck', xml: '<!DOCTYPE a [<!ENTITY b "c">]><checkresults/>' },
      status: 400,
      message: 'send well-formed XML without a document type',
    },
    {
      name: 'a token of ours that is none',
      fields: { token: 'muster_nonsense', cmd: 'submitcheck', xml: XML_RESULT },
      status: 401,
      message: 'the token is unknown',
    },
  ])('refused: $name', async ({ fields, status, message }) => {
    await using server = stand();
    const answer = await post(server, fields);
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toContain('<status>-1</status>');
    expect(answer.body).toContain(message);
    expect(server.checks.reported).toEqual([]);
  });

  test('JSON is answered by JSON when it is refused, too', async () => {
    await using server = stand();
    const answer = await post(server, { cmd: 'submitcheck', json: '{' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ result: { status: -1, message: 'the JSON cannot be read' } });
  });

  test('a token in the address is refused: it would stand in logs', async () => {
    await using server = stand();
    const answer = await server.app.inject({
      method: 'POST',
      url: '/nrdp/?token=x&cmd=submitcheck',
      headers: FORM,
      payload: new URLSearchParams({ xml: XML_RESULT }).toString(),
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('fields of the body');
  });

  test.for([
    { name: 'GET', request: { method: 'GET', url: '/nrdp/' }, code: 'method_not_allowed' },
    {
      name: 'no form',
      request: { method: 'POST', url: '/nrdp/', headers: { 'content-type': 'text/plain' }, payload: 'x' },
      code: 'form_needed',
    },
    {
      name: 'a form of very many fields',
      request: { method: 'POST', url: '/nrdp/', headers: FORM, payload: 'a&'.repeat(300_000) },
      code: 'bad_body',
    },
    {
      name: 'a page of another site',
      request: {
        method: 'POST',
        url: '/nrdp/',
        headers: { ...FORM, origin: 'http://evil.example' },
        payload: 'x=1',
      },
      code: 'origin_refused',
    },
  ] as const)('$name', async ({ request, code }) => {
    await using server = stand();
    const answer = await server.app.inject({ ...request });
    expect(answer.json()).toMatchObject({ code });
  });

  test('the judge is busy: the same may be sent again', async () => {
    await using server = stand();
    server.checks.fault = 'busy';
    const answer = await post(server, { cmd: 'submitcheck', json: JSON_RESULT });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.json()).toMatchObject({ result: { status: -1 } });
  });
});

describe('where people sign in', () => {
  test.for([
    { role: 'operator', cluster: '' },
    { role: 'admin', cluster: '' },
    { role: 'enrol', cluster: 'web' },
  ] as const)('a token of role $role', async ({ role, cluster }) => {
    await using server = guarded();
    const token = server.addToken(role, role === 'enrol' ? { group: 'web' } : {});
    const answer = await post(server, { token, cmd: 'submitcheck', json: JSON_RESULT });
    expect(answer.statusCode).toBe(200);
    expect(server.checks.reported).toEqual([
      { ...TAKEN, cluster, from: expect.stringContaining(token.slice(7, 15)) },
    ]);
  });

  test('a token in the header', async () => {
    await using server = guarded();
    const headers = { authorization: `Bearer ${server.addToken('operator')}` };
    const answer = await post(server, { cmd: 'submitcheck', json: JSON_RESULT }, headers);
    expect(answer.statusCode).toBe(200);
  });

  test.for([
    { name: 'none', token: () => '', status: 401 },
    { name: 'another one', token: () => 'muster_12345678_nothing', status: 401 },
    {
      name: 'a weak one',
      token: (server: ReturnType<typeof guarded>) => server.addToken('viewer'),
      status: 403,
    },
  ])('refused, and counted by where it came from: $name', async ({ token, status }) => {
    await using server = guarded();
    const answer = await post(server, { token: token(server), cmd: 'submitcheck', json: JSON_RESULT });
    expect(answer.statusCode).toBe(status);
    expect(answer.body).not.toContain('role report');
    if (status === 403) {
      expect(answer.body).toContain('--role operator, or --role enrol --group G for hosts of that group');
    }
    expect(server.checks.refusals).toEqual([
      { door: 'nrdp', reason: 'bad-token', from: '127.0.0.1', about: '' },
    ]);
    expect(server.checks.reported).toEqual([]);
  });

  test('a browser that is signed in sends a form: that is no token', async () => {
    await using server = guarded();
    server.addUser('ada', 'admin');
    const cookie = cookieOf(await server.signIn('ada'));
    const answer = await post(server, { cmd: 'submitcheck', json: JSON_RESULT }, { cookie });
    expect(answer.statusCode).toBe(401);
  });
});
