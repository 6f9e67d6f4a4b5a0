import { expect, test } from 'vitest';
import { answerDuty } from '../../../src/judge/answers/on-call.ts';
import { Duty } from '../../../src/alert/duty.ts';
import { NO_ALERTS } from '../../../src/contract/alerts.ts';
import type { AlertsConfig } from '../../../src/contract/alerts.ts';
import type { DutyQuestion } from '../../../src/judge/answers/on-call.ts';
import type { SavedOverride } from '../../../src/model/rota.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 6);
const webhook = { kind: 'webhook', url: 'http://h/', secretFile: null } as const;
const slack = { kind: 'slack', url: 'http://h/', channel: null } as const;
const CONFIG: AlertsConfig = {
  ...NO_ALERTS,
  receivers: [
    { name: 'ann', channels: [webhook, slack] },
    { name: 'bob', channels: [webhook] },
  ],
  rotas: [
    {
      name: 'primary',
      where: 'muster.yaml:5:5',
      timezone: 'UTC',
      start: '2026-01-05',
      handoverMinute: 0,
      turnDays: 7,
      people: ['ann', 'bob'],
      overrides: [{ who: 'bob', from: '2026-01-07T00:00', to: '2026-01-08T00:00', where: 'muster.yaml:9:9' }],
    },
  ],
  escalations: [
    {
      name: 'boss',
      where: 'muster.yaml:12:5',
      repeatEveryMs: null,
      steps: [
        { afterMs: 0, notify: ['primary'] },
        { afterMs: 900_000, notify: ['bob', 'primary'] },
      ],
    },
  ],
};

function asking(saved: readonly SavedOverride[] = []) {
  const duty = new Duty();
  duty.start(CONFIG, saved);
  const overrides = new Map<string, SavedOverride | null>();
  const alerting = {
    incidents: new Map(),
    quiets: new Map(),
    acknowledged: [],
    unacknowledged: [],
    overrides,
    marks: new Map(),
  };
  const told = { times: 0 };
  const desk = { turnsChanged: () => (told.times += 1) };
  const ask = (question: DutyQuestion) => answerDuty(question, { duty, nowMs: NOW_MS, alerting, desk });
  return { ask, overrides, told };
}

const turn = { kind: 'turn', by: '', override_id: '' } as const;

test('who is on call now and next, and whom an escalation comes to', () => {
  const { ask } = asking();
  const monday = Date.UTC(2026, 0, 5);
  const first = { ...turn, who: 'ann', from_ms: monday, to_ms: monday + 2 * DAY_MS };
  const second = {
    who: 'bob',
    from_ms: monday + 2 * DAY_MS,
    to_ms: monday + 3 * DAY_MS,
    kind: 'override',
    by: 'muster.yaml:9:9',
    override_id: '',
  };
  expect(ask({ kind: 'on-call', fromMs: NOW_MS, toMs: NOW_MS + 3 * DAY_MS })).toEqual({
    rotas: [
      {
        name: 'primary',
        timezone: 'UTC',
        people: ['ann', 'bob'],
        now: first,
        next: second,
        shifts: [
          first,
          second,
          { ...turn, who: 'ann', from_ms: monday + 3 * DAY_MS, to_ms: monday + 7 * DAY_MS },
        ],
      },
    ],
    escalations: [
      {
        name: 'boss',
        steps: [
          { after_ms: 0, notify: ['primary'], now: ['ann/webhook', 'ann/slack'] },
          { after_ms: 900_000, notify: ['bob', 'primary'], now: ['bob', 'ann/webhook', 'ann/slack'] },
        ],
      },
    ],
  });
});

const WISH = { rota: 'primary', who: 'bob', comment: 'ill', author: 'boss' };
const LATER = { fromMs: NOW_MS + 4 * DAY_MS, toMs: NOW_MS + 5 * DAY_MS };

test('an override holds at once, and is to be kept', () => {
  const { ask, overrides, told } = asking();
  const times = { fromMs: NOW_MS - DAY_MS, toMs: NOW_MS + DAY_MS };
  const answer = ask({ kind: 'override', ...WISH, ...times });
  expect(answer).toMatchObject({
    ok: true,
    value: { rotas: [{ now: { who: 'bob', kind: 'override', by: 'boss', override_id: 'o1' } }] },
  });
  expect(told.times).toBe(1);
  expect([...overrides]).toEqual([['o1', { id: 'o1', ...WISH, ...times, createdMs: NOW_MS }]]);
});

test('one that is refused is not kept', () => {
  const { ask, overrides, told } = asking();
  expect(ask({ kind: 'override', ...WISH, ...LATER, who: 'eve' })).toEqual({
    ok: false,
    full: false,
    fault: 'there is no receiver "eve"',
  });
  expect([overrides.size, told.times]).toEqual([0, 0]);
});

test('one taken back is to be forgotten', () => {
  const { ask, overrides } = asking([{ id: 'o4', ...WISH, ...LATER, createdMs: 0 }]);
  expect(ask({ kind: 'drop-override', rota: 'primary', id: 'o4' })).toBe(true);
  expect([...overrides]).toEqual([['o4', null]]);
  expect(ask({ kind: 'drop-override', rota: 'primary', id: 'o4' })).toBe(false);
});

test('what has been over for more than a year is forgotten when another is made', () => {
  const old = { id: 'o2', ...WISH, fromMs: 0, toMs: DAY_MS, createdMs: 0 };
  const { ask, overrides } = asking([old]);
  ask({ kind: 'override', ...WISH, ...LATER });
  expect([...overrides.keys()]).toEqual(['o2', 'o3']);
  expect(overrides.get('o2')).toBeNull();
});
