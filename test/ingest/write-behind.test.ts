import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KIND } from '../../src/model/kind.ts';
import { FakeStore, harness, imbalance, RULES, START_MS } from './harness.ts';
import { collectd, gmetric, metadata, START_S } from './messages.ts';

/** The record that was made first. */
const FIRST = { record: 0, row: 0, generation: 1 };

describe('write-behind', () => {
  const tickAt = async (h: ReturnType<typeof harness>, ms: number) => {
    h.clock.nowMs += ms;
    h.engine.tick();
    await new Promise((resolve) => setImmediate(resolve));
  };

  test('nothing is written before max_age less jitter, all of it afterwards in one point list', async () => {
    const h = harness();
    h.send(collectd({}));
    h.send(collectd({ timeS: START_S + 1 }));
    await tickAt(h, 20_000);
    expect(h.store.puts).toEqual([]);
    await tickAt(h, 40_000);
    expect(h.store.puts.map((p) => p.timesS)).toEqual([[START_S, START_S + 1]]);
    expect(h.engine.stats()).toMatchObject({ stored: 2, pending: 0, writes: 1, pointsWritten: 2 });
  });

  test('late, coalesced and refused points are booked by reason', async () => {
    const h = harness();
    h.send(collectd({}));
    h.send(collectd({ values: [9] }));
    await tickAt(h, 60_000);
    h.send(collectd({ timeS: START_S - 5 }));
    expect(h.engine.stats()).toMatchObject({ received: 3, stored: 1, coalesced: 1, lost: 1 });
    expect(h.engine.books.valuesLost.get('late')).toBe(1);
  });

  test('what the store already had is late', async () => {
    const h = harness();
    h.store.answer = () => ({ ok: true, lateThroughS: START_S });
    h.send(collectd({}));
    h.send(collectd({ timeS: START_S + 1 }));
    await tickAt(h, 60_000);
    expect(h.engine.stats()).toMatchObject({ stored: 1, lost: 1 });
  });

  test('a store that is down loses nothing; a refusal is booked with its reason', async () => {
    const h = harness();
    h.store.answer = () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' });
    h.send(collectd({}));
    await tickAt(h, 60_000);
    expect(h.engine.stats()).toMatchObject({ pending: 1, lost: 0 });
    h.store.answer = () => ({ ok: false, retryable: false, reason: 'store_refused', detail: 'no' });
    await tickAt(h, 60_000);
    expect(h.engine.stats()).toMatchObject({ pending: 0, lost: 1 });
    expect(h.refusals).toEqual(['store_down', 'store_refused']);
  });

  test('a counter that restarts leaves a gap, across a flush too', async () => {
    const h = harness();
    const counter = { kinds: [KIND.counter] };
    h.send(collectd({ ...counter, values: [5000n] }));
    await tickAt(h, 60_000);
    h.send(collectd({ ...counter, values: [10n], timeS: START_S + 60 }));
    h.send(collectd({ ...counter, values: [20n], timeS: START_S + 70 }));
    await tickAt(h, 70_000);
    expect(h.store.puts.map((p) => p.gaps)).toEqual([[0], [1, 0]]);
  });

  test('a full cache still shows what comes in', () => {
    const h = harness({ maxPoints: 1 });
    h.send(collectd({}));
    h.send(collectd({ timeS: START_S + 1, values: [8] }));
    expect(h.live('web', 'web-01', 'load/gauge')?.value).toBe(8);
  });

  test('a full cache refuses what is new and loses nothing it has', () => {
    const h = harness({ maxPoints: 3 });
    for (let s = 0; s < 5; s += 1) h.send(collectd({ timeS: START_S + s }));
    expect(h.engine.stats()).toMatchObject({ pending: 3, rejected: 2 });
    expect(h.engine.books.valuesRejected.get('web', 'cache_full')).toBe(2);
  });

  test('a cluster that fills the cache is refused before the others are', () => {
    const h = harness({ maxPoints: 100 });
    const other = h.engine.setGroup({ ...RULES, name: 'mysql' });
    const sendTo = (listener: number, datagram: Uint8Array) =>
      h.engine.accept(datagram, {
        start: 0,
        end: datagram.length,
        listener,
        address: 'a',
        arrivalMs: h.clock.nowMs,
      });
    sendTo(other, collectd({}));
    for (let s = 0; s < 200; s += 1) h.send(collectd({ timeS: START_S - s }));
    for (let s = 1; s < 15; s += 1) sendTo(other, collectd({ timeS: START_S - s }));
    expect(h.engine.books.valuesRejected.get('mysql', 'cache_full')).toBe(0);
    expect(h.engine.books.valuesRejected.get('web', 'cache_full')).toBeGreaterThan(100);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('stopping writes everything, the running second included', async () => {
    const h = harness();
    h.send(collectd({}, { plugin: 'df' }));
    await h.engine.stop(1000);
    expect(h.engine.stats()).toMatchObject({ received: 2, stored: 2, pending: 0 });
  });

  test('removing a group writes its points and forgets its hosts; the others stay', async () => {
    const h = harness();
    h.send(collectd({}));
    await h.engine.removeGroup('web', 1000);
    h.absorb();
    expect(h.catalogue.clusters.size).toBe(0);
    expect(h.engine.stats()).toMatchObject({ stored: 1, pending: 0, records: 0 });
  });

  test('a store that hangs does not hold up the end, and its points are booked once', async () => {
    const h = harness();
    h.store.put = () => new Promise(() => undefined);
    h.send(collectd({}));
    await h.engine.stop(1000);
    expect(h.clock.nowMs - START_MS).toBeLessThan(10_000);
    expect(h.engine.books.valuesLost.get('shutdown')).toBe(1);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('a store that takes nothing is asked with one batch, more and more seldom', async () => {
    const h = harness({ rules: { maxSeriesPerHost: 10_000 } });
    const batches: number[] = [];
    h.store.answer = () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' });
    const put = h.store.put.bind(h.store);
    h.store.put = (batch) => {
      batches.push(h.clock.nowMs);
      return put(batch);
    };
    const many = Array.from({ length: 200 }, (_, i) => ({ typeInstance: `m${i}` }));
    for (let at = 0; at < many.length; at += 20) h.send(collectd(...many.slice(at, at + 20)));
    for (let s = 0; s < 130; s += 1) await tickAt(h, 1000);
    expect(batches.length).toBeGreaterThan(5);
    expect(batches.length).toBeLessThan(25);
    h.store.answer = () => ({ ok: true, lateThroughS: 0 });
    for (let s = 0; s < 30; s += 1) await tickAt(h, 1000);
    expect(h.engine.stats()).toMatchObject({ stored: 200, pending: 0 });
  });

  test('a point far ahead of the clock does not wait for its time', async () => {
    const h = harness({ rules: { outside: 'accept' } });
    h.send(collectd({ timeS: START_S + 100_000 }));
    await tickAt(h, 70_000);
    expect(h.store.puts.map((p) => p.timesS)).toEqual([[START_S + 100_000]]);
  });

  test('what the store does not show yet stays in the tail', async () => {
    const h = harness();
    Object.assign(h.store, { visibleAfterMs: 2000 });
    let wake: () => void = () => undefined;
    h.sleepUntil((ms) => (ms === 2000 ? new Promise<void>((resolve) => (wake = resolve)) : undefined));
    for (let s = 0; s < 4; s += 1) h.send(collectd({ timeS: START_S + 10 * s }));
    await tickAt(h, 70_000);
    expect(h.store.puts).toHaveLength(1);
    expect([...h.engine.tail(FIRST).timesS]).toHaveLength(4);
    expect(h.engine.stats()).toMatchObject({ stored: 0, pending: 4 });
    wake();
    await new Promise((resolve) => setImmediate(resolve));
    expect(h.engine.stats()).toMatchObject({ stored: 4, pending: 0 });
  });

  test('with many files to make, each record asks more seldom', async () => {
    const h = harness({ rules: { maxSeriesPerHost: 10_000 } });
    let puts = 0;
    h.store.answer = () => {
      puts += 1;
      return { ok: false, retryable: true, reason: 'creating', detail: '' };
    };
    const many = Array.from({ length: 4000 }, (_, i) => ({ typeInstance: `m${i}` }));
    for (let at = 0; at < many.length; at += 20) h.send(collectd(...many.slice(at, at + 20)));
    for (let s = 0; s < 90; s += 1) await tickAt(h, 1000);
    expect(puts).toBeGreaterThan(4000);
    expect(puts).toBeLessThan(40_000);
  });

  test('who invents names does not delay the files of others', async () => {
    const h = harness({ rules: { maxSeriesPerHost: 100_000 }, maxPoints: 1_000_000 });
    const made = { flood: 0, honest: 0 };
    let tokens = 0;
    h.store.answer = ({ host }) => {
      if (tokens < 1) return { ok: false, retryable: true, reason: 'creating', detail: '' };
      tokens -= 1;
      made[host === 'flood' ? 'flood' : 'honest'] += 1;
      return { ok: true, lateThroughS: 0 };
    };
    const send = (host: string, count: number, address: string) => {
      const many = Array.from({ length: count }, (_, i) => ({ host, typeInstance: `m${i}` }));
      for (let at = 0; at < many.length; at += 20) h.send(collectd(...many.slice(at, at + 20)), address);
    };
    const pass = async (seconds: number) => {
      for (let s = 0; s < seconds; s += 1) {
        tokens = Math.min(200, tokens + 200);
        await tickAt(h, 1000);
      }
    };
    send('flood', 40_000, '10.0.0.66');
    await pass(90);
    expect(made.flood).toBeGreaterThan(10_000);
    send('web-01', 200, '10.0.0.1');
    send('web-02', 200, '10.0.0.2');
    // They are due within a minute, and have their turns as soon as they are.
    await pass(70);
    expect(made.honest).toBe(400);
    expect(made.flood).toBeLessThan(33_000);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('a store that refuses for now is asked four times a second, not faster', async () => {
    const h = harness();
    let puts = 0;
    h.store.answer = () => {
      puts += 1;
      return { ok: false, retryable: true, reason: 'store_down', detail: '' };
    };
    h.send(collectd({}));
    await h.engine.stop(2000);
    expect(puts).toBeLessThan(10);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('points in flight when their group goes are booked by their own outcome, and harm no newcomer', async () => {
    const h = harness();
    let answer: (() => void) | undefined;
    h.store.put = (batch) =>
      new Promise((resolve) => {
        answer = () => resolve(batch.records.map(() => ({ ok: true as const, lateThroughS: 0 })));
      });
    h.send(collectd({}));
    await h.engine.removeGroup('web', 500);
    h.engine.setGroup({ ...RULES, name: 'web' });
    h.send(collectd({ plugin: 'new' }));
    expect(imbalance(h.engine)).toBe(0);
    answer?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(h.engine.stats()).toMatchObject({ received: 2, stored: 1, pending: 1, lost: 0 });
  });

  test('datagrams for a group that has left are counted', async () => {
    const h = harness();
    await h.engine.removeGroup('web', 100);
    h.send(collectd({}));
    expect(h.engine.books.packetsRejected.get('web', 'unknown', 'group_removed')).toBe(1);
  });

  test('a counter that restarts while we were away leaves a gap', async () => {
    const h = harness();
    h.send(collectd({ kinds: [KIND.counter], values: [2_000_000_000n] }));
    const description = h.catalogue.host('web', 'web-01')?.records.get('load/gauge')?.description;
    if (!description) throw new Error('not described');
    const after = harness();
    const last = [{ hi: 0, lo: 2_000_000_000, value: 1, sampleMs: START_MS, arrivalMs: START_MS }];
    const host = {
      cluster: 'web',
      name: 'web-01',
      address: '',
      agent: '',
      facts: [],
      records: [{ description, last }],
    };
    after.engine.restore([{ ...host, lastSeenMs: START_MS, intervalMs: 0, gapMs: 0 }]);
    after.absorb();
    after.send(collectd({ kinds: [KIND.counter], values: [5000n], timeS: START_S + 30 }));
    await tickAt(after, 60_000);
    expect(after.store.puts.map((p) => p.gaps)).toEqual([[1]]);
    after.engine.restore([{ ...host, lastSeenMs: START_MS, intervalMs: 0, gapMs: 0 }]);
    expect(after.engine.stats().records, 'restored again, it is still one').toBe(1);
  });

  test('the tail has what the store lacks, points in flight included', () => {
    const h = harness();
    h.store.put = () => new Promise(() => undefined);
    h.send(collectd({}));
    h.clock.nowMs += 60_000;
    h.engine.tick();
    h.send(collectd({ timeS: START_S + 60 }));
    expect([...h.engine.tail(FIRST).timesS]).toEqual([START_S, START_S + 60]);
  });

  test('a restart brings back descriptions and last values, and a rate goes on over it', () => {
    const before = harness();
    before.send(metadata('bytes', { slope: 1 }));
    before.send(gmetric('bytes', '100'));
    const description = before.catalogue.host('web', 'web-01')?.records.get('bytes')?.description;
    if (!description) throw new Error('not described');
    const after = harness();
    after.engine.restore([
      {
        cluster: 'web',
        name: 'web-01',
        address: '10.0.0.1',
        agent: 'gmond',
        lastSeenMs: START_MS,
        intervalMs: 0,
        gapMs: 0,
        facts: [['os_name', 'Linux']],
        records: [
          {
            description,
            last: [{ hi: 0, lo: 100, value: Number.NaN, sampleMs: START_MS, arrivalMs: START_MS }],
          },
        ],
      },
    ]);
    after.clock.nowMs += 10_000;
    after.send(gmetric('bytes', '1100'));
    expect(after.live('web', 'web-01', 'bytes')?.value).toBe(100);
    expect(after.catalogue.host('web', 'web-01')?.facts.get('os_name')).toBe('Linux');
    expect(after.engine.stats()).toMatchObject({ received: 1, pending: 1 });
  });

  test('the books balance whatever comes in, however the store answers', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('send' as const),
        s: fc.integer({ min: -700, max: 70 }),
        host: fc.integer({ min: 0, max: 3 }),
      }),
      fc.record({ kind: fc.constant('garbage' as const), bytes: fc.uint8Array({ maxLength: 80 }) }),
      fc.record({
        kind: fc.constant('wait' as const),
        ms: fc.integer({ min: 0, max: 40_000 }),
        answer: fc.integer({ min: 0, max: 3 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const h = harness({ maxPoints: 20 });
        for (const s of steps) {
          if (s.kind === 'send') {
            h.send(collectd({ host: `h${s.host}`, timeS: h.clock.nowMs / 1000 + s.s }));
            h.send(gmetric('m', String(s.s), { host: `g${s.host}` }));
          } else if (s.kind === 'garbage') h.send(s.bytes);
          else {
            h.store.answer = ANSWERS[s.answer] ?? (() => ({ ok: true, lateThroughS: 0 }));
            await tickAt(h, s.ms);
          }
          expect(imbalance(h.engine)).toBe(0);
        }
        h.store.answer = new FakeStore().answer;
        await h.engine.stop(1000);
        expect(imbalance(h.engine)).toBe(0);
        expect(h.engine.stats().pending).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

const ANSWERS: FakeStore['answer'][] = [
  () => ({ ok: true, lateThroughS: 0 }),
  () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' }),
  () => ({ ok: false, retryable: false, reason: 'store_refused', detail: '' }),
  () => ({ ok: true, lateThroughS: START_S }),
];
