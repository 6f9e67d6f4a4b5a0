import { expect, test } from 'vitest';
import { acceptedAgeMs, AnswerMemory } from '../../src/http/answer-memory.ts';
import { KEPT_ANSWER_CHARS_MAX, KEPT_ANSWER_MS, KEPT_ANSWERS_MAX } from '../../src/limits.ts';

function memory() {
  const clock = { ms: 1_700_000_000_000 };
  const answers = new AnswerMemory(() => clock.ms);
  let reads = 0;
  const ask = (question: string, maxAgeMs = KEPT_ANSWER_MS, text = '') =>
    answers.answer(question, maxAgeMs, () => {
      reads += 1;
      return Promise.resolve(text || `${question} ${reads}`);
    });
  return { clock, answers, ask, reads: () => reads };
}

test.for([
  { name: 'at once', laterMs: 0, maxAgeMs: 5000, answer: '?a 1' },
  { name: 'as old as is accepted', laterMs: 4999, maxAgeMs: 5000, answer: '?a 1' },
  { name: 'not older', laterMs: 5000, maxAgeMs: 5000, answer: '?a 2' },
  { name: 'nor when the clock was set back', laterMs: -1, maxAgeMs: 5000, answer: '?a 2' },
])('an answer serves again $name', async ({ laterMs, maxAgeMs, answer }) => {
  const { clock, ask } = memory();
  await ask('?a');
  clock.ms += laterMs;
  expect(await ask('?a', maxAgeMs)).toBe(answer);
  expect(await ask('?b', maxAgeMs)).toContain('?b');
});

test('one that is being read is joined', async () => {
  const { ask, reads } = memory();
  expect(await Promise.all([ask('?a'), ask('?a'), ask('?a')])).toEqual(['?a 1', '?a 1', '?a 1']);
  expect(reads()).toBe(1);
});

test('a fault is told to all who wait, and the next reads anew', async () => {
  const { answers, ask } = memory();
  const failed = [1, 2].map(() => answers.answer('?a', 1000, () => Promise.reject(new Error('no disk'))));
  for (const each of failed) await expect(each).rejects.toThrow('no disk');
  expect(await ask('?a')).toBe('?a 1');
});

test('so many are kept, the newest; one that is very long is not', async () => {
  const { ask, reads } = memory();
  for (let i = 0; i <= KEPT_ANSWERS_MAX; i += 1) await ask(`?${i}`);
  await ask(`?${KEPT_ANSWERS_MAX}`);
  expect(reads()).toBe(KEPT_ANSWERS_MAX + 1);
  await ask('?0');
  expect(reads()).toBe(KEPT_ANSWERS_MAX + 2);
  await ask('?long', KEPT_ANSWER_MS, 'x'.repeat(KEPT_ANSWER_CHARS_MAX + 1));
  await ask('?long');
  expect(reads()).toBe(KEPT_ANSWERS_MAX + 4);
});

test.for([
  { header: undefined, ageMs: 0 },
  { header: 'no-cache', ageMs: 0 },
  { header: 'max-age=0', ageMs: 0 },
  { header: 'max-age=5', ageMs: 5000 },
  { header: 'no-transform, MAX-AGE=2', ageMs: 2000 },
  { header: 'max-age=99999', ageMs: KEPT_ANSWER_MS },
  { header: 's-max-age=5', ageMs: 0 },
  { header: 'max-age=-1', ageMs: 0 },
])('cache-control: $header', ({ header, ageMs }) => {
  expect(acceptedAgeMs(header)).toBe(ageMs);
});
