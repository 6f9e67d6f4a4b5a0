import { expect, test } from 'vitest';
import { applicationHistoryOf, historyOf } from '../../src/demo/history.ts';
import { datagramsOf } from '../../src/demo/senders.ts';
import { FLUSH_RHYTHM, statsdTurn } from '../../src/demo/statsd-fleet.ts';
import { isAlive } from '../../src/demo/scenario.ts';
import { rhythmOf, turnBefore } from '../../src/demo/turns.ts';
import { KIND } from '../../src/model/kind.ts';
import { heartbeatS } from '../../src/model/record.ts';
import { pairAt, rateBetween, rawNumber } from '../../src/model/rate.ts';
import { vitalsOf } from '../../src/demo/vitals.ts';
import { loadTypes } from '../../src/threads/types-files.ts';
import { harness } from '../ingest/harness.ts';
import { FLEET, named, START_S } from './fleet.ts';
import type { DataSource } from '../../src/model/record.ts';
import type { Behaviour } from '../../src/demo/behaviour.ts';

const TYPES = loadTypes([], () => {});
const HOUR_S = 3600;
const PAST = { cluster: 'web', afterS: START_S - 6 * HOUR_S, throughS: START_S, types: TYPES };

/** Every point of a record: its second, and the raw numbers. */
function pointsOf(behaviour: Behaviour, past = PAST) {
  const batch = historyOf(behaviour, past);
  return batch.records.map((record, i) => {
    const { length } = record.sources;
    const first = batch.starts[i] ?? 0;
    const times = [...batch.timesS.subarray(first, batch.starts[i + 1])];
    const words = batch.words.subarray(batch.wordStarts[i], batch.wordStarts[i + 1]);
    const at = (point: number, source: number) => pairAt(words, point * length + source);
    return { record, times, at };
  });
}

const SOME = ['web-01', 'web-17', 'mysql-01', 'mysql-04', 'mysql-11', 'batch-01', 'batch-02', 'batch-09'];

test.for(SOME)('the past of %s is in order, and ends with its agent’s last turn', (name) => {
  const behaviour = named(name);
  for (const { times } of pointsOf(behaviour)) {
    expect(times.length).toBeGreaterThan(400);
    expect(times.every((timeS, i) => i === 0 || timeS > (times[i - 1] ?? 0))).toBe(true);
    expect(times[0]).toBeGreaterThan(PAST.afterS);
    expect(times.at(-1)).toBe(turnBefore(rhythmOf(behaviour.instance), START_S));
  }
});

test.for(SOME)('in the past of %s nothing is unknown for longer than it was silent', (name) => {
  const behaviour = named(name);
  for (const { record, times } of pointsOf(behaviour)) {
    for (const [i, timeS] of times.entries()) {
      const gapS = timeS - (times[i - 1] ?? timeS);
      if (gapS <= heartbeatS(record)) continue;
      expect(isAlive(behaviour.instance, behaviour.faults, timeS - gapS / 2)).toBe(false);
    }
  }
});

test.for(['mysql-01', 'mysql-04', 'batch-01', 'mysql-11'])('counters of %s fall at a boot only', (name) => {
  const behaviour = named(name);
  let counters = 0;
  for (const { record, times, at } of pointsOf(behaviour)) {
    for (const [s, source] of record.sources.entries()) {
      if (source.kind === KIND.gauge) continue;
      counters += 1;
      for (let p = 1; p < times.length; p += 1) {
        const seconds = (times[p] ?? 0) - (times[p - 1] ?? 0);
        const booted = seconds > 120;
        const rate = rateBetween(source, at(p - 1, s), at(p, s), seconds);
        if (!booted) expect(rate).toBeGreaterThanOrEqual(0);
      }
    }
  }
  expect(counters).toBeGreaterThan(8);
});

test('every value is a number within the bounds of its type', () => {
  const past = { ...PAST, afterS: START_S - 600 };
  const possible = (value: number, { kind, min, max }: DataSource) =>
    Number.isFinite(value) && value >= (min ?? 0) && (kind !== KIND.gauge || value <= (max ?? Infinity));
  const odd = FLEET.flatMap((behaviour) =>
    pointsOf(behaviour, past).flatMap(({ record, times, at }) =>
      record.sources.flatMap((source, s) =>
        [...times.keys()].flatMap((point) => {
          const { hi, lo } = at(point, s);
          const value = rawNumber(source.kind, hi, lo);
          return possible(value, source) ? [] : [`${record.host} ${record.metric} ${value}`];
        }),
      ),
    ),
  );
  expect(odd).toEqual([]);
});

test('only what is missing is made, with all there is in an instance born within it', () => {
  const missing = pointsOf(named('mysql-01'), { ...PAST, afterS: START_S - 300 });
  expect(missing[0]?.times).toHaveLength(30);
  expect(pointsOf(named('web-29')).every(({ times }) => times.length === 0)).toBe(true);
});

/** What the history's files are made for has to be what live datagrams go on with. */
test.for(['web-01', 'batch-02', 'mysql-01', 'batch-01'])(
  'the records of %s are those its datagrams make',
  (name) => {
    const behaviour = named(name);
    const h = harness({ types: TYPES });
    h.clock.nowMs = START_S * 1000;
    for (const datagram of datagramsOf(behaviour, START_S, 0)) h.send(datagram);
    const live = h.catalogue.host('web', name);
    const past = historyOf(behaviour, PAST).records;
    expect([...(live?.records.keys() ?? [])].toSorted()).toEqual(past.map(({ metric }) => metric).toSorted());
    for (const record of past) {
      const { description } = live?.records.get(record.metric) ?? {};
      const { cluster, sources, intervalS, tmaxS, protocol } = record;
      expect(description).toMatchObject({ cluster, sources, intervalS, tmaxS, protocol });
    }
  },
);

test.for(['web-01', 'mysql-04', 'batch-02'])(
  'the records of the application on %s are those its datagrams make, and its past is near what they say',
  async (name) => {
    const behaviour = named(name);
    const h = harness({ types: TYPES });
    const until = START_S + FLUSH_RHYTHM.everyS;
    for (let timeS = START_S; timeS < until; timeS += 1) {
      h.clock.nowMs = timeS * 1000;
      h.send(statsdTurn(behaviour, vitalsOf(behaviour, timeS)), behaviour.instance.address);
    }
    // The first ones have waited for their sender's name.
    await new Promise((resolve) => setImmediate(resolve));
    h.clock.nowMs = until * 1000;
    h.engine.tick();
    h.clock.nowMs += 1000 * FLUSH_RHYTHM.everyS;
    h.engine.tick();
    h.absorb();
    const live = h.catalogue.host('web', name);
    const past = applicationHistoryOf(behaviour, { ...PAST, throughS: START_S });
    const metrics = past.records.map(({ metric }) => metric);
    expect([...(live?.records.keys() ?? [])].toSorted()).toEqual(metrics.toSorted());
    for (const [i, record] of past.records.entries()) {
      const { description } = live?.records.get(record.metric) ?? {};
      const { cluster, sources, intervalS, tmaxS, protocol, units, group } = record;
      expect(description).toMatchObject({ cluster, sources, intervalS, tmaxS, protocol, units, group });
      const last = pairAt(past.words, (past.starts[i + 1] ?? 0) - 1);
      const told = rawNumber(KIND.gauge, last.hi, last.lo);
      const now = h.live('web', name, record.metric)?.value ?? Number.NaN;
      if (/rate|mean|median/.test(record.metric)) expect(Math.abs(Math.log(now / told))).toBeLessThan(1);
    }
  },
);

test('instances without an application have no past of one', () => {
  expect(applicationHistoryOf(named('web-10'), PAST).records).toEqual([]);
});
