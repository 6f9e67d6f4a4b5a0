import { describe, expect, test } from 'vitest';
import { noJournal } from '../../src/ingest/journal/no-journal.ts';
import { harness, imbalance, START_MS } from './harness.ts';
import { collectd, START_S } from './messages.ts';
import type { RecordOutcome } from '../../src/store/store.ts';

const WITHIN_MS = 5000;
const STORED: RecordOutcome = { ok: true, lateThroughS: 0 };

async function tickAt(h: ReturnType<typeof harness>, ms: number): Promise<void> {
  h.clock.nowMs += ms;
  h.engine.tick();
  await new Promise((resolve) => setImmediate(resolve));
}

/** An engine whose store answers when it is told to. */
function slow() {
  const h = harness();
  const answer = Promise.withResolvers<void>();
  const put = h.store.put.bind(h.store);
  h.store.put = async (batch) => {
    await answer.promise;
    return put(batch);
  };
  return { ...h, answer: answer.resolve };
}

describe('a hold', () => {
  test('lets nothing go to the store, and loses nothing', async () => {
    const h = harness();
    expect(await h.engine.hold(WITHIN_MS)).toBeUndefined();
    h.send(collectd({}));
    await tickAt(h, 120_000);
    expect(h.store.puts).toEqual([]);
    expect(h.engine.stats()).toMatchObject({ pending: 1, stored: 0 });
    h.engine.release();
    await tickAt(h, 1000);
    expect(h.store.puts).toHaveLength(1);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('waits for what is under way, also beside somebody else who waits for it', async () => {
    const h = slow();
    h.send(collectd({}));
    await tickAt(h, 60_000);
    const removed = h.engine.removeGroup('web', WITHIN_MS);
    const held = h.engine.hold(WITHIN_MS * 10);
    h.answer();
    expect(await held).toBeUndefined();
    expect(h.engine.stats()).toMatchObject({ stored: 1, pending: 0 });
    await removed;
  });

  test('gives up on a store that does not answer', async () => {
    const h = slow();
    h.send(collectd({}));
    await tickAt(h, 60_000);
    expect(await h.engine.hold(WITHIN_MS)).toBe('the store did not come to rest within 5 s');
    h.answer();
  });

  test('says that the journal cannot be written: what was accepted is not on disk', async () => {
    const figures = () => ({ ...noJournal.figures(), fault: 'no space left' });
    const h = harness({ journal: { ...noJournal, figures } });
    expect(await h.engine.hold(WITHIN_MS)).toBe('the journal cannot be written: no space left');
  });

  test('ends with a stop: everything is written', async () => {
    const h = harness();
    await h.engine.hold(WITHIN_MS);
    h.send(collectd({}));
    await h.engine.stop(WITHIN_MS);
    expect(h.engine.stats()).toMatchObject({ stored: 1, lost: 0 });
  });
});

describe('a flush', () => {
  test('writes what its records have, the running second included, and leaves the others', async () => {
    const h = harness();
    h.clock.nowMs = START_MS + 500;
    h.send(collectd({ plugin: 'cpu' }));
    h.send(collectd({ plugin: 'cpu', timeS: START_S - 10 }));
    h.send(collectd({ plugin: 'df' }));
    const [cpu = -1] = [...(h.catalogue.hosts().next().value?.records.values() ?? [])].map((r) => r.record);
    expect(await h.engine.flush([cpu, 77], WITHIN_MS)).toEqual({ records: 1, points: 2, left: 0 });
    expect(h.store.puts.map(({ timesS }) => timesS)).toEqual([[START_S - 10, START_S]]);
    expect(await h.engine.flush([cpu], WITHIN_MS)).toEqual({ records: 0, points: 0, left: 0 });
    expect(h.engine.stats()).toMatchObject({ stored: 2, pending: 1 });
  });

  test('a value that comes in a second that was flushed is coalesced, and the next is taken', async () => {
    const h = harness();
    h.send(collectd({}));
    await h.engine.flush([0], WITHIN_MS);
    h.send(collectd({ values: [9] }));
    h.send(collectd({ timeS: START_S + 1 }));
    expect(h.engine.stats()).toMatchObject({ received: 3, stored: 1, coalesced: 1, pending: 1, lost: 0 });
    expect(imbalance(h.engine)).toBe(0);
  });

  test('says what is left when the store does not take it', async () => {
    const h = harness();
    h.store.answer = () => ({ ok: false, retryable: true, reason: 'store_down', detail: '' });
    h.send(collectd({}));
    expect(await h.engine.flush([0], WITHIN_MS)).toEqual({ records: 1, points: 0, left: 1 });
    h.store.answer = () => STORED;
    expect(await h.engine.flush([0], WITHIN_MS)).toEqual({ records: 1, points: 1, left: 0 });
  });
});
