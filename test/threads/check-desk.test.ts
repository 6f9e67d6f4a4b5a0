import { describe, expect, test } from 'vitest';
import { CheckDesk } from '../../src/threads/check-desk.ts';
import { JudgeQuestions } from '../../src/threads/judge-questions.ts';
import { checksView } from '../http/fake-checks.ts';
import type { JudgeAnswers, JudgeQuestion } from '../../src/judge/answers/questions.ts';
import type { CheckResult } from '../../src/model/check-result.ts';
import type { RunnerFigures } from '../../src/contract/stats.ts';

const LOAD = { cluster: 'web', host: 'web-1', service: 'load' };
const RUNNER: RunnerFigures = {
  running: 3,
  waiting: 4,
  runs: [
    { reason: 'exited', count: 50 },
    { reason: 'timeout', count: 2 },
  ],
  waitedMs: 0,
  executionMs: 0,
  longestWaitMs: 0,
  doors: [
    {
      door: 'nsca',
      accepted: 7,
      connections: 1,
      refused: [
        { reason: 'bad-crc', from: '192.0.2.1', about: '', count: 5, lastMs: 9 },
        { reason: 'old-result', from: '192.0.2.1', about: 'web-1 load', count: 2, lastMs: 10 },
      ],
    },
  ],
};

function result(given: Partial<CheckResult> = {}): CheckResult {
  return { ...LOAD, code: 0, output: '', timeMs: 1, door: 'api', from: 'jenkins', ...given };
}

/** A desk, and what was asked of the judge behind it. */
function desk() {
  const asked: JudgeQuestion[] = [];
  const questions = new JudgeQuestions((_request, question) => void asked.push(question));
  const answer = (said: JudgeAnswers[keyof JudgeAnswers]) => questions.answered(asked.length, said);
  const open = new CheckDesk({ judge: questions, runner: () => RUNNER, nowMs: () => 20 });
  return { desk: open, asked, answer, stop: () => questions.stop() };
}

test.for<{ call: (one: CheckDesk) => Promise<unknown>; question: JudgeQuestion }>([
  { call: (one) => one.detail(LOAD), question: { kind: 'detail', service: LOAD } },
  { call: (one) => one.checkNow(LOAD), question: { kind: 'check-now', service: LOAD } },
  { call: (one) => one.report([result()]), question: { kind: 'results', results: [result()] } },
  { call: (one) => one.figures(), question: { kind: 'figures' } },
])('$question.kind is asked of the judge, and its silence handed on', async ({ call, question }) => {
  const { desk: open, asked, stop } = desk();
  const answer = call(open);
  expect(asked).toEqual([question]);
  stop();
  expect(await answer).toEqual({ ok: false, fault: 'stopped' });
});

describe('figures', () => {
  test('of plugins are the runner’s, but for the slowest', async () => {
    const { desk: open, answer } = desk();
    const slowest = [{ ...LOAD, execution_ms: 900, latency_ms: 1, end: 'exited' }];
    const asked = open.figures();
    answer(checksView({ plugins: { running: 0, waiting: 0, runs: {}, slowest } }));
    expect(await asked).toMatchObject({
      answer: { plugins: { running: 3, waiting: 4, runs: { exited: 50, timeout: 2 }, slowest } },
    });
  });

  test('of doors are those of the thread that has them, with what mends each refusal', async () => {
    const { desk: open, answer } = desk();
    const reported = open.report([result(), result({ service: 'disk' })]);
    answer([
      { ok: true, key: LOAD },
      { ok: false, refusal: 'not-passive' },
    ]);
    await reported;
    open.refused({ door: 'nrdp', reason: 'bad-token', from: '192.0.2.7', about: '' });
    const asked = open.figures();
    answer(checksView());
    const figures = await asked;
    const doors = figures.ok ? figures.answer.doors : [];
    expect(doors).toMatchObject([
      {
        door: 'api',
        accepted: 1,
        refused: [
          { reason: 'not-passive', from: 'jenkins', about: 'web / web-1 / disk', count: 1, last_ms: 20 },
        ],
      },
      { door: 'nrdp', accepted: 0, refused: [{ reason: 'bad-token', from: '192.0.2.7' }] },
      { door: 'nsca', accepted: 7, refused: [{ reason: 'old-result' }, { reason: 'bad-crc' }] },
    ]);
    for (const { cure } of doors.flatMap(({ refused }) => refused)) expect(cure).not.toBe('');
  });
});

describe('notifications of collectd', () => {
  const said = {
    timeMs: 5000,
    cluster: 'web',
    host: 'web-1',
    service: 'df-root/percent_bytes-used',
    state: 'WARNING',
    text: 'nearly full',
  } as const;

  test('are results of the service that is named like them; nobody has to want them', async () => {
    const { desk: open, asked, answer } = desk();
    const rest = [
      { ...said, state: 'CRITICAL' },
      { ...said, service: 'load/load' },
      { ...said, service: 'users/users', state: 'OK' },
    ] as const;
    const taken = open.notified([said, { ...said, host: '' }, ...rest]);
    const result = { cluster: 'web', host: 'web-1', timeMs: 5000, door: 'collectd', from: 'web-1' };
    const { service, text: output } = said;
    expect(asked).toEqual([
      {
        kind: 'results',
        results: [
          { ...result, service, code: 1, output },
          { ...result, service, code: 2, output },
          { ...result, service: 'load/load', code: 1, output },
          { ...result, service: 'users/users', code: 0, output },
        ],
      },
    ]);
    answer([
      { ok: true, key: LOAD },
      { ok: false, refusal: 'old-result' },
      { ok: false, refusal: 'unknown-service' },
      { ok: false, refusal: 'not-passive' },
    ]);
    await taken;
    expect(open.runner.doors.find(({ door }) => door === 'collectd')).toMatchObject({
      accepted: 1,
      refused: [{ reason: 'old-result', about: `web / web-1 / ${service}`, count: 1 }],
    });
  });

  test('a judge that does not answer: they are counted', async () => {
    const { desk: open, stop } = desk();
    const taken = open.notified([said]);
    stop();
    await taken;
    expect(open.runner.doors.find(({ door }) => door === 'collectd')).toMatchObject({
      refused: [{ reason: 'judge-busy', from: 'web-1' }],
    });
  });
});
