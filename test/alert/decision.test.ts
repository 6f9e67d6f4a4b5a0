import { describe, expect, test } from 'vitest';
import { decide } from '../../src/alert/decision.ts';
import { compileRoutes, receiversOf } from '../../src/alert/routes.ts';
import { pagesFor } from '../../src/alert/pages.ts';
import type { Hold } from '../../src/alert/decision.ts';
import type { Problem, Status, Told } from '../../src/model/service-state.ts';

const OK: Status = { kind: 'ok', sinceMs: 1 };
const SOFT: Status = { kind: 'soft', problem: 'CRITICAL', attempt: 1, sinceMs: 1, triedMs: 1, evidenceMs: 1 };
const HARD: Status = { kind: 'hard', problem: 'CRITICAL', attempt: 3, sinceMs: 1 };

/** `ops` told of a level and knowing of another, its newest page on its way or not. */
function ops(level: Problem | null, known = level, some: Partial<Told> = {}): Told {
  return { receiver: 'ops', level, known, key: null, refused: null, ...some };
}

const WAY = { key: 'k' };
const REFUSED = { refused: { problem: 'CRITICAL', againMs: 1000 } } as const;

describe('what is owed', () => {
  test.for<{ name: string; status: Status; told?: Told[]; hold?: Hold; nowMs?: number; is: string }>([
    { name: 'all well', status: OK, is: 'none' },
    { name: 'soft', status: SOFT, is: 'none' },
    { name: 'soft while another is open', status: SOFT, told: [ops('WARNING')], is: 'none' },
    { name: 'hard', status: HARD, is: 'problem to ops,log' },
    { name: 'told already', status: HARD, told: [ops('CRITICAL')], is: 'problem to log' },
    { name: 'on its way', status: HARD, told: [ops('CRITICAL', null, WAY)], is: 'problem to log' },
    { name: 'told of another', status: HARD, told: [ops('WARNING')], is: 'problem to ops,log' },
    {
      name: 'its end on its way',
      status: HARD,
      told: [ops(null, 'CRITICAL', WAY)],
      is: 'problem to ops,log',
    },
    { name: 'host down', status: HARD, hold: 'host-down', is: 'held' },
    { name: 'refused a moment ago', status: HARD, told: [ops(null, null, REFUSED)], is: 'problem to log' },
    {
      name: 'refused, and the pause over',
      status: HARD,
      told: [ops(null, null, REFUSED)],
      nowMs: 1000,
      is: 'problem to ops,log',
    },
    {
      name: 'refused, and the clock set back by days',
      status: HARD,
      told: [ops(null, null, { refused: { problem: 'CRITICAL', againMs: 1e9 } })],
      is: 'problem to ops,log',
    },
    {
      name: 'refused of another',
      status: HARD,
      told: [ops(null, null, { refused: { problem: 'WARNING', againMs: 1000 } })],
      is: 'problem to ops,log',
    },
    { name: 'recovery', status: OK, told: [ops('CRITICAL')], is: 'recovery to ops' },
    {
      name: 'recovery beside a silent host',
      status: OK,
      told: [ops('CRITICAL')],
      hold: 'host-down',
      is: 'recovery to ops',
    },
    {
      name: 'recovery after an escalation refused',
      status: OK,
      told: [ops('WARNING', 'WARNING', REFUSED)],
      is: 'recovery to ops',
    },
    {
      name: 'recovery before the problem has arrived',
      status: OK,
      told: [ops('CRITICAL', null, WAY)],
      is: 'none',
    },
    { name: 'recovery told already', status: OK, told: [ops(null, 'CRITICAL', WAY)], is: 'none' },
    { name: 'recovery of what was refused', status: OK, told: [ops(null, null, REFUSED)], is: 'none' },
    { name: 'not ours', status: OK, told: [ops('CRITICAL')], hold: 'not-ours', is: 'held' },
  ])('$name: $is', ({ status, told = [], hold = null, nowMs = 500, is }) => {
    const decision = decide({ status, told }, { receivers: ['ops', 'log'], hold, nowMs });
    expect('receivers' in decision ? `${decision.kind} to ${decision.receivers.join()}` : decision.kind).toBe(
      is,
    );
  });
});

describe('routes', () => {
  const outcome = compileRoutes([
    { match: { service: 'noise.*' }, receiver: 'log', continue: true },
    { match: { cluster: 'mysql.*', severity: 'critical|down' }, receiver: 'oncall', continue: false },
    { match: { host: 'db-1' }, receiver: 'log', continue: false },
    { match: {}, receiver: 'ops', continue: false },
  ]);
  const routes = outcome.ok ? outcome.routes : [];
  test.for([
    { name: 'first match wins', at: ['mysql-eu', 'db-1', 'load', 'critical'], to: ['oncall'] },
    { name: 'severity decides', at: ['mysql-eu', 'db-2', 'load', 'warning'], to: ['ops'] },
    { name: 'whole values', at: ['mysql-eu', 'db-10', 'load', 'warning'], to: ['ops'] },
    { name: 'continue', at: ['web', 'w', 'noise x', 'unknown'], to: ['log', 'ops'] },
    { name: 'each receiver once', at: ['web', 'db-1', 'noise', 'unknown'], to: ['log'] },
  ])('$name', ({ at: [cluster = '', host = '', service = '', severity = ''], to }) => {
    expect(receiversOf(routes, { cluster, host, service, severity })).toEqual(to);
  });

  test('no route, nobody', () => {
    expect(receiversOf([], { cluster: 'a', host: 'b', service: 'c', severity: 'down' })).toEqual([]);
  });

  test('a fault says where', () => {
    const broken = compileRoutes([{ match: { host: '(' }, receiver: 'a', continue: false }]);
    expect(broken.ok ? '' : broken.faults[0]).toMatch(/^alerts\.routes\[0\]\.match\.host: /);
  });
});

test("a page's key is made of what it is about", () => {
  const incident = {
    cluster: 'c',
    host: 'h',
    service: 's',
    kind: 'problem',
    state: 'CRITICAL',
    stateType: 'HARD',
    output: 'o',
    sinceMs: 5,
    notes: '',
    runbook: '',
    occasion: null,
  } as const;
  const key = (changes: object, receiver: string, nowMs: number) =>
    pagesFor({ ...incident, ...changes }, [receiver], { nowMs, digest: (text) => text })[0]?.key;
  expect(key({ output: 'other' }, 'a', 9)).toBe(key({}, 'a', 1));
  const different = [
    key({}, 'a', 1),
    key({}, 'b', 1),
    key({ kind: 'recovery' }, 'a', 1),
    key({ sinceMs: 6 }, 'a', 1),
    key({ state: 'WARNING' }, 'a', 1),
    key({ host: 'h2' }, 'a', 1),
    key({ occasion: 'again' }, 'a', 1),
  ];
  expect(new Set(different).size).toBe(different.length);
});
