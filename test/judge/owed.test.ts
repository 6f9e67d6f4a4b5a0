import { describe, expect, test } from 'vitest';
import { AGAIN_AFTER_MS } from '../../src/alert/told.ts';
import { KIND } from '../../src/model/kind.ts';
import { definition } from '../check/definition.ts';
import { bench, Fleet, HOST_CHECK, MemoryStore, Pager } from './fleet.ts';
import type { AlertRoute } from '../../src/contract/alerts.ts';

const REFUSED = { ok: false, retryable: false, detail: 'HTTP 400' } as const;
const LATER = { ok: false, retryable: true, detail: 'HTTP 503' } as const;
const WELL = { ok: true, detail: 'HTTP 200' } as const;
const AGAIN_S = AGAIN_AFTER_MS / 1000;

/** One route to each receiver, all of them. */
function toAll(...receivers: string[]): AlertRoute[] {
  return receivers.map((receiver) => ({ match: {}, receiver, continue: true }));
}

describe('a page refused for good', () => {
  test('is reported, and the problem is told again after a pause, to that receiver alone', async () => {
    const [ops, log] = [new Pager(), new Pager()];
    const channels = new Map([
      ['ops', ops],
      ['log', log],
    ]);
    const { fleet, at } = bench({ definitions: [definition()], routes: toAll('ops', 'log'), channels });
    ops.outcome = REFUSED;
    const bad = async (s: number) => {
      fleet.sample('w1', 'load_one', 9, s);
      return at(s);
    };
    await bad(1);
    expect((await bad(2)).failures).toMatchObject([
      { receiver: 'ops', kind: 'problem', cluster: 'web', host: 'w1', service: 'load', detail: 'HTTP 400' },
    ]);
    expect((await bad(3)).failures).toEqual([]);
    expect(log.take()).toEqual(['problem web/w1/load CRITICAL']);
    ops.outcome = WELL;
    await bad(AGAIN_S);
    expect(ops.take()).toEqual([]);
    await bad(AGAIN_S + 3);
    expect([ops.take(), log.take()]).toEqual([['problem web/w1/load CRITICAL'], []]);
    await bad(3 * AGAIN_S);
    expect([ops.take(), log.take()]).toEqual([[], []]);
  });

  test('another problem of the service does not wait for the pause', async () => {
    const { fleet, pager, at } = bench({ definitions: [definition({ warning: '4' })] });
    pager.outcome = REFUSED;
    fleet.sample('w1', 'load_one', 5, 1);
    await at(1);
    await at(2);
    pager.outcome = WELL;
    fleet.sample('w1', 'load_one', 9, 3);
    await at(3);
    expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
  });

  test('the debt survives a restart', async () => {
    const [fleet, store, pager] = [new Fleet(), new MemoryStore(), new Pager()];
    const first = bench({ fleet, store, pager, definitions: [definition()] });
    pager.outcome = REFUSED;
    fleet.sample('w1', 'load_one', 9, 1);
    await first.at(1);
    await first.at(2);
    await first.judge.stop();
    pager.outcome = WELL;
    const second = bench({ fleet, store, pager, definitions: [definition()], startS: AGAIN_S });
    fleet.sample('w1', 'load_one', 9, AGAIN_S + 3);
    await second.at(AGAIN_S + 3);
    expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
    await second.at(AGAIN_S + 4);
    expect([...store.pages.values()].map((one) => one.outcome)).toEqual(['delivered']);
  });

  test('a refused recovery is given up, and a new problem is told', async () => {
    const { fleet, pager, at } = bench({ definitions: [definition()] });
    fleet.sample('w1', 'load_one', 9, 1);
    await at(1);
    await at(2);
    pager.outcome = REFUSED;
    fleet.sample('w1', 'load_one', 1, 3);
    await at(3);
    await at(4);
    pager.outcome = WELL;
    await at(3 * AGAIN_S);
    expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
    fleet.sample('w1', 'load_one', 9, 3 * AGAIN_S + 1);
    await at(3 * AGAIN_S + 1);
    expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
  });
});

test('a receiver that begins to fail is reported once, and so is its recovery', async () => {
  const { fleet, pager, at } = bench();
  pager.outcome = { ok: false, retryable: true, detail: 'HTTP 404' };
  fleet.sample('w1', 'load_one', 9, 1);
  fleet.sample('w2', 'load_one', 9, 1);
  const reports = [await at(1), await at(2), await at(30)];
  expect(reports.map((report) => report.receivers)).toEqual([
    [],
    [{ receiver: 'ops', isWell: false, detail: 'HTTP 404' }],
    [],
  ]);
  pager.outcome = WELL;
  const seen: unknown[] = [];
  for (let s = 31; s < 60; s += 1) seen.push(...(await at(s)).receivers);
  expect(seen).toEqual([{ receiver: 'ops', isWell: true, detail: 'HTTP 200' }]);
});

describe('the end of a problem', () => {
  test('is told to a receiver that knows of it, though the escalation was refused', async () => {
    const { fleet, pager, at } = bench({ definitions: [definition({ warning: '4' })] });
    fleet.sample('w1', 'load_one', 5, 1);
    await at(1);
    pager.outcome = REFUSED;
    fleet.sample('w1', 'load_one', 9, 2);
    await at(2);
    await at(3);
    pager.outcome = WELL;
    fleet.sample('w1', 'load_one', 1, 4);
    await at(4);
    expect(pager.take()).toEqual(['problem web/w1/load WARNING', 'recovery web/w1/load OK']);
  });

  test('waits for the page of its beginning, and is not told when that is refused', async () => {
    const { fleet, pager, at, run } = bench({ definitions: [definition()] });
    pager.outcome = LATER;
    fleet.sample('w1', 'load_one', 9, 1);
    await at(1);
    fleet.sample('w1', 'load_one', 1, 2);
    await at(2);
    // Before the second attempt.
    pager.refuses = 'problem';
    pager.outcome = WELL;
    await run(30);
    expect(pager.take()).toEqual([]);
  });
});

describe('receivers that come and go with a reload', () => {
  test('a renamed one is told of what is open under its new name, and of its end', async () => {
    const [before, after] = [new Pager(), new Pager()];
    const definitions = [definition()];
    const channels = new Map([['ops', before]]);
    const { fleet, judge, at } = bench({ definitions, routes: toAll('ops'), channels });
    fleet.sample('w1', 'load_one', 9, 1);
    await at(1);
    await at(2);
    const renamed = new Map([['oncall', after]]);
    judge.reload({ definitions, timeperiods: [], routes: toAll('oncall'), channels: renamed, groups: [] });
    await at(3);
    expect([before.take(), after.take()]).toEqual([
      ['problem web/w1/load CRITICAL'],
      ['problem web/w1/load CRITICAL'],
    ]);
    fleet.sample('w1', 'load_one', 1, 4);
    const report = await at(4);
    expect([before.take(), after.take()]).toEqual([[], ['recovery web/w1/load OK']]);
    expect(report.failures).toEqual([]);
  });
});

test('a host that is DOWN stays so when the clock is set back, until it is heard', async () => {
  const { fleet, run, at, pager } = bench({ startS: 7200 });
  await run(7201);
  fleet.host('w1', 7201);
  await run(7300);
  expect(pager.take()).toEqual(['problem web/w1/host DOWN']);
  for (let second = 3600; second < 3800; second += 1) await at(second);
  expect(pager.take()).toEqual([]);
  fleet.host('w1', 3800);
  await at(3801);
  expect(pager.take()).toEqual(['recovery web/w1/host UP']);
});

test('samples are judged after the clock was set back to before the start', async () => {
  const { fleet, pager, at } = bench({ definitions: [definition()] });
  fleet.sample('w1', 'load_one', 1, 10);
  await at(10);
  await at(-3600);
  fleet.sample('w1', 'load_one', 9, -3595);
  await at(-3595);
  expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
});

describe('words after a restart', () => {
  test.for([
    { name: 'a gauge not heard yet', kind: KIND.gauge, value: 1, output: 'errors is 1' },
    {
      name: 'a counter whose rate is not known yet',
      kind: KIND.derive,
      value: Number.NaN,
      output: 'errors is 1',
    },
  ])('$name', async ({ kind, value, output }) => {
    const [fleet, store] = [new Fleet(), new MemoryStore()];
    const definitions = [definition({ metric: 'errors' })];
    const first = bench({ fleet, store, definitions });
    fleet.sample('w1', 'errors', 1, 1, kind);
    await first.at(1);
    await first.judge.stop();
    const second = bench({ fleet, store, definitions, startS: 5000 });
    if (kind === KIND.derive) fleet.sample('w1', 'errors', value, 5001, kind);
    const said = [await second.at(5001), await second.at(5062)].flatMap((report) => report.services);
    expect(said.map((one) => `${one.state} ${one.output}`)).toEqual([`OK ${output}`]);
  });

  test('a soft problem restored is not ended by what was not read', async () => {
    const [fleet, store] = [new Fleet(), new MemoryStore()];
    const definitions = [definition({ maxCheckAttempts: 3 })];
    const first = bench({ fleet, store, definitions });
    fleet.sample('w1', 'load_one', 9, 1);
    await first.at(1);
    await first.judge.stop();
    const second = bench({ fleet, store, definitions, startS: 5000 });
    expect((await second.at(5001)).services).toMatchObject([
      { state: 'CRITICAL', state_type: 'SOFT', output: 'load_one is 9 · critical above 8' },
    ]);
  });
});

test('services of a host that is down make no events of their own, until they are heard again', async () => {
  const store = new MemoryStore();
  const definitions = [HOST_CHECK, definition({ maxCheckAttempts: 9 })];
  const { fleet, at, run } = bench({ store, definitions });
  fleet.sample('w1', 'load_one', 1, 0);
  await at(1);
  await run(300);
  fleet.sample('w1', 'load_one', 1, 301);
  await at(301);
  const events = store.commits
    .flatMap((one) => one.events)
    .map(({ timeMs, service, state }) => `${timeMs / 1000 - 1_000_000} ${service} ${state}`);
  expect(events).toEqual([
    ...[31, 46, 61, 76].map((s) => `${s} load UNKNOWN`),
    '81 host DOWN',
    '301 host UP',
    '301 load OK',
  ]);
});

test('a host that is down is shown anew every ten seconds, without an event', async () => {
  const store = new MemoryStore();
  const { fleet, at, run } = bench({ store, definitions: [HOST_CHECK] });
  fleet.host('w1', 0);
  await at(1);
  await run(82);
  const events = store.commits.flatMap((one) => one.events).length;
  const views = (await run(122)).flatMap((report) => report.services);
  expect(views.length).toBeGreaterThanOrEqual(3);
  expect(views.length).toBeLessThanOrEqual(5);
  const last = views.at(-1);
  expect(last?.output).toMatch(/^silent for (?:11\d|12\d|1 min|2 min)/);
  expect(last?.last_check_ms).toBeGreaterThanOrEqual(1_000_000_000 + 112_000);
  expect(store.commits.flatMap((one) => one.events).length).toBe(events);
});

test('hosts kept that did not come back are forgotten by the store too', async () => {
  const store = new MemoryStore();
  const kept = {
    cluster: 'web',
    state: 'UP',
    sinceMs: 1,
    retiredReason: null,
    leftByWord: false,
    firstSeenMs: 0,
  } as const;
  store.hosts.set('gone', { ...kept, name: 'gone' });
  store.hosts.set('w1', { ...kept, name: 'w1' });
  const { fleet, at } = bench({ store });
  fleet.host('w1', 1);
  await at(1);
  fleet.host('w1', 301);
  await at(301);
  expect([...store.hosts.keys()]).toEqual(['w1']);
});
