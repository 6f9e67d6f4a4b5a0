import { expect, test } from 'vitest';
import fc from 'fast-check';
import { compileQuiet } from '../../../src/alert/quiet/live-quiet.ts';
import { quiet } from './rules.ts';
import type { LiveQuiet } from '../../../src/alert/quiet/live-quiet.ts';
import type { Quiet, QuietTime } from '../../../src/model/quiet.ts';

function live(time: QuietTime, said: Partial<Quiet> = {}): LiveQuiet {
  const compiled = compileQuiet(quiet(time, said), new Map());
  if (!compiled.ok) throw new Error(compiled.fault);
  return compiled.quiet;
}

const at = (text: string) => Date.parse(text);
const FIXED = { kind: 'fixed', fromMs: 100, toMs: 200 } as const;
const FLEXIBLE = { kind: 'flexible', fromMs: 100, toMs: 200, durationMs: 50 } as const;

test.for([
  { atMs: 99, holds: false, state: 'pending', next: 100 },
  { atMs: 100, holds: true, state: 'active', next: 200 },
  { atMs: 199, holds: true, state: 'active', next: 200 },
  { atMs: 200, holds: false, state: 'over', next: Infinity },
])('fixed, at $atMs', ({ atMs, holds, state, next }) => {
  for (const one of [live(FIXED), live({ ...FIXED, kind: 'silence' })]) {
    expect([one.holds('', atMs), one.stateAt(atMs), one.nextMs(atMs)]).toEqual([holds, state, next]);
  }
});

test('undone, it holds no more, and says who did it', () => {
  const one = live(FIXED);
  one.end('bob', 150);
  one.end('carol', 160);
  expect([one.holds('', 160), one.stateAt(160), one.nextMs(160)]).toEqual([false, 'ended', Infinity]);
  expect(one.saved).toMatchObject({ endedMs: 150, endedBy: 'bob' });
});

test('a flexible one begins with the first problem, service by service, and once', () => {
  const one = live(FLEXIBLE);
  expect(one.begin('a', 99)).toBe(false);
  expect(one.stateAt(120)).toBe('waiting');
  expect(one.begin('a', 120)).toBe(true);
  expect(one.begin('a', 125)).toBe(false);
  expect([one.holds('a', 120), one.holds('a', 169), one.holds('a', 170)]).toEqual([true, true, false]);
  expect(one.holds('b', 130)).toBe(false);
  expect([one.stateAt(130), one.nextMs(130)]).toEqual(['active', 170]);
  expect([one.stateAt(180), one.nextMs(180)]).toEqual(['waiting', 200]);
  expect(one.begin('a', 190)).toBe(false);
  expect(one.begin('b', 199)).toBe(true);
  expect(one.begin('c', 200)).toBe(false);
  // What began within the window lasts beyond it.
  expect([one.holds('b', 248), one.stateAt(248), one.nextMs(248)]).toEqual([true, 'active', 249]);
  expect([one.holds('b', 249), one.stateAt(249)]).toEqual([false, 'over']);
});

test('what a flexible one has begun survives a restart', () => {
  const before = live(FLEXIBLE);
  before.begin('a', 150);
  const after = live(FLEXIBLE, { begun: before.saved.begun });
  expect([after.holds('a', 199), after.holds('a', 200)]).toEqual([true, false]);
  expect(after.begin('a', 160)).toBe(false);
});

const NIGHT = { kind: 'recurring', fromMs: 0, toMs: null, timezone: 'Europe/Berlin' } as const;

test.for([
  { name: 'before', time: '2026-07-12T01:59:59+02:00', holds: false, state: 'pending' },
  { name: 'within', time: '2026-07-12T02:00:00+02:00', holds: true, state: 'active' },
  { name: 'another day', time: '2026-07-13T03:00:00+02:00', holds: false, state: 'pending' },
  {
    name: 'in winter by the same clock on the wall',
    time: '2026-01-11T03:59:00+01:00',
    holds: true,
    state: 'active',
  },
])('recurring: $name', ({ time, holds, state }) => {
  const one = live({ ...NIGHT, times: ['sunday 02:00-04:00'] });
  expect([one.holds('', at(time)), one.stateAt(at(time))]).toEqual([holds, state]);
});

test.for([
  // The clocks go from 2:00 to 3:00: of two hours one is left.
  { name: 'clocks forward', day: '2026-03-29', hours: 1 },
  // The clocks go from 3:00 back to 2:00: the hour comes twice.
  { name: 'clocks back', day: '2026-10-25', hours: 3 },
  { name: 'an ordinary sunday', day: '2026-11-01', hours: 2 },
])('recurring over a change of the clocks: $name', ({ day, hours }) => {
  const one = live({ ...NIGHT, times: ['sunday 02:00-03:59'] });
  let minutes = 0;
  for (let ms = at(`${day}T00:00:00Z`) - 3 * 3_600_000; ms < at(`${day}T12:00:00Z`); ms += 60_000) {
    if (one.holds('', ms)) minutes += 1;
  }
  // The last minute of the line belongs to it but for its last 59 seconds.
  expect(Math.round(minutes / 60)).toBe(hours);
});

test('a recurring one ends, and does not begin early', () => {
  const time = {
    ...NIGHT,
    fromMs: at('2026-07-01T00:00Z'),
    toMs: at('2026-08-01T00:00Z'),
    times: ['day 1 - -1 00:00-24:00'],
  };
  const one = live(time);
  expect([one.holds('', time.fromMs - 1), one.holds('', time.fromMs)]).toEqual([false, true]);
  expect([one.holds('', time.toMs - 1), one.holds('', time.toMs), one.stateAt(time.toMs)]).toEqual([
    true,
    false,
    'over',
  ]);
  expect(one.nextMs(time.fromMs)).toBe(time.toMs);
});

test.for([
  { times: ['sunday 02:00-04:00', 'sumday 1:00-2:00'], fault: /^times\[1\]: .*sumday/ },
  {
    times: ['sunday 02:00-04:00', 'sunday 05:00-06:00'],
    fault: /^times\[1\]: .*the same days as times\[0\]/,
  },
  { times: ['exclude holidays'], fault: /^times\[0\]: .*cannot be excluded/ },
  { times: [], fault: /^times: name at least one/ },
])('what is wrong with times: $fault', ({ times, fault }) => {
  const compiled = compileQuiet(quiet({ ...NIGHT, times }), new Map());
  expect(compiled.ok ? '' : compiled.fault).toMatch(fault);
});

test('a time zone that is none comes with the one that was meant', () => {
  const compiled = compileQuiet(
    quiet({ ...NIGHT, times: ['monday 1:00-2:00'], timezone: 'Europe/Berlim' }),
    new Map(),
  );
  expect(compiled.ok ? '' : compiled.fault).toBe(
    'timezone: there is no time zone "Europe/Berlim"; did you mean Europe/Berlin?',
  );
});

const anyTime: fc.Arbitrary<QuietTime> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('fixed' as const, 'silence' as const),
    fromMs: fc.nat(50),
    toMs: fc.integer({ min: 51, max: 99 }),
  }),
  fc.record({
    kind: fc.constant('flexible' as const),
    fromMs: fc.nat(50),
    toMs: fc.integer({ min: 51, max: 99 }),
    durationMs: fc.integer({ min: 1, max: 40 }),
  }),
);

test('between now and nextMs nothing changes of itself', () => {
  fc.assert(
    fc.property(anyTime, fc.array(fc.nat(99), { maxLength: 3 }), fc.nat(150), (time, problems, nowMs) => {
      const one = live(time);
      for (const [i, ms] of problems.filter((ms) => ms <= nowMs).entries()) one.begin(String(i), ms);
      const seen = (ms: number) => [one.stateAt(ms), ...['0', '1', '2'].map((key) => one.holds(key, ms))];
      const until = Math.min(one.nextMs(nowMs), nowMs + 100);
      for (let ms = nowMs; ms < until; ms += 1) expect(seen(ms)).toEqual(seen(nowMs));
    }),
  );
});
