import { expect, test } from 'vitest';
import { createRrdStore } from '../../../src/store/rrd/rrd-store.ts';
import { batchOf, describe } from '../batch.ts';
import { temporaryDirectory } from './directory.ts';
import type { PointRow } from '../batch.ts';

const T = 1_700_000_000;
const HURRY = { signal: new AbortController().signal, hurry: true };

test('on a disk that is nearly full no new files are made, and those that are there go on', async () => {
  await using dir = await temporaryDirectory();
  const told: string[] = [];
  let [nowMs, freeShare] = [0, 0.5];
  await using store = createRrdStore({
    dir: dir.path,
    workers: 1,
    rrdDirs: new Map(),
    now: () => nowMs,
    freeShare: () => Promise.resolve(freeShare),
    onCount: (what) => told.push(what),
  });
  const put = async (s: number, ...metrics: string[]) => {
    const rows = metrics.map((metric) => [describe({ metric }), [[T + s, 1]] as PointRow[]] as const);
    const outcomes = await store.put(batchOf(rows.map(([record, points]) => [record, points])), HURRY);
    return outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.reason));
  };
  expect(await put(0, 'old')).toEqual(['ok']);
  [nowMs, freeShare] = [10_000, 0.01];
  expect(await put(10, 'old', 'new', 'newer')).toEqual(['ok', 'creating', 'creating']);
  expect(told).toEqual(['no room']);
  [nowMs, freeShare] = [20_000, 0.1];
  expect(await put(20, 'old', 'new')).toEqual(['ok', 'ok']);
});
