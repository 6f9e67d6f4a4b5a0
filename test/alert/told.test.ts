import { expect, test } from 'vitest';
import { absorb, AGAIN_AFTER_MS, tell, withoutIdle, withoutLost } from '../../src/alert/told.ts';
import { page } from '../notify/page.ts';
import type { PageOutcome, Problem, Told } from '../../src/model/service-state.ts';

type Step = readonly [verb: 'say' | PageOutcome, what: 'WARNING' | 'CRITICAL' | 'end'];

/** Pages about one service to `ops` (their keys are what they say), and what became of them, in order. */
function after(steps: readonly Step[]): readonly Told[] {
  let told: readonly Told[] = [];
  for (const [verb, what] of steps) {
    const one = page({ key: what, kind: what === 'end' ? 'recovery' : 'problem', state: what });
    if (verb === 'say')
      told = tell(told, { receiver: 'ops', key: what, level: what === 'end' ? null : what });
    else
      told = absorb(
        told,
        { page: one, outcome: verb, attempts: 1, nextMs: 0, settledMs: 0, detail: '' },
        1000,
      );
  }
  return told;
}

function ops(level: Problem | null, known: Problem | null, key: string | null, refused?: Problem): Told[] {
  const pause = refused ? { problem: refused, againMs: 1000 + AGAIN_AFTER_MS } : null;
  return [{ receiver: 'ops', level, known, key, refused: pause }];
}

const [W, C] = ['WARNING', 'CRITICAL'] as const;

test.for<{ name: string; steps: Step[]; is: Told[] }>([
  { name: 'on its way', steps: [['say', W]], is: ops(W, null, W) },
  {
    name: 'tried again',
    steps: [
      ['say', W],
      ['retry', W],
    ],
    is: ops(W, null, W),
  },
  {
    name: 'arrived',
    steps: [
      ['say', W],
      ['delivered', W],
    ],
    is: ops(W, W, null),
  },
  {
    name: 'refused',
    steps: [
      ['say', W],
      ['failed', W],
    ],
    is: ops(null, null, null, W),
  },
  {
    name: 'an escalation refused',
    steps: [
      ['say', W],
      ['delivered', W],
      ['say', C],
      ['failed', C],
    ],
    is: ops(W, W, null, C),
  },
  {
    name: 'an older page refused while a newer is on its way',
    steps: [
      ['say', W],
      ['say', C],
      ['failed', W],
    ],
    is: ops(C, null, C),
  },
  {
    name: 'over',
    steps: [
      ['say', W],
      ['delivered', W],
      ['say', 'end'],
      ['delivered', 'end'],
    ],
    is: [],
  },
  {
    name: 'an end refused',
    steps: [
      ['say', W],
      ['delivered', W],
      ['say', 'end'],
      ['failed', 'end'],
    ],
    is: [],
  },
  {
    name: 'bad again before its end has arrived',
    steps: [
      ['say', W],
      ['delivered', W],
      ['say', 'end'],
      ['say', C],
      ['delivered', 'end'],
    ],
    is: ops(C, null, C),
  },
  { name: 'of nobody it knows', steps: [['failed', W]], is: [] },
])('$name', ({ steps, is }) => {
  expect(after(steps)).toEqual(is);
});

test('once all is well only what is open or on its way is remembered', () => {
  const open = [...ops(W, W, null), ...ops(null, C, 'k'), ...ops(C, null, 'k')];
  expect(withoutIdle([...open, ...ops(null, null, null, W)])).toEqual(open);
  expect(withoutIdle(open)).toBe(open);
});

test('a page the outbox has lost is owed again', () => {
  const pending = new Set(['kept']);
  expect(withoutLost([...ops(C, W, 'lost'), ...ops(C, W, 'kept')], pending)).toEqual([
    ...ops(W, W, null),
    ...ops(C, W, 'kept'),
  ]);
});
