import { describe, expect, test } from 'vitest';
import { SeriesBudget } from '../../src/ingest/senders/series-budget.ts';
import { FACT_CHARS_PER_WORKER_MAX, HOSTS_PER_WORKER_MAX } from '../../src/limits.ts';
import { harness, imbalance, RULES } from './harness.ts';
import { collectd, gmetric } from './messages.ts';

const FLOOD_MS = 60_000;
const HOSTILE = '10.0.0.66';
const BUDGET = 100_000;
const HONEST = 50;
const METRICS = 20;

/** Honest senders that are there before a flood, and report on after it. */
function setUp(rules = {}) {
  const made = harness({
    rules: { maxSeriesPerHost: 10_000_000, ...rules },
    maxPoints: 100_000_000,
    budget: new SeriesBudget(BUDGET),
  });
  const { engine, index, clock } = made;
  // Without the catalogue of the harness: what a flood costs is the worker's to bear here.
  const accept = (datagram: Uint8Array, address: string) => {
    const [start, end, arrivalMs] = [0, datagram.length, clock.nowMs];
    engine.accept(datagram, { start, end, listener: index, address, arrivalMs });
  };
  const report = (first = 0) => {
    clock.nowMs += 10_000;
    for (let n = first; n < first + HONEST; n += 1) {
      const lists = Array.from({ length: METRICS }, (_, i) => ({
        host: `web-${n}`,
        timeS: clock.nowMs / 1000,
        typeInstance: `m${i}`,
      }));
      accept(collectd(...lists), `10.1.0.${n}`);
    }
  };
  const refused = (address: string) => engine.senders({ address, limit: 1 }).rows[0]?.refused ?? [];
  const honestRefused = () => Array.from({ length: 2 * HONEST }, (_, n) => refused(`10.1.0.${n}`)).flat();
  const sender = (address: string) => engine.senders({ address, limit: 1 }).rows[0];
  report();
  return { ...made, accept, report, sender, honestRefused };
}

const LISTS = 10;
const DIGITS = 7;

/**
 * Names nobody had before, ten in each datagram: one datagram, whose numbers are written anew. `of`: what the
 * numbers are part of.
 */
function* inventedNames(count: number, of: 'host' | 'typeInstance'): Generator<Uint8Array> {
  const marks = Array.from({ length: LISTS }, (_, n) => `evil-${String(n).padStart(DIGITS, '0')}`);
  const datagram = Buffer.from(
    collectd(...marks.map((mark) => ({ host: 'evil', plugin: 'flood', [of]: mark }))),
  );
  const places = marks.map((mark) => datagram.indexOf(mark) + 'evil-'.length);
  for (let n = 0; n < count; n += LISTS) {
    for (const [i, at] of places.entries()) datagram.write(String(n + i).padStart(DIGITS, '0'), at, 'latin1');
    yield datagram;
  }
}

describe('a sender that invents', () => {
  test(
    'a million names of metrics comes to rest at half, and nobody else loses anything',
    { timeout: FLOOD_MS },
    () => {
      const { engine, accept, report, sender, honestRefused } = setUp();
      const before = engine.stats();
      let n = 0;
      for (const datagram of inventedNames(1_000_000, 'typeInstance')) {
        accept(datagram, HOSTILE);
        n += 1;
        if (n % 20_000 === 0) report();
      }
      const first = engine.stats();
      report(HONEST);
      report(HONEST);
      const { series = 0, values = 0, refused = [] } = sender(HOSTILE) ?? {};
      expect(series).toBeLessThanOrEqual((BUDGET - before.records) / 2 + 1);
      expect(series).toBeGreaterThan(BUDGET / 2 - 2 * HONEST * METRICS);
      expect(refused.map(({ reason }) => reason)).toEqual(['limit_series_share']);
      expect(values + (refused[0]?.count ?? 0)).toBe(1_000_000);
      expect(honestRefused()).toEqual([]);
      const stats = engine.stats();
      expect(stats.records - first.records).toBe(HONEST * METRICS);
      expect(stats.records).toBeLessThan(BUDGET);
      expect(stats.seriesRows).toBeLessThan(BUDGET);
      expect(stats.valuesRejected).toHaveLength(1);
      expect(imbalance(engine)).toBe(0);
    },
  );

  test('names of hosts leaves half of the table', { timeout: FLOOD_MS }, () => {
    const { engine, accept, report, sender, honestRefused } = setUp();
    const count = HOSTS_PER_WORKER_MAX * 0.75;
    for (const datagram of inventedNames(count, 'host')) accept(datagram, HOSTILE);
    report();
    report(HONEST);
    const reasons = sender(HOSTILE)?.refused.map(({ reason }) => reason);
    expect(reasons?.toSorted()).toEqual(['limit_hosts', 'limit_series_share']);
    expect(sender(HOSTILE)?.hosts_total).toBeLessThanOrEqual(HOSTS_PER_WORKER_MAX / 2);
    expect(honestRefused()).toEqual([]);
    expect(imbalance(engine)).toBe(0);
  });

  test('long words for many hosts leaves room for those of others', { timeout: FLOOD_MS }, () => {
    const { accept, sender } = setUp();
    const text = 'x'.repeat(1400);
    const count = FACT_CHARS_PER_WORKER_MAX / 1400;
    for (let n = 0; n < count; n += 1) {
      accept(gmetric(`fact-${n}`, text, { host: `evil-${Math.floor(n / 150)}` }), HOSTILE);
    }
    for (let n = 0; n < 100; n += 1) accept(gmetric(`os-${n}`, text, { host: 'web-1' }), '10.1.0.1');
    expect(sender(HOSTILE)?.refused).toMatchObject([{ reason: 'limit-facts' }]);
    expect(sender('10.1.0.1')?.refused).toEqual([]);
  });
});

test('forged addresses drive out no sender, and take no room for long', { timeout: FLOOD_MS }, () => {
  const { engine, accept, report, sender } = setUp({ trust: { ...RULES.trust, allow: ['10.0.0.0/8'] } });
  const noise = Buffer.from([0xff, 0, 1]);
  for (let n = 0; n < 200_000; n += 1) {
    const from = n % 2 === 0 ? '172.16' : '10.200';
    accept(noise, `${from}.${(n >>> 8) & 255}.${n & 255}${n >>> 16}`);
  }
  report();
  expect(engine.stats().senders.get('web')).toBeLessThanOrEqual(5000 + HONEST);
  expect(sender('10.1.0.3')).toMatchObject({ packets: 2, values: 2 * METRICS });
  expect(engine.stats().packetsRejected).toHaveLength(2);
});
