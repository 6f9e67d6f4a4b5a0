import { describe, expect, test } from 'vitest';
import { formatAge, formatDuration, formatSkew } from '../../web/src/format/duration.ts';
import {
  formatCount,
  formatExact,
  formatQuantity,
  formatShort,
  formatTick,
  threeDigits,
} from '../../web/src/format/number.ts';
import { quantityIn, quantityOf } from '../../web/src/format/quantity.ts';

/** Non-breaking and thin spaces as plain ones, to keep the rows legible. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('three significant digits', () => {
  test.for([
    { name: 'zero', value: 0, text: '0' },
    { name: 'a small fraction', value: 0.0294, text: '0.0294' },
    { name: 'a fraction', value: 0.2, text: '0.200' },
    { name: 'a fraction that rounds up', value: 0.0099996, text: '0.0100' },
    { name: 'below ten', value: 9.61, text: '9.61' },
    { name: 'rounds up into the next form', value: 9.996, text: '10.0' },
    { name: 'tens', value: 41.26, text: '41.3' },
    { name: 'hundreds', value: 412.4, text: '412' },
    { name: 'negative', value: -2.7654, text: '-2.77' },
    { name: 'below a thousandth', value: 2.334e-4, text: '0.000233' },
    { name: 'below a millionth', value: 8.54e-8, text: '8.54e-8' },
  ])('$name', ({ value, text }) => expect(threeDigits(value)).toBe(text));
});

describe('quantities', () => {
  test.for([
    { name: 'unknown is a dash', metric: 'load_one', units: '', value: null, text: '–' },
    { name: 'NaN is a dash', metric: 'load_one', units: '', value: Number.NaN, text: '–' },
    { name: 'zero is not unknown', metric: 'load_one', units: '', value: 0, text: '0' },
    { name: 'a load', metric: 'load_one', units: ' ', value: 9.613, text: '9.61' },
    {
      name: 'gmond memory is KiB whatever it says',
      metric: 'mem_free',
      units: 'KB',
      value: 2_202_010,
      text: '2.10 GiB',
    },
    {
      name: 'collectd memory is bytes',
      metric: 'memory/memory-used',
      units: '',
      value: 1024 ** 3,
      text: '1.00 GiB',
    },
    { name: 'network is decimal', metric: 'bytes_in', units: 'bytes/sec', value: 8.4e6, text: '8.40 MB/s' },
    {
      name: 'collectd octets',
      metric: 'interface-eth0/if_octets:rx',
      units: '',
      value: 1500,
      text: '1.50 kB/s',
    },
    { name: 'gmond disks are GB', metric: 'disk_free', units: 'GB', value: 3200, text: '3.20 TB' },
    {
      name: 'collectd disks are bytes',
      metric: 'df-root/df_complex-free',
      units: '',
      value: 4e10,
      text: '40.0 GB',
    },
    { name: 'percent', metric: 'cpu_user', units: '%', value: 88, text: '88.0 %' },
    { name: 'jiffies are percent', metric: 'cpu-0/cpu-idle', units: 'jiffies', value: 97.03, text: '97.0 %' },
    { name: 'packets', metric: 'pkts_in', units: 'packets/sec', value: 9021, text: '9.02 k/s' },
    { name: 'seconds in what fits', metric: 'latency', units: 's', value: 0.0124, text: '12.4 ms' },
    { name: 'days', metric: 'uptime/uptime', units: '', value: 864_000, text: '10.0 d' },
    {
      name: 'units not known stay',
      metric: 'queue',
      units: 'messages',
      value: 12_400,
      text: '12.4 k messages',
    },
    { name: 'a whole load beside a broken one', metric: 'load_one', units: '', value: 2, text: '2.00' },
    { name: 'a count stays whole', metric: 'proc_run', units: '', value: 2, text: '2' },
    { name: 'bytes are counted', metric: 'x', units: 'bytes', value: 12, text: '12 B' },
    { name: 'a clock rate', metric: 'cpu_speed', units: 'MHz', value: 2600, text: '2.60 GHz' },
    { name: 'collectd tells hertz', metric: 'cpufreq/cpufreq-0', units: '', value: 8e8, text: '800 MHz' },
    { name: 'a date beyond all dates', metric: 'boottime', units: 's', value: 8.64e12 + 1, text: '–' },
    { name: 'never 1000 of a prefix', metric: 'x', units: '', value: 999_600, text: '1.00 M' },
    { name: 'beyond the last prefix', metric: 'x', units: '', value: 5e21, text: '5000 E' },
  ])('$name', ({ metric, units, value, text }) => {
    expect(plain(formatQuantity(value, quantityOf(metric, units)))).toBe(text);
  });
});

test.for([
  { name: 'short of a thousand', value: 957, count: '957', short: '957' },
  { name: 'grouped', value: 18_412, count: '18 412', short: '18.4 k' },
  { name: 'millions', value: 1_234_567, count: '1 234 567', short: '1.23 M' },
  { name: 'unknown', value: undefined, count: '–', short: '–' },
])('counts: $name', ({ value, count, short }) => {
  expect(plain(formatCount(value))).toBe(count);
  expect(plain(formatShort(value))).toBe(short);
});

test.for([
  { name: 'no trailing zeros', value: 0.75, metric: 'load_one', text: '0.75' },
  { name: 'a round figure', value: 5e8, metric: 'bytes_in', text: '500 MB/s' },
  { name: 'two digits kept', value: 2.5, metric: 'load_one', text: '2.5' },
  { name: 'zero without a unit', value: 0, metric: 'bytes_in', text: '0' },
  { name: 'hundreds keep their zeros', value: 100, metric: 'cpu_user', text: '100 %' },
])('ticks: $name', ({ value, metric, text }) => {
  expect(plain(formatTick(value, quantityOf(metric, metric === 'cpu_user' ? '%' : '')))).toBe(text);
});

test.for([
  { name: 'seconds up to two minutes', ms: 94_000, text: '94 s' },
  { name: 'minutes', ms: 400_000, text: '6 min' },
  { name: 'hours and minutes', ms: 13_800_000, text: '3 h 50 min' },
  { name: 'a whole hour', ms: 3_600_000, text: '1 h' },
  { name: 'days and hours', ms: 187_200_000, text: '2 d 4 h' },
  { name: 'weeks as days', ms: 20 * 86_400_000, text: '20 d' },
  { name: 'a clock that ran back', ms: -5000, text: '0 s' },
  { name: 'unknown', ms: null, text: '–' },
])('durations: $name', ({ ms, text }) => expect(plain(formatDuration(ms))).toBe(text));

test.for([
  { name: 'now', since: 999_500, text: 'now' },
  { name: 'ago', since: 997_000, text: '3 s ago' },
  { name: 'never', since: 0, text: '–' },
])('ages: $name', ({ since, text }) => expect(plain(formatAge(since, 1_000_000))).toBe(text));

test.for([
  { name: 'ahead', skew: 400, text: '+0.4 s' },
  { name: 'behind by minutes', skew: -130_000, text: '-2 min' },
  { name: 'too little to tell, behind', skew: -20, text: '0.0 s' },
  { name: 'too little to tell, ahead', skew: 49, text: '0.0 s' },
  { name: 'unknown', skew: null, text: '–' },
])('clock skew: $name', ({ skew, text }) => expect(plain(formatSkew(skew))).toBe(text));

test('when gmond started is a time', () => {
  const epochS = Date.UTC(2026, 10, 19, 12) / 1000;
  expect(formatQuantity(epochS, quantityOf('gmond_started', ''))).toMatch(/^(18|19|20) Nov, /);
});

test('hovers show the value as received', () => {
  expect(formatExact(0.123456789, 's')).toBe('0.123456789 s');
  expect(formatExact(null, 's')).toBe('not known');
});

test.for([
  { name: 'none: as the agent says', units: '', metric: 'bytes_in', own: '', text: '2.05 kB/s' },
  { name: 'memory stays counted in 1024', units: 'B', metric: 'mem_free', own: 'KB', text: '2.00 KiB' },
  { name: 'disks in 1000', units: 'B', metric: 'df-root/df_complex-free', own: '', text: '2.05 kB' },
  { name: 'what is no size is taken at its word', units: '%', metric: 'mem_free', own: '', text: '2048 %' },
])('units asked for: $name', ({ units, metric, own, text }) => {
  expect(plain(formatQuantity(2048, quantityIn(units, { metric, units: own })))).toBe(text);
});
