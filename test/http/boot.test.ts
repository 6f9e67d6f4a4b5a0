import { describe, expect, test } from 'vitest';
import { guarded } from './guarded.ts';
import { stand } from './stand.ts';
import type { EnrolmentGroup } from '../../src/http/ports.ts';

/** As a browser or `curl` on another machine asks. */
const ELSEWHERE = { remoteAddress: '10.0.0.9', headers: { host: 'muster.example.net' } };

function groups(server: ReturnType<typeof stand>, ...given: Partial<EnrolmentGroup>[]): void {
  const [web] = server.enrolment.groups;
  if (web !== undefined) server.enrolment.groups = given.map((one) => ({ ...web, ...one }));
}

describe('GET /boot/{group}', () => {
  test.for([
    { query: '', type: 'text/x-shellscript', begins: '#!/bin/sh\n', has: "AGENT='collectd'" },
    { query: '?agent=gmond', type: 'text/x-shellscript', begins: '#!/bin/sh\n', has: "AGENT='gmond'" },
    { query: '?format=cloud-init', type: 'text/cloud-config', begins: '#cloud-config\n', has: 'runcmd:' },
    {
      query: '?format=puppet&agent=gmond',
      type: 'text/plain',
      begins: '# Muster',
      has: 'class muster_instance (',
    },
  ])('"$query" is $type', async ({ query, type, begins, has }) => {
    await using server = stand();
    const answer = await server.app.inject({ url: `/boot/web${query}`, ...ELSEWHERE });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
    });
    expect(answer.body.startsWith(begins)).toBe(true);
    expect(answer.body).toContain(has);
    expect(answer.body).toContain("URLS='https://muster.example.net'");
  });

  test('each server is registered at by its own name', async () => {
    await using server = stand();
    groups(server, { servers: ['muster-a.example.net', 'muster-b.example.net'] });
    const { body } = await server.app.inject({ url: '/boot/web', ...ELSEWHERE });
    expect(body).toContain("URLS='https://muster-a.example.net https://muster-b.example.net'");
  });

  test('gmond, where the group takes nothing else', async () => {
    await using server = stand();
    groups(server, { accept: ['ganglia', 'statsd'] });
    expect((await server.app.inject({ url: '/boot/web', ...ELSEWHERE })).body).toContain("AGENT='gmond'");
  });

  test.for([
    {
      name: 'a group that is not there',
      url: '/boot/wep',
      status: 404,
      code: 'cluster_unknown',
      says: /did you mean web/,
    },
    {
      name: 'an agent nobody knows',
      url: '/boot/web?agent=telegraf',
      status: 400,
      code: 'bad_query',
      says: /must be one of collectd, gmond/,
    },
    {
      name: 'a format nobody knows',
      url: '/boot/web?format=chef',
      status: 400,
      code: 'bad_query',
      says: /sh/,
    },
    {
      name: 'a key nobody knows',
      url: '/boot/web?agents=gmond',
      status: 400,
      code: 'bad_query',
      says: /did you mean agent\?/,
    },
  ])('$name: $status', async ({ url, status, code, says }) => {
    await using server = stand();
    const answer = await server.app.inject({ url, ...ELSEWHERE });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code });
    expect(answer.body).toMatch(says);
  });

  test('an agent that the group does not take', async () => {
    await using server = stand();
    groups(server, { accept: ['ganglia'] });
    const answer = await server.app.inject({ url: '/boot/web?agent=collectd', ...ELSEWHERE });
    expect(answer.json()).toMatchObject({ code: 'agent_not_taken' });
  });

  test('nobody elsewhere is told to register at itself', async () => {
    await using server = stand();
    groups(server, { servers: ['127.0.0.1'] });
    const answer = await server.app.inject({ url: '/boot/web', ...ELSEWHERE });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([409, 'no_public_url']);
    expect((await server.app.inject('/boot/web')).statusCode).toBe(200);
  });
});

describe('where people sign in', () => {
  test.for([
    { name: 'nobody', role: undefined, status: 401 },
    { name: 'a viewer', role: 'viewer', status: 200 },
    { name: 'an enrolment token of the group', role: 'enrol', group: 'web', status: 200 },
    { name: "another group's", role: 'enrol', group: 'db', status: 403 },
  ] as const)('$name: $status', async ({ role, status, ...given }) => {
    await using server = guarded();
    const token = role === undefined ? undefined : server.addToken(role, given);
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await server.app.inject({ url: '/boot/web', headers });
    expect(answer.statusCode).toBe(status);
    if (token !== undefined) expect(answer.body).not.toContain(token);
  });
});
