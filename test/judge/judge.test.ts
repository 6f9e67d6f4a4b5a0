import { describe, expect, test } from 'vitest';
import { KIND } from '../../src/model/kind.ts';
import { definition } from '../check/definition.ts';
import { bench, Fleet, HOST_CHECK, MemoryStore, Pager } from './fleet.ts';
import type { JudgeReport } from '../../src/judge/report.ts';

function services(report: JudgeReport): string[] {
  return report.services.map(
    ({ service, state, state_type, output }) => `${service} ${state} ${state_type}: ${output}`,
  );
}

describe('a threshold', () => {
  test('is crossed, told once, and its end is told', async () => {
    const { fleet, pager, at } = bench();
    fleet.sample('w1', 'load_one', 1, 1);
    expect(services(await at(1))).toEqual([
      'host UP HARD: heard (limit 80 s)',
      'load OK HARD: load_one is 1',
    ]);
    fleet.sample('w1', 'load_one', 9.61, 11);
    expect(services(await at(11))).toEqual(['load CRITICAL HARD: load_one is 9.61 · critical above 8']);
    expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
    fleet.sample('w1', 'load_one', 10, 21);
    expect(services(await at(21))).toEqual(['load CRITICAL HARD: load_one is 10 · critical above 8']);
    fleet.sample('w1', 'load_one', 2, 31);
    await at(31);
    expect(pager.take()).toEqual(['recovery web/w1/load OK']);
  });

  test('goes through soft attempts, each with a newer sample and after the retry interval', async () => {
    const { fleet, pager, at, run } = bench({ definitions: [definition({ maxCheckAttempts: 3 })] });
    const seen: string[] = [];
    for (let s = 0; s <= 60; s += 1) {
      if (s % 10 === 0) fleet.sample('w1', 'load_one', 9, s);
      for (const { state_type, attempt } of (await at(s)).services) {
        const line = `${state_type} ${attempt}`;
        if (seen.at(-1)?.endsWith(line) !== true) seen.push(`${s}: ${line}`);
      }
    }
    expect(seen).toEqual(['0: SOFT 1', '15: SOFT 2', '30: HARD 3']);
    expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
    await run(62);
    expect(pager.take()).toEqual([]);
  });

  test('a soft problem that ends is told to nobody', async () => {
    const { fleet, pager, at } = bench({ definitions: [definition({ maxCheckAttempts: 2 })] });
    fleet.sample('w1', 'load_one', 9, 1);
    await at(1);
    fleet.sample('w1', 'load_one', 1, 11);
    expect(services(await at(11))).toEqual(['load OK HARD: load_one is 1']);
    expect(pager.take()).toEqual([]);
  });

  test('a recovery goes to those who were told and to nobody else', async () => {
    const [ops, oncall] = [new Pager(), new Pager()];
    const { fleet, at } = bench({
      definitions: [definition({ warning: '4' })],
      routes: [
        { match: { severity: 'critical' }, receiver: 'oncall', continue: false },
        { match: { severity: 'warning' }, receiver: 'ops', continue: false },
      ],
      channels: new Map([
        ['ops', ops],
        ['oncall', oncall],
      ]),
    });
    fleet.sample('w1', 'load_one', 5, 1);
    await at(1);
    fleet.sample('w1', 'load_one', 0, 11);
    await at(11);
    expect([ops.take(), oncall.take()]).toEqual([
      ['problem web/w1/load WARNING', 'recovery web/w1/load OK'],
      [],
    ]);
  });

  test('a receiver that could not be told of the problem does not hear of its end', async () => {
    const { fleet, pager, at } = bench();
    pager.outcome = { ok: false, retryable: false, detail: 'HTTP 400' };
    fleet.sample('w1', 'load_one', 9, 1);
    await at(1);
    const report = await at(2);
    expect(report.notifications).toEqual([{ receiver: 'ops', outcome: 'failed', count: 1 }]);
    pager.outcome = { ok: true, detail: '' };
    fleet.sample('w1', 'load_one', 1, 11);
    await at(11);
    expect(pager.take()).toEqual([]);
  });

  test('the rate of a counter that is not known yet is no news', async () => {
    const { fleet, at } = bench({ definitions: [definition({ metric: 'errors' })] });
    fleet.sample('w1', 'errors', Number.NaN, 1, KIND.derive);
    expect(services(await at(1))).toEqual([]);
    fleet.sample('w1', 'errors', 3, 11, KIND.derive);
    expect(services(await at(11))).toEqual(['load OK HARD: errors is 3']);
  });

  test('a gauge that is not a number is UNKNOWN', async () => {
    const { fleet, at } = bench({ definitions: [definition()] });
    fleet.sample('w1', 'load_one', 1, 1);
    expect(services(await at(1))).toEqual(['load OK HARD: load_one is 1']);
    fleet.sample('w1', 'load_one', Number.NaN, 11);
    expect(services(await at(11))).toEqual(['load UNKNOWN HARD: load_one is not a number']);
  });

  test('a gauge that never was a number is no service, until it is one', async () => {
    const { fleet, pager, at } = bench({ definitions: [definition()] });
    for (let s = 1; s <= 301; s += 10) {
      fleet.sample('w1', 'load_one', Number.NaN, s);
      expect(services(await at(s))).toEqual([]);
    }
    expect(pager.take()).toEqual([]);
    fleet.sample('w1', 'load_one', 9, 311);
    expect(services(await at(311))).toEqual(['load CRITICAL HARD: load_one is 9 · critical above 8']);
  });

  test('the words of a state that stays are refreshed with its samples, a few seconds apart', async () => {
    const { fleet, at } = bench({ definitions: [definition()] });
    const said: string[] = [];
    for (let s = 0; s <= 30; s += 1) {
      if (s <= 20) fleet.sample('w1', 'load_one', s / 10, s);
      else fleet.host('w1', s);
      said.push(...services(await at(s)).map((line) => `${s}: ${line}`));
    }
    expect(said).toEqual([
      '0: load OK HARD: load_one is 0',
      '3: load OK HARD: load_one is 0.3',
      '8: load OK HARD: load_one is 0.8',
      '13: load OK HARD: load_one is 1.3',
      '18: load OK HARD: load_one is 1.8',
      '23: load OK HARD: load_one is 2',
    ]);
  });

  test('the report counts samples and their wait', async () => {
    const { fleet, at } = bench({ definitions: [definition()] });
    fleet.sample('w1', 'load_one', 1, 0);
    await at(1);
    fleet.sample('w1', 'load_one', 1, 10);
    expect(await at(11)).toMatchObject({ evaluations: 1, lagMs: 1000 });
    expect(await at(12)).toMatchObject({ evaluations: 0, lagMs: 0 });
  });
});

describe('a metric that stays away', () => {
  test('is UNKNOWN when its host is heard meanwhile, and that is told', async () => {
    const { fleet, pager, at } = bench({ definitions: [definition()] });
    fleet.sample('w1', 'load_one', 1, 1);
    await at(1);
    for (let s = 2; s <= 31; s += 1) {
      fleet.host('w1', s);
      expect(services(await at(s))).toEqual([]);
    }
    fleet.host('w1', 32);
    expect(services(await at(32))).toEqual(['load UNKNOWN HARD: no sample for 31 s (expected every 10 s)']);
    expect(pager.take()).toEqual(['problem web/w1/load UNKNOWN']);
    fleet.sample('w1', 'load_one', 1, 40);
    await at(40);
    expect(pager.take()).toEqual(['recovery web/w1/load OK']);
  });

  test('is waited for as long as its agent usually lets packets wait', async () => {
    const { fleet, at } = bench({ definitions: [definition()] });
    fleet.sample('w1', 'load_one', 1, 1);
    await at(1);
    for (let s = 2; s <= 111; s += 1) {
      if (s % 40 === 1) fleet.host('w1', s);
      fleet.gap('w1', 50);
      expect(services(await at(s))).toEqual([]);
    }
    expect(services(await at(112))).toEqual(['load UNKNOWN HARD: no sample for 111 s (expected every 10 s)']);
  });

  test('takes the state the definition gives it', async () => {
    const { fleet, at, run } = bench({
      definitions: [definition({ freshnessState: 'CRITICAL', freshnessThresholdMs: 5000 })],
    });
    fleet.sample('w1', 'load_one', 1, 0);
    await at(1);
    fleet.host('w1', 6);
    const reports = await run(7);
    expect(reports.flatMap(services)).toEqual([
      'load CRITICAL HARD: no sample for 6 s (expected every 10 s)',
    ]);
  });
});

describe('a host that dies', () => {
  test('is one page, whatever its services do, and its return is another', async () => {
    const { fleet, pager, at, run } = bench();
    for (let s = 0; s <= 100; s += 10) {
      fleet.sample('w1', 'load_one', 1, s);
      await at(s);
    }
    await run(180);
    expect(pager.take()).toEqual([]);
    const [report] = await run(181);
    expect(report?.hosts).toMatchObject([{ name: 'w1', state: 'DOWN', silenceLimitMs: 80_000 }]);
    await run(300);
    expect(pager.pages[0]?.output).toBe('silent for 81 s (limit 80 s)');
    expect(pager.take()).toEqual(['problem web/w1/host DOWN']);
    // Back, and its metrics a moment later: nothing to tell of them.
    fleet.host('w1', 301);
    await run(303);
    fleet.sample('w1', 'load_one', 1, 304);
    await run(400 - 1);
    expect(pager.take().filter((line) => line.includes('/load'))).toEqual([]);
  });

  test('what is still bad when it is back is told then', async () => {
    const { fleet, pager, at, run } = bench();
    for (let s = 0; s <= 100; s += 10) {
      fleet.sample('w1', 'load_one', 1, s);
      await at(s);
    }
    await run(200);
    expect(pager.take()).toEqual(['problem web/w1/host DOWN']);
    fleet.sample('w1', 'load_one', 12, 201);
    await at(201);
    expect(pager.take()).toEqual(['recovery web/w1/host UP', 'problem web/w1/load CRITICAL']);
  });

  test('a metric that does not come back with its host is told when it is overdue', async () => {
    const { fleet, pager, at, run } = bench();
    fleet.sample('w1', 'load_one', 1, 0);
    await at(1);
    await run(90);
    expect(pager.take()).toEqual(['problem web/w1/host DOWN']);
    const told: string[] = [];
    for (let s = 91; s <= 130; s += 1) {
      fleet.host('w1', s);
      await at(s);
      told.push(...pager.take().map((line) => `${s} ${line}`));
    }
    expect(told).toEqual(['91 recovery web/w1/host UP', '121 problem web/w1/load UNKNOWN']);
  });

  test('a soft problem of its own: host checks have attempts too', async () => {
    const { fleet, pager, at, run } = bench({ definitions: [{ ...HOST_CHECK, maxCheckAttempts: 2 }] });
    fleet.host('w1', 0);
    await at(1);
    await run(95);
    expect(pager.take()).toEqual([]);
    await run(97);
    expect(pager.take()).toEqual(['problem web/w1/host DOWN']);
  });

  test('is retired after host_dmax, its alerts close with a notice, and it may return', async () => {
    const fleet = new Fleet();
    const { pager, at, run } = bench({
      fleet,
      groups: [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 100_000 }],
    });
    fleet.sample('w1', 'load_one', 9, 0);
    await at(1);
    await run(100);
    expect(pager.take()).toEqual(['problem web/w1/load CRITICAL', 'problem web/w1/host DOWN']);
    const reports = await run(200);
    expect(reports.at(-1)).toMatchObject({
      hosts: [{ name: 'w1', state: 'RETIRED', retiredReason: 'expired' }],
      removed: [
        { cluster: 'web', host: 'w1', service: 'host' },
        { cluster: 'web', host: 'w1', service: 'load' },
      ],
    });
    expect(pager.pages[0]?.output).toMatch(/^the host was retired: expired.* · was: silent for/);
    expect(pager.take()).toEqual(['closed web/w1/host DOWN', 'closed web/w1/load UNKNOWN']);
    expect(await run(300)).toEqual([]);
    fleet.host('w1', 301);
    const back = await at(301);
    expect(back.hosts).toMatchObject([{ state: 'UP', retiredReason: null }]);
    expect(services(back)).toEqual(['host UP HARD: heard (limit 80 s)']);
    fleet.sample('w1', 'load_one', 1, 302);
    expect(services(await at(302))).toEqual(['load OK HARD: load_one is 1']);
    expect(pager.take()).toEqual([]);
  });

  test('a stall of our own is not its silence', async () => {
    const { fleet, pager, at, run } = bench();
    fleet.sample('w1', 'load_one', 1, 0);
    await at(1);
    await at(500);
    await run(579);
    expect(pager.take()).toEqual([]);
    await run(581);
    expect(pager.take()).toEqual(['problem web/w1/host DOWN']);
  });
});

describe('what is watched', () => {
  test('new metrics are matched as they appear, and announced again they keep their state', async () => {
    const { fleet, at } = bench({ definitions: [definition({ name: 'any', metric: 'load_.*' })] });
    fleet.sample('w1', 'load_one', 9, 1);
    expect(services(await at(1))).toEqual(['any[load_one] CRITICAL HARD: load_one is 9 · critical above 8']);
    fleet.sample('w1', 'load_five', 1, 2);
    expect(services(await at(2))).toEqual(['any[load_five] OK HARD: load_five is 1']);
    fleet.announceMetric('w1', 'load_one', KIND.gauge, 20);
    expect((await at(3)).services).toMatchObject([
      { service: 'any[load_one]', state: 'CRITICAL', since_ms: 1_000_001_000 },
    ]);
  });

  test('a group that leaves takes its services along, with a notice, and may come back', async () => {
    const { fleet, pager, at } = bench();
    fleet.sample('w1', 'load_one', 9, 1);
    await at(1);
    pager.take();
    fleet.announce({ kind: 'cluster-gone', cluster: 'web' });
    expect((await at(2)).removed.map((one) => one.service)).toEqual(['host', 'load']);
    expect(pager.take()).toEqual(['closed web/w1/load CRITICAL']);
    const again = new Fleet(fleet.catalogue);
    again.sample('w1', 'load_one', 1, 10);
    expect((await at(10)).services.map((one) => one.service)).toEqual(['host', 'load']);
    // And both within one turn.
    again.announce({ kind: 'cluster-gone', cluster: 'web' });
    new Fleet(fleet.catalogue).sample('w1', 'load_one', 2, 11);
    const moved = await at(11);
    expect(moved.services.map((one) => one.output)).toContain('load_one is 2');
    expect(moved.removed).toEqual([]);
  });

  test('a reload keeps states, judges by the new thresholds, and closes what is gone', async () => {
    const { fleet, pager, judge, at } = bench({
      definitions: [definition(), definition({ name: 'five', metric: 'load_five' })],
    });
    fleet.sample('w1', 'load_one', 9, 1);
    fleet.sample('w1', 'load_five', 9, 1);
    await at(1);
    pager.take();
    const rules = {
      routes: [{ match: {}, receiver: 'ops', continue: false }],
      channels: new Map([['ops', pager]]),
      groups: [],
      timeperiods: [],
    };
    expect(judge.reload({ ...rules, definitions: [definition({ host: '(' })] }).ok).toBe(false);
    expect(services(await at(2))).toEqual([]);
    expect(judge.reload({ ...rules, definitions: [definition({ critical: '20' })] })).toEqual({ ok: true });
    const report = await at(3);
    expect(report.removed.map((one) => one.service)).toEqual(['five']);
    expect(services(report)).toEqual(['load OK HARD: load_one is 9']);
    expect(pager.take().toSorted()).toEqual(['closed web/w1/five CRITICAL', 'recovery web/w1/load OK']);
  });
});

test('a store that refuses delays no page, and is given everything when it is well again', async () => {
  const store = new MemoryStore();
  const { fleet, pager, at } = bench({ store, definitions: [definition()] });
  store.fault = 'disk full';
  fleet.sample('w1', 'load_one', 9, 1);
  expect(await at(1)).toMatchObject({ storeFault: 'disk full' });
  expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
  await at(2);
  store.fault = null;
  expect(await at(3)).toMatchObject({ storeFault: null });
  expect(store.services.get('w1/load')).toMatchObject({
    told: [{ receiver: 'ops', level: 'CRITICAL', known: 'CRITICAL', key: null }],
  });
  expect([...store.pages.values()].map((one) => one.outcome)).toEqual(['delivered']);
  const commits = store.commits.length;
  await at(4);
  expect(store.commits.length).toBe(commits);
});

test('without the lease nothing is told, and with it what is owed', async () => {
  let ours = false;
  const { fleet, pager, at } = bench({ lease: { mayPage: () => ours } });
  fleet.sample('w1', 'load_one', 9, 1);
  await at(1);
  expect(pager.take()).toEqual([]);
  ours = true;
  await at(2);
  expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
});
