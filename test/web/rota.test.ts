import { describe, expect, test } from 'vitest';
import {
  daysOf,
  onCallNow,
  overridesOf,
  rotaWeeks,
  weekStartMs,
  WEEKS_SHOWN,
} from '../../web/src/fleet/rota.ts';
import type { RotaView, ShiftView } from '../../src/contract/alert-views.ts';

const HOUR_MS = 3_600_000;
/** A Monday. */
const WEEK_MS = new Date(2026, 10, 16).getTime();
const shift = (who: string, fromH: number, toH: number, kind: ShiftView['kind'] = 'turn'): ShiftView => ({
  who,
  from_ms: WEEK_MS + fromH * HOUR_MS,
  to_ms: WEEK_MS + toH * HOUR_MS,
  kind,
  by: '',
  override_id: '',
});
const rota = (...shifts: ShiftView[]): RotaView => ({
  name: 'primary',
  timezone: 'UTC',
  people: ['ann', 'bob'],
  now: shifts[0] ?? null,
  next: null,
  shifts,
});

describe('weeks of a rota', () => {
  test.for([
    { name: 'Monday itself', at: new Date(2026, 10, 16, 0, 0), day: 16 },
    { name: 'Sunday night', at: new Date(2026, 10, 22, 23, 59), day: 16 },
    { name: 'over the end of a month', at: new Date(2026, 11, 1), day: 30 },
  ])('begin on Monday: $name', ({ at, day }) => {
    const start = new Date(weekStartMs(at.getTime()));
    expect([start.getDay(), start.getDate(), start.getHours()]).toEqual([1, day, 0]);
  });
  test('a shift over Sunday has a part in both', () => {
    const weeks = rotaWeeks(
      rota(shift('ann', 0, 84), shift('bob', 84, 252)),
      WEEK_MS,
      WEEK_MS + 84 * HOUR_MS,
    );
    expect(weeks).toHaveLength(WEEKS_SHOWN);
    expect(weeks[0]?.parts.map(({ shift: { who }, from, to }) => [who, from, to])).toEqual([
      ['ann', 0, 0.5],
      ['bob', 0.5, 1],
    ]);
    expect(weeks[1]?.parts.map(({ from, to }) => [from, to])).toEqual([[0, 0.5]]);
    expect(weeks.map(({ now }) => now)).toEqual([0.5, null, null, null]);
  });
  test('seven days', () => {
    expect(daysOf(WEEK_MS).map((ms) => new Date(ms).getDate())).toEqual([16, 17, 18, 19, 20, 21, 22]);
  });
  test('who is on call now, each once; overrides', () => {
    const taken = rota(shift('ann', 0, 10), shift('bob', 10, 20, 'override'));
    expect(onCallNow([taken, taken, rota()])).toEqual(['ann']);
    expect(overridesOf(taken).map(({ who }) => who)).toEqual(['bob']);
  });
});
