import { expect, test } from 'vitest';
import { serviceView, stand } from './stand.ts';

const URL = '/api/v1/explain?cluster=web&host=web-1&service=load';

test('the judge explains, and what was sent stands beside it', async () => {
  const { app, alerting } = stand();
  const step = { step: 'state' as const, verdict: 'none' as const, at_ms: null, text: 'OK.', where: '' };
  const explained = {
    service: serviceView(),
    reason: 'well' as const,
    sentence: 'It is well.',
    steps: [step],
    routes: [],
    notifications: [],
  };
  alerting.answers('explain', explained);
  const answer = await app.inject(URL);
  expect([answer.statusCode, answer.json()]).toEqual([200, explained]);
  expect(alerting.asked).toEqual([
    { kind: 'explain', service: { cluster: 'web', host: 'web-1', service: 'load' } },
  ]);
});

test('a service that is not there', async () => {
  const { app, alerting } = stand();
  alerting.answers('explain', null);
  const answer = await app.inject(URL);
  expect([answer.statusCode, answer.json().code]).toEqual([404, 'service_unknown']);
});
