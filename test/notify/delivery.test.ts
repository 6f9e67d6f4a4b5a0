import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../src/notify/backoff.ts';
import { Delivery } from '../../src/notify/delivery.ts';
import { page } from './page.ts';
import type { Channel, SendOutcome } from '../../src/notify/channel.ts';
import type { Page } from '../../src/model/service-state.ts';

/** A channel whose sends wait until the test answers them. */
class HeldChannel implements Channel {
  readonly sent: Page[] = [];
  readonly #answers: ((outcome: SendOutcome) => void)[] = [];

  async send(one: Page, signal: AbortSignal): Promise<SendOutcome> {
    this.sent.push(one);
    return new Promise((resolve) => {
      this.#answers.push(resolve);
      signal.addEventListener('abort', () => resolve({ ok: false, retryable: true, detail: 'aborted' }));
    });
  }

  async answer(outcome: SendOutcome): Promise<void> {
    this.#answers.shift()?.(outcome);
    await settled();
  }
}

/** Lets promise reactions run. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
}

const GIVE_UP_MS = 24 * 3_600_000;
const DELIVERED: SendOutcome = { ok: true, detail: 'HTTP 200' };
const BUSY: SendOutcome = { ok: false, retryable: true, detail: 'HTTP 503' };
const REFUSED: SendOutcome = { ok: false, retryable: false, detail: 'HTTP 400' };

function setUp(receivers: string[] = ['ops']) {
  const channels = new Map(receivers.map((name) => [name, new HeldChannel()]));
  const clock = { nowMs: 1000 };
  const delivery = new Delivery({ channels, clock: () => clock.nowMs, random: () => 0.5 });
  const queue = (...pages: Page[]) => {
    delivery.enqueue(pages.map((one) => ({ page: one, attempts: 0, nextMs: 0 })));
    delivery.pump();
  };
  const channel = (name = 'ops') => channels.get(name) as HeldChannel;
  const outcomes = () =>
    delivery.takeSettled().map(({ page: { key }, outcome, detail }) => `${key} ${outcome} ${detail}`);
  return { delivery, clock, queue, channel, outcomes };
}

test('delivers and says so', async () => {
  const { delivery, queue, channel, outcomes } = setUp();
  queue(page());
  expect(delivery.pending).toBe(1);
  await channel().answer(DELIVERED);
  expect(outcomes()).toEqual(['key-1 delivered HTTP 200']);
  expect(delivery.pending).toBe(0);
});

test('tries again after the backoff and not before', async () => {
  const { delivery, clock, queue, channel, outcomes } = setUp();
  queue(page());
  await channel().answer(BUSY);
  expect(outcomes()).toEqual(['key-1 retry HTTP 503']);
  const dueMs = clock.nowMs + backoffMs(1, 0.5);
  clock.nowMs = dueMs - 1;
  delivery.pump();
  expect(channel().sent).toHaveLength(1);
  clock.nowMs = dueMs;
  delivery.pump();
  expect(channel().sent).toHaveLength(2);
  await channel().answer(DELIVERED);
  expect(delivery.takeSettled()).toMatchObject([{ outcome: 'delivered', attempts: 2 }]);
});

test('a refusal is final; after 24 h everything is', async () => {
  const { clock, queue, channel, outcomes } = setUp();
  queue(page());
  await channel().answer(REFUSED);
  expect(outcomes()).toEqual(['key-1 failed HTTP 400']);
  queue(page({ key: 'key-2' }));
  clock.nowMs = 1000 + GIVE_UP_MS;
  await channel().answer(BUSY);
  expect(outcomes()).toEqual(['key-2 failed given up after 24 h: HTTP 503']);
});

test('pages about one service leave in order, others pass', async () => {
  const { queue, channel } = setUp();
  queue(page(), page({ key: 'key-2', kind: 'recovery' }), page({ key: 'key-3', service: 'disk' }));
  const keys = () => channel().sent.map((one) => one.key);
  expect(keys()).toEqual(['key-1', 'key-3']);
  await channel().answer(DELIVERED);
  expect(keys()).toEqual(['key-1', 'key-3', 'key-2']);
});

test('pages of one incident leave in order', async () => {
  const { queue, channel } = setUp();
  queue(
    page({ incident: 'i' }),
    page({ key: 'key-2', incident: 'i', host: 'other' }),
    page({ key: 'key-3', host: 'x' }),
  );
  expect(channel().sent.map((one) => one.key)).toEqual(['key-1', 'key-3']);
});

test('a receiver that does not answer delays no other, and is sent four at a time', () => {
  const { queue, channel } = setUp(['slow', 'quick']);
  const slow = Array.from({ length: 10 }, (_, i) => page({ key: `s${i}`, receiver: 'slow', host: `h${i}` }));
  queue(...slow, page({ key: 'q', receiver: 'quick' }));
  expect(channel('slow').sent).toHaveLength(4);
  expect(channel('quick').sent).toHaveLength(1);
});

test('a receiver that is gone from the configuration', () => {
  const { delivery, queue, outcomes } = setUp();
  delivery.use({ channels: new Map() });
  queue(page());
  expect(outcomes()).toEqual(['key-1 failed no such receiver any more']);
});

test('a page that was taken back says what is true of every reason', async () => {
  const { delivery, queue, channel, outcomes } = setUp();
  queue(page());
  await channel().answer(BUSY);
  outcomes();
  delivery.withdraw('key-1');
  expect(outcomes()).toEqual([
    'key-1 superseded taken back before it arrived: it did not hold, or was not to be told, any more',
  ]);
});

test('a page that was taken back, and is queued again before anybody asked, waits and nothing else', async () => {
  const { delivery, queue, channel, outcomes } = setUp();
  queue(page());
  await channel().answer(BUSY);
  expect(outcomes()).toHaveLength(1);
  expect(delivery.withdraw('key-1')).toBe(true);
  queue(page());
  expect([outcomes(), delivery.pending]).toEqual([[], 1]);
});

test('a clock set back delays no retry beyond its back-off', async () => {
  const { delivery, clock, queue, channel } = setUp();
  clock.nowMs = 1e9;
  queue(page({ createdMs: 1e9 }));
  await channel().answer(BUSY);
  clock.nowMs -= 3_600_000;
  delivery.pump();
  expect(channel().sent).toHaveLength(2);
});

test('50 000 pages to a receiver that is down cost no more than a look at the first', async () => {
  const channels = new Map([['ops', { send: async () => Promise.resolve(BUSY) }]]);
  const delivery = new Delivery({ channels, clock: () => 1000, random: () => 0.5 });
  const pages = Array.from({ length: 50_000 }, (_, i) => page({ key: `k${i}`, host: `h${i}` }));
  delivery.enqueue(pages.map((one) => ({ page: one, attempts: 0, nextMs: 0 })));
  const began = performance.now();
  delivery.pump();
  let retries = 0;
  for (let looks = 0; looks < 1000; looks += 1) {
    await settled();
    retries += delivery.takeSettled().length;
  }
  expect([retries, delivery.pending]).toEqual([4, pages.length]);
  // Minutes, if all were looked at for each.
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('a stop breaks off what is on its way and does not count it', async () => {
  const { delivery, queue, outcomes } = setUp();
  queue(page());
  await delivery.stop();
  expect(outcomes()).toEqual([]);
  expect(delivery.pending).toBe(1);
});

describe('backoff', () => {
  test('doubles from 5 s to 10 min', () => {
    expect([1, 2, 3, 8, 40].map((attempts) => backoffMs(attempts, 1))).toEqual([5e3, 1e4, 2e4, 6e5, 6e5]);
  });

  test('is spread over its upper half', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, random) => {
        const whole = backoffMs(attempts, 1);
        const waited = backoffMs(attempts, random);
        expect(waited).toBeGreaterThanOrEqual(whole / 2);
        expect(waited).toBeLessThanOrEqual(whole);
      }),
    );
  });
});
