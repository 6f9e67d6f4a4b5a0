import { describe, expect, test } from 'vitest';
import {
  STATSD_BUCKETS_PER_SOURCE_MAX,
  STATSD_IDLE_MS,
  STATSD_MEMBERS_PER_SET_MAX,
  STATSD_VALUES_PER_TIMER_MAX,
} from '../../../src/limits.ts';
import { harness, imbalance, RULES, START_MS } from '../harness.ts';
import type { GroupRules } from '../../../src/ingest/group.ts';

const TURN_MS = 10_000;

/** An engine that hears lines of statsd; its hosts are named by their addresses where a line names none. */
function heard(rules: Partial<GroupRules> = {}) {
  const own = { maxSeriesPerHost: 1000, ...rules };
  const h = harness({ rules: own, maxPoints: 1_000_000 });
  const hear = async (text: string, address = '10.0.0.1') => {
    h.send(Buffer.from(text), address);
    await new Promise((resolve) => setImmediate(resolve));
    h.absorb();
  };
  /** Moves on by whole intervals, a tick after each. */
  const flush = (intervals = 1) => {
    for (let n = 0; n < intervals; n += 1) {
      h.clock.nowMs += TURN_MS;
      h.engine.tick();
    }
    h.absorb();
  };
  /** What is shown of a host's metrics, names without `statsd/`. */
  const shown = (host = '10.0.0.1') => {
    const records = [...(h.catalogue.host('web', host)?.records.values() ?? [])];
    const metrics = records.flatMap(({ series }) => series.map(({ metric }) => metric)).toSorted();
    return Object.fromEntries(metrics.map((m) => [m.replace('statsd/', ''), h.live('web', host, m)?.value]));
  };
  const rejected = (reason: string) => h.engine.books.packetsRejected.get('web', 'statsd', reason);
  return { ...h, rules: { ...RULES, ...own }, hear, flush, shown, rejected };
}

describe('what an interval comes to', () => {
  test.for([
    { name: 'a counter', lines: 'a:1|c\na:2|c', shown: { 'a.count': 3, 'a.rate': 0.3 } },
    { name: 'a counter, sampled', lines: 'a:1|c|@0.1\na:1|c', shown: { 'a.count': 11, 'a.rate': 1.1 } },
    { name: 'a counter that counts down', lines: 'a:-5|c', shown: { 'a.count': -5, 'a.rate': -0.5 } },
    { name: 'a gauge: the last one', lines: 'a:1|g\na:7|g', shown: { 'a.value': 7 } },
    { name: 'a gauge with steps', lines: 'a:10|g\na:+4|g\na:-1|g', shown: { 'a.value': 13 } },
    { name: 'a gauge of steps alone', lines: 'a:+4|g\na:-1|g', shown: { 'a.value': 3 } },
    { name: 'a gauge below zero', lines: 'a:0|g\na:-4|g', shown: { 'a.value': -4 } },
    { name: 'a set', lines: 'a:x|s\na:y|s\na:x|s', shown: { 'a.count': 2 } },
    { name: 'tags', lines: 'a:1|g|#z:1,b:2\na,b=2,z=1:3|g', shown: { 'a,b=2,z=1.value': 3 } },
    {
      name: 'a timer',
      lines: 'a:1:2:3:4:5:6:7:8:9:10|ms',
      shown: {
        'a.count': 10,
        'a.rate': 1,
        'a.sum': 55,
        'a.mean': 5.5,
        'a.median': 5.5,
        'a.std': Math.sqrt(8.25),
        'a.lower': 1,
        'a.upper': 10,
        'a.upper_90': 9,
        'a.mean_90': 5,
        'a.upper_99_9': 10,
        'a.mean_99_9': 5.5,
      },
    },
    {
      name: 'a histogram and a distribution, sampled',
      lines: 'a:2|h|@0.5\na:4|d|@0.5',
      shown: {
        'a.count': 4,
        'a.rate': 0.4,
        'a.sum': 12,
        'a.mean': 3,
        'a.median': 3,
        'a.std': 1,
        'a.lower': 2,
        'a.upper': 4,
        'a.upper_90': 4,
        'a.mean_90': 3,
        'a.upper_99_9': 4,
        'a.mean_99_9': 3,
      },
    },
  ])('$name', async ({ lines, shown: expected }) => {
    const h = heard({ statsd: { flushMs: TURN_MS, percentiles: [90, 99.9] } });
    await h.hear(lines);
    expect(h.shown()).toEqual({});
    h.flush();
    const shown = h.shown();
    for (const [metric, value] of Object.entries(expected))
      expect(shown[metric], metric).toBeCloseTo(value, 9);
    expect(Object.keys(shown).toSorted()).toEqual(Object.keys(expected).toSorted());
    expect(imbalance(h.engine)).toBe(0);
    expect(h.engine.stats().received).toBe(Object.keys(expected).length);
  });

  test('the next interval begins anew', async () => {
    const h = heard();
    await h.hear('a:5|c\nt:5|ms\ns:x|s');
    h.flush();
    await h.hear('a:1|c\nt:1|ms\ns:y|s');
    h.flush();
    expect(h.shown()).toMatchObject({ 'a.count': 1, 't.count': 1, 't.upper': 1, 's.count': 1 });
  });

  test('a rate is over the time that has passed, not over what should have', async () => {
    const h = heard();
    await h.hear('a:1|c');
    h.flush();
    await h.hear('a:30|c');
    h.clock.nowMs += 15_000;
    h.engine.tick();
    expect(h.shown()['a.rate']).toBe(2);
  });

  test('units and steps are told', async () => {
    const h = heard({ statsd: { flushMs: 20_000, percentiles: [] } });
    await h.hear('t:1|ms\nh:1|h\nc:1|c');
    h.flush(2);
    const said = [...(h.catalogue.host('web', '10.0.0.1')?.records.values() ?? [])].map(
      ({ description }) => description,
    );
    const units = Object.fromEntries(said.map(({ metric, units }) => [metric, units]));
    expect(units).toMatchObject({ 'statsd/t.mean': 'ms', 'statsd/t.rate': '/s', 'statsd/t.count': '' });
    expect(units).toMatchObject({ 'statsd/h.mean': '', 'statsd/c.rate': '/s', 'statsd/c.count': '' });
    expect(new Set(said.map(({ intervalS }) => intervalS))).toEqual(new Set([20]));
  });
});

describe('without samples', () => {
  test('a counter counts nothing, a gauge keeps its age, timers and sets are silent', async () => {
    const h = heard();
    await h.hear('c:1|c\ng:7|g\nt:1|ms\ns:x|s');
    h.flush(2);
    const at = (metric: string) => h.live('web', '10.0.0.1', `statsd/${metric}`);
    expect(at('c.count')).toMatchObject({ value: 0, sampleMs: START_MS + 2 * TURN_MS });
    expect(at('g.value')).toMatchObject({ value: 7, sampleMs: START_MS + TURN_MS });
    expect(at('t.count')).toMatchObject({ value: 1, sampleMs: START_MS + TURN_MS });
    expect(at('s.count')).toMatchObject({ value: 1, sampleMs: START_MS + TURN_MS });
    expect(imbalance(h.engine)).toBe(0);
  });

  test('the history of a gauge goes on for a while, then ends; steps go on from where it was', async () => {
    const h = heard();
    await h.hear('g:7|g\nc:1|c');
    h.flush(200);
    await h.engine.stop(10_000);
    const points = h.store.puts.filter(({ record }) => record.metric === 'statsd/g.value');
    const times = points.flatMap(({ timesS }) => timesS);
    expect(times).toHaveLength(STATSD_IDLE_MS / TURN_MS);
    expect(imbalance(h.engine)).toBe(0);
    const again = heard();
    await again.hear('g:7|g');
    again.flush(200);
    await again.hear('g:+2|g');
    again.flush();
    expect(again.shown()['g.value']).toBe(9);
  });

  test('a counter that is forgotten begins again', async () => {
    const h = heard();
    await h.hear('c:5|c');
    h.flush(100);
    await h.hear('c:2|c');
    h.flush();
    expect(h.shown()).toMatchObject({ 'c.count': 2, 'c.rate': 0.2 });
  });
});

describe('whose it is', () => {
  test('the sender, by its name where there is one', async () => {
    const h = heard();
    h.names.set('10.0.0.7', 'app-7.example.net');
    await h.hear('a:1|c', '10.0.0.7');
    await h.hear('a:2|c', '10.0.0.8');
    h.flush();
    expect(h.shown('app-7.example.net')['a.count']).toBe(1);
    expect(h.shown('10.0.0.8')['a.count']).toBe(2);
  });

  test('the host a line names, together from all who speak for it, with the address it was known by first', async () => {
    const h = heard();
    await h.hear('a:1|c|#host:web/9,k:v');
    await h.hear('a,host=web/9,k=v:2|c', '10.0.0.2');
    h.flush();
    expect(h.shown('web_9')).toEqual({ 'a,k=v.count': 3, 'a,k=v.rate': 0.3 });
    expect(h.catalogue.clusters.get('web')?.size).toBe(1);
    expect(h.catalogue.host('web', 'web_9')).toMatchObject({ address: '10.0.0.1', agent: 'statsd' });
  });

  test('a bucket of many senders and spellings is one', async () => {
    const h = heard();
    for (let n = 0; n < 30; n += 1) {
      await h.hear(`a:1|c|#z:1,host:web-9,b:2${','.repeat(n)}`, `10.0.1.${n % 12}`);
      await h.hear(`a,b=2,host=web-9,z=1:1|c`, `10.0.1.${n % 12}`);
    }
    h.flush();
    expect(h.shown('web-9')).toEqual({ 'a,b=2,z=1.count': 60, 'a,b=2,z=1.rate': 6 });
  });

  test('a host that has expired takes its buckets along; it may come back', async () => {
    const h = heard({ hostDmaxMs: 60_000 });
    await h.hear('a:1|c\ng:7|g\nt:1|ms');
    h.flush();
    await new Promise((resolve) => setImmediate(resolve));
    h.engine.expire([{ cluster: 'web', name: '10.0.0.1', lastSeenMs: START_MS, reason: 'expired' }]);
    for (let n = 0; n < 200 && h.catalogue.host('web', '10.0.0.1'); n += 1) {
      h.clock.nowMs += 1000;
      h.engine.tick();
      await new Promise((resolve) => setImmediate(resolve));
      h.absorb();
    }
    expect(h.catalogue.host('web', '10.0.0.1')).toBeUndefined();
    h.flush(2);
    expect(h.catalogue.host('web', '10.0.0.1')).toBeUndefined();
    await h.hear('a:2|c');
    h.flush();
    expect(h.shown()).toEqual({ 'a.count': 2, 'a.rate': expect.any(Number) as number });
    expect(imbalance(h.engine)).toBe(0);
  });

  test('where hosts are not named by packets, a host tag is one like the others', async () => {
    const h = heard({ hostName: 'address' });
    await h.hear('a:1|g|#host:web-9');
    h.flush();
    expect(h.shown()).toEqual({ 'a,host=web-9.value': 1 });
  });

  test('a line that is heard makes its host alive', async () => {
    const h = heard();
    await h.hear('a:1|c\nb:1|c');
    expect(h.catalogue.pulse(h.catalogue.host('web', '10.0.0.1') as never).lastSeenMs).toBe(START_MS);
  });
});

describe('refused', () => {
  test('each line by itself, with its reason', async () => {
    const h = heard();
    await h.hear('a:1|c\nb:x|c\n_sc|db|0\nc:1:y:3|h\n_e{1,1}:a|b');
    expect(['bad-value', 'service-check', 'event'].map(h.rejected)).toEqual([2, 1, 1]);
    h.flush();
    expect(h.shown()).toMatchObject({ 'a.count': 1, 'c.count': 1 });
    expect(imbalance(h.engine)).toBe(0);
  });

  test('a bucket has one kind', async () => {
    const h = heard();
    await h.hear('a:1|c\na:1|ms\na:5|g');
    expect(h.rejected('type-mismatch')).toBe(2);
    h.flush();
    expect(h.shown()).toEqual({ 'a.count': 1, 'a.rate': 0.1 });
  });

  test('too many tags, tags without a bucket', async () => {
    const h = heard();
    await h.hear(`a:1|c|#${Array.from({ length: 65 }, (_, n) => `t${n}`).join(',')}\n,k=v:1:2|c`);
    expect([h.rejected('tags-max'), h.rejected('no-name')]).toEqual([1, 1]);
  });

  test('what grows beyond numbers is booked as refused', async () => {
    const h = heard();
    await h.hear('a:1e308|c\na:1e308|c');
    h.flush();
    expect(h.engine.books.valuesRejected.get('web', 'bad_number')).toBe(2);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('a host with too many series', async () => {
    const h = heard({ maxSeriesPerHost: 3 });
    await h.hear('a:1|c\nb:1|c');
    h.flush();
    expect(h.engine.books.valuesRejected.get('web', 'limit_series_per_host')).toBe(1);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('series over the sender’s budget are refused when they come out, and are its', async () => {
    const h = heard({
      trust: { allow: [], packetsPerSecondPerSource: null, maxSeriesPerSource: 2, spoof: 'allow' },
    });
    await h.hear('a:1|c\nb:1|c');
    await h.hear('a:1|c', '10.0.0.2');
    h.flush();
    expect(h.engine.books.valuesRejected.get('web', 'limit_series_per_source')).toBe(2);
    expect(h.shown('10.0.0.2')).toEqual({ 'a.count': 1, 'a.rate': 0.1 });
  });

  test('one source cannot take all buckets of a group', async () => {
    const h = heard({ maxSeriesPerHost: 10, hostName: 'address' });
    for (let n = 0; n < STATSD_BUCKETS_PER_SOURCE_MAX + 500; n += 100) {
      h.send(Buffer.from(Array.from({ length: 100 }, (_, i) => `m${n + i}:1|c`).join('\n')));
    }
    expect(h.rejected('limit-buckets')).toBe(500);
    h.send(Buffer.from('a:1|c'), '10.0.0.2');
    h.flush();
    expect(h.shown('10.0.0.2')).toEqual({ 'a.count': 1, 'a.rate': 0.1 });
    expect(imbalance(h.engine)).toBe(0);
  });

  test('one source cannot take the room for members and values of a group', async () => {
    const h = heard({ hostName: 'address' });
    const some = (from: number) => Array.from({ length: 1000 }, (_, i) => from + i);
    for (let set = 0; set < 70; set += 1) {
      for (let n = 0; n + 1000 < STATSD_MEMBERS_PER_SET_MAX; n += 1000)
        h.send(
          Buffer.from(
            some(n)
              .map((i) => `s${set}:${i}|s`)
              .join('\n'),
          ),
        );
    }
    for (let timer = 0; timer < 300; timer += 1) {
      for (let n = 0; n < STATSD_VALUES_PER_TIMER_MAX; n += 1000)
        h.send(Buffer.from(`t${timer}:${some(n).join(':')}|ms`));
    }
    const honest = some(1).map((i) => `s:${i}|s\nt:${i}|ms`);
    h.send(Buffer.from(honest.join('\n')), '10.0.0.2');
    h.flush(1);
    expect(h.shown('10.0.0.2')).toMatchObject({ 's.count': 1000, 't.median': 500.5, 't.upper_99': 990 });
  });
});

describe('rounds', () => {
  test('a round with many buckets is cut, and goes on at the next tick', async () => {
    const h = heard({ hostName: 'address', maxSeriesPerHost: 10_000 });
    const lines = Array.from({ length: 1000 }, (_, i) => `m${i}:1|g`);
    h.send(Buffer.from(lines.join('\n')));
    let looks = 0;
    const { clock } = h;
    const startMs = clock.nowMs + TURN_MS;
    // Every look at the clock takes a while.
    Object.defineProperty(clock, 'nowMs', { get: () => startMs + 5 * looks++, set: () => {} });
    h.engine.tick();
    const first = h.engine.stats().received;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(1000);
    for (let n = 0; n < 20 && h.engine.stats().received < 1000; n += 1) h.engine.tick();
    expect(h.engine.stats().received).toBe(1000);
  });

  test('a longer flush interval counts at once', async () => {
    const h = heard();
    await h.hear('a:1|g');
    h.engine.setGroup({ ...h.rules, statsd: { flushMs: 30_000, percentiles: [] } });
    h.flush(2);
    expect(h.shown()).toEqual({});
    h.flush();
    expect(h.shown()).toEqual({ 'a.value': 1 });
  });

  test('another flush interval is told of metrics that are there already', async () => {
    const h = heard();
    await h.hear('a:1|g');
    h.flush();
    const intervals = () =>
      [...(h.catalogue.host('web', '10.0.0.1')?.records.values() ?? [])].map(
        ({ description }) => description.intervalS,
      );
    expect(intervals()).toEqual([10]);
    h.engine.setGroup({ ...h.rules, statsd: { flushMs: 60_000, percentiles: [] } });
    await h.hear('a:2|g');
    h.flush(7);
    h.engine.tellChanges();
    h.absorb();
    expect(intervals()).toEqual([60]);
  });

  test.for([0, 300, 499, 500, 600, 900, 999])(
    'each second of a flush interval of one has its own, begun %d ms after a second',
    async (phaseMs) => {
      const h = heard({ statsd: { flushMs: 1000, percentiles: [] } });
      h.clock.nowMs += phaseMs;
      await h.hear('a:1|c');
      // Ticks come a little late, now more, now less.
      for (let n = 0; n < 600; n += 1) {
        h.clock.nowMs += 201;
        h.engine.tick();
      }
      await h.engine.stop(10_000);
      const rate = h.store.puts.filter(({ record }) => record.metric === 'statsd/a.count');
      const timesS = rate.flatMap(({ timesS: times }) => times);
      expect(new Set(timesS.slice(1).map((timeS, i) => timeS - (timesS[i] as number)))).toEqual(new Set([1]));
      expect(h.engine.stats().coalesced).toBe(0);
    },
  );

  test('other percentiles are other metrics from the next flush on', async () => {
    const h = heard({ statsd: { flushMs: TURN_MS, percentiles: [90] } });
    await h.hear('a:1|ms');
    h.flush();
    h.engine.setGroup({ ...h.rules, statsd: { flushMs: TURN_MS, percentiles: [75] } });
    await h.hear('a:2|ms');
    h.flush();
    expect(h.shown()).toMatchObject({ 'a.upper_90': 1, 'a.upper_75': 2, 'a.upper': 2 });
  });

  test('what was heard since the last flush is stored when the server stops', async () => {
    const h = heard();
    await h.hear('a:4|c\nb:1|g');
    await h.engine.stop(10_000);
    const stored = h.store.puts.map(({ record }) => record.metric);
    expect(stored.toSorted()).toEqual(['statsd/a.count', 'statsd/a.rate', 'statsd/b.value']);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('a group that leaves is flushed and forgotten; it may come back', async () => {
    const h = heard();
    await h.hear('a:4|c');
    await h.engine.removeGroup('web', 1000);
    expect(h.store.puts.map(({ record }) => record.metric).toSorted()).toEqual([
      'statsd/a.count',
      'statsd/a.rate',
    ]);
    h.engine.setGroup(h.rules);
    h.absorb();
    await h.hear('a:1|c');
    h.flush();
    expect(h.shown()['a.count']).toBe(1);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('the sockets have their turn while a group with many buckets leaves', async () => {
    const h = heard({ hostName: 'address', maxSeriesPerHost: 10_000 });
    h.send(Buffer.from(Array.from({ length: 1000 }, (_, i) => `m${i}:1|g`).join('\n')));
    const received: number[] = [];
    h.sleepUntil(() => void received.push(h.engine.stats().received));
    await h.engine.removeGroup('web', 1000);
    expect(received[0]).toBeLessThan(100);
    expect(h.engine.stats().received).toBe(1000);
    expect(imbalance(h.engine)).toBe(0);
  });

  test('samples are counted by type', async () => {
    const h = heard();
    await h.hear('a:1:2|c\nb:1|g\nc:1:2:3|h\nd:1|d\ne:1|ms\nf:1|s\ng:x|c');
    const [group] = h.engine.stats().groups;
    expect(group?.statsd).toEqual({ counter: 2, gauge: 1, timer: 1, histogram: 3, distribution: 1, set: 1 });
    expect(group?.packets['statsd']).toBe(1);
  });
});
