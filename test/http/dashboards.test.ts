import { expect, test } from 'vitest';
import { stand } from './stand.ts';
import type { DashboardView } from '../../src/contract/dashboard.ts';

const view: DashboardView = {
  name: 'fleet',
  title: 'Fleet',
  description: 'All of it',
  fault: null,
  range: '1h',
  variables: [{ name: 'cluster', fact: '', label: 'Cluster', pattern: '.*', default: '' }],
  panels: [{ type: 'text', title: '', width: 12, height: 'normal', text: '<b>Hello</b>' }],
};
const broken = { ...view, name: 'host', fault: 'dashboards/host.yaml:3:5: unknown key "x"' };

function furnished() {
  const server = stand();
  server.dashboards.views = [view, broken];
  return server;
}

test('the list, with what is wrong and without panels', async () => {
  await using server = furnished();
  const answer = await server.app.inject('/api/v1/dashboards');
  const summary = { title: 'Fleet', description: 'All of it' };
  expect(answer.json()).toEqual([
    { name: 'fleet', ...summary, fault: null },
    { name: 'host', ...summary, fault: 'dashboards/host.yaml:3:5: unknown key "x"' },
  ]);
});

test('one of them as data', async () => {
  await using server = furnished();
  expect((await server.app.inject('/api/v1/dashboards/fleet')).json()).toEqual(view);
  expect((await server.app.inject('/api/v1/dashboards/host')).json()).toEqual(broken);
});

test.for([
  {
    name: 'nearly right',
    path: 'flet',
    message: 'no dashboard is named "flet"',
    cure: /^did you mean fleet\? GET /,
  },
  {
    name: 'nothing like it',
    path: 'mysql',
    message: 'no dashboard is named "mysql"',
    cure: /^GET \/api\/v1\/dashboards /,
  },
  {
    name: 'a path',
    path: '..%2F..%2Fmuster.yaml',
    message: 'no dashboard is named "../../muster.yaml"',
    cure: /^GET /,
  },
  { name: 'of every object', path: '__proto__', message: 'no dashboard is named "__proto__"', cure: /^GET / },
])('unknown: $name', async ({ path, message, cure }) => {
  await using server = furnished();
  const answer = await server.app.inject(`/api/v1/dashboards/${path}`);
  expect(answer.statusCode).toBe(404);
  expect(answer.json()).toEqual({ code: 'dashboard_unknown', message, cure: expect.stringMatching(cure) });
});

test('a query key is refused, and so is a change', async () => {
  await using server = furnished();
  expect((await server.app.inject('/api/v1/dashboards?x=1')).json()).toMatchObject({ code: 'bad_query' });
  const change = await server.app.inject({ method: 'POST', url: '/api/v1/dashboards', payload: {} });
  expect(change.json()).toMatchObject({ code: 'method_not_allowed', cure: 'use GET' });
});
