import { expect, test } from 'vitest';
import { JSON_BODY } from './guarded.ts';
import { stand } from './stand.ts';
import type { Confirmation } from '../../src/http/ports.ts';
import type { ReconcilerView } from '../../src/contract/instances.ts';

const VIEW: ReconcilerView = {
  name: 'cloud',
  source: 'https://cloud.example.net/list',
  groups: ['web'],
  interval_ms: 60_000,
  read_ms: 1,
  tried_ms: 1,
  fault: '',
  instances: 59,
  others: { instances: 0, groups: [] },
  held: {
    digest: '0a',
    since_ms: 1,
    gone: 61,
    groups: [{ group: 'web', gone: 61, of: 120 }],
    first: [{ group: 'web', host: 'web-1', instance_id: 'i-1' }],
    words: 'list cloud would retire 61 of 120 instances at once (web 61 of 120)',
  },
};

function confirm(server: ReturnType<typeof stand>, payload: object, name = 'cloud') {
  const url = `/api/v1/reconcilers/${name}/confirm`;
  return server.app.inject({ method: 'POST', url, headers: JSON_BODY, payload });
}

test('the lists are told as they stand', async () => {
  await using server = stand();
  server.reconcilers.views = [VIEW];
  expect((await server.app.inject('/api/v1/reconcilers')).json()).toEqual([VIEW]);
});

test('a held list is confirmed, and it is written down who did', async () => {
  await using server = stand();
  server.reconcilers.views = [VIEW];
  const answer = await confirm(server, { digest: '0a' });
  expect(answer.json()).toEqual(VIEW);
  expect(server.audit.notes).toMatchObject([
    { who: 'anybody', action: 'list confirmed', subject: 'cloud', detail: VIEW.held?.words },
  ]);
});

test.for<{ outcome: Confirmation; status: number; code: string }>([
  { outcome: 'unknown', status: 404, code: 'reconciler_unknown' },
  { outcome: 'not-held', status: 409, code: 'nothing_held' },
  { outcome: 'another', status: 409, code: 'list_changed' },
  { outcome: 'not-kept', status: 503, code: 'instances_failed' },
])('$outcome is an error, and no change', async ({ outcome, status, code }) => {
  await using server = stand();
  server.reconcilers.views = [VIEW];
  server.reconcilers.outcome = outcome;
  const answer = await confirm(server, { digest: '0a' });
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toMatchObject({ code, message: expect.stringContaining('"cloud"') });
  expect(server.audit.notes).toEqual([]);
});

test.for([
  { name: 'no digest', body: {} },
  { name: 'a digest that is none', body: { digest: { a: 1 } } },
  { name: 'an unknown key', body: { digest: '0a', force: true } },
])('$name is refused', async ({ body }) => {
  await using server = stand();
  expect((await confirm(server, body)).statusCode).toBe(400);
});
