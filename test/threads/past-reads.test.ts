import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Fleet } from '../judge/fleet.ts';
import { PAST_HELD_BACK_MS } from '../../src/limits.ts';
import { PastReads } from '../../src/threads/past-reads.ts';
import { RemotePast } from '../../src/threads/remote-past.ts';
import type { HistoryAnswer, HistoryRequest } from '../../src/query/history.ts';
import type { LogMessage, PastQuestion, PastReply } from '../../src/threads/messages.ts';
import type { PastAnswer } from '../../src/judge/values/past.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Reads that end when the test says so. */
function reads() {
  const begun: { request: HistoryRequest; settle: PromiseWithResolvers<HistoryAnswer> }[] = [];
  const said: PastReply[] = [];
  let busy = false;
  const past = new PastReads({
    read: (request) => {
      const settle = Promise.withResolvers<HistoryAnswer>();
      begun.push({ request, settle });
      return settle.promise;
    },
    say: (message) => said.push(message),
    isBusy: () => busy,
  });
  const end = async (answer: HistoryAnswer | Error) => {
    const last = begun.at(-1);
    if (answer instanceof Error) last?.settle.reject(answer);
    else last?.settle.resolve(answer);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { past, begun, said, end, setBusy: (now: boolean) => (busy = now) };
}

const READ: HistoryRequest = { records: [], series: [], fromS: 0, toS: 60, points: 2 };
const message = (request: number): PastQuestion => ({ kind: 'past', request, read: READ });
const ANSWER: HistoryAnswer = { times: [30, 60], columns: [{ values: Float64Array.of(1, 2) }] };

test('one after the other, each with its answer', async () => {
  const { past, begun, said, end } = reads();
  past.ask(message(1));
  past.ask(message(2));
  expect(begun).toHaveLength(1);
  await end(ANSWER);
  await end(new Error('the store is away'));
  expect(said).toEqual([
    { kind: 'past', request: 1, times: [30, 60], columns: [Float64Array.of(1, 2)] },
    { kind: 'no-past', request: 2, fault: 'the store is away' },
  ]);
});

test('what people wait for goes first, though not for ever', async () => {
  const { past, begun, setBusy } = reads();
  setBusy(true);
  past.ask(message(1));
  await vi.advanceTimersByTimeAsync(PAST_HELD_BACK_MS - 1);
  expect(begun).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toHaveLength(1);
});

test('it begins when nobody waits any more', () => {
  const { past, begun, setBusy } = reads();
  setBusy(true);
  past.ask(message(1));
  setBusy(false);
  past.next();
  expect(begun).toHaveLength(1);
  past.stop();
});

test('the judge asks for each record once, and gets the middles of the rows', () => {
  const fleet = new Fleet();
  fleet.sample('w1', 'disk', 1, 0);
  const series = [...(fleet.catalogue.host('web', 'w1')?.records.get('disk')?.series ?? [])];
  const sent: PastQuestion[] = [];
  const logged: LogMessage[] = [];
  const answers: PastAnswer[] = [];
  const past = new RemotePast(
    (one) => sent.push(one),
    (one) => logged.push(one),
  );
  const ask = () =>
    past.read({ series: [...series, ...series], fromMs: 500, toMs: 60_000, points: 2 }, (answer) =>
      answers.push(answer),
    );
  ask();
  expect(sent[0]?.read).toMatchObject({
    records: [{ description: { host: 'w1', metric: 'disk' }, worker: 0 }],
    series: [
      { record: 0, source: 0 },
      { record: 0, source: 0 },
    ],
    fromS: 0,
    toS: 60,
  });
  past.hear({ kind: 'past', request: 1, times: [30, 60], columns: [Float64Array.of(1, 2)] });
  ask();
  past.hear({ kind: 'no-past', request: 2, fault: 'the store is away' });
  ask();
  past.hear({ kind: 'no-past', request: 3, fault: 'the store is away' });
  ask();
  past.hear({ kind: 'past', request: 4, times: [60], columns: [Float64Array.of(2)] });
  expect(answers).toEqual([
    { ok: true, timesMs: [15_000, 45_000], columns: [Float64Array.of(1, 2)] },
    { ok: false, fault: 'the store is away' },
    { ok: false, fault: 'the store is away' },
    // A single row is all of the time that was asked for.
    { ok: true, timesMs: [30_250], columns: [Float64Array.of(2)] },
  ]);
  expect(logged.map(({ level }) => level)).toEqual(['warn', 'info']);
});
