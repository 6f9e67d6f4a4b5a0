import { expect, test } from 'vitest';
import { AnswerMemory } from '../../src/http/answer-memory.ts';
import { KEPT_ANSWER_MS, KEPT_ANSWERS_MAX } from '../../src/limits.ts';

const NOW_MS = 1_700_000_000_000;

test.for([
  { name: 'at once', laterMs: 0, found: 'a' },
  { name: 'while it is fresh', laterMs: KEPT_ANSWER_MS - 1, found: 'a' },
  { name: 'not after that', laterMs: KEPT_ANSWER_MS, found: undefined },
  { name: 'nor when the clock was set back', laterMs: -1, found: undefined },
])('an answer is found $name', ({ laterMs, found }) => {
  const answers = new AnswerMemory();
  answers.keep('?a', 'a', NOW_MS);
  expect(answers.find('?a', NOW_MS + laterMs)).toBe(found);
  expect(answers.find('?b', NOW_MS + laterMs)).toBeUndefined();
});

test('the oldest makes room, one that was kept anew is not the oldest', () => {
  const answers = new AnswerMemory();
  for (let i = 0; i < KEPT_ANSWERS_MAX; i += 1) answers.keep(`?${i}`, `${i}`, NOW_MS);
  answers.keep('?0', 'new', NOW_MS + 1);
  answers.keep('?more', 'more', NOW_MS + 1);
  expect(answers.find('?0', NOW_MS + 1)).toBe('new');
  expect(answers.find('?1', NOW_MS + 1)).toBeUndefined();
  expect(answers.find('?2', NOW_MS + 1)).toBe('2');
  expect(answers.find('?more', NOW_MS + 1)).toBe('more');
});
