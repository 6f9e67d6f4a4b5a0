import { describe, expect, test } from 'vitest';
import { isHeldBy, isStillTrue, owedTo } from '../../src/alert/decision.ts';
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
    const problem = status.kind === 'hard' ? status.problem : null;
    const owed = ['ops', 'log'].flatMap((receiver) => {
      const one = told.find((other) => other.receiver === receiver);
      const news = owedTo(one, { stands: status.kind, problem }, { isWanted: true, nowMs });
      return news === null ? [] : [{ receiver, news }];
    });
    const [first] = owed;
    const said = first && `${first.news} to ${owed.map(({ receiver }) => receiver).join()}`;
    expect(first && isHeldBy(hold, first.news) ? 'held' : (said ?? 'none')).toBe(is);
  });
});

describe('what waits holds still', () => {
  const hard = { stands: 'hard', problem: 'CRITICAL' } as const;
  const ok = { stands: 'ok', problem: null } as const;
  test.for<{ name: string; told: Told[]; now: typeof hard | typeof ok; hold?: Hold; is: boolean }>([
    { name: 'the problem is there', told: [ops('CRITICAL', null, WAY)], now: hard, is: true },
    { name: 'it came and went', told: [ops('CRITICAL', null, WAY)], now: ok, is: false },
    { name: 'it is another one', told: [ops('WARNING', null, WAY)], now: hard, is: false },
    { name: 'planned by now', told: [ops('CRITICAL', null, WAY)], now: hard, hold: 'in-downtime', is: false },
    { name: 'flapping by now', told: [ops('CRITICAL', null, WAY)], now: hard, hold: 'flapping', is: true },
    { name: 'well still', told: [ops(null, 'CRITICAL', WAY)], now: ok, is: true },
    { name: 'bad again', told: [ops(null, 'CRITICAL', WAY)], now: hard, is: false },
  ])('$name: $is', ({ told: [told], now, hold = null, is }) => {
    expect(told && isStillTrue(told, now, hold)).toBe(is);
  });
});
