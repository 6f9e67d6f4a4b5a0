import { describe, expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { NO_PAST } from '../../src/judge/values/past.ts';
import { Sources } from '../../src/judge/values/sources.ts';
import { bench, Fleet, HOST_CHECK, MemoryStore, Pager, START_MS } from './fleet.ts';
import type { JudgeReport } from '../../src/judge/report.ts';
import type { Membership, Standing } from '../../src/model/instance.ts';

/** Silent for 80 s a host is down. */
const GROUPS = [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000 }];
const NAMES = Array.from({ length: 10 }, (_, i) => `w${i}`);
const PROBLEM = 'problem web//hosts CRITICAL';
const RECOVERY = 'recovery web//hosts OK';
const DOWN = NAMES.map((name) => `problem web/${name}/host DOWN`);

/** Ten hosts, each heard every 10 s at a second of its own, until it is cut off. */
function fleetOfTen(options: Parameters<typeof bench>[0] = {}) {
  const fleet = options.fleet ?? new Fleet();
  const b = bench({ groups: GROUPS, definitions: [HOST_CHECK], ...options, fleet });
  const sending = new Set(NAMES);
  const reports: JudgeReport[] = [];
  let nowS = options.startS ?? 0;
  return {
    ...b,
    reports,
    cut: (names: readonly string[]) => names.forEach((name) => sending.delete(name)),
    setBack: (toS: number) => void (nowS = toS),
    mend: (names: readonly string[]) => names.forEach((name) => sending.add(name)),
    async pass(untilS: number) {
      for (nowS += 1; nowS <= untilS; nowS += 1) {
        for (const [i, name] of NAMES.entries())
          if (nowS % 10 === i && sending.has(name)) fleet.host(name, nowS);
        reports.push(await b.at(nowS));
      }
      nowS = untilS;
    },
  };
}

const viewOf = (reports: readonly JudgeReport[], host: string, service: string) =>
  reports.flatMap(({ services }) => services).findLast((one) => one.host === host && one.service === service);
const member = (host: string, standing: Standing): Membership => {
  return {
    cluster: 'web',
    host,
    instanceId: host,
    standing,
    sinceMs: 1,
    facts: [],
    addresses: [],
    key: null,
  };
};
const here = (host: string) => member(host, { kind: 'here', says: '' });
const left = (host: string) =>
  member(host, { kind: 'left', reason: 'gone from list cloud', sinceMs: START_MS });

describe('half of a group that falls silent at once', () => {
  test('is one problem, and ends when more than half is heard', async () => {
    const s = fleetOfTen();
    await s.pass(100);
    s.cut(NAMES.slice(0, 6));
    await s.pass(300);
    expect(s.pager.take()).toEqual([PROBLEM]);
    expect(viewOf(s.reports, '', 'hosts')).toMatchObject({
      kind: 'host',
      state: 'CRITICAL',
      state_type: 'HARD',
      output:
        "6 of 10 hosts fell silent within 9 s, at 13:48:11 UTC: a network path, a security group or this server's own port, not 6 deaths",
    });
    expect(viewOf(s.reports, 'w3', 'host')).toMatchObject({ state: 'DOWN' });
    expect(viewOf(s.reports, 'w3', 'host')?.output).toContain(' · one of many: hosts tells');
    s.mend(NAMES);
    await s.pass(500);
    expect(s.pager.take()).toEqual([RECOVERY]);
  });

  test('hosts that stay silent when it is over page as usual', async () => {
    const s = fleetOfTen();
    await s.pass(100);
    s.cut(NAMES.slice(0, 6));
    await s.pass(300);
    s.mend(NAMES.slice(0, 4));
    await s.pass(500);
    expect(s.pager.take()).toEqual([PROBLEM, RECOVERY, ...DOWN.slice(4, 6)]);
  });

  test('one that dies meanwhile by itself pages', async () => {
    const s = fleetOfTen();
    await s.pass(100);
    s.cut(NAMES.slice(0, 6));
    await s.pass(200);
    s.cut(['w9']);
    await s.pass(400);
    expect(s.pager.take()).toEqual([PROBLEM, 'problem web/w9/host DOWN']);
  });

  test('fewer than half page each', async () => {
    const s = fleetOfTen();
    await s.pass(100);
    s.cut(NAMES.slice(0, 4));
    await s.pass(300);
    expect(s.pager.take().toSorted()).toEqual(DOWN.slice(0, 4));
    expect(viewOf(s.reports, '', 'hosts')).toBeUndefined();
  });

  test('hosts that left on purpose are not silent', async () => {
    const s = fleetOfTen();
    await s.pass(100);
    s.cut(NAMES.slice(0, 7));
    s.judge.members.take(NAMES.slice(0, 7).map((host) => ({ kind: 'member', member: left(host) })));
    await s.pass(400);
    expect(s.pager.take()).toEqual([]);
    expect(viewOf(s.reports, '', 'hosts')).toBeUndefined();
  });

  test('many that a list is about to call gone wake nobody', async () => {
    const s = fleetOfTen();
    s.judge.members.listed([{ cluster: 'web', readMs: START_MS + 150_000, isWell: true }]);
    await s.pass(100);
    s.cut(NAMES.slice(0, 7));
    await s.pass(195);
    expect(viewOf(s.reports, '', 'hosts')?.state).toBe('CRITICAL');
    s.judge.members.take(NAMES.slice(0, 7).map((host) => ({ kind: 'member', member: left(host) })));
    await s.pass(400);
    expect(s.pager.take()).toEqual([]);
    expect(viewOf(s.reports, '', 'hosts')?.state).toBe('OK');
  });

  test('survives a restart: nothing is told twice, and the end is', async () => {
    const [store, fleet] = [new MemoryStore(), new Fleet()];
    const before = fleetOfTen({ store, fleet });
    await before.pass(100);
    before.cut(NAMES.slice(0, 6));
    await before.pass(250);
    expect(before.pager.take()).toEqual([PROBLEM]);
    await before.judge.stop();
    const s = fleetOfTen({ store, fleet, startS: 260 });
    s.cut(NAMES.slice(0, 6));
    await s.pass(700);
    expect(s.pager.take()).toEqual([]);
    s.mend(NAMES);
    await s.pass(900);
    expect(s.pager.take()).toEqual([RECOVERY]);
  });

  test('that is found out after our own start pages nobody before the grace is over', async () => {
    const fleet = new Fleet();
    for (const name of NAMES) fleet.host(name, 95);
    const s = fleetOfTen({ fleet, startS: 100 });
    s.cut(NAMES);
    await s.pass(175);
    expect(s.pager.take()).toEqual([]);
    await s.pass(300);
    expect(s.pager.take()).toEqual([PROBLEM]);
  });

  test('and whose limit is far shorter than the grace is one problem then, too', async () => {
    const groups = [{ name: 'web', hostTmaxMs: 1000, hostDmaxMs: 3_600_000 }];
    const [store, fleet] = [new MemoryStore(), new Fleet()];
    const before = fleetOfTen({ store, fleet, groups });
    await before.pass(100);
    await before.judge.stop();
    const s = fleetOfTen({ store, fleet, groups, startS: 106 });
    s.cut(NAMES);
    await s.pass(165);
    expect(s.pager.take()).toEqual([]);
    await s.pass(300);
    expect(s.pager.take()).toEqual([PROBLEM]);
  });

  test('once more while the problem is open is of it, and its words tell of the newest', async () => {
    const s = fleetOfTen();
    s.cut(NAMES.slice(6));
    await s.pass(100);
    s.cut(NAMES);
    await s.pass(200);
    expect(s.pager.take()).toEqual([PROBLEM]);
    expect(viewOf(s.reports, '', 'hosts')?.output).toContain('6 of 6 hosts fell silent within 9 s, at 13:48');
    s.mend(NAMES.slice(6));
    await s.pass(400);
    s.cut(NAMES);
    await s.pass(600);
    expect(s.pager.take()).toEqual([]);
    expect(viewOf(s.reports, '', 'hosts')?.output).toContain('4 of 4 hosts fell silent within 3 s, at 13:53');
    expect(viewOf(s.reports, 'w8', 'host')?.output).toContain(' · one of many: hosts tells');
  });

  test('is counted among hosts that are waited for: strays make no mass of one death', async () => {
    const groups = [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000, newHostGraceMs: 300_000 }];
    const s = fleetOfTen({ groups });
    s.judge.members.take(NAMES.slice(0, 2).map((host) => ({ kind: 'member', member: here(host) })));
    s.cut(NAMES.slice(5));
    await s.pass(100);
    s.cut(NAMES.slice(1));
    await s.pass(300);
    expect(s.pager.take()).toEqual(['problem web/w1/host DOWN']);
    expect(viewOf(s.reports, '', 'hosts')).toBeUndefined();
  });

  test('is what it was when the clock is set back, and so are its hosts', async () => {
    const s = fleetOfTen({ startS: 7200 });
    await s.pass(7300);
    s.cut(NAMES.slice(0, 6));
    await s.pass(7500);
    expect(s.pager.take()).toEqual([PROBLEM]);
    s.setBack(3600);
    await s.pass(3800);
    expect(s.pager.take()).toEqual([]);
    s.mend(NAMES);
    await s.pass(4000);
    expect(s.pager.take()).toEqual([RECOVERY]);
  });

  test('a reload changes nothing', async () => {
    const s = fleetOfTen();
    await s.pass(100);
    s.cut(NAMES.slice(0, 6));
    await s.pass(250);
    const channels = new Map([['ops', s.pager]]);
    const routes = [{ match: {}, receiver: 'ops', continue: false }];
    const definitions = [HOST_CHECK, definition()];
    s.judge.reload({ definitions, timeperiods: [], routes, channels, groups: GROUPS });
    await s.pass(400);
    expect(s.pager.take()).toEqual([PROBLEM]);
  });

  test('hosts speak for themselves where no route names anybody for their group', async () => {
    const s = fleetOfTen({ routes: [{ match: { service: 'host' }, receiver: 'ops', continue: false }] });
    await s.pass(100);
    s.cut(NAMES.slice(0, 6));
    await s.pass(300);
    expect(s.pager.take().toSorted()).toEqual(DOWN.slice(0, 6));
  });

  test('whoever is told of hosts that are DOWN is told of their group', async () => {
    const s = fleetOfTen({ routes: [{ match: { severity: 'down' }, receiver: 'ops', continue: false }] });
    await s.pass(100);
    s.cut(NAMES.slice(0, 6));
    await s.pass(300);
    expect(s.pager.take()).toEqual([PROBLEM]);
  });

  test('whoever is told of single hosts alone is told of those, and nobody else is', async () => {
    const [ops, dba] = [new Pager(), new Pager()];
    const s = fleetOfTen({
      channels: new Map([
        ['ops', ops],
        ['dba', dba],
      ]),
      routes: [
        { match: { host: 'w[01]' }, receiver: 'dba', continue: true },
        { match: {}, receiver: 'ops', continue: false },
      ],
    });
    await s.pass(100);
    s.cut(NAMES.slice(0, 6));
    await s.pass(300);
    expect(ops.take()).toEqual([PROBLEM]);
    expect(dba.take().toSorted()).toEqual(DOWN.slice(0, 2));
  });

  test('is not looked for where nobody judges the silence of hosts', async () => {
    const s = fleetOfTen({ definitions: [definition()] });
    await s.pass(100);
    s.cut(NAMES);
    await s.pass(300);
    expect(s.reports.flatMap(({ services }) => services)).toEqual([]);
  });

  test('hosts behind a parent that is down are explained by it', async () => {
    const definitions = [
      definition({ ...HOST_CHECK, name: 'host', parents: ['w0'], subject: { kind: 'host' } }),
    ];
    const s = fleetOfTen({ definitions });
    await s.pass(100);
    s.cut(NAMES);
    await s.pass(400);
    const pages = s.pager.take();
    expect(pages).toContain('problem web/w0/host DOWN');
    expect(pages.filter((page) => page === PROBLEM)).toEqual([]);
  });

  test('the service goes an hour after it is well', async () => {
    const s = fleetOfTen();
    await s.pass(100);
    s.cut(NAMES.slice(0, 6));
    await s.pass(300);
    s.mend(NAMES);
    await s.pass(4000);
    expect(s.reports.flatMap(({ removed }) => removed)).toEqual([
      { cluster: 'web', host: '', service: 'hosts' },
    ]);
    expect(s.pager.take()).toEqual([PROBLEM, RECOVERY]);
  });

  test('an aggregate of that name keeps it, and hosts page for themselves', async () => {
    const aggregate = definition({
      name: 'hosts',
      subject: {
        kind: 'aggregate',
        of: { kind: 'states', service: 'host', states: ['DOWN'], function: 'count' },
        by: ['cluster'],
      },
    });
    const s = fleetOfTen({ definitions: [HOST_CHECK, aggregate] });
    await s.pass(100);
    s.cut(NAMES.slice(0, 6));
    await s.pass(300);
    expect(s.pager.take().toSorted()).toEqual(DOWN.slice(0, 6));
  });

  test('an aggregate that depends on it is not told of beside it', async () => {
    const dependsOn = [
      {
        host: '',
        service: 'hosts',
        notificationFailureCriteria: ['c', 'u'],
        executionFailureCriteria: [],
        inheritsParent: false,
      },
    ];
    const aggregate = definition({
      name: 'hosts down',
      subject: {
        kind: 'aggregate',
        of: { kind: 'states', service: 'host', states: ['DOWN'], function: 'percent' },
        by: ['cluster'],
      },
      critical: '50',
      dependsOn,
    });
    const fleet = new Fleet();
    const sources = new Sources(fleet.catalogue, NO_PAST);
    const s = fleetOfTen({ fleet, definitions: [HOST_CHECK, aggregate], sources });
    await s.pass(100);
    s.cut(NAMES.slice(0, 6));
    await s.pass(300);
    expect(viewOf(s.reports, '', 'hosts down')?.state).toBe('CRITICAL');
    expect(s.pager.take()).toEqual([PROBLEM]);
  });

  test('short limits: a group that reports every second', async () => {
    const groups = [{ ...GROUPS[0], name: 'web', hostTmaxMs: 1000, hostDmaxMs: 3_600_000 }];
    const s = fleetOfTen({ groups });
    await s.pass(100);
    s.cut(NAMES.slice(0, 6));
    await s.pass(300);
    expect(s.pager.take()).toEqual([PROBLEM]);
  });
});
