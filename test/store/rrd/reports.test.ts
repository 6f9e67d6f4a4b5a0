import { expect, test } from 'vitest';
import { Reports } from '../../../src/store/rrd/reports.ts';

test('each subject once a minute', () => {
  let nowMs = 0;
  const reports = new Reports(() => nowMs);
  const due = (atMs: number, subject: string) => {
    nowMs = atMs;
    return reports.isDue(subject);
  };
  expect([
    due(0, 'a'),
    due(1, 'a'),
    due(1, 'b'),
    due(59_999, 'a'),
    due(60_000, 'a'),
    due(60_001, 'a'),
  ]).toEqual([true, false, true, false, true, false]);
});

test('of very many subjects the one told longest ago is forgotten', () => {
  const reports = new Reports(() => 0);
  for (let i = 0; i <= 10_000; i += 1) expect(reports.isDue(`${i}`)).toBe(true);
  expect([reports.isDue('10000'), reports.isDue('1'), reports.isDue('0')]).toEqual([false, false, true]);
});
