import { expect, test } from 'vitest';
import { Delivery } from '../../src/notify/delivery.ts';
import { OUTBOX_PENDING_MAX } from '../../src/limits.ts';
import { page } from './page.ts';
import type { Channel, SendOutcome } from '../../src/notify/channel.ts';
import type { Page } from '../../src/model/service-state.ts';

const OK: SendOutcome = { ok: true, detail: 'HTTP 200' };
const BUSY: SendOutcome = { ok: false, retryable: true, detail: 'HTTP 503' };

/** Answers at once, as it is told for each page. */
class Answering implements Channel {
  readonly sent: string[] = [];
  readonly answers = new Map<string, SendOutcome>();
  outcome: SendOutcome = OK;

  send({ key }: Page): Promise<SendOutcome> {
    this.sent.push(key);
    return Promise.resolve(this.answers.get(key) ?? this.outcome);
  }
}

function setUp(given: { giveUpAfterMs?: number } = {}) {
  const clock = { nowMs: 1000 };
  const ops = new Answering();
  const delivery = new Delivery({
    channels: new Map([['ops', ops]]),
    giveUpAfterMs: new Map(given.giveUpAfterMs === undefined ? [] : [['ops', given.giveUpAfterMs]]),
    clock: () => clock.nowMs,
    random: () => 1,
  });
  const queue = (...pages: Page[]) =>
    delivery.enqueue(pages.map((one) => ({ page: one, attempts: 0, nextMs: 0 })));
  const at = async (ms: number) => {
    clock.nowMs = ms;
    delivery.pump();
    for (let i = 0; i < 40; i += 1) await Promise.resolve();
  };
  const of = (...hosts: string[]) => queue(...hosts.map((host) => page({ key: host, host })));
  const outcomes = () => delivery.takeSettled().map(({ page: { key }, outcome }) => `${key} ${outcome}`);
  return { clock, ops, delivery, queue, of, at, outcomes };
}

test('one failure makes all wait; then they come in order, one by one', async () => {
  const { ops, of, at, delivery } = setUp();
  ops.outcome = BUSY;
  of('a');
  await at(1000);
  of('b', 'c', 'd');
  await at(3000);
  expect(ops.sent).toEqual(['a']);
  ops.outcome = OK;
  await at(6000);
  expect(ops.sent).toEqual(['a', 'a', 'b', 'c', 'd']);
  expect(delivery.lanes()).toMatchObject([{ target: 'ops', state: 'well', pending: 0, fault: '' }]);
});

test('how a receiver stands while it fails', async () => {
  const { ops, of, at, delivery } = setUp();
  expect(delivery.lanes()).toEqual([]);
  ops.outcome = BUSY;
  of('a', 'b');
  await at(1000);
  await at(9000);
  expect(delivery.lanes()).toEqual([
    {
      target: 'ops',
      state: 'failing',
      pending: 2,
      lastDeliveredMs: null,
      failingSinceMs: 1000,
      fault: 'HTTP 503',
    },
  ]);
});

test('nothing waits any more, and its back-off is over: it fails no longer', async () => {
  const { ops, of, at, delivery } = setUp();
  ops.outcome = BUSY;
  of('a');
  await at(1000);
  delivery.withdraw('a');
  await at(5999);
  expect(delivery.lanes()).toMatchObject([{ state: 'failing', pending: 0, failingSinceMs: 1000 }]);
  await at(6000);
  expect(delivery.lanes()).toMatchObject([{ state: 'idle', failingSinceMs: null, fault: 'HTTP 503' }]);
  of('b');
  await at(7000);
  expect(delivery.lanes()).toMatchObject([{ state: 'failing', pending: 1, failingSinceMs: 7000 }]);
  ops.outcome = OK;
  await at(12_000);
  expect(delivery.lanes()).toMatchObject([{ state: 'well', pending: 0, fault: '' }]);
});

test.for([
  { name: 'as the receiver asks', retryAfterMs: 120_000, nextMs: 120_000 },
  { name: 'no longer than an hour', retryAfterMs: 86_400_000, nextMs: 3_600_000 },
  { name: 'no shorter than the back-off', retryAfterMs: 1000, nextMs: 5000 },
])('Retry-After: $name', async ({ retryAfterMs, nextMs }) => {
  const { ops, of, at, delivery } = setUp();
  ops.outcome = { ...BUSY, retryAfterMs };
  of('a');
  await at(1000);
  expect(delivery.takeSettled()).toMatchObject([{ outcome: 'retry', nextMs: 1000 + nextMs }]);
  await at(1000 + nextMs - 1);
  expect(ops.sent).toHaveLength(1);
  await at(1000 + nextMs);
  expect(ops.sent).toHaveLength(2);
});

test('a page that alone fails is put aside after others were seen to get through', async () => {
  const { ops, of, at, delivery } = setUp();
  ops.answers.set('a', BUSY);
  of('a', 'b', 'c');
  for (let ms = 1000; ms < 40_000; ms += 1000) await at(ms);
  expect(ops.sent.filter((key) => key !== 'a')).toEqual(['b', 'c']);
  of('d');
  await at(40_000);
  expect(delivery.lanes()).toMatchObject([{ state: 'well', pending: 1 }]);
  expect(ops.sent.at(-1)).toBe('d');
  ops.answers.clear();
  for (let ms = 41_000; ms < 120_000; ms += 1000) await at(ms);
  expect(delivery.pending).toBe(0);
});

test('what waits is taken back; what is on its way, gone or of nobody is not', async () => {
  const { ops, of, at, delivery, outcomes } = setUp();
  ops.outcome = BUSY;
  of('a', 'b');
  await at(1000);
  outcomes();
  expect([delivery.withdraw('b'), delivery.withdraw('b'), delivery.withdraw('x')]).toEqual([
    true,
    false,
    false,
  ]);
  expect(outcomes()).toEqual(['b superseded']);
  ops.outcome = OK;
  expect(delivery.withdraw('a')).toBe(true);
  expect(outcomes()).toEqual(['a superseded']);
  await at(9000);
  expect(ops.sent).toEqual(['a', 'b']);
  of('a');
  await at(10_000);
  expect(ops.sent).toEqual(['a', 'b', 'a']);
});

test('a page that is taken back lets the next about the same go', async () => {
  const { ops, queue, at, delivery } = setUp();
  ops.outcome = BUSY;
  queue(page({ key: 'problem' }), page({ key: 'recovery' }), page({ key: 'again' }));
  await at(1000);
  delivery.withdraw('recovery');
  delivery.withdraw('problem');
  ops.outcome = OK;
  await at(7000);
  expect(ops.sent).toEqual(['problem', 'again']);
});

test('the same page waits once', async () => {
  const { ops, of, at, delivery } = setUp();
  of('a', 'a');
  expect(delivery.pending).toBe(1);
  await at(1000);
  expect(ops.sent).toEqual(['a']);
});

test('given up after its own limit, and all that is as old with it', async () => {
  const { ops, of, queue, at, delivery } = setUp({ giveUpAfterMs: 60_000 });
  ops.outcome = BUSY;
  of('a', 'b');
  queue(page({ key: 'young', host: 'young', createdMs: 50_000 }));
  for (let ms = 1000; ms < 90_000; ms += 1000) await at(ms);
  const failed = delivery.takeSettled().filter(({ outcome }) => outcome === 'failed');
  expect(failed.map(({ page: { key }, detail }) => `${key}: ${detail}`)).toEqual([
    'a: given up after 60 s: HTTP 503',
    'b: given up after 60 s: HTTP 503',
  ]);
  expect(delivery.pending).toBe(1);
});

test('no receiver takes the room of the others', () => {
  const { delivery, queue, outcomes } = setUp();
  const pages = (receiver: string) =>
    Array.from({ length: OUTBOX_PENDING_MAX }, (_, i) =>
      page({ key: `${receiver}${i}`, receiver, host: `h${i}` }),
    );
  queue(...pages('dead'));
  expect(delivery.pending).toBe(OUTBOX_PENDING_MAX / 2);
  queue(...pages('ops').slice(0, 1000));
  expect(delivery.pending).toBe(OUTBOX_PENDING_MAX / 2 + 1000);
  expect(outcomes().every((one) => one.startsWith('dead') && one.endsWith(' failed'))).toBe(true);
});
