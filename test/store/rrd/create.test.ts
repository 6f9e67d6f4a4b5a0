import { expect, test } from 'vitest';
import { createCommand, defaultArchives } from '../../../src/store/rrd/create.ts';
import { KIND } from '../../../src/model/kind.ts';
import { describe, source } from '../batch.ts';

test.for([
  { step: 10, averages: ['10x2160', '60x2880', '600x2016', '7200x1080', '86400x730'] },
  { step: 1, averages: ['1x21600', '60x2880', '600x2016', '7200x1080', '86400x730'] },
  { step: 15, averages: ['15x1440', '60x2880', '600x2016', '7200x1080', '86400x730'] },
  { step: 7, averages: ['7x3086', '63x2743', '602x2010', '7203x1080', '86401x730'] },
  { step: 60, averages: ['60x2880', '600x2016', '7200x1080', '86400x730'] },
  { step: 300, averages: ['300x576', '600x2016', '7200x1080', '86400x730'] },
  { step: 604_800, averages: ['604800x105'] },
])('default archives at $step s', ({ step, averages }) => {
  const archives = defaultArchives(step);
  const text = (cf: string) => archives.filter((a) => a.cf === cf).map((a) => `${a.stepS}x${a.rows}`);
  expect(text('AVERAGE')).toEqual(averages);
  expect(text('MIN')).toEqual(averages.slice(1));
  expect(text('MAX')).toEqual(averages.slice(1));
  for (const archive of archives) expect(archive.stepS % step).toBe(0);
});

test('the command of a collectd type with bounds', () => {
  const record = describe({
    protocol: 'collectd',
    intervalS: 10,
    sources: [source('rx', KIND.derive, { min: 0 }), source('odd', KIND.gauge, { min: 5, max: 5 })],
  });
  const command = createCommand('./a b.rrd', record, 1_700_000_000, () => [
    { cf: 'AVERAGE', stepS: 20, rows: 5 },
  ]);
  expect(command).toBe(
    "create './a b.rrd' --no-overwrite --step 10 --start 1699999990 " +
      'DS:rx:DERIVE:80:0:U DS:odd:GAUGE:80:U:U RRA:AVERAGE:0.5:2:5',
  );
});
