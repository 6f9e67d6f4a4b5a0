import { expect, test } from 'vitest';
import { createMemoryStore } from '../../src/store/memory.ts';
import { batchOf, describe, valueAt } from './batch.ts';
import { storeContract } from './contract.ts';
import type { PointRow } from './batch.ts';

storeContract('memory', async () => ({ open: () => createMemoryStore(), close: async () => {} }), false);

const HURRY = { signal: new AbortController().signal, hurry: true };

test('keeps the newest points of a record', async () => {
  const store = createMemoryStore({ pointsPerRecord: 5 });
  const points = Array.from({ length: 12 }, (_, i): PointRow => [1_700_000_000 + 10 * i, i]);
  await store.put(batchOf([[describe(), points]]), HURRY);
  const [rows] = await store.query(
    { records: [describe()], fromS: 1_700_000_000, toS: 1_700_000_110, points: 100 },
    HURRY.signal,
  );
  if (!rows) throw new Error('no answer');
  expect(valueAt(rows, 1_700_000_060)).toBeNaN();
  expect(valueAt(rows, 1_700_000_110)).toBe(11);
});

test('is full for good at its number of records', async () => {
  const store = createMemoryStore({ records: 1 });
  const batch = batchOf([
    [describe({ host: 'a' }), [[1_700_000_000, 1]]],
    [describe({ host: 'b' }), [[1_700_000_000, 1]]],
  ]);
  expect(await store.put(batch, HURRY)).toMatchObject([
    { ok: true },
    { ok: false, retryable: false, reason: 'store_full' },
  ]);
});

test('points of a host that is getting another name wait', async () => {
  let held = true;
  const store = createMemoryStore({ isHeld: ({ host }) => held && host === 'a' });
  const batch = batchOf([
    [describe({ host: 'a' }), [[1_700_000_000, 1]]],
    [describe({ host: 'b' }), [[1_700_000_000, 1]]],
  ]);
  expect(await store.put(batch, HURRY)).toMatchObject([
    { retryable: true, reason: 'creating' },
    { ok: true },
  ]);
  held = false;
  expect(await store.put(batch, HURRY)).toMatchObject([{ ok: true, lateThroughS: 0 }, { ok: true }]);
});
