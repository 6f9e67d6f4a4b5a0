import { expect, test } from 'vitest';
import { JUDGE_ANSWER_WITHIN_MS, JUDGE_QUESTIONS_MAX, JUDGE_RESULT_CHARS_MAX } from '../../src/limits.ts';
import { JudgeQuestions } from '../../src/threads/judge-questions.ts';
import type { JudgeQuestion } from '../../src/judge/answers/questions.ts';

const LOAD = { cluster: 'web', host: 'web-1', service: 'load' };

/** Questions to a judge that says nothing by itself, and time that passes when told. */
function scene() {
  const said: { request: number; question: JudgeQuestion }[] = [];
  const due = new Map<() => void, number>();
  const questions = new JudgeQuestions(
    (request, question) => void said.push({ request, question }),
    (afterMs, run) => {
      due.set(run, afterMs);
      return { [Symbol.dispose]: () => void due.delete(run) };
    },
  );
  const pass = (ms: number) => {
    for (const [run, afterMs] of due) if (afterMs <= ms) run();
  };
  return { questions, said, due, pass };
}

test('an answer goes to whoever asked, in whatever order they come', async () => {
  const { questions, said, due } = scene();
  const now = questions.ask({ kind: 'check-now', service: LOAD });
  const results = questions.ask({ kind: 'results', results: [] });
  expect(said).toEqual([
    { request: 1, question: { kind: 'check-now', service: LOAD } },
    { request: 2, question: { kind: 'results', results: [] } },
  ]);
  questions.answered(2, [{ ok: false, refusal: 'old-result' }]);
  questions.answered(1, 'asked');
  expect(await now).toEqual({ ok: true, answer: 'asked' });
  expect(await results).toEqual({ ok: true, answer: [{ ok: false, refusal: 'old-result' }] });
  expect(due.size).toBe(0);
});

test('no answer in time is told, and one that comes later is nobody’s', async () => {
  const { questions, pass } = scene();
  const asked = questions.ask({ kind: 'detail', service: LOAD });
  pass(JUDGE_ANSWER_WITHIN_MS);
  expect(await asked).toEqual({ ok: false, fault: 'silent' });
  questions.answered(1, null);
  const again = questions.ask({ kind: 'detail', service: LOAD });
  questions.answered(2, null);
  expect(await again).toEqual({ ok: true, answer: null });
});

test('so many may wait; then there is room again', async () => {
  const { questions, said } = scene();
  const ask = () => questions.ask({ kind: 'check-now', service: LOAD });
  for (let i = 0; i < JUDGE_QUESTIONS_MAX; i += 1) void ask();
  expect(await ask()).toEqual({ ok: false, fault: 'busy' });
  expect(said).toHaveLength(JUDGE_QUESTIONS_MAX);
  questions.answered(1, 'asked');
  void ask();
  expect(said).toHaveLength(JUDGE_QUESTIONS_MAX + 1);
});

test('what nobody waits for any more counts until the judge has come to it', async () => {
  const { questions, said, pass } = scene();
  const ask = () => questions.ask({ kind: 'check-now', service: LOAD });
  for (let i = 0; i < JUDGE_QUESTIONS_MAX; i += 1) void ask();
  pass(JUDGE_ANSWER_WITHIN_MS);
  expect(await ask()).toEqual({ ok: false, fault: 'busy' });
  questions.answered(1, 'asked');
  void ask();
  expect(said).toHaveLength(JUDGE_QUESTIONS_MAX + 1);
});

test('so much of results may wait', async () => {
  const { questions, said } = scene();
  const output = 'x'.repeat(Math.floor(JUDGE_RESULT_CHARS_MAX / 3));
  const result = { ...LOAD, code: 0, output, timeMs: 0, door: 'api', from: '' } as const;
  const report = () => questions.ask({ kind: 'results', results: [result] });
  void report();
  void report();
  expect(await report()).toEqual({ ok: false, fault: 'busy' });
  void questions.ask({ kind: 'detail', service: LOAD });
  expect(said).toHaveLength(3);
  questions.answered(1, [{ ok: true, key: LOAD }]);
  void report();
  expect(said).toHaveLength(4);
});

test('a judge that stops answers nobody any more', async () => {
  const { questions, said, due } = scene();
  const waiting = questions.ask({ kind: 'check-now', service: LOAD });
  questions.stop();
  expect(await waiting).toEqual({ ok: false, fault: 'stopped' });
  expect(await questions.ask({ kind: 'check-now', service: LOAD })).toEqual({ ok: false, fault: 'stopped' });
  expect([said.length, due.size]).toEqual([1, 0]);
});
