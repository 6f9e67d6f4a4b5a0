import { describe, expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { bench, Fleet, HOST_CHECK, MemoryStore, START_MS } from './fleet.ts';
import type { JudgeReport } from '../../src/judge/report.ts';

/** Silent for 40 s a host is down, and an hour later it has expired. */
const DMAX_S = 3600;
const GROUPS = [{ name: 'web', hostTmaxMs: 10_000, hostDmaxMs: DMAX_S * 1000 }];

const expired = (reports: readonly JudgeReport[]) =>
  reports.flatMap((report) =>
    report.expired.map(({ name, worker, lastSeenMs }) => [worker, name, lastSeenMs]),
  );
const gone = (reports: readonly JudgeReport[]) =>
  reports.flatMap((report) => report.removedHosts.map(({ name }) => name));

/** A host that was heard once, at 10 s, and all reports of an hour and a half since. */
async function ended(given: Parameters<typeof bench>[0] = {}) {
  const b = bench({ groups: GROUPS, ...given });
  b.fleet.sample('w1', 'load_one', 1, 10);
  const reports: JudgeReport[] = [];
  for (let s = 11; s <= 3800; s += 1) reports.push(await b.at(s));
  return { ...b, reports };
}

describe('a host that expired', () => {
  test('pages once when it goes down, and closes with a notice', async () => {
    const { pager, reports } = await ended();
    expect(pager.take()).toEqual(['problem web/w1/host DOWN', 'closed web/w1/host DOWN']);
    expect(expired(reports)[0]).toEqual([0, 'w1', START_MS + 10_000]);
  });

  test('is offered to its worker again, now and then, until that has forgotten it', async () => {
    const { reports, fleet, at } = await ended();
    const before = expired(reports).length;
    expect(before).toBe(1);
    const later: JudgeReport[] = [];
    for (let s = 3801; s <= 4200; s += 1) later.push(await at(s));
    expect(expired(later)).toHaveLength(1);
    fleet.hostGone('w1', 10);
    expect(gone([await at(4201)])).toEqual(['w1']);
    const after: JudgeReport[] = [];
    for (let s = 4202; s <= 4900; s += 1) after.push(await at(s));
    expect(expired(after)).toEqual([]);
  });

  test('is remembered no more, and comes back silently', async () => {
    const store = new MemoryStore();
    const { fleet, at, pager } = await ended({ store });
    pager.take();
    expect([...store.hosts.keys()]).toEqual(['w1']);
    fleet.hostGone('w1', 10);
    await at(3801);
    expect([...store.hosts.keys()]).toEqual([]);
    fleet.sample('w1', 'load_one', 1, 3802);
    const back = await at(3802);
    expect(back.hosts).toMatchObject([{ name: 'w1', state: 'UP', retiredReason: null }]);
    fleet.sample('w1', 'load_one', 9, 3803);
    const bad = await at(3803);
    expect(bad.services.map(({ service, state }) => [service, state])).toContainEqual(['load', 'CRITICAL']);
    expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
  });

  test('is offered again after a restart', async () => {
    const store = new MemoryStore();
    const { fleet } = await ended({ store });
    const restarted = bench({ groups: GROUPS, store, fleet, startS: 5000 });
    expect(expired([await restarted.at(5001)])).toEqual([[0, 'w1', START_MS + 10_000]]);
    expect(restarted.pager.take()).toEqual([]);
  });

  test('one that is heard before its worker forgets it returns as it was', async () => {
    const { fleet, at, pager } = await ended();
    pager.take();
    fleet.sample('w1', 'load_one', 1, 3801);
    expect((await at(3801)).hosts).toMatchObject([{ name: 'w1', state: 'UP' }]);
    expect(pager.take()).toEqual([]);
  });

  test('when its worker forgets one that is not retired here, its alerts close', async () => {
    const { fleet, at, pager } = bench({ groups: GROUPS });
    fleet.sample('w1', 'load_one', 9, 10);
    await at(10);
    expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
    fleet.hostGone('w1', 10);
    const report = await at(11);
    await at(12);
    expect([pager.take(), gone([report])]).toEqual([['closed web/w1/load CRITICAL'], ['w1']]);
  });
});

describe('a host that is DOWN', () => {
  /** DOWN at 50 s; then nobody looks until `resumesS`, and it is looked at from then on. */
  async function away(resumesS: number, how: 'stalled' | 'restarted') {
    const store = new MemoryStore();
    const b = bench({ groups: GROUPS, store });
    b.fleet.sample('w1', 'load_one', 1, 10);
    await b.run(120);
    const resumed =
      how === 'stalled' ? b : bench({ groups: GROUPS, store, fleet: b.fleet, startS: resumesS });
    const retiredS = async (untilS: number) => {
      for (let s = resumesS; s <= untilS; s += 1) {
        const { hosts } = await resumed.at(s);
        if (hosts.some(({ state }) => state === 'RETIRED')) return s - resumesS;
      }
      return null;
    };
    return { ...resumed, retiredS };
  }

  test.for([
    { name: 'the clock, or the server, has leapt over its host_dmax', how: 'stalled' },
    { name: 'the server was away for longer than its host_dmax', how: 'restarted' },
  ] as const)('has ten minutes to be heard when $name', async ({ how }) => {
    const { retiredS } = await away(200_000, how);
    expect(await retiredS(201_000)).toBe(601);
  });

  test('is not retired when it is heard in time', async () => {
    const { fleet, retiredS } = await away(200_000, 'stalled');
    expect(await retiredS(200_500)).toBeNull();
    fleet.sample('w1', 'load_one', 1, 200_500);
    expect(await retiredS(200_520)).toBeNull();
  });

  test('has no longer than its host_dmax after a start', async () => {
    const { retiredS } = await away(300, 'restarted');
    expect(await retiredS(5000)).toBe(DMAX_S + 52 - 300);
  });
});

test('a host whose row was given back is left as it is until the news of it are here', async () => {
  const { fleet, run, at, pager } = bench({ groups: GROUPS });
  await run(94);
  fleet.sample('w1', 'load_one', 1, 95);
  await run(100);
  fleet.rowGivenBack('w1');
  await run(105);
  expect(pager.take()).toEqual([]);
  fleet.announce({ kind: 'cluster-gone', cluster: 'web' });
  expect(gone([await at(106)])).toEqual(['w1']);
  expect(pager.take()).toEqual([]);
});

test('points of one that was forgotten, brought by the journal, page nobody', async () => {
  const fleet = new Fleet();
  const { at, pager, run } = bench({ groups: GROUPS, fleet, startS: 100_000 });
  fleet.sample('w1', 'load_one', 99, 20_000);
  const first = await at(100_001);
  expect(first.hosts).toMatchObject([{ name: 'w1', state: 'PENDING' }]);
  const reports = await run(100_700);
  expect(reports.flatMap(({ hosts }) => hosts).map(({ state }) => state)).toEqual(['RETIRED']);
  expect(expired(reports)).toEqual([[0, 'w1', START_MS + 20_000_000]]);
  expect(pager.take()).toEqual([]);
});

test('a host that fell silent shortly before our start pages as ever', async () => {
  const fleet = new Fleet();
  const { pager, run } = bench({ groups: GROUPS, fleet, startS: 100_000 });
  fleet.sample('w1', 'load_one', 1, 99_000);
  await run(100_200);
  expect(pager.take()).toContain('problem web/w1/host DOWN');
});

describe('a metric that left its host', () => {
  test('takes its services with it, without a page', async () => {
    const { fleet, at, pager } = bench({ definitions: [definition(), HOST_CHECK] });
    fleet.sample('w1', 'load_one', 1, 10);
    await at(10);
    fleet.recordGone('w1', 'load_one');
    const report = await at(11);
    expect(report.removed).toEqual([{ cluster: 'web', host: 'w1', service: 'load' }]);
    fleet.host('w1', 20);
    await at(200);
    expect(pager.take().filter((page) => page.includes('load'))).toEqual([]);
  });

  test('closes what somebody was told of', async () => {
    const { fleet, at, pager } = bench({ definitions: [definition(), HOST_CHECK] });
    fleet.sample('w1', 'load_one', 9, 10);
    await at(10);
    fleet.recordGone('w1', 'load_one');
    await at(11);
    await at(12);
    expect(pager.take()).toEqual(['problem web/w1/load CRITICAL', 'closed web/w1/load CRITICAL']);
  });

  test('comes back as a new one', async () => {
    const { fleet, at, pager } = bench({ definitions: [definition(), HOST_CHECK] });
    fleet.sample('w1', 'load_one', 1, 10);
    await at(10);
    fleet.recordGone('w1', 'load_one');
    await at(11);
    fleet.sample('w1', 'load_one', 9, 12);
    await at(12);
    expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
  });
});
