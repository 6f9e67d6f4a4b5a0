import { expect, test } from 'vitest';
import { JSON_BODY } from './guarded.ts';
import { stand } from './stand.ts';
import type { FlushOutcome } from '../../src/http/ports.ts';

async function post(server: ReturnType<typeof stand>, payload: object) {
  return server.app.inject({ method: 'POST', url: '/api/v1/flush', headers: JSON_BODY, payload });
}

test('the patterns go on, everything where none is given; answered with what was written, and noted', async () => {
  await using server = stand();
  server.operations.flushed = { ok: true, records: 2, points: 60, left: 0 };
  const answer = await post(server, { cluster: 'web', metric: 'load_.*' });
  expect(answer.json()).toEqual({ records: 2, points: 60, left: 0 });
  expect(server.operations.flushes).toEqual([{ cluster: 'web', host: '.*', metric: 'load_.*' }]);
  expect(server.audit.notes).toMatchObject([
    {
      action: 'flush',
      subject: 'web .* load_.*',
      detail: '60 points of 2 records, 0 left; noted once an hour',
    },
  ]);
  await post(server, {});
  expect(server.audit.notes).toHaveLength(1);
  server.clock.ms += 3_600_000;
  await post(server, {});
  expect(server.audit.notes).toHaveLength(2);
});

test.for<{ outcome: FlushOutcome; status: number }>([
  { outcome: { ok: false, reason: 'bad_pattern', message: 'host does not compile: (' }, status: 400 },
  { outcome: { ok: false, reason: 'selector_too_slow', message: 'too slow' }, status: 400 },
  { outcome: { ok: false, reason: 'query_too_large', message: '9 series match' }, status: 400 },
  { outcome: { ok: false, reason: 'busy', message: 'a backup is under way' }, status: 503 },
])('$outcome is an error, and no change', async ({ outcome, status }) => {
  await using server = stand();
  server.operations.flushed = outcome;
  const answer = await post(server, {});
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toMatchObject(outcome.ok ? {} : { code: outcome.reason, message: outcome.message });
  expect(server.audit.notes).toEqual([]);
});

test.for([
  { name: 'an unknown key', body: { hosts: 'web-1' } },
  { name: 'a pattern that is no text', body: { host: { a: 1 } } },
  { name: 'a pattern that is too long', body: { host: 'x'.repeat(5000) } },
])('$name is refused', async ({ body }) => {
  await using server = stand();
  expect((await post(server, body)).statusCode).toBe(400);
  expect(server.operations.flushes).toEqual([]);
});
