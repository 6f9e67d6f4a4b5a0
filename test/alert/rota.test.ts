import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onCall, openRota, shifts } from '../../src/alert/rota.ts';
import type { RotaConfig } from '../../src/contract/alerts.ts';
import type { SavedOverride } from '../../src/model/rota.ts';

const WEEKLY: RotaConfig = {
  name: 'primary',
  where: 'muster.yaml:9:5',
  timezone: 'Europe/Berlin',
  start: '2026-01-05',
  handoverMinute: 9 * 60,
  turnDays: 7,
  people: ['ann', 'bob', 'carol'],
  overrides: [],
};

function saved(who: string, from: string, to: string): SavedOverride {
  return {
    id: `${who} ${from}`,
    rota: 'primary',
    who,
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
    comment: '',
    author: 'boss',
    createdMs: 0,
  };
}

function at(rota: Partial<RotaConfig>, when: string, overrides: readonly SavedOverride[] = []): string {
  const shift = onCall(openRota({ ...WEEKLY, ...rota }), overrides, Date.parse(when));
  return `${shift.who} ${words(shift.fromMs)} ${words(shift.toMs)}`;
}

function words(ms: number): string {
  return new Date(ms).toISOString().replace(':00.000Z', 'Z');
}

describe('whose turn it is', () => {
  test.for([
    {
      name: 'the first moment',
      at: '2026-01-05T09:00+01:00',
      is: 'ann 2026-01-05T08:00Z 2026-01-12T08:00Z',
    },
    {
      name: 'the last one',
      at: '2026-01-12T08:59:59+01:00',
      is: 'ann 2026-01-05T08:00Z 2026-01-12T08:00Z',
    },
    { name: 'the next', at: '2026-01-12T09:00+01:00', is: 'bob 2026-01-12T08:00Z 2026-01-19T08:00Z' },
    { name: 'round again', at: '2026-01-26T12:00Z', is: 'ann 2026-01-26T08:00Z 2026-02-02T08:00Z' },
    {
      name: 'before the first day turns are counted backwards',
      at: '2026-01-05T08:59:59+01:00',
      is: 'carol 2025-12-29T08:00Z 2026-01-05T08:00Z',
    },
    {
      name: 'a week in which the clocks are set forward is an hour shorter',
      at: '2026-03-25T12:00Z',
      is: 'carol 2026-03-23T08:00Z 2026-03-30T07:00Z',
    },
    {
      name: 'a week in which they are set back is an hour longer',
      at: '2026-10-23T12:00Z',
      is: 'carol 2026-10-19T07:00Z 2026-10-26T08:00Z',
    },
    {
      name: 'turns of one day',
      rota: { turnDays: 1 },
      at: '2026-01-06T12:00Z',
      is: 'bob 2026-01-06T08:00Z 2026-01-07T08:00Z',
    },
    {
      name: 'one person alone hands over to themselves',
      rota: { people: ['ann'] },
      at: '2026-01-06T12:00Z',
      is: 'ann 2026-01-05T08:00Z 2026-01-12T08:00Z',
    },
    {
      name: 'at midnight of a zone far east',
      rota: { timezone: 'Pacific/Kiritimati', handoverMinute: 0 },
      at: '2026-01-04T10:00Z',
      is: 'ann 2026-01-04T10:00Z 2026-01-11T10:00Z',
    },
  ])('$name', ({ rota = {}, at: when, is }) => {
    expect(at(rota, when)).toBe(is);
  });
});

describe('handovers that the clocks leave out, or show twice', () => {
  const daily = { turnDays: 1, handoverMinute: 150, start: '2026-01-01', people: ['ann', 'bob'] };
  test.for([
    {
      name: '02:30 does not exist: the moment at which the clocks are set forward',
      at: '2026-03-29T01:00Z',
      is: 'bob 2026-03-29T01:00Z 2026-03-30T00:30Z',
    },
    {
      name: 'the turn before it ends there',
      at: '2026-03-29T00:59Z',
      is: 'ann 2026-03-28T01:30Z 2026-03-29T01:00Z',
    },
    {
      name: '02:30 is shown twice: the first counts',
      at: '2026-10-25T00:30Z',
      is: 'bob 2026-10-25T00:30Z 2026-10-26T01:30Z',
    },
    {
      name: 'the second changes nothing',
      at: '2026-10-25T01:30Z',
      is: 'bob 2026-10-25T00:30Z 2026-10-26T01:30Z',
    },
  ])('$name', ({ at: when, is }) => {
    expect(at(daily, when)).toBe(is);
  });

  test('a day that a zone leaves out begins with the next', () => {
    const apia = { ...daily, timezone: 'Pacific/Apia', start: '2011-12-28', handoverMinute: 9 * 60 };
    expect(at(apia, '2011-12-30T10:00Z')).toBe('ann 2011-12-30T10:00Z 2011-12-30T19:00Z');
  });
});

describe('overrides', () => {
  const file = { who: 'dave', from: '2026-01-07T09:00', to: '2026-01-08T09:00', where: 'muster.yaml:12:9' };
  test.for([
    { name: 'of the file', at: '2026-01-07T12:00Z', is: 'dave 2026-01-07T08:00Z 2026-01-08T08:00Z' },
    {
      name: 'the turn before is cut short',
      at: '2026-01-06T12:00Z',
      is: 'ann 2026-01-05T08:00Z 2026-01-07T08:00Z',
    },
    { name: 'and goes on', at: '2026-01-09T12:00Z', is: 'ann 2026-01-08T08:00Z 2026-01-12T08:00Z' },
    {
      name: 'what people decide wins',
      at: '2026-01-07T12:00Z',
      saved: [saved('erin', '2026-01-07T11:00Z', '2026-01-07T13:00Z')],
      is: 'erin 2026-01-07T11:00Z 2026-01-07T13:00Z',
    },
    {
      name: 'and the file’s goes on after it',
      at: '2026-01-07T14:00Z',
      saved: [saved('erin', '2026-01-07T11:00Z', '2026-01-07T13:00Z')],
      is: 'dave 2026-01-07T13:00Z 2026-01-08T08:00Z',
    },
    {
      name: 'one of another rota says nothing',
      at: '2026-01-09T12:00Z',
      saved: [{ ...saved('erin', '2026-01-09T11:00Z', '2026-01-09T13:00Z'), rota: 'secondary' }],
      is: 'ann 2026-01-08T08:00Z 2026-01-12T08:00Z',
    },
  ])('$name', ({ at: when, saved: overrides = [], is }) => {
    expect(at({ overrides: [file] }, when, overrides)).toBe(is);
  });

  test('a time of the file with its own zone', () => {
    const overrides = [{ ...file, from: '2026-01-07T09:00Z', to: '2026-01-08T09:00-05:00' }];
    expect(at({ overrides }, '2026-01-07T12:00Z')).toBe('dave 2026-01-07T09:00Z 2026-01-08T14:00Z');
  });
});

const HOUR_MS = 3_600_000;
const BASE_MS = Date.UTC(2026, 2, 20);
const override = fc
  .record({
    who: fc.constantFrom('dave', 'erin'),
    from: fc.nat(1500),
    hours: fc.integer({ min: 1, max: 300 }),
  })
  .map(({ who, from, hours }) => ({
    ...saved(who, '2026-01-01T00:00Z', '2026-01-01T00:00Z'),
    fromMs: BASE_MS + from * HOUR_MS,
    toMs: BASE_MS + (from + hours) * HOUR_MS,
  }));
const rotas = fc.record({
  timezone: fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'UTC',
  ),
  handoverMinute: fc.nat(1439),
  turnDays: fc.integer({ min: 1, max: 40 }),
  people: fc.array(fc.constantFrom('ann', 'bob', 'carol'), { minLength: 1, maxLength: 5 }),
});

test('shifts tile the time, and whoever is on call is of the shift that holds the moment', () => {
  fc.assert(
    fc.property(
      rotas,
      fc.array(override, { maxLength: 8 }),
      fc.array(fc.nat(2000 * HOUR_MS), { minLength: 1, maxLength: 20 }),
      (config, overrides, moments) => {
        const rota = openRota({ ...WEEKLY, ...config });
        const toMs = BASE_MS + 2000 * HOUR_MS;
        const all = shifts(rota, overrides, { fromMs: BASE_MS, toMs });
        expect(all[0]?.fromMs).toBeLessThanOrEqual(BASE_MS);
        expect(all.at(-1)?.toMs).toBeGreaterThanOrEqual(toMs);
        for (const [i, shift] of all.entries()) {
          expect(shift.toMs).toBeGreaterThan(shift.fromMs);
          if (i > 0) expect(shift.fromMs).toBe(all[i - 1]?.toMs);
        }
        for (const moment of moments) {
          const atMs = BASE_MS + moment;
          const holding = all.find(({ fromMs, toMs: endMs }) => fromMs <= atMs && atMs < endMs);
          expect(onCall(rota, overrides, atMs)).toEqual(holding);
        }
      },
    ),
  );
});

test('no more shifts than may be in an answer', () => {
  const rota = openRota({ ...WEEKLY, turnDays: 1 });
  expect(shifts(rota, [], { fromMs: 0, toMs: Date.UTC(2100, 0) })).toHaveLength(1000);
});
