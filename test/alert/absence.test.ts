import { expect, test } from 'vitest';
import { absenceNotice, awayMs, readSignOfLife } from '../../src/alert/absence.ts';

const LAST = { atMs: 1_000_000, upMs: 50_000, boot: 'a', how: 'running' as const };

test.for([
  { name: 'the same run of the machine', now: { atMs: 1_200_000, upMs: 250_000, boot: 'a' }, away: 200_000 },
  { name: 'the clock set forward meanwhile', now: { atMs: 9e9, upMs: 60_000, boot: 'a' }, away: 10_000 },
  { name: 'the clock set back meanwhile', now: { atMs: 0, upMs: 450_000, boot: 'a' }, away: 400_000 },
  { name: 'another run: by the time of day', now: { atMs: 1_600_000, upMs: 900, boot: 'b' }, away: 600_000 },
  { name: 'another run, the clock set back', now: { atMs: 500_000, upMs: 900, boot: 'b' }, away: 0 },
  { name: 'no run known', now: { atMs: 1_060_000, upMs: 110_000, boot: '' }, away: 60_000 },
])('away: $name', ({ now, away }) => {
  expect(awayMs(LAST, now)).toBe(away);
});

test.for([
  { name: 'stopped', last: { ...LAST, how: 'stopped' as const }, boot: 'a', says: 'It was stopped.' },
  { name: 'killed', last: LAST, boot: 'a', says: 'it was killed, or it crashed' },
  { name: 'the machine went down', last: LAST, boot: 'b', says: 'the machine went down' },
])('the notice: $name', ({ last, boot, says }) => {
  const notice = absenceNotice(last, { atMs: 1_000_000 + 7_200_000, upMs: 7_250_000, boot });
  expect(notice.title).toBe('Muster was not running for 2 h');
  expect(notice.output).toContain('from 1970-01-01 00:16:40 UTC to 1970-01-01 02:16:40 UTC');
  expect(notice.output).toContain(says);
});

test.for([undefined, '', '{', 'null', '{"atMs":"1"}', '{"atMs":1,"upMs":2,"boot":3,"how":"x"}'])(
  'no sign of life in %s',
  (text) => {
    expect(readSignOfLife(text)).toBeNull();
  },
);

test('a sign of life is read as it was written', () => {
  expect(readSignOfLife(JSON.stringify(LAST))).toEqual(LAST);
});
