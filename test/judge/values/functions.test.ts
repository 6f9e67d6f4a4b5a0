import { expect, test } from 'vitest';
import { bench, Fleet, HOST_CHECK, START_MS } from '../fleet.ts';
import { definition } from '../../check/definition.ts';
import { HandPast } from './past.ts';
import { Sources } from '../../../src/judge/values/sources.ts';
import type { Bench } from '../fleet.ts';
import type { JudgeOptions } from '../../../src/judge/judge.ts';
import type { SeriesFunction, ServiceDefinition } from '../../../src/contract/checks.ts';

const HOUR_S = 3600;
const HOUR_MS = 3_600_000;

interface Scene extends Bench {
  readonly past: HandPast;
  /** The service as it was last reported: `CRITICAL disk is …`. */
  seen(): string;
  /** Samples every ten seconds from the last one to `untilS`, each judged. */
  feed(untilS: number, value: (atS: number) => number): Promise<void>;
}

function scene(
  definitions: ServiceDefinition[],
  options: Partial<JudgeOptions> & { fleet?: Fleet; startS?: number } = {},
): Scene {
  const fleet = options.fleet ?? new Fleet();
  const past = new HandPast();
  const made = bench({ definitions, sources: new Sources(fleet.catalogue, past), ...options, fleet });
  let seen = '';
  let fedS = options.startS ?? 0;
  const look = async (atS: number) => {
    const report = await made.at(atS);
    for (const { state, output } of report.services) seen = `${state} ${output}`;
    return report;
  };
  return {
    ...made,
    at: look,
    past,
    seen: () => seen,
    async feed(untilS, value) {
      for (; fedS <= untilS; fedS += 10) {
        fleet.sample('w1', 'disk', value(fedS), fedS);
        await look(fedS);
      }
    },
  };
}

function over(rule: SeriesFunction, ranges: Partial<ServiceDefinition>): ServiceDefinition {
  const subject = { kind: 'metric', metric: 'disk', function: rule } as const;
  return definition({ name: 'disk', subject, critical: '', ...ranges });
}

const FORECAST: SeriesFunction = { name: 'forecast', reaches: 100, historyMs: HOUR_MS };
const FULL_SOON = over(FORECAST, { critical: '4:' });

test('a forecast is pending until there is half of its history, then tells of the future', async () => {
  const { feed, seen, past } = scene([FULL_SOON]);
  const growing = (atS: number) => 50 + (10 * atS) / HOUR_S;
  await feed(13 * 60, growing);
  expect(seen()).toBe('PENDING disk has 12 min of history, needs 30 min');
  past.answer(undefined);
  await feed(30 * 60 - 20, growing);
  expect(seen()).toContain('PENDING');
  await feed(30 * 60 + 60, growing);
  expect(seen()).toMatch(/^OK disk reaches 100 in 4\.\d+ h$/);
  await feed(80 * 60, growing);
  expect(seen()).toBe('CRITICAL disk reaches 100 in 3.67 h · critical below 4 h');
  await feed(82 * 60, () => 10);
  expect(seen()).toContain('OK disk does not reach 100');
});

test('a forecast has the past from the store at once, read once', async () => {
  const { feed, seen, past } = scene([FULL_SOON]);
  await feed(10, () => 90);
  expect(past.asked).toMatchObject([{ fromMs: START_MS - HOUR_MS, toMs: START_MS, points: 60 }]);
  past.answer((timeMs) => 90 + (10 * (timeMs - START_MS)) / HOUR_MS);
  await feed(20, () => 90);
  expect(seen()).toBe('CRITICAL disk reaches 100 in 60 min · critical below 4 h');
  await feed(3600, () => 90);
  expect(past.asked).toHaveLength(1);
});

test('history that cannot be read is asked for again while the window is not filled', async () => {
  const { feed, past } = scene([FULL_SOON]);
  await feed(10, () => 90);
  past.answer(undefined);
  await feed(290, () => 90);
  expect(past.asked).toHaveLength(1);
  await feed(320, () => 90);
  expect(past.asked).toHaveLength(2);
});

test('rate of change over the window, in the units of the metric', async () => {
  const rule: SeriesFunction = { name: 'rate_of_change', overMs: 60_000, perMs: HOUR_MS };
  const { feed, seen, past } = scene([over(rule, { warning: '~:20' })]);
  await feed(120, (atS) => 5 + (10 * atS) / HOUR_S);
  expect(seen()).toBe('OK disk changes by 10 in 1 h');
  await feed(240, (atS) => 5 + (30 * atS) / HOUR_S);
  expect(seen()).toBe('WARNING disk changes by 30 in 1 h · warning above 20');
  // So short a window fills by itself.
  expect(past.asked).toEqual([]);
});

test('a missing metric is judged by its age, as long as its host is there', async () => {
  const { fleet, feed, run, seen, at } = scene([over({ name: 'missing' }, { critical: '60' })]);
  await feed(100, () => 1);
  expect(seen()).toBe('OK newest disk is 0 s old');
  for (let atS = 101; atS <= 161; atS += 1) {
    fleet.host('w1', atS);
    await at(atS);
  }
  expect(seen()).toBe('CRITICAL newest disk is 61 s old · critical above 60');
  await run(161);
  fleet.sample('w1', 'disk', 1, 162);
  await at(162);
  expect(seen()).toBe('OK newest disk is 0 s old');
});

test('of a host that is silent nobody is paged for what it does not send', async () => {
  const { fleet, feed, run, pager } = scene([over({ name: 'missing' }, { critical: '60' }), HOST_CHECK]);
  await feed(100, () => 1);
  await run(190);
  expect(pager.take()).toEqual(['problem web/w1/host DOWN']);
  for (let atS = 191; atS <= 220; atS += 1) {
    fleet.host('w1', atS);
    await run(atS);
  }
  expect(pager.take()).toEqual(['recovery web/w1/host UP']);
  fleet.host('w1', 221);
  await run(222);
  // It had the time to bring the metric along.
  expect(pager.take()).toEqual(['problem web/w1/disk CRITICAL']);
});

test('after a restart nothing is missing that had no time to come', async () => {
  const fleet = new Fleet();
  fleet.sample('w1', 'disk', 1, -500);
  const { at, seen } = scene([over({ name: 'missing' }, { critical: '60' })], { fleet });
  fleet.host('w1', 1);
  await at(1);
  expect(seen()).toContain('PENDING');
  for (let atS = 2; atS <= 61; atS += 1) {
    fleet.host('w1', atS);
    await at(atS);
  }
  expect(seen()).toContain('CRITICAL newest disk is 561 s old');
});

const WEEK_MS = 7 * 24 * HOUR_MS;
const COMPARE: SeriesFunction = { name: 'compare', beforeMs: WEEK_MS, windowMs: HOUR_MS, as: 'percent' };

test('compared with last week, which is read again as the window moves', async () => {
  const { feed, seen, past } = scene([over(COMPARE, { warning: '-20:20' })]);
  const answer = () => past.answer((timeMs) => (timeMs < START_MS - WEEK_MS / 2 ? 40 : 44));
  await feed(10, () => 44);
  answer();
  await feed(20, () => 44);
  // One for this week, one for the last: at most one read a turn.
  answer();
  await feed(40, () => 44);
  expect(seen()).toBe('OK disk over 1 h is 10 % above that of 7 d before (44 against 40)');
  expect(past.asked.map(({ fromMs, toMs }) => [fromMs - START_MS, toMs - START_MS])).toEqual([
    [-HOUR_MS, 0],
    [-WEEK_MS - HOUR_MS + 20_000, -WEEK_MS + HOUR_MS / 2 + 20_000],
  ]);
  for (let atS = 60; atS <= HOUR_S; atS += 60) {
    await feed(atS, () => 52);
    answer();
  }
  expect(seen()).toMatch(/^WARNING disk over 1 h is 2\d(\.\d+)? % above .* · warning outside -20 to 20$/);
  // Each quarter of the window.
  expect(past.asked).toHaveLength(2 + 4);
});

test('without an answer what there is of last week serves, and then nothing is said', async () => {
  const { feed, seen, past } = scene([over(COMPARE, { warning: '-20:20' })]);
  await feed(10, () => 44);
  past.answer(() => 44);
  await feed(20, () => 44);
  past.answer(() => 40);
  await feed(HOUR_S / 2, () => 44);
  expect(seen()).toContain('OK disk over 1 h is 10 % above');
  await feed(1.2 * HOUR_S, () => 44);
  expect(seen()).toBe('OK disk cannot be compared with 7 d before: the history did not come in time');
});

test('without a last week there is nothing to compare with', async () => {
  const { feed, seen, past } = scene([over(COMPARE, { warning: '-20:20' })]);
  await feed(10, () => 44);
  past.answer((timeMs) => (timeMs < START_MS - WEEK_MS / 2 ? Number.NaN : 44));
  await feed(20, () => 44);
  past.answer(() => Number.NaN);
  await feed(60, () => 44);
  expect(seen()).toBe('PENDING disk has too little history of 7 d before');
});

test('a reload with the same function keeps its history, another function begins anew', async () => {
  const { feed, seen, judge, past } = scene([FULL_SOON]);
  await feed(10, () => 90);
  past.answer((timeMs) => 90 + (10 * (timeMs - START_MS)) / HOUR_MS);
  await feed(30, () => 90);
  const rules = { timeperiods: [], routes: [], channels: new Map(), groups: [] };
  judge.reload({ ...rules, definitions: [{ ...FULL_SOON, critical: '0.5:' }] });
  await feed(40, () => 90);
  expect(seen()).toMatch(/^OK disk reaches 100 in/);
  expect(past.asked).toHaveLength(1);
  judge.reload({
    ...rules,
    definitions: [over({ ...FORECAST, historyMs: 2 * HOUR_MS }, { critical: '4:' })],
  });
  await feed(60, () => 90);
  expect(past.asked).toHaveLength(2);
});

test('a stale series is stale through its function, and so is a kept state after a restart', async () => {
  const { feed, seen, past, fleet, at } = scene([FULL_SOON]);
  await feed(10, () => 90);
  past.answer((timeMs) => 90 + (10 * (timeMs - START_MS)) / HOUR_MS);
  await feed(100, () => 90);
  expect(seen()).toContain('CRITICAL');
  for (let atS = 101; atS <= 140; atS += 1) {
    fleet.host('w1', atS);
    await at(atS);
  }
  expect(seen()).toMatch(/^UNKNOWN no sample for \d+ s \(expected every 10 s\)$/);
});
