import { expect, test } from 'vitest';
import { archivesOf } from '../../../src/store/rrd/archives.ts';
import { createCommand } from '../../../src/store/rrd/create.ts';
import { KIND } from '../../../src/model/kind.ts';
import { describe, source } from '../batch.ts';
import type { ArchiveSet, ArchiveWish } from '../../../src/contract/config.ts';

const FIRST_S = 1_700_000_003;

function archives(set: ArchiveSet, step: number, cf: string): string[] {
  const all = archivesOf(set, step).archives;
  for (const archive of all) expect(archive.stepS % step).toBe(0);
  return all.filter((a) => a.cf === cf).map((a) => `${a.stepS}x${a.rows}`);
}

test.for([
  { step: 10, averages: ['10x2160', '60x2880', '600x2016', '7200x1080', '86400x730'] },
  { step: 1, averages: ['1x21600', '60x2880', '600x2016', '7200x1080', '86400x730'] },
  { step: 15, averages: ['15x1440', '60x2880', '600x2016', '7200x1080', '86400x730'] },
  { step: 7, averages: ['7x3086', '63x2743', '602x2010', '7203x1080', '86401x730'] },
  { step: 60, averages: ['60x2880', '600x2016', '7200x1080', '86400x730'] },
  { step: 300, averages: ['300x576', '600x2016', '7200x1080', '86400x730'] },
  { step: 604_800, averages: ['604800x105'] },
])('default archives at $step s', ({ step, averages }) => {
  expect(archives('default', step, 'AVERAGE')).toEqual(averages);
  expect(archives('default', step, 'MIN')).toEqual(averages.slice(1));
  expect(archives('default', step, 'MAX')).toEqual(averages.slice(1));
});

test.for([
  { step: 1, each: ['1x3600', '72x1200', '504x1200', '2232x1200', '26352x1200'] },
  { step: 10, each: ['10x1200', '70x1235', '500x1210', '2230x1202', '26350x1201'] },
  { step: 60, each: ['60x1200', '60x1440', '480x1260', '2220x1207', '26340x1201'] },
  { step: 3600, each: ['3600x1200', '3600x1200', '3600x1200', '3600x1200', '25200x1255'] },
])("collectd's archives at $step s, as its plugin was seen to make them", ({ step, each }) => {
  for (const cf of ['AVERAGE', 'MIN', 'MAX']) expect(archives('collectd', step, cf)).toEqual(each);
});

const MINUTE_MS = 60_000;
const wish = (cf: ArchiveWish['cf'], stepMs: number, keepMs: number): ArchiveWish => ({ cf, stepMs, keepMs });

test.for([
  { name: 'as listed', list: [wish('AVERAGE', 10_000, 60 * MINUTE_MS)], is: ['10x360'] },
  { name: 'finer than the step', list: [wish('AVERAGE', 1000, 60 * MINUTE_MS)], is: ['10x360'] },
  { name: 'rounded up to a multiple', list: [wish('AVERAGE', 15_000, 60 * MINUTE_MS)], is: ['20x180'] },
  {
    name: 'of two that become one the longer',
    list: [wish('AVERAGE', 1000, MINUTE_MS), wish('AVERAGE', 5000, 60 * MINUTE_MS), wish('MAX', 1000, 1000)],
    is: ['10x360'],
  },
  { name: 'kept for part of a row', list: [wish('AVERAGE', 60_000, 90_000)], is: ['60x2'] },
])('listed archives: $name', ({ list, is }) => {
  expect(archives(list, 10, 'AVERAGE')).toEqual(is);
});

const octets = describe({
  protocol: 'collectd',
  intervalS: 10.4,
  sources: [source('rx', KIND.derive, { min: 0 }), source('odd', KIND.gauge, { min: 5, max: 5 })],
});

test.for([
  {
    name: 'listed archives',
    set: [wish('LAST', 20_000, 100_000)],
    heartbeatS: 80,
    line:
      "create './a b.rrd' --no-overwrite --step 10 --start 1699999990 " +
      'DS:rx:DERIVE:80:0:U DS:odd:GAUGE:80:U:U RRA:LAST:0.5:2:5',
  },
  {
    name: 'as collectd',
    set: 'collectd',
    heartbeatS: 21,
    line:
      `create './a b.rrd' --no-overwrite --step 10 --start ${FIRST_S - 1} ` +
      'DS:rx:DERIVE:21:0:U DS:odd:GAUGE:21:U:U RRA:AVERAGE:0.1:1:1200 RRA:MIN:0.1:1:1200 ',
  },
  {
    name: 'as gmetad',
    set: 'gmetad',
    heartbeatS: 120,
    line:
      `create './a b.rrd' --no-overwrite --step 15 --start ${FIRST_S - 1} ` +
      'DS:rx:DERIVE:120:0:U DS:odd:GAUGE:120:U:U ' +
      'RRA:AVERAGE:0.5:1:5856 RRA:AVERAGE:0.5:4:20160 RRA:AVERAGE:0.5:40:52704',
  },
] as const)('the command of a collectd type with bounds, $name', ({ set, heartbeatS, line }) => {
  const command = createCommand('./a b.rrd', octets, { set, firstS: FIRST_S });
  expect(command.heartbeatS).toBe(heartbeatS);
  expect(command.line.slice(0, line.length)).toBe(line);
});
