import { expect, test } from 'vitest';
import { harness, imbalance, START_MS } from './harness.ts';
import { collectd } from './messages.ts';
import type { ServicePerformance } from '../../src/model/performance.ts';

const START_S = START_MS / 1000;
const WEB = { cluster: 'web', host: 'web-01' };

type Item = ServicePerformance['items'][number];

/** An engine that has heard web-01. */
function stage(given: Parameters<typeof harness>[0] = {}) {
  const h = harness(given);
  h.send(collectd({ plugin: 'load', timeS: START_S }));
  const pulse = () => {
    const entry = h.catalogue.host('web', 'web-01');
    return entry ? h.catalogue.pulse(entry) : undefined;
  };
  const perform = (items: readonly Partial<Item>[], said: Partial<ServicePerformance> = {}) => {
    h.engine.perform([
      {
        ...WEB,
        service: 'disk',
        timeMs: h.clock.nowMs,
        intervalS: 60,
        ...said,
        items: items.map((item) => ({ label: '/', value: 1, uom: '', ...item })),
      },
    ]);
    h.engine.tellChanges();
    h.absorb();
  };
  const record = (metric: string) => h.catalogue.host('web', 'web-01')?.records.get(metric);
  return { ...h, pulse, perform, record };
}

test('items are series of the host, with their units', () => {
  const s = stage();
  s.perform([
    { value: 382, uom: 'MB' },
    { label: '/var/log', value: 41.5, uom: '%' },
  ]);
  expect(s.live('web', 'web-01', 'perfdata/disk/root')).toMatchObject({ value: 382, sampleMs: START_MS });
  expect(s.live('web', 'web-01', 'perfdata/disk/var_log')?.value).toBe(41.5);
  expect(s.record('perfdata/disk/root')?.description).toMatchObject({
    protocol: 'plugin',
    units: 'MB',
    intervalS: 60,
    group: 'perfdata',
  });
  expect(s.engine.stats()).toMatchObject({ received: 3, rejected: 0 });
  expect(imbalance(s.engine)).toBe(0);
});

test('a host that others speak of is not heard by that, and none is made', () => {
  const s = stage();
  const before = s.pulse();
  s.clock.nowMs += 30_000;
  s.perform([{}]);
  s.perform([{}, {}], { host: 'nobody' });
  expect(s.pulse()).toEqual(before);
  expect(s.catalogue.host('web', 'nobody')).toBeUndefined();
  expect(s.engine.books.valuesRejected.entries()).toEqual([[['web', 'host_gone'], 2]]);
  expect(imbalance(s.engine)).toBe(0);
});

test('a counter is drawn as its rate', () => {
  const s = stage();
  s.perform([{ label: 'bytes', value: 1000, uom: 'c' }]);
  s.clock.nowMs += 10_000;
  s.perform([{ label: 'bytes', value: 1500, uom: 'c' }]);
  expect(s.live('web', 'web-01', 'perfdata/disk/bytes')?.value).toBe(50);
});

test.for([
  { name: 'undetermined is no value', item: { value: null }, reason: undefined },
  { name: 'a negative counter', item: { value: -1, uom: 'c' }, reason: 'bad_number' },
  { name: 'a counter that was a gauge', item: { label: 'gauge', uom: 'c' }, reason: 'type_mismatch' },
])('$name', ({ item, reason }) => {
  const s = stage();
  s.perform([{ label: 'gauge' }]);
  const { received } = s.engine.stats();
  s.perform([item]);
  expect(s.engine.books.valuesRejected.entries()).toEqual(reason ? [[['web', reason], 1]] : []);
  expect(s.engine.stats().received - received).toBe(reason ? 1 : 0);
  expect(imbalance(s.engine)).toBe(0);
});

test('a time outside the group’s window is refused', () => {
  const s = stage();
  s.perform([{}], { timeMs: START_MS - 3_600_000 });
  expect(s.engine.books.valuesRejected.entries()).toEqual([[['web', 'time_past'], 1]]);
});

test('names that are invented end at the host’s limit', () => {
  const s = stage({ rules: { maxSeriesPerHost: 10 } });
  for (let i = 0; i < 20; i += 1) s.perform([{ label: `job ${i}` }]);
  expect(s.engine.books.valuesRejected.get('web', 'limit_series_per_host')).toBe(11);
  expect(imbalance(s.engine)).toBe(0);
});

test('another unit is told, the series stays', () => {
  const s = stage();
  s.perform([{ value: 900, uom: 'MB' }]);
  s.clock.nowMs += 120_000;
  s.perform([{ value: 1, uom: 'GB' }]);
  expect(s.record('perfdata/disk/root')?.description.units).toBe('GB');
});

test('where nobody says how often results come, it is learned', () => {
  const s = stage();
  for (let i = 0; i < 4; i += 1) {
    s.perform([{ value: i }], { intervalS: null });
    s.clock.nowMs += 300_000;
  }
  s.engine.tellChanges();
  s.absorb();
  expect(s.record('perfdata/disk/root')?.description.intervalS).toBe(300);
});
