import { expect, test } from 'vitest';
import { asideSuffix, asideTimeMs } from '../../src/model/set-aside.ts';

const TIME_MS = Date.UTC(2026, 10, 21, 13, 9, 8, 123);

test('a suffix tells its time again', () => {
  expect(asideSuffix(TIME_MS)).toBe('.damaged-20261121T130908123Z');
  expect(asideTimeMs(`judge.db${asideSuffix(TIME_MS)}`)).toBe(TIME_MS);
});

test.for([
  { name: 'judge.db.damaged-20261121T130908123Z-wal', timeMs: TIME_MS },
  { name: 'load.rrd.damaged-20261121T130908123Z', timeMs: TIME_MS },
  { name: 'load.rrd', timeMs: undefined },
  { name: 'load.rrd.damaged-', timeMs: undefined },
  { name: 'load.rrd.damaged-20269921T130908123Z', timeMs: undefined },
  { name: 'load.rrd.damaged-20261121T130908123Z.gz', timeMs: undefined },
  { name: 'load.rrd.damaged-by-me', timeMs: undefined },
])('$name', ({ name, timeMs }) => {
  expect(asideTimeMs(name)).toBe(timeMs);
});
