import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantOf, momentOf, wallOf, zoneOf } from '../../../src/check/time-period/local-time.ts';

const words = (ms: number) => new Date(ms).toISOString();

test.for([
  { name: 'in winter', zone: 'Europe/Berlin', text: '2026-01-05T09:00', is: '2026-01-05T08:00:00.000Z' },
  { name: 'in summer', zone: 'Europe/Berlin', text: '2026-07-05T09:00', is: '2026-07-05T07:00:00.000Z' },
  { name: 'left out', zone: 'Europe/Berlin', text: '2026-03-29T02:30', is: '2026-03-29T01:00:00.000Z' },
  { name: 'shown twice', zone: 'Europe/Berlin', text: '2026-10-25T02:30', is: '2026-10-25T00:30:00.000Z' },
  {
    name: 'left out at the end of a day of UTC',
    zone: 'America/Sao_Paulo',
    text: '2018-11-04T00:30',
    is: '2018-11-04T03:00:00.000Z',
  },
  {
    name: 'half an hour left out',
    zone: 'Australia/Lord_Howe',
    text: '2026-10-04T02:15',
    is: '2026-10-03T15:30:00.000Z',
  },
  { name: 'a day left out', zone: 'Pacific/Apia', text: '2011-12-30T12:00', is: '2011-12-30T10:00:00.000Z' },
  { name: 'UTC', zone: 'Europe/Berlin', text: '2026-01-05T09:00Z', is: '2026-01-05T09:00:00.000Z' },
  { name: 'an offset', zone: 'UTC', text: '2026-01-05T09:00-05:00', is: '2026-01-05T14:00:00.000Z' },
])('a time $name', ({ zone, text, is }) => {
  expect(words(momentOf(text, zoneOf(zone)))).toBe(is);
});

test('what the clocks show at a time is that time, unless they leave it out', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 18_000, max: 22_000 }),
      fc.nat(1439),
      (name, day, minute) => {
        const zone = zoneOf(name);
        const shown = wallOf(zone, instantOf(zone, day, minute));
        const before = wallOf(zone, instantOf(zone, day, minute) - 1);
        if (shown.day !== day || shown.minute !== minute) {
          // The moment at which they are set forward: a minute before, they showed less; now they show more.
          const wanted = day * 1440 + minute;
          expect(before.day * 1440 + before.minute).toBeLessThan(wanted);
          expect(shown.day * 1440 + shown.minute).toBeGreaterThan(wanted);
        }
      },
    ),
  );
});

test('a zone that this machine does not know is UTC', () => {
  expect(words(momentOf('2026-07-05T09:00', zoneOf('Europe/Lundon')))).toBe('2026-07-05T09:00:00.000Z');
});
