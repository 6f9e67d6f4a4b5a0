import { acknowledge, passTime, takeResult, unacknowledge } from '../../../src/alert/nagios/machine.ts';
import { sendNotice } from '../../../src/alert/nagios/send.ts';
import { silenceOf } from '../../../src/alert/nagios/silence.ts';
import { expect, test } from 'vitest';
import {
  contact,
  CRITICAL,
  downtime,
  escalation,
  HARDENED,
  OTHER,
  SAME,
  subject,
  told,
  WELL,
} from './subject.ts';
import type { Silence } from '../../../src/alert/nagios/silence.ts';
import type { Subject } from '../../../src/alert/nagios/notifying.ts';

const RUNNING = [{ id: 'd1', untilMs: 2_000_000, isRunning: true }];
const DOWN = { isUp: false, isHard: true };
const SOFT = { ...CRITICAL, isHard: false };

test.for<{ readonly name: string; readonly of: Subject; readonly why: Silence | null }>([
  { name: 'nothing is against it', of: subject(), why: null },
  { name: 'all are off', of: subject({ isEnabled: false }), why: 'disabled' },
  { name: 'outside its period', of: subject({ rules: { period: 'never' } }), why: 'outside-period' },
  { name: 'its own are off', of: subject({ rules: { isEnabled: false } }), why: 'object-disabled' },
  { name: 'soft', of: subject({ stands: SOFT }), why: 'soft' },
  { name: 'acknowledged', of: subject({ state: { acknowledged: 'normal' } }), why: 'acknowledged' },
  { name: 'a dependency fails', of: subject({ dependencyFails: () => true }), why: 'dependency' },
  { name: 'not an option', of: subject({ rules: { options: ['w', 'r'] } }), why: 'option' },
  {
    name: 'within its first delay',
    of: subject({ state: { hardSinceMs: 990_000 }, rules: { firstDelayMs: 20_000 } }),
    why: 'first-delay',
  },
  {
    name: 'the delay is of the first notification only',
    of: subject({ state: { hardSinceMs: 990_000, number: 1 }, rules: { firstDelayMs: 20_000 } }),
    why: null,
  },
  { name: 'flapping', of: subject({ state: { isFlapping: true } }), why: 'flapping' },
  { name: 'in downtime', of: subject({ state: { downtimes: RUNNING } }), why: 'in-downtime' },
  { name: 'its host is', of: subject({ host: { isInDowntime: true } }), why: 'host-in-downtime' },
  {
    name: 'its host is about to',
    of: subject({ host: { isEnteringDowntime: true } }),
    why: 'entering-downtime',
  },
  { name: 'told once for all', of: subject({ state: { isSpent: true } }), why: 'told-once' },
  { name: 'its host is down', of: subject({ host: DOWN }), why: 'host-down' },
  { name: 'its host is softly down', of: subject({ host: { isUp: false, isHard: false } }), why: null },
  {
    name: 'all parents of its host are',
    of: subject({ host: { areParentsDown: true } }),
    why: 'parents-down',
  },
  { name: 'too early', of: subject({ state: { nextMs: 1_001_000 } }), why: 'too-early' },
  { name: 'within the same second', of: subject({ state: { nextMs: 1_000_999 } }), why: null },
  {
    name: 'too early, but volatile',
    of: subject({ state: { nextMs: 1_001_000 }, rules: { isVolatile: true } }),
    why: null,
  },
  { name: 'the first reason counts', of: subject({ isEnabled: false, stands: SOFT }), why: 'disabled' },
])('a problem: $name', ({ of, why }) => {
  expect(silenceOf('PROBLEM', of)).toBe(why);
});

test.for([
  { name: 'nobody knows of a problem', state: {}, notices: [] },
  { name: 'somebody does', state: { notifiedOn: ['c'], number: 1 }, notices: ['RECOVERY ann'] },
  { name: 'only of what is no option of the contact', state: { notifiedOn: ['x'], number: 1 }, notices: [] },
])('a recovery: $name', ({ state, notices }) => {
  const outcome = takeResult(subject({ stands: WELL, state }), OTHER);
  expect(told(outcome)).toEqual(notices);
  expect(outcome.state).toMatchObject({ number: 0, notifiedOn: [], firstMs: 0 });
});

test('a recovery that is kept back is tried with every good result', () => {
  const of = { stands: WELL, state: { notifiedOn: ['c'], number: 2 } };
  const held = takeResult(subject({ ...of, host: DOWN }), OTHER);
  expect(told(held)).toEqual([]);
  expect(told(takeResult(subject({ stands: WELL, state: held.state }), SAME))).toEqual(['RECOVERY ann']);
});

test('beside a host that is not UP a problem is not tried, a volatile one is', () => {
  const softly = { isUp: false, isHard: false };
  expect(told(takeResult(subject({ host: softly }), OTHER))).toEqual([]);
  expect(told(takeResult(subject({ host: softly, rules: { isVolatile: true } }), OTHER))).toEqual([
    'PROBLEM ann',
  ]);
  expect(told(takeResult(subject({ host: null }), OTHER))).toEqual(['PROBLEM ann']);
});

test.for([
  { name: 'the first time', state: {}, isReminder: false },
  { name: 'again', state: { number: 1, lastMs: 900_000, nextMs: 960_000 }, isReminder: true },
])('a problem told $name', ({ state, isReminder }) => {
  const [notice] = takeResult(subject({ state }), SAME).notices;
  expect(notice?.isReminder).toBe(isReminder);
});

test('outside its period the next notification waits for it, for a year where there is none', () => {
  const periods = { includes: () => false, nextValid: () => 1_500_000 };
  const of = { rules: { period: 'workhours' } };
  expect(takeResult(subject({ ...of, periods }), OTHER).state.nextMs).toBe(1_500_000);
  const never = { includes: () => false, nextValid: () => null };
  expect(takeResult(subject({ ...of, periods: never }), OTHER).state.nextMs).toBe(
    1_000_000 + 365 * 86_400_000,
  );
});

test.for([
  { name: 'normal, to another problem', kind: 'normal', change: OTHER, stands: CRITICAL, after: 'no' },
  { name: 'normal, from soft to hard', kind: 'normal', change: HARDENED, stands: CRITICAL, after: 'normal' },
  { name: 'sticky, to another problem', kind: 'sticky', change: OTHER, stands: CRITICAL, after: 'sticky' },
  { name: 'sticky, to well', kind: 'sticky', change: OTHER, stands: WELL, after: 'no' },
] as const)('an acknowledgement: $name', ({ kind, change, stands, after }) => {
  expect(takeResult(subject({ stands, state: { acknowledged: kind } }), change).state.acknowledged).toBe(
    after,
  );
});

test('an acknowledgement is told where it is asked for, and is none of what is well', () => {
  expect(told(acknowledge(subject(), { isSticky: false, notify: true }))).toEqual(['ACKNOWLEDGEMENT ann']);
  expect(told(acknowledge(subject(), { isSticky: false, notify: false }))).toEqual([]);
  const well = acknowledge(subject({ stands: WELL }), { isSticky: true, notify: true });
  expect([well.state.acknowledged, told(well)]).toEqual(['no', []]);
  expect(unacknowledge({ ...well.state, acknowledged: 'sticky' }).acknowledged).toBe('no');
});

const RULES_BY_NUMBER = {
  intervalMs: 60_000,
  contacts: [contact('ann')],
  escalations: [
    escalation({ first: 2, last: 3, intervalMs: 20_000, contacts: [contact('boss')] }),
    escalation({ first: 3, intervalMs: 30_000, contacts: [contact('boss'), contact('cto')] }),
    escalation({ first: 5, contacts: [contact('eve')] }),
  ],
};

test.for([
  { number: 1, notices: ['PROBLEM ann'], afterMs: 60_000 },
  { number: 2, notices: ['PROBLEM boss'], afterMs: 20_000 },
  { number: 3, notices: ['PROBLEM boss,cto'], afterMs: 20_000 },
  { number: 4, notices: ['PROBLEM boss,cto'], afterMs: 30_000 },
  { number: 5, notices: ['PROBLEM boss,cto,eve'], afterMs: 30_000 },
])('notification $number escalates to $notices', ({ number, notices, afterMs }) => {
  const of = { rules: RULES_BY_NUMBER, state: { number: number - 1, notifiedOn: ['c'] } };
  const outcome = takeResult(subject(of), SAME);
  expect(told(outcome)).toEqual(notices);
  expect(outcome.state.nextMs).toBe(1_000_000 + afterMs);
});

test('a recovery goes where the notification before the last one went', () => {
  const of = { stands: WELL, rules: RULES_BY_NUMBER, state: { number: 2, notifiedOn: ['c'] } };
  expect(told(takeResult(subject(of), OTHER))).toEqual(['RECOVERY ann']);
});

test.for([
  { name: 'asleep', changes: { period: 'never' } },
  { name: 'switched off', changes: { isEnabled: false } },
  { name: 'not for warnings and worse', changes: { options: ['r'] } },
  { name: 'too important', changes: { minimumImportance: 1 } },
])('where every contact is $name it was no notification', ({ changes }) => {
  const { state, notices } = takeResult(subject({ rules: { contacts: [contact('ann', changes)] } }), OTHER);
  expect([state.number, state.notifiedOn, notices]).toEqual([0, [], []]);
});

test.for([
  { name: 'of what is well', of: subject({ stands: WELL }), reach: {}, notices: ['CUSTOM ann'] },
  { name: 'in downtime', of: subject({ state: { downtimes: RUNNING } }), reach: {}, notices: [] },
  {
    name: 'forced in downtime, and to whoever is off',
    of: subject({
      state: { downtimes: RUNNING },
      rules: { contacts: [contact('ann', { isEnabled: false })] },
    }),
    reach: { isForced: true },
    notices: ['CUSTOM ann'],
  },
  {
    name: 'to all',
    of: subject({ rules: RULES_BY_NUMBER, state: { number: 2 } }),
    reach: { isBroadcast: true },
    notices: ['CUSTOM ann,boss'],
  },
  {
    name: 'that counts',
    of: subject({ rules: RULES_BY_NUMBER, state: { number: 1 } }),
    reach: { isCounted: true },
    notices: ['CUSTOM boss'],
  },
])('a custom notice $name', ({ of, reach, notices }) => {
  expect(told(sendNotice('CUSTOM', of, reach))).toEqual(notices);
});

const FLAPPING = { ...CRITICAL, isFlapping: true };

test('flapping begins, ends, and is not looked at any more', () => {
  const begun = takeResult(subject({ stands: FLAPPING }), OTHER);
  expect(told(begun)).toEqual(['FLAPPINGSTART ann']);
  expect(told(takeResult(subject({ stands: FLAPPING, state: begun.state }), SAME))).toEqual([]);
  const ended = ['FLAPPINGSTOP ann', 'PROBLEM ann'];
  expect(told(takeResult(subject({ state: begun.state }), SAME))).toEqual(ended);
  const off = { state: begun.state, rules: { detectsFlapping: false } };
  expect(told(passTime(subject(off)))).toEqual(['FLAPPINGDISABLED ann']);
  expect(told(passTime(subject({ state: begun.state, rules: { options: ['c'] } })))).toEqual([]);
});

test('only results tell of states', () => {
  expect(told(passTime(subject()))).toEqual([]);
});

test('a downtime cancelled, another still running: nobody is told', () => {
  const two = [...RUNNING, { id: 'd2', untilMs: 3_000_000, isRunning: true }];
  const left = subject({ state: { downtimes: two }, downtimes: [downtime({ id: 'd2', toMs: 3_000_000 })] });
  const outcome = passTime(left);
  expect(told(outcome)).toEqual([]);
  expect(told(passTime(subject({ state: outcome.state })))).toEqual(['DOWNTIMECANCELLED ann']);
});
