import { expect, test } from 'vitest';
import { RESULTS_PER_MESSAGE_MAX, RESULTS_UNDER_WAY_MAX } from '../../src/limits.ts';
import { deskScene, NOW_MS, until } from './fake-judge.ts';
import type { CheckResult } from '../../src/model/check-result.ts';

const RESULT: CheckResult = {
  cluster: '',
  host: 'web1',
  service: 'cron',
  code: 0,
  output: 'fine',
  timeMs: NOW_MS,
  door: 'nsca',
  from: '10.0.0.1',
};

test('what comes together travels together, in its order', async () => {
  const { desk, judge, books } = deskScene();
  const outputs = Array.from({ length: RESULTS_PER_MESSAGE_MAX + 3 }, (_, i) => `result ${i}`);
  for (const output of outputs) desk.take({ ...RESULT, output });
  await desk.settle();
  expect(judge.taken.map(({ output }) => output)).toEqual(outputs);
  expect(books.figures()).toMatchObject([{ door: 'nsca', accepted: outputs.length, refused: [] }]);
});

test('results that could not be handed on, and what the judge refuses, are counted', async () => {
  const { desk, judge, refusals } = deskScene();
  desk.take({ ...RESULT, host: '' });
  desk.take({ ...RESULT, service: 'a;b' });
  judge.refusal = 'unknown-service';
  desk.take(RESULT);
  await desk.settle();
  expect(judge.taken).toEqual([RESULT]);
  expect(refusals()).toEqual({
    'no-host 10.0.0.1': 1,
    'bad-name 10.0.0.1': 1,
    'unknown-service 10.0.0.1': 1,
  });
});

test('a judge that is behind: it is full, and calls when there is room', async () => {
  const { desk, judge } = deskScene();
  const { promise, resolve } = Promise.withResolvers<void>();
  judge.gate = promise;
  for (let i = 0; i < RESULTS_UNDER_WAY_MAX; i += 1) {
    expect(desk.isFull).toBe(false);
    desk.take(RESULT);
  }
  expect(desk.isFull).toBe(true);
  let calls = 0;
  desk.whenRoom(() => {
    calls += 1;
  });
  resolve();
  await until(() => calls > 0);
  expect(desk.isFull).toBe(false);
  await desk.settle();
  expect(calls).toBe(1);
  expect(judge.taken.length).toBe(RESULTS_UNDER_WAY_MAX);
});

test('a command is run now', async () => {
  const { desk, judge, books, refusals } = deskScene();
  const by = { door: 'command', from: 'command_file' } as const;
  desk.checkNow('web1', '', by);
  await desk.settle();
  judge.now = 'nothing-to-run';
  desk.checkNow('web1', 'cron', by);
  await desk.settle();
  expect(judge.asked).toEqual([
    { cluster: '', host: 'web1', service: 'host' },
    { cluster: '', host: 'web1', service: 'cron' },
  ]);
  expect(books.figures()).toMatchObject([{ door: 'command', accepted: 1 }]);
  expect(refusals()).toEqual({ 'nothing-to-run command_file': 1 });
});

test('a judge that is gone', async () => {
  const { desk, judge, refusals } = deskScene();
  judge.fault = new Error('gone');
  desk.take(RESULT);
  desk.checkNow('web1', 'cron', RESULT);
  await desk.settle();
  expect(refusals()).toEqual({ 'shutdown 10.0.0.1': 2 });
});
