import { expect, test } from 'vitest';
import { RefusalNotes } from '../../src/access/refusals.ts';
import { REFUSALS_NOTED_PER_HOUR_MAX } from '../../src/limits.ts';

test('so many an hour; the next hour begins with how many were left out', () => {
  const notes = new RefusalNotes();
  const admitted = Array.from({ length: REFUSALS_NOTED_PER_HOUR_MAX + 7 }, () => notes.admit(1000));
  expect(admitted.filter((note) => note !== null)).toHaveLength(REFUSALS_NOTED_PER_HOUR_MAX);
  expect(notes.admit(3_600_000)).toEqual({ leftOut: 7 });
  expect(notes.admit(3_600_000)).toEqual({ leftOut: 0 });
});
