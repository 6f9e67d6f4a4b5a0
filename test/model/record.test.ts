import { expect, test } from 'vitest';
import { freshForMs } from '../../src/model/record.ts';

test.for([
  { name: 'collectd: three intervals', intervalS: 10, tmaxS: 0, gapMs: 0, freshMs: 30_000 },
  { name: 'gmond: four tmax', intervalS: 15, tmaxS: 70, gapMs: 5000, freshMs: 280_000 },
  { name: 'a packet every interval', intervalS: 10, tmaxS: 0, gapMs: 10_000, freshMs: 30_000 },
  { name: 'packets that wait until they are full', intervalS: 10, tmaxS: 0, gapMs: 50_000, freshMs: 110_000 },
])('a sample is fresh: $name', ({ intervalS, tmaxS, gapMs, freshMs }) => {
  expect(freshForMs({ intervalS, tmaxS }, gapMs)).toBe(freshMs);
});
