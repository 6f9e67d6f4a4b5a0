import { expect, test } from 'vitest';
import { batchOf, describe, valueAt } from './batch.ts';
import type { Store, StoredRows } from '../../src/store/store.ts';
import type { PointRow } from './batch.ts';

const T = 1_700_000_000;
const HURRY = { signal: new AbortController().signal, hurry: true };

interface Parts {
  readonly store: Store;
  readonly query: (record: ReturnType<typeof describe>, fromS: number, toS: number) => Promise<StoredRows>;
}

/** What the store's contract says of hosts that get another name. */
export function renameContract(parts: () => Parts): void {
  test('a host that gets another name takes its history along, and the old name begins anew', async ({
    skip,
  }) => {
    const { store, query } = parts();
    if (!store.rename) return skip('its points stay under the name they came by');
    const [old, aside] = [describe({ host: 'web-1' }), describe({ host: 'web-1~i-a' })];
    const other = describe({ host: 'web-10' });
    const points: PointRow[] = [
      [T, 1],
      [T + 10, 1],
    ];
    await store.put(batchOf([old, other].map((record) => [record, points])), HURRY);
    expect(await store.rename({ cluster: old.cluster, from: old.host, to: aside.host })).toBeUndefined();
    const newer: PointRow[] = [
      [T + 5, 7],
      [T + 10, 7],
    ];
    // Neither late nor in the old one's place: nothing is there yet.
    expect(await store.put(batchOf([[old, newer]]), HURRY)).toEqual([{ ok: true, lateThroughS: 0 }]);
    const seen = async (record: typeof old) => valueAt(await query(record, T, T + 10), T + 10);
    expect([await seen(old), await seen(aside), await seen(other)]).toEqual([7, 1, 1]);
    const taken = await store.rename({ cluster: old.cluster, from: old.host, to: other.host });
    expect(taken).toMatch(/there already|a history of its own/);
    expect([await seen(old), await seen(other)]).toEqual([7, 1]);
  });

  test('nothing has nothing to rename', async ({ skip }) => {
    const { store } = parts();
    if (!store.rename) return skip('its points stay under the name they came by');
    expect(await store.rename({ cluster: 'web', from: 'nobody', to: 'nobody~a' })).toBeUndefined();
  });
}
