import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePeriods } from '../../../src/check/time-period/time-period.ts';
import type { Periods } from '../../../src/check/time-period/time-period.ts';
import type { TimePeriodDefinition } from '../../../src/contract/checks.ts';

interface Vectors {
  periods: Record<string, string[]>;
  cases: {
    timezone: string;
    period: string;
    local_time: string;
    unix: number;
    valid: boolean;
    next_valid_unix: number;
    no_next_valid_time?: boolean;
    quirk?: string;
  }[];
}
const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/nagios/timeperiod_cases.json', import.meta.url), 'utf8'),
) as Vectors;

function period(times: readonly string[], changes: Partial<TimePeriodDefinition> = {}): TimePeriodDefinition {
  return { name: 'p', where: 'checks/test.yaml:1:1', timezone: 'UTC', times, exclude: [], ...changes };
}

function compile(...definitions: TimePeriodDefinition[]): Periods {
  const outcome = compilePeriods(definitions);
  if (!outcome.ok) throw new Error(outcome.faults.join('\n'));
  return outcome.periods;
}

function faults(...definitions: TimePeriodDefinition[]): string[] {
  const outcome = compilePeriods(definitions);
  return outcome.ok ? [] : [...outcome.faults];
}

const utc = (text: string) => Date.parse(`${text}Z`);
const shown = (ms: number | null) => (ms === null ? 'never' : new Date(ms).toISOString().slice(0, 19));

describe('as Nagios 4.5.12 answers', () => {
  /** Where it is plainly wrong; docs/CHECKS.md, "Time periods". */
  const BETTER = new Map([
    // It goes on after the end of a range with a skip.
    ['p_skip 2026-12-31 09:30:00', 'never'],
    // It calls the moment it was asked about the next valid one, and invalid.
    ['p_247nowork 2026-03-09 17:00:00', '2026-03-09T17:01:00'],
  ]);
  const zones = new Map<string, Periods>();
  for (const timezone of new Set(vectors.cases.map((one) => one.timezone))) {
    const all = Object.entries(vectors.periods).map(([name, times]) => period(times, { name, timezone }));
    zones.set(timezone, compile(...all));
  }
  test.for(vectors.cases)('$timezone $period $local_time', (one) => {
    const periods = zones.get(one.timezone);
    const better = BETTER.get(`${one.period} ${one.local_time}`);
    const next = one.no_next_valid_time === true ? 'never' : shown(one.next_valid_unix * 1000);
    expect(periods?.includes(one.period, one.unix * 1000)).toBe(one.valid);
    expect(shown(periods?.nextValid(one.period, one.unix * 1000) ?? null)).toBe(better ?? next);
  });
});

describe('days', () => {
  test.for([
    { line: 'monday 09:00-17:00', inside: ['2026-03-09T09:00:00'], outside: ['2026-03-10T09:00:00'] },
    {
      line: 'friday - monday 09:00-17:00',
      inside: ['2026-03-13T09:00:00', '2026-03-15T09:00:00', '2026-03-16T09:00:00'],
      outside: ['2026-03-12T09:00:00', '2026-03-17T09:00:00'],
    },
    {
      line: 'december 20 - january 6 00:00-24:00',
      inside: ['2026-12-20T00:00:00', '2026-12-31T23:59:59', '2027-01-01T00:00:00', '2027-01-06T12:00:00'],
      outside: ['2026-12-19T23:59:59', '2027-01-07T00:00:00', '2026-06-01T00:00:00'],
    },
    {
      line: 'day 25 - 5 00:00-24:00',
      inside: ['2026-02-25T00:00:00', '2026-02-28T00:00:00', '2026-03-05T00:00:00', '2026-01-01T00:00:00'],
      outside: ['2026-02-24T00:00:00', '2026-03-06T00:00:00'],
    },
    {
      line: 'day 29 - 31 00:00-24:00',
      inside: ['2026-04-30T00:00:00', '2028-02-29T00:00:00'],
      outside: ['2026-02-28T00:00:00', '2026-03-01T00:00:00'],
    },
    {
      line: 'day -3 - -1 00:00-24:00',
      inside: ['2026-02-26T00:00:00', '2026-02-28T23:00:00'],
      outside: ['2026-02-25T00:00:00', '2026-03-01T00:00:00'],
    },
    {
      line: 'monday 1 - friday 2 00:00-24:00',
      inside: ['2026-06-01T00:00:00', '2026-06-12T00:00:00'],
      outside: ['2026-06-13T00:00:00'],
    },
    {
      line: 'monday 1 - 2 / 7 00:00-24:00',
      inside: ['2026-06-01T00:00:00', '2026-06-08T00:00:00'],
      outside: ['2026-06-02T00:00:00', '2026-06-15T00:00:00'],
    },
    { line: 'monday 5 00:00-24:00', inside: ['2026-03-30T00:00:00'], outside: ['2026-04-27T00:00:00'] },
    {
      line: 'thursday 4 november - friday 4 november 00:00-24:00',
      inside: ['2026-11-26T00:00:00', '2026-11-27T00:00:00'],
      outside: ['2026-11-25T00:00:00', '2026-11-28T00:00:00'],
    },
    {
      line: 'tuesday 1 april - friday 2 may / 6 00:00-24:00',
      inside: ['2026-04-07T00:00:00', '2026-04-13T00:00:00', '2026-05-07T00:00:00'],
      outside: ['2026-04-08T00:00:00', '2026-05-08T00:00:00', '2026-05-13T00:00:00'],
    },
    {
      line: '2026-01-05 / 14 00:00-24:00',
      inside: ['2030-01-14T00:00:00'],
      outside: ['2025-12-22T00:00:00'],
    },
    {
      line: '2026-12-30 - 2027-01-02 10:00-11:00',
      inside: ['2027-01-01T10:30:00'],
      outside: ['2026-01-01T10:30:00'],
    },
    {
      line: 'day 15-17 06:00 - 07:00 , 08:00-09:00',
      inside: ['2026-01-16T08:00:00'],
      outside: ['2026-01-16T07:30:00'],
    },
  ])('$line', ({ line, inside, outside }) => {
    const periods = compile(period([line]));
    for (const at of inside) expect([at, periods.includes('p', utc(at))]).toEqual([at, true]);
    for (const at of outside) expect([at, periods.includes('p', utc(at))]).toEqual([at, false]);
  });

  test('the more specific kind counts, wherever it stands, and within a kind the first line', () => {
    const periods = compile(
      period([
        'monday 01:00-02:00',
        'monday 2 02:00-03:00',
        'monday 2 march 03:00-04:00',
        'day 9 04:00-05:00',
        'march 9 05:00-06:00',
        '2026-03-09 - 2026-03-10 06:00-07:00',
        '2026-03-09 07:00-08:00',
      ]),
    );
    const hours = (day: string) =>
      Array.from({ length: 24 }, (_, hour) => hour).filter((hour) =>
        periods.includes('p', utc(`${day}T${String(hour).padStart(2, '0')}:30:00`)),
      );
    expect(hours('2026-03-09')).toEqual([6]);
    expect(hours('2027-03-09')).toEqual([5]);
    expect(hours('2026-11-09')).toEqual([4]);
    expect(hours('2027-03-08')).toEqual([3]);
    expect(hours('2026-04-13')).toEqual([2]);
    expect(hours('2026-04-20')).toEqual([1]);
  });

  test('00:00-00:00 takes a day out', () => {
    const periods = compile(period(['monday 00:00-24:00', '2026-03-09 00:00-00:00']));
    expect(periods.includes('p', utc('2026-03-09T00:00:00'))).toBe(false);
    expect(periods.includes('p', utc('2026-03-16T00:00:00'))).toBe(true);
  });
});

describe('when the answer changes', () => {
  const work = period(['monday 09:00-12:00,12:00-17:00', 'tuesday 00:00-24:00', 'wednesday 00:00-06:00'], {
    name: 'work',
  });
  const rest = period(['sunday - saturday 00:00-24:00'], { name: 'rest', exclude: ['work'] });
  const periods = compile(work, rest);
  test.for([
    { name: 'work', at: '2026-03-09T10:00:00', until: '2026-03-09T17:00:01' },
    { name: 'work', at: '2026-03-09T17:00:00', until: '2026-03-09T17:00:01' },
    { name: 'work', at: '2026-03-09T18:00:00', until: '2026-03-10T00:00:00' },
    { name: 'work', at: '2026-03-10T18:00:00', until: '2026-03-11T06:00:01' },
    { name: 'rest', at: '2026-03-09T10:00:00', until: '2026-03-09T17:00:01' },
    { name: 'rest', at: '2026-03-12T10:00:00', until: '2026-03-16T09:00:00' },
  ])('$name at $at', ({ name, at, until }) => {
    expect(shown(periods.until(name, utc(at)))).toBe(until);
    // Asked again, and a second later.
    expect(shown(periods.until(name, utc(at)))).toBe(until);
  });

  test('never, and from never on', () => {
    const always = compile(period(['sunday - saturday 00:00-24:00']), period([], { name: 'none' }));
    expect(always.until('p', utc('2026-03-09T10:00:00'))).toBeNull();
    expect(always.until('none', utc('2026-03-09T10:00:00'))).toBeNull();
    expect(always.nextValid('none', utc('2026-03-09T10:00:00'))).toBeNull();
    expect(
      shown(compile(period(['february 29 00:00-24:00'])).nextValid('p', utc('2096-03-01T00:00:00'))),
    ).toBe('2104-02-29T00:00:00');
  });

  test('a period that is taken out may take out another, in a zone of its own', () => {
    const all = compile(
      period(['sunday - saturday 00:00-24:00'], { name: 'all', exclude: ['night'] }),
      period(['sunday - saturday 00:00-06:00', 'exclude party'], { name: 'night', timezone: 'Asia/Tokyo' }),
      period(['2026-03-10 00:00-24:00'], { name: 'party' }),
    );
    expect(all.includes('all', utc('2026-03-09T16:00:00'))).toBe(false);
    expect(all.includes('all', utc('2026-03-10T01:00:00'))).toBe(true);
    expect(all.includes('all', utc('2026-03-10T16:00:00'))).toBe(true);
  });
});

describe('on days when the clocks are moved', () => {
  const nights = period(['sunday 01:30-03:30'], { timezone: 'Europe/London' });
  test('an hour that is skipped is in no range, and what begins in it begins after it', () => {
    // London, 2026-03-29: 01:00 is 02:00.
    const periods = compile(
      nights,
      period(['sunday 01:15-01:45'], { name: 'gone', timezone: 'Europe/London' }),
    );
    expect(shown(periods.nextValid('p', utc('2026-03-29T00:59:59')))).toBe('2026-03-29T01:00:00');
    expect(shown(periods.until('p', utc('2026-03-29T01:00:00')))).toBe('2026-03-29T02:30:01');
    expect(shown(periods.nextValid('gone', utc('2026-03-29T00:00:00')))).toBe('2026-04-05T00:15:00');
  });

  test('an hour that comes twice is in it twice', () => {
    // London, 2026-10-25: 02:00 is 01:00 again.
    const periods = compile(period(['sunday 01:15-01:45'], { timezone: 'Europe/London' }));
    expect(shown(periods.nextValid('p', utc('2026-10-25T00:00:00')))).toBe('2026-10-25T00:15:00');
    expect(shown(periods.until('p', utc('2026-10-25T00:15:00')))).toBe('2026-10-25T00:45:01');
    expect(shown(periods.nextValid('p', utc('2026-10-25T00:45:01')))).toBe('2026-10-25T01:15:00');
  });

  test.for([
    // Clocks that are moved at midnight, by half an hour, and a day that never was.
    {
      timezone: 'Africa/Cairo',
      line: '2026-04-24 00:00-24:00',
      first: '2026-04-23T22:00:00',
      end: '2026-04-24T21:00:00',
    },
    {
      timezone: 'Australia/Lord_Howe',
      line: '2026-10-04 00:00-24:00',
      first: '2026-10-03T13:30:00',
      end: '2026-10-04T13:00:00',
    },
    {
      timezone: 'Pacific/Apia',
      line: '2011-12-29 - 2011-12-31 00:00-24:00',
      first: '2011-12-29T10:00:00',
      end: '2011-12-31T10:00:00',
    },
  ])('$timezone', ({ timezone, line, first, end }) => {
    const periods = compile(period([line], { timezone }));
    expect(shown(periods.nextValid('p', utc(`${line.slice(0, 7)}-01T00:00:00`)))).toBe(first);
    expect(shown(periods.until('p', utc(first)))).toBe(end);
  });
});

describe('faults', () => {
  test.for([
    { line: 'mondey 09:00-17:00', words: 'did you mean monday?' },
    { line: 'monday', words: 'no days with times; expected like monday 09:00-17:00' },
    { line: 'monday 09:00', words: 'no days with times' },
    { line: '', words: 'no days with times' },
    { line: '09:00-17:00', words: 'no days with times' },
    { line: 'monday 9-17', words: 'no days with times' },
    { line: 'monday 25:00-26:00', words: '"25:00-26:00" is no range of times' },
    { line: 'monday 24:01-24:02', words: 'is no range of times' },
    { line: 'monday 09:60-10:00', words: 'is no range of times' },
    { line: 'monday 09:00-10:00,', words: '"" is no range of times' },
    { line: 'monday 22:00-06:00', words: 'write 22:00-24:00, and 00:00-06:00 for the day after' },
    { line: 'monday 6 00:00-24:00', words: '6 is not from 1 to 5, or -5 to -1' },
    { line: 'day 32 00:00-24:00', words: '32 is not from 1 to 31' },
    { line: 'day 0 00:00-24:00', words: '0 is not from 1' },
    { line: 'february 30 00:00-24:00', words: '30 is not from 1 to 29' },
    { line: '2026-02-29 00:00-24:00', words: 'there is no day 2026-2-29' },
    { line: '2026-13-01 00:00-24:00', words: 'there is no day' },
    { line: '2026-03-10 - 2026-03-09 00:00-24:00', words: 'ends before it starts' },
    { line: 'monday 3 - december 25 00:00-24:00', words: 'days of different kinds' },
    { line: 'monday - 5 00:00-24:00', words: '"5" alone is no day' },
    { line: 'monday / 2 00:00-24:00', words: 'count from a date' },
    { line: 'day 1 / 2 00:00-24:00', words: 'like day 1 - -1 / 5' },
    { line: '2026-01-05 / 0 00:00-24:00', words: '/ 0 is not from 1' },
    { line: 'december 00:00-24:00', words: '"december" takes a number' },
    { line: 'thursday 4 novembre 00:00-24:00', words: 'did you mean november?' },
    { line: 'day 1 march 00:00-24:00', words: '"march" is not understood' },
    { line: 'day 1 - 2 - 3 00:00-24:00', words: '"- 3" is not understood' },
    { line: 'x'.repeat(1001), words: 'more than 1000 characters' },
    { line: `monday ${'00:00-00:01,'.repeat(48)}00:00-00:01`, words: 'more than 48 ranges' },
  ])('$line', ({ line, words }) => {
    const [fault = 'none'] = faults(period([line]));
    expect(fault).toContain('checks/test.yaml:1:1: time period p: "');
    expect(fault).toContain(words);
  });

  test('all are told at once, each with its place', () => {
    const told = faults(
      period(['mondey 09:00-17:00'], { name: 'a', where: 'a:1:1', timezone: 'Europe/Londn' }),
      period([], { name: 'b', where: 'b:1:1', exclude: ['wrok'] }),
      period([], { name: 'work', where: 'c:1:1', exclude: ['rest'] }),
      period([], { name: 'rest', where: 'd:1:1', exclude: ['work'] }),
      period([], { name: 'rest', where: 'e:1:1' }),
      period(['monday 01:00-02:00', 'Monday  03:00-04:00'], { name: 'f', where: 'f:1:1' }),
      period([], { name: 'g', where: 'g:1:1', exclude: ['g'] }),
    );
    expect(told).toEqual([
      'a:1:1: time period a: there is no time zone "Europe/Londn"; did you mean Europe/London?',
      expect.stringContaining('did you mean monday?'),
      'e:1:1: time period rest: the name is taken, at d:1:1',
      'f:1:1: time period f: "Monday  03:00-04:00" and "monday 01:00-02:00" are the same days; put their times on one line',
      'b:1:1: time period b: exclude: there is no time period "wrok"; did you mean "work"?',
      'd:1:1: time period rest: exclude goes in a circle: work → rest → work',
      'g:1:1: time period g: exclude goes in a circle: g → g',
    ]);
  });
});

describe('whatever the words and the time', () => {
  const word = fc.constantFrom(
    'monday',
    'day',
    'december',
    '2026-03-10',
    '-',
    '/',
    '3',
    '-1',
    '09:00-17:00',
    ',',
    'exclude',
    'p',
  );
  const line = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 8 }).map((words) => words.join(' ')),
  );
  test('it compiles or says why, and answers', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), fc.double(), (times, atMs) => {
        const outcome = compilePeriods([period(times)]);
        if (!outcome.ok) return;
        outcome.periods.includes('p', atMs);
        outcome.periods.until('p', atMs);
        const next = outcome.periods.nextValid('p', atMs);
        if (next !== null) expect(outcome.periods.includes('p', next)).toBe(true);
      }),
    );
  });

  test('between a moment and its change the answer is the same', () => {
    const zone = fc.constantFrom('UTC', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe');
    const atMs = fc.integer({ min: utc('2026-01-01T00:00:00'), max: utc('2027-01-01T00:00:00') });
    const lines = [
      'monday - friday 09:00-17:00',
      'sunday 00:30-02:30',
      'december 25 00:00-00:00',
      'day -1 22:00-24:00',
    ];
    fc.assert(
      fc.property(zone, atMs, fc.double({ min: 0, max: 1, noNaN: true }), (timezone, at, part) => {
        const periods = compile(period(lines, { timezone }));
        const before = periods.includes('p', at);
        const until = periods.until('p', at) ?? at;
        expect(periods.includes('p', at + Math.floor((until - 1 - at) * part))).toBe(before);
        expect(periods.includes('p', until)).toBe(!before);
      }),
    );
  });
});
