import { expect, test } from 'vitest';
import { FakeJournal } from './fake-journal.ts';
import { harness, imbalance } from './harness.ts';
import { KIND } from '../../src/model/kind.ts';
import { recordKey } from '../../src/model/record.ts';
import { wordsOf } from '../../src/model/rate.ts';
import { collectd, gmetric, metadata, START_S } from './messages.ts';
import type { RecordDescription } from '../../src/model/record.ts';

const LOAD: RecordDescription = {
  cluster: 'web',
  host: 'web-01',
  metric: 'load/gauge',
  protocol: 'collectd',
  sources: [{ name: 'value', kind: KIND.gauge, min: null, max: null }],
  intervalS: 10,
  tmaxS: 0,
  dmaxS: 0,
  slope: 'both',
  units: '',
  title: '',
  group: 'load',
  description: '',
  provisional: false,
};

function words(value: number): number[] {
  const pair = { hi: 0, lo: 0 };
  wordsOf(value, pair);
  return [pair.hi, pair.lo];
}

function journaled(options: { maxPoints?: number } = {}) {
  const journal = new FakeJournal();
  const h = harness({ ...options, journal });
  journal.use(
    (record) => h.engine.describe(record),
    (values, earlier) => h.engine.loseJournaled(values, 'group_removed', earlier),
  );
  const turn = async (ms = 0) => {
    h.clock.nowMs += ms;
    h.engine.tick();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...h, journal, turn };
}

async function caughtUp(options: { maxPoints?: number } = {}) {
  const h = journaled(options);
  await h.engine.readBack();
  return h;
}

test('an accepted point is staged and appended, with its place within the second', async () => {
  const h = await caughtUp();
  h.send(collectd({ timeS: START_S + 0.25 }));
  expect(h.journal.entries).toMatchObject([{ timeS: START_S, offsetMs: 250, staged: true }]);
  expect(h.engine.stats()).toMatchObject({ pending: 1 });
});

test('a late point is not appended, a coalesced one is, so that the later value wins again', async () => {
  const h = await caughtUp();
  h.send(collectd({ timeS: START_S }));
  h.send(collectd({ timeS: START_S, values: [9] }));
  await h.turn(70_000);
  h.send(collectd({ timeS: START_S - 10 }));
  expect(h.journal.entries.map(({ timeS }) => timeS)).toEqual([START_S, START_S]);
  expect(imbalance(h.engine)).toBe(0);
});

test('what is stored is let go; what came meanwhile is appended again', async () => {
  const h = await caughtUp();
  h.send(collectd({ timeS: START_S }));
  let answer: () => void = () => undefined;
  const put = h.store.put.bind(h.store);
  h.store.put = async (batch) => {
    await new Promise<void>((resolve) => (answer = resolve));
    return put(batch);
  };
  await h.turn(70_000);
  h.send(collectd({ timeS: START_S + 70.5 }));
  answer();
  await h.turn();
  await h.turn();
  expect(h.journal.settled).toEqual([{ record: 0, timeS: START_S }]);
  expect(h.journal.entries.slice(-2)).toMatchObject([
    { timeS: START_S + 71, offsetMs: -500 },
    { timeS: START_S + 71, offsetMs: -500 },
  ]);
});

test('points refused for good are let go, too', async () => {
  const h = await caughtUp();
  h.store.answer = () => ({ ok: false, retryable: false, reason: 'store_refused', detail: 'no' });
  h.send(collectd({}));
  await h.turn(70_000);
  expect(h.journal.settled).toEqual([{ record: 0, timeS: START_S }]);
});

test('a full cache falls behind: nothing is refused, and all of it is stored in order when there is room', async () => {
  const h = await caughtUp({ maxPoints: 4 });
  h.store.answer = () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' });
  for (let s = 0; s < 20; s += 1) h.send(collectd({ timeS: START_S - 100 + s }));
  expect(h.engine.stats()).toMatchObject({ received: 20, pending: 20, rejected: 0 });
  expect(h.journal.entries.filter((e) => e.staged)).toHaveLength(4);
  h.store.answer = () => ({ ok: true, lateThroughS: 0 });
  for (let t = 0; t < 60; t += 1) await h.turn(5000);
  const stored = h.store.puts.flatMap((p) => p.timesS);
  expect(stored).toEqual(Array.from({ length: 20 }, (_, s) => START_S - 100 + s));
  h.send(collectd({ timeS: h.clock.nowMs / 1000 }));
  expect(h.journal.entries.at(-1)?.staged).toBe(true);
  expect(imbalance(h.engine)).toBe(0);
});

test('while it is behind, what is new is shown live all the same', async () => {
  const h = journaled();
  h.send(collectd({ values: [7] }));
  expect(h.live('web', 'web-01', 'load/gauge')?.value).toBe(7);
  expect(h.engine.stats()).toMatchObject({ received: 1, pending: 1 });
  await h.engine.readBack();
  expect(h.engine.stats()).toMatchObject({ received: 1, pending: 1 });
});

test('a journal that takes no more refuses, and says so', async () => {
  const h = await caughtUp({ maxPoints: 1 });
  h.send(collectd({ timeS: START_S }));
  h.journal.full = true;
  h.send(collectd({ timeS: START_S + 1 }));
  expect(h.engine.books.valuesRejected.get('web', 'cache_full')).toBe(1);
  expect(imbalance(h.engine)).toBe(0);
});

test('what an earlier run had not stored is received again, shown, and stored', async () => {
  const h = journaled();
  h.journal.leave(LOAD, START_S - 20, words(3));
  h.journal.leave(LOAD, START_S - 10, words(4), 125);
  await h.engine.readBack();
  h.absorb();
  expect(h.live('web', 'web-01', 'load/gauge')).toMatchObject({
    value: 4,
    sampleMs: (START_S - 10) * 1000 + 125,
  });
  h.send(collectd({ timeS: START_S, values: [5] }));
  await h.turn(10_000);
  await h.turn(10_000);
  expect(h.store.puts.flatMap((p) => p.timesS)).toEqual([START_S - 20, START_S - 10, START_S]);
  expect(h.engine.books.group('web').values.journal).toBe(2);
  expect(imbalance(h.engine)).toBe(0);
});

test('what the store had taken just before the end counts as stored, not as late', async () => {
  const h = journaled();
  h.journal.leave(LOAD, START_S - 20, words(3));
  h.journal.leave(LOAD, START_S - 10, words(4));
  await h.engine.readBack();
  h.store.answer = () => ({ ok: true, lateThroughS: START_S - 20 });
  await h.turn(10_000);
  expect(h.engine.stats()).toMatchObject({ received: 2, stored: 2, lost: 0 });
});

test.for([
  { name: 'what the journal knows', known: { timeS: START_S - 10, words: Uint32Array.of(0, 0) }, lost: 1 },
  { name: 'nothing, where the journal knows of none', known: 'none' as const, lost: 0 },
  { name: 'the last sample, where the journal does not know the record', known: undefined, lost: 1 },
])('a point is late against $name', async ({ known, lost }) => {
  const h = journaled();
  if (known !== undefined) h.journal.knownPoints.set(recordKey(LOAD), known);
  const sample = { hi: 0, lo: 0, value: 1, sampleMs: (START_S - 10) * 1000, arrivalMs: START_S * 1000 };
  h.engine.restore([
    {
      cluster: 'web',
      name: 'web-01',
      address: '10.0.0.1',
      agent: 'collectd',
      lastSeenMs: START_S * 1000,
      intervalMs: 10_000,
      gapMs: 10_000,
      facts: [],
      records: [{ description: LOAD, last: [sample] }],
    },
  ]);
  await h.engine.readBack();
  h.send(collectd({ timeS: START_S - 20 }));
  expect(h.engine.books.valuesLost.get('late')).toBe(lost);
});

test('points of before their host’s name was another’s go with its history', async () => {
  const h = journaled();
  h.engine.restore(
    [],
    [{ cluster: 'web', from: 'web-01', to: 'web-01~i-a', movedMs: (START_S - 15) * 1000 }],
  );
  h.journal.leave(LOAD, START_S - 20, words(3));
  h.journal.leave(LOAD, START_S - 10, words(4));
  await h.engine.readBack();
  await h.turn(10_000);
  const stored = h.store.puts.map((put) => [put.record.host, put.timesS] as const);
  expect(new Map(stored)).toEqual(
    new Map([
      ['web-01', [START_S - 10]],
      ['web-01~i-a', [START_S - 20]],
    ]),
  );
  expect(imbalance(h.engine)).toBe(0);
});

test.for([
  { name: 'before its name was another’s last: nothing is late against that', movedS: START_S - 5, lost: 0 },
  { name: 'since: as ever', movedS: START_S - 15, lost: 1 },
])('the newest stored point that the journal knows came $name', async ({ movedS, lost }) => {
  const h = journaled();
  h.journal.knownPoints.set(recordKey(LOAD), { timeS: START_S - 10, words: Uint32Array.of(0, 0) });
  const pulse = { lastSeenMs: START_S * 1000, intervalMs: 10_000, gapMs: 10_000 };
  const host = { cluster: 'web', name: 'web-01', address: '', agent: '', facts: [], ...pulse };
  const moved = { cluster: 'web', from: 'web-01', to: 'web-01~i-a', movedMs: movedS * 1000 };
  h.engine.restore([{ ...host, records: [{ description: LOAD, last: [] }] }], [moved]);
  await h.engine.readBack();
  h.send(collectd({ timeS: START_S - 20 }));
  expect(h.engine.books.valuesLost.get('late') ?? 0).toBe(lost);
});

test('points of a group that is gone are counted as lost', async () => {
  const h = journaled();
  h.journal.leave({ ...LOAD, cluster: 'gone' }, START_S - 20, words(3));
  await h.engine.readBack();
  expect(h.engine.books.valuesLost.get('group_removed')).toBe(1);
  expect(imbalance(h.engine)).toBe(0);
});

test('a value kept as a gauge before its metadata came is a counter’s when it is read back', async () => {
  const h = journaled();
  h.send(gmetric('requests', '500'));
  h.send(metadata('requests', { slope: 1 }));
  h.clock.nowMs += 10_000;
  h.send(gmetric('requests', '600'));
  await h.engine.readBack();
  await h.turn(10_000);
  expect(h.store.puts.map((p) => p.words)).toEqual([[0, 500, 0, 600]]);
  expect(imbalance(h.engine)).toBe(0);
});

test('a stop while the store is down leaves what waits to the journal', async () => {
  const h = await caughtUp();
  h.store.answer = () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' });
  h.send(collectd({}));
  await h.engine.stop(1000);
  expect(h.engine.stats()).toMatchObject({ pending: 1, lost: 0 });
  expect(h.journal.closed).toBe(true);
  expect(imbalance(h.engine)).toBe(0);
});

test('a stop while it is behind reads the rest first, as long as the store takes it', async () => {
  const h = await caughtUp({ maxPoints: 4 });
  for (let s = 0; s < 40; s += 1) h.send(collectd({ timeS: START_S - 100 + s }));
  await h.engine.stop(60_000);
  expect(h.engine.stats()).toMatchObject({ received: 40, stored: 40, pending: 0 });
});

test.for([
  { name: 'as it comes', behind: false },
  { name: 'as it is read back', behind: true },
])('a value of a second that is stored holds nothing in the journal, $name', async ({ behind }) => {
  const h = await caughtUp({ maxPoints: 1 });
  h.send(collectd({ timeS: START_S }));
  if (behind) {
    h.send(collectd({ timeS: START_S + 1 }));
    h.send(collectd({ timeS: START_S + 1 }));
  }
  for (let t = 0; t < 30; t += 1) await h.turn(5000);
  const { entries, kept } = h.journal;
  if (!behind) h.send(collectd({ timeS: START_S }));
  expect(h.engine.stats()).toMatchObject({ pending: 0, coalesced: 1 });
  expect(entries.at(-1)?.staged).toBe(!behind);
  expect(entries).toHaveLength(behind ? 3 : 1);
  expect(kept).toHaveLength(behind ? 1 : 0);
  expect(imbalance(h.engine)).toBe(0);
});

test('what is in the journal alone counts for the oldest that waits', async () => {
  const h = await caughtUp({ maxPoints: 4 });
  h.store.answer = () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' });
  for (let s = 0; s < 20; s += 1) h.send(collectd({ timeS: START_S - 100 + s }));
  await h.turn(200_000);
  expect(h.engine.stats().oldestWaitS).toBeGreaterThanOrEqual(200);
});

test('a stop does not wait long for a store that takes nothing: the journal has it', async () => {
  const h = await caughtUp();
  h.store.answer = () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' });
  h.send(collectd({}));
  const beganMs = h.clock.nowMs;
  await h.engine.stop(60_000);
  expect(h.clock.nowMs - beganMs).toBeLessThan(30_000);
  expect(h.engine.stats()).toMatchObject({ pending: 1, lost: 0 });
});
