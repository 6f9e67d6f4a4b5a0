import { expect, test } from 'vitest';
import { Pace } from '../../src/http/pace.ts';
import type { GroupStats } from '../../src/contract/stats.ts';

function groups(values: number): GroupStats[] {
  const protocols = [{ protocol: 'collectd', packets: 1, values, packetsRejected: [] }];
  return [{ name: 'web', port: 1, kernelDrops: 0, sources: 0, protocols, valuesRejected: [] }];
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
      [80_000, 12_500],
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
  expect(paces.perSecond('web')).toBeCloseTo(pace, 6);
  expect(paces.perSecond('nobody')).toBe(0);
});

test.for([10, 15, 20, 30, 60])('agents that send every %i s show a steady figure', (everyS) => {
  const paces = new Pace();
  const shown: number[] = [];
  for (let second = 0; second < 300; second += 1) {
    // Ticks and datagrams are both a little early or late.
    const late = (second * 7919) % 300;
    const bursts = Math.floor((second + ((second * 104_729) % 5) / 10) / everyS);
    paces.note(groups(79 * bursts), second * 1000 + late);
    if (second > 80) shown.push(paces.perSecond('web'));
  }
  const steady = 79 / everyS;
  expect(Math.max(...shown)).toBeLessThan(steady * 1.06);
  expect(Math.min(...shown)).toBeGreaterThan(steady * 0.94);
});
