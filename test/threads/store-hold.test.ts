import { expect, test } from 'vitest';
import { HOLD_MS_MAX, HOLD_SETTLE_MS } from '../../src/limits.ts';
import { StoreHold } from '../../src/threads/store-hold.ts';

/** Workers that come to rest as they are told to, and a clock that is moved by hand. */
function stand({ settles = Promise.resolve(undefined) }: { settles?: Promise<string | undefined> } = {}) {
  const did: string[] = [];
  const logged: string[] = [];
  const timers = new Map<() => void, number>();
  const clock = { ms: 0 };
  const hold = new StoreHold({
    crew: {
      hold: (withinMs) => {
        did.push(`hold ${withinMs}`);
        return settles;
      },
      release: () => void did.push('release'),
    },
    log: { info: (message) => void logged.push(message), error: (message) => void logged.push(message) },
    ticksMs: () => clock.ms,
    after: (ms, run) => {
      timers.set(run, ms);
      return { [Symbol.dispose]: () => void timers.delete(run) };
    },
  });
  return { hold, did, logged, timers, clock };
}

const never = () => {
  throw new Error('it is not to be told');
};

test('holds until it is released, and releases once', async () => {
  const { hold, did, timers, clock } = stand();
  const outcome = await hold.take(never);
  expect(hold.held).toBe(true);
  expect(did).toEqual([`hold ${HOLD_SETTLE_MS}`]);
  clock.ms = 125_000;
  expect(hold.notes()).toEqual([expect.stringContaining('for 2 min')]);
  if (!outcome.ok) throw new Error(outcome.message);
  expect([outcome.release(), outcome.release()]).toEqual([125_000, 125_000]);
  expect(hold.notes()).toEqual([]);
  expect(did).toEqual([`hold ${HOLD_SETTLE_MS}`, 'release']);
  expect(timers.size).toBe(0);
});

test('a second one is refused while one lasts', async () => {
  const { hold } = stand();
  const first = await hold.take(never);
  expect(await hold.take(never)).toMatchObject({ ok: false, message: 'another backup is under way' });
  if (first.ok) first.release();
  expect(await hold.take(never)).toMatchObject({ ok: true });
});

test('a store that does not come to rest is let go again', async () => {
  const { hold, did } = stand({ settles: Promise.resolve('the disk is full') });
  const outcome = await hold.take(never);
  expect(outcome).toMatchObject({ ok: false, message: 'the disk is full' });
  expect(did).toEqual([`hold ${HOLD_SETTLE_MS}`, 'release']);
  expect(hold.held).toBe(false);
});

test('after an hour it ends by itself, and everybody is told', async () => {
  const { hold, did, logged, timers } = stand();
  const told: string[] = [];
  const outcome = await hold.take((why) => void told.push(why));
  const [[run, ms] = [never, 0]] = [...timers];
  expect(ms).toBe(HOLD_MS_MAX);
  run();
  expect(hold.held).toBe(false);
  expect(told).toEqual(['a backup has held the store for 60 minutes: it is written again']);
  expect(logged.at(-1)).toContain('and the backup is not whole');
  if (outcome.ok) outcome.release();
  expect(did).toEqual([`hold ${HOLD_SETTLE_MS}`, 'release']);
});

test('a server that stops while the store comes to rest', async () => {
  const settling = Promise.withResolvers<string | undefined>();
  const { hold, did } = stand({ settles: settling.promise });
  const outcome = hold.take(() => undefined);
  hold.end('the server stops');
  settling.resolve(undefined);
  expect(await outcome).toMatchObject({ ok: false, message: 'the server stops' });
  expect(did).toEqual([`hold ${HOLD_SETTLE_MS}`, 'release']);
});
