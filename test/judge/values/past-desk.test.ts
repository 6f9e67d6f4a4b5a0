import { expect, test } from 'vitest';
import { Fleet, START_MS } from '../fleet.ts';
import { HandPast } from './past.ts';
import { NO_PAST } from '../../../src/judge/values/past.ts';
import { PAST_ANSWER_WITHIN_MS, PAST_SERIES_AT_ONCE } from '../../../src/limits.ts';
import { PastDesk } from '../../../src/judge/values/past-desk.ts';
import type { PastWish } from '../../../src/judge/values/past.ts';

const HOUR_MS = 3_600_000;

/** A wish for the past of one more series, and what became of it. */
function wishOf(fleet: Fleet, name: string, fromAgoMs = HOUR_MS) {
  fleet.sample(name, 'disk', 1, 0);
  const series = fleet.catalogue.host('web', name)?.records.get('disk')?.series[0];
  if (!series) throw new Error('the fleet has no such series');
  const rows: number[] = [];
  const outcomes: (string | null)[] = [];
  const wish: PastWish = {
    series,
    fromAgoMs,
    toAgoMs: 0,
    points: 4,
    row: (_timeMs, value) => rows.push(value),
    done: (fault) => outcomes.push(fault),
  };
  return { wish, rows, outcomes };
}

test('wishes for the same time are one read, others wait for their turn', () => {
  const [fleet, past] = [new Fleet(), new HandPast()];
  const desk = new PastDesk(past);
  const [a, b, c] = [wishOf(fleet, 'w1'), wishOf(fleet, 'w2', 2 * HOUR_MS), wishOf(fleet, 'w3')];
  for (const { wish } of [a, b, c]) desk.wish(wish);
  expect(desk.waiting).toBe(3);
  desk.pump(START_MS);
  desk.pump(START_MS + 1000);
  expect(past.asked).toEqual([
    { series: [a.wish.series, c.wish.series], fromMs: START_MS - HOUR_MS, toMs: START_MS, points: 4 },
  ]);
  past.answer((_timeMs, host) => Number(host.slice(1)));
  expect([a.rows, c.rows]).toEqual([
    [1, 1, 1, 1],
    [3, 3, 3, 3],
  ]);
  expect([a.outcomes, b.outcomes, c.outcomes]).toEqual([[null], [], [null]]);
  desk.pump(START_MS + 2000);
  expect(past.asked[1]).toMatchObject({ series: [b.wish.series], fromMs: START_MS + 2000 - 2 * HOUR_MS });
});

test('many wishes are read some at a time, and let others in between', () => {
  const [fleet, past] = [new Fleet(), new HandPast()];
  const desk = new PastDesk(past);
  const { wish } = wishOf(fleet, 'w1');
  const other = wishOf(fleet, 'w2', 2 * HOUR_MS);
  for (let i = 0; i <= PAST_SERIES_AT_ONCE; i += 1) desk.wish(wish);
  desk.wish(other.wish);
  for (let turn = 0; turn < 4; turn += 1) {
    desk.pump(START_MS + turn * 1000);
    past.answer(() => 1);
  }
  expect(past.asked.map(({ series }) => series.length)).toEqual([PAST_SERIES_AT_ONCE, 1, 1]);
  expect(other.outcomes).toEqual([null]);
  expect(desk.waiting).toBe(0);
});

test('a read that does not come back is given up, and its late answer is nothing', () => {
  const [fleet, past] = [new Fleet(), new HandPast()];
  const desk = new PastDesk(past);
  const { wish, rows, outcomes } = wishOf(fleet, 'w1');
  desk.wish(wish);
  desk.pump(START_MS);
  desk.pump(START_MS + PAST_ANSWER_WITHIN_MS + 1);
  expect(outcomes).toEqual(['the history did not come in time']);
  past.answer(() => 1);
  expect(rows).toEqual([]);
  expect(outcomes).toHaveLength(1);
});

test('where there is no history every wish is told so', () => {
  const desk = new PastDesk(NO_PAST);
  const { wish, outcomes } = wishOf(new Fleet(), 'w1');
  desk.wish(wish);
  desk.pump(START_MS);
  expect(outcomes).toEqual(['there is no history to be read']);
  expect(desk.waiting).toBe(0);
});
