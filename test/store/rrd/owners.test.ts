import { expect, test } from 'vitest';
import { FileOwners } from '../../../src/store/rrd/owners.ts';

const HOUR_MS = 3_600_000;

test('a file is its first record’s, until that has been silent for an hour', () => {
  let nowMs = 0;
  const owners = new FileOwners(() => nowMs);
  const claims: [atMs: number, key: string, kind: string][] = [
    [0, 'a', 'new'],
    [1, 'b', 'other'],
    [HOUR_MS - 1, 'a', 'held'],
    [HOUR_MS, 'b', 'other'],
    [2 * HOUR_MS - 2, 'b', 'other'],
    [2 * HOUR_MS - 1, 'b', 'new'],
    [2 * HOUR_MS, 'a', 'other'],
    [0, 'a', 'other'],
  ];
  for (const [atMs, key, kind] of claims) {
    nowMs = atMs;
    expect([atMs, owners.claim('/tree/web-1/load.rrd', key).kind]).toEqual([atMs, kind]);
  }
});

test('with too many files the one known longest is nobody’s', () => {
  const owners = new FileOwners(() => 0, 2);
  for (const path of ['/1', '/2', '/3']) owners.claim(path, 'a');
  expect(['/3', '/2', '/1'].map((path) => owners.claim(path, 'b'))).toEqual([
    { kind: 'other', key: 'a' },
    { kind: 'other', key: 'a' },
    { kind: 'new' },
  ]);
});
