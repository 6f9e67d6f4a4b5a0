import { expect, test } from 'vitest';
import { neededHeartbeatS } from '../../../src/store/rrd/heartbeat.ts';
import { batchOf, describe } from '../batch.ts';

const T = 1_700_000_000;

test.for([
  { name: 'points closer than the heartbeat', tmaxS: 1200, timesS: [T + 100, T + 200], needed: undefined },
  { name: 'as rare as tmax allows', tmaxS: 1200, timesS: [T + 100, T + 1000], needed: 4800 },
  { name: 'a gap since the file was last written', tmaxS: 180, timesS: [T + 121], needed: 720 },
  { name: 'away for longer than tmax allows', tmaxS: 180, timesS: [T + 721], needed: undefined },
  { name: 'points the file has already', tmaxS: 1200, timesS: [T - 900, T - 300], needed: undefined },
  { name: 'a new file', tmaxS: 1200, lastS: 0, timesS: [T], needed: undefined },
  { name: 'a new file, then a gap', tmaxS: 1200, lastS: 0, timesS: [T, T + 130], needed: 4800 },
  { name: 'one that is long enough', tmaxS: 30, timesS: [T + 121], needed: undefined },
  { name: 'no tmax, a missed interval', intervalS: 60, timesS: [T + 180], needed: undefined },
  { name: 'no tmax, an interval longer than it was', intervalS: 300, timesS: [T + 300], needed: 600 },
])('$name', ({ tmaxS = 0, intervalS = 15, lastS = T, timesS, needed }) => {
  const batch = batchOf([[describe({ tmaxS, intervalS }), timesS.map((timeS) => [timeS, 1] as const)]]);
  expect(neededHeartbeatS(batch, 0, { lastS, heartbeatS: 120 })).toBe(needed);
});
