import { expect, test } from 'vitest';
import { Heartbeat } from '../../src/threads/heartbeat.ts';
import type { OutgoingAnswer } from '../../src/notify/outgoing/send-out.ts';

const URL = 'https://watch.example.net/ping';
const OK: OutgoingAnswer = { ok: true, status: 200, headers: {}, body: '' };

function setUp() {
  const clock = { ms: 0 };
  const called: string[] = [];
  const told: (string | null)[] = [];
  const answers: OutgoingAnswer[] = [];
  const heartbeat = new Heartbeat({
    send: ({ url, method }) => {
      called.push(`${method} ${url}`);
      return Promise.resolve(answers.shift() ?? OK);
    },
    changed: (fault) => told.push(fault),
    steadyMs: () => clock.ms,
  });
  heartbeat.use({ url: URL, intervalMs: 60_000 });
  const turn = async (ms: number, unwell: string | null = null) => {
    clock.ms = ms;
    heartbeat.turned(unwell);
    for (let i = 0; i < 5; i += 1) await Promise.resolve();
  };
  return { heartbeat, called, told, answers, turn };
}

test('it is called every interval while all is well', async () => {
  const { called, told, turn } = setUp();
  for (const ms of [0, 1000, 59_999, 60_000, 61_000, 120_000]) await turn(ms);
  expect(called).toEqual([`GET ${URL}`, `GET ${URL}`, `GET ${URL}`]);
  expect(told).toEqual([]);
});

test('it is not called while something is wrong, and that is told once', async () => {
  const { called, told, turn } = setUp();
  for (const ms of [0, 60_000, 120_000]) await turn(ms, 'muster disk is CRITICAL');
  await turn(180_000);
  expect(called).toHaveLength(1);
  expect(told).toEqual(['not called: muster disk is CRITICAL', null]);
});

test('a call that fails is told once, and tried again after the interval', async () => {
  const { called, told, answers, turn } = setUp();
  answers.push({ ok: false, refused: false, fault: 'no answer in time' }, { ...OK, status: 503 }, OK);
  for (const ms of [0, 30_000, 60_000, 120_000]) await turn(ms);
  expect(called).toHaveLength(3);
  expect(told).toEqual(['no answer in time', 'HTTP 503', null]);
});

test('none is configured any more', async () => {
  const { heartbeat, called, told, answers, turn } = setUp();
  answers.push({ ok: false, refused: true, fault: 'refused' });
  await turn(0);
  heartbeat.use(null);
  await turn(60_000);
  expect(called).toHaveLength(1);
  expect(told).toEqual(['refused', null]);
});
