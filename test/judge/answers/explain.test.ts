import { describe, expect, test } from 'vitest';
import { definition } from '../../check/definition.ts';
import { bench, Fleet, HOST_CHECK, Pager, START_MS } from '../fleet.ts';
import type { AlertRoute } from '../../../src/contract/alerts.ts';
import type { Bench } from '../fleet.ts';
import type { Explanation } from '../../../src/contract/alert-views.ts';
import type { JudgeOptions } from '../../../src/judge/judge.ts';

const LOAD = { cluster: 'web', host: 'w1', service: 'load' };
const OPS: AlertRoute = { match: {}, receiver: 'ops', continue: false };

function explained({ judge }: Bench, atS: number) {
  const { answer } = judge.ask({ kind: 'explain', service: LOAD }, START_MS + atS * 1000);
  if (answer === null) throw new Error('there is no such service');
  return answer;
}

function quiet({ judge }: Bench, kind: 'fixed' | 'silence', atS: number) {
  const fromMs = START_MS + atS * 1000;
  const covers = { cluster: null, host: 'w1', service: null, severity: null, facts: [], services: null };
  const time = { kind, fromMs, toMs: fromMs + 3_600_000 };
  judge.ask({ kind: 'quieten', covers, time, comment: 'disks are moved', author: 'anna' }, fromMs);
}

function acknowledge({ judge }: Bench, atS: number) {
  const nowMs = START_MS + atS * 1000;
  const covers = { cluster: null, host: 'w1', service: null, severity: null, facts: [], services: null };
  const wish = { comment: 'on it', author: 'anna', sticky: false, untilMs: nowMs + 3_600_000, notify: false };
  judge.ask({ kind: 'acknowledge', covers, ...wish }, nowMs);
}

interface Row {
  readonly name: string;
  readonly reason: Explanation;
  readonly says: RegExp;
  readonly options?: Partial<JudgeOptions>;
  readonly first?: number;
  readonly value?: number;
  /** Between the first turn and the one that is explained. */
  readonly does?: (stand: Bench) => void;
  /** Of the last link of the chain. */
  readonly last?: string;
}

const LATER = { ok: false, retryable: true, detail: 'HTTP 503' } as const;
const refusing = (pager: Pager) => new Map([['ops', pager]]);

test.for<Row>([
  { name: 'well', reason: 'well', says: /It is well/u, value: 1, last: 'state' },
  {
    name: 'soft',
    reason: 'soft',
    says: /Attempt 1 of 3/u,
    options: { definitions: [definition({ maxCheckAttempts: 3 }), HOST_CHECK] },
    last: 'state',
  },
  { name: 'told', reason: 'told', says: /^ops: told that it is CRITICAL/u, last: 'receipt' },
  {
    name: 'no route takes it',
    reason: 'no_route',
    says: /No route takes it/u,
    options: { routes: [{ ...OPS, match: { cluster: 'db' } }] },
    last: 'route',
  },
  {
    name: 'gathered with others',
    reason: 'grouped',
    says: /told with what comes meanwhile/u,
    options: { routes: [{ ...OPS, groupWaitMs: 60_000 }] },
    last: 'page',
  },
  {
    name: 'not hard for long enough',
    reason: 'first_delay',
    says: /first_notification_delay/u,
    options: { routes: [{ ...OPS, firstNotificationDelayMs: 300_000 }] },
    last: 'page',
  },
  {
    name: 'outside the period of the route',
    reason: 'outside_period',
    says: /when the period of its route begins/u,
    options: {
      routes: [{ ...OPS, period: 'never' }],
      timeperiods: [
        { name: 'never', where: '', timezone: 'UTC', times: ['2001-01-01 00:00-24:00'], exclude: [] },
      ],
    },
    last: 'page',
  },
  {
    name: 'on its way',
    reason: 'sending',
    says: /on its way/u,
    options: { channels: refusing(Object.assign(new Pager(), { outcome: LATER })) },
    last: 'page',
  },
  {
    name: 'in downtime',
    reason: 'in_downtime',
    says: /In downtime \(d1\) by anna until .*: disks are moved/u,
    does: (stand) => quiet(stand, 'fixed', 1),
  },
  {
    name: 'silenced',
    reason: 'silenced',
    says: /Silenced \(s1\) by anna/u,
    does: (stand) => quiet(stand, 'silence', 1),
  },
  {
    name: 'acknowledged',
    reason: 'acknowledged',
    says: /^Acknowledged by anna until [-0-9]+ [:0-9]+ UTC, so nobody else is told, and nobody reminded: on it$/u,
    first: 9,
    does: (stand) => acknowledge(stand, 1),
  },
])('$name', async ({ reason, says, options = {}, first = 1, value = 9, does, last }) => {
  const fleet = new Fleet();
  const stand = bench({ fleet, ...options });
  fleet.sample('w1', 'load_one', first, 1);
  await stand.at(1);
  does?.(stand);
  fleet.sample('w1', 'load_one', value, 2);
  for (const s of [2, 3, 4]) await stand.at(s);
  const view = explained(stand, 4);
  expect([view.reason, view.sentence]).toEqual([reason, expect.stringMatching(says)]);
  expect(view.steps.slice(0, 4).map(({ step }) => step)).toEqual(['datagram', 'value', 'check', 'state']);
  if (last !== undefined) expect(view.steps.at(-1)?.step).toBe(last);
});

describe('routes', () => {
  test('say why they take a service, or do not, and whom that comes to', async () => {
    const routes: AlertRoute[] = [
      { ...OPS, name: 'databases', match: { cluster: 'db' } },
      { ...OPS, name: 'all', where: 'muster.yaml:9:7' },
      { ...OPS, name: 'never reached' },
    ];
    const stand = bench({ routes });
    stand.fleet.sample('w1', 'load_one', 9, 1);
    await stand.at(1);
    expect(explained(stand, 1).routes).toMatchObject([
      { name: 'databases', matched: false, why: 'cluster: "web" is not db', targets: [] },
      { name: 'all', matched: true, where: 'muster.yaml:9:7', targets: ['ops'] },
      { name: 'never reached', matched: false, why: expect.stringMatching(/before it/u) },
    ]);
  });
});

test('told under a route that takes it no more since it eased', async () => {
  const routes: AlertRoute[] = [
    { ...OPS, name: 'bad', match: { severity: 'critical' } },
    { ...OPS, receiver: 'log', name: 'rest' },
  ];
  const channels = new Map([
    ['ops', new Pager()],
    ['log', new Pager()],
  ]);
  const stand = bench({ routes, channels, definitions: [definition({ warning: '4' }), HOST_CHECK] });
  stand.fleet.sample('w1', 'load_one', 9, 1);
  for (const s of [1, 2]) await stand.at(s);
  stand.fleet.sample('w1', 'load_one', 6, 3);
  for (const s of [3, 4]) await stand.at(s);
  const { steps } = explained(stand, 4);
  expect(steps.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      'bad takes it no more; its end is told still.',
      'rest takes it, to log.',
      'ops: told that it is CRITICAL; its route takes it no more, and its end is told.',
      'log: told that it is WARNING; the receiver took it.',
    ]),
  );
});

test('a service that is not there is none', () => {
  const { judge } = bench();
  expect(judge.ask({ kind: 'explain', service: LOAD }, START_MS).answer).toBeNull();
});
