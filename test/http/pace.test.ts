import { expect, test } from 'vitest';
import { Pace } from '../../src/http/pace.ts';
import type { GroupStats } from '../../src/contract/stats.ts';

function groups(values: number): GroupStats[] {
  const protocols = [{ protocol: 'collectd', packets: 1, values, packetsRejected: [] }];
  return [{ name: 'web', port: 1, kernelDrops: 0, protocols, valuesRejected: [] }];
}

test.for([
  { name: 'nothing noted', notes: [], pace: 0 },
  { name: 'one note says nothing', notes: [[0, 100]], pace: 0 },
  {
    name: 'a second',
    notes: [
      [0, 100],
      [1000, 150],
    ],
    pace: 50,
  },
  {
    name: 'over ten seconds',
    notes: [
      [0, 0],
      [5000, 50],
      [10_000, 200],
    ],
    pace: 20,
  },
  {
    name: 'what is older is forgotten',
    notes: [
      [0, 0],
      [5000, 5000],
      [15_000, 6000],
    ],
    pace: 100,
  },
  {
    name: 'a total that fell, as after a reload',
    notes: [
      [0, 100],
      [1000, 0],
    ],
    pace: 0,
  },
  {
    name: 'a clock set back',
    notes: [
      [5000, 0],
      [1000, 10],
      [2000, 20],
    ],
    pace: 10,
  },
])('$name', ({ notes, pace }) => {
  const paces = new Pace();
  for (const [atMs = 0, values = 0] of notes) paces.note(groups(values), atMs);
  expect(paces.perSecond('web')).toBe(pace);
  expect(paces.perSecond('nobody')).toBe(0);
});
