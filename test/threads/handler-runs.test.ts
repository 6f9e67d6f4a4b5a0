import { expect, test } from 'vitest';
import { HANDLERS_AT_ONCE } from '../../src/alert-limits.ts';
import { HandlerRuns } from '../../src/threads/handler-runs.ts';
import type { HandlerOutcome, HandlerRun } from '../../src/model/handler-run.ts';
import type { OutgoingAnswer } from '../../src/notify/outgoing/send-out.ts';

const POST: HandlerRun = {
  run: 1,
  handler: 'tell',
  cluster: 'c',
  host: 'h',
  service: 's',
  command: null,
  url: 'http://x.example.net/',
  body: '{}',
  timeoutMs: 1000,
};

function setUp() {
  const commands: number[] = [];
  const ended: HandlerOutcome[] = [];
  const answers: ((answer: OutgoingAnswer) => void)[] = [];
  const runs = new HandlerRuns({
    command: (list) => commands.push(...list.map(({ run }) => run)),
    send: () => new Promise((resolve) => answers.push(resolve)),
    ended: (outcome) => ended.push(outcome),
  });
  return { runs, commands, ended, answers };
}

test('commands go to the runner, webhooks are posted, so many at once', async () => {
  const { runs, commands, ended, answers } = setUp();
  runs.run([{ ...POST, run: 100, command: ['x'], url: null }]);
  runs.run(Array.from({ length: 20 }, (_, i) => ({ ...POST, run: i })));
  expect(commands).toEqual([100]);
  expect(answers).toHaveLength(HANDLERS_AT_ONCE);
  answers[0]?.({ ok: true, status: 204, headers: {}, body: '' });
  answers[1]?.({ ok: false, refused: true, fault: 'refused' });
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
  expect(ended).toEqual([
    { run: 0, end: 'answered', code: 204, detail: '' },
    { run: 1, end: 'unreachable', code: -1, detail: 'refused' },
  ]);
  expect(answers).toHaveLength(HANDLERS_AT_ONCE + 2);
});

test('after a stop nobody is told', async () => {
  const { runs, ended, answers } = setUp();
  runs.run([POST]);
  runs.stop();
  answers[0]?.({ ok: true, status: 200, headers: {}, body: '' });
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
  expect(ended).toEqual([]);
});
