import { describe, expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { bench, Fleet, HOST_CHECK, MemoryStore, START_MS } from './fleet.ts';
import type { JudgeReport } from '../../src/judge/report.ts';
import type { Bench } from './fleet.ts';
import type { Membership, Standing } from '../../src/model/instance.ts';

/** Silent for 80 s a host is down. */
const GROUP = { name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000 };
const HERE: Standing = { kind: 'here', says: '' };
const LISTED: Standing = { kind: 'here', says: 'cloud says running' };
const LEFT_AT_S = 100;
const LEFT: Standing = {
  kind: 'left',
  reason: 'deregistered: scale-in',
  sinceMs: START_MS + LEFT_AT_S * 1000,
};

function member(standing: Standing, { host = 'w1', sinceS = 1 } = {}): Membership {
  const sinceMs = START_MS + sinceS * 1000;
  return {
    cluster: 'web',
    host,
    instanceId: `i-${host}`,
    standing,
    sinceMs,
    facts: [],
    addresses: [],
    key: null,
  };
}

/** A fleet in which hosts send every 10 s as long as `sends` says so, and the roster's news are told. */
function stage(options: Parameters<typeof bench>[0] = {}) {
  const b = bench({ groups: [GROUP], ...options });
  const sending = new Map<string, number>();
  const reports: JudgeReport[] = [];
  let nowS = options.startS ?? 0;
  return {
    ...b,
    reports,
    sends: (host: string, load = 1) => void sending.set(host, load),
    silent: (host: string) => void sending.delete(host),
    roster: (standing: Standing, of: { host?: string; sinceS?: number } = {}) =>
      b.judge.members.take([{ kind: 'member', member: member(standing, of) }]),
    async pass(untilS: number) {
      for (nowS += 1; nowS <= untilS; nowS += 1) {
        if (nowS % 10 === 0) for (const [host, load] of sending) b.fleet.sample(host, 'load_one', load, nowS);
        reports.push(await b.at(nowS));
      }
      nowS = untilS;
    },
  };
}

const statesOf = (reports: readonly JudgeReport[], name = 'w1') =>
  reports.flatMap(({ hosts }) =>
    hosts.filter((one) => one.name === name).map(({ state, retiredReason }) => retiredReason ?? state),
  );
const outputOf = (reports: readonly JudgeReport[], service = 'host', host = 'w1') =>
  reports.flatMap(({ services }) => services).findLast((one) => one.host === host && one.service === service)
    ?.output;
const offered = (reports: readonly JudgeReport[]) =>
  reports.flatMap(({ expired }) => expired.map(({ name, reason }) => `${name}: ${reason}`));
const eventsOf = ({ store }: Pick<Bench, 'store'>) =>
  (store as MemoryStore).commits.flatMap(({ events }) =>
    events.filter(({ service }) => service === 'host').map(({ state, output }) => `${state} ${output}`),
  );

describe('a host that left', () => {
  test('is retired at once with its reason, though it is heard, and pages nobody', async () => {
    const s = stage();
    s.sends('w1');
    s.roster(HERE);
    await s.pass(LEFT_AT_S);
    s.roster(LEFT);
    await s.pass(101);
    const last = s.reports.at(-1);
    expect(last?.hosts).toMatchObject([
      { name: 'w1', state: 'RETIRED', retiredReason: 'deregistered: scale-in', sinceMs: START_MS + 100_000 },
    ]);
    expect(last?.removed.map(({ service }) => service).toSorted()).toEqual(['host', 'load']);
    expect(eventsOf(s)).toContain('RETIRED deregistered: scale-in');
    await s.pass(150);
    expect(offered(s.reports)).toEqual([]); // It sends still.
    s.silent('w1');
    await s.pass(300);
    expect(statesOf(s.reports).at(-1)).toBe('deregistered: scale-in');
    expect(offered(s.reports)).toEqual(['w1: deregistered: scale-in']);
    expect(s.pager.take()).toEqual([]);
  });

  test('closes what somebody was told of, and nothing else', async () => {
    const s = stage();
    s.sends('w1', 9);
    s.sends('w2', 9);
    s.roster(HERE);
    await s.pass(50);
    expect(s.pager.take()).toEqual(['problem web/w1/load CRITICAL', 'problem web/w2/load CRITICAL']);
    s.roster(LEFT);
    await s.pass(60);
    expect(s.pager.pages.map(({ output }) => output)).toEqual([
      'the host was retired: deregistered: scale-in · was: load_one is 9 · critical above 8',
    ]);
    expect(s.pager.take()).toEqual(['closed web/w1/load CRITICAL']);
  });

  test('stays so when it comes back by stray packets, from the beginning and without services', async () => {
    const s = stage();
    s.roster(LEFT);
    s.sends('w1', 9);
    await s.pass(400);
    expect(new Set(statesOf(s.reports))).toEqual(new Set(['deregistered: scale-in']));
    expect(s.reports.flatMap(({ services, removed }) => [...services, ...removed])).toEqual([]);
    expect(s.pager.take()).toEqual([]);
  });

  test('stays so after its worker forgot it', async () => {
    const s = stage();
    s.sends('w1');
    await s.pass(50);
    s.roster(LEFT);
    s.silent('w1');
    await s.pass(300);
    s.fleet.hostGone('w1', 50);
    await s.pass(310);
    s.sends('w1', 9);
    await s.pass(320);
    expect(s.reports.at(-1)?.services).toEqual([]);
    expect(statesOf(s.reports).at(-1)).toBe('deregistered: scale-in');
    expect(s.pager.take()).toEqual([]);
  });

  test('has another reason when the roster has', async () => {
    const s = stage();
    s.sends('w1');
    s.roster(LEFT);
    await s.pass(20);
    s.roster({ kind: 'left', reason: 'replaced by i-2', sinceMs: START_MS });
    await s.pass(30);
    expect(statesOf(s.reports)).toEqual(['deregistered: scale-in', 'replaced by i-2']);
  });

  test('one that left while this server was away closes as it starts', async () => {
    const store = new MemoryStore();
    const fleet = new Fleet();
    const before = stage({ store, fleet });
    before.sends('w1', 9);
    await before.pass(50);
    await before.judge.stop();
    const s = stage({ store, fleet, startS: 200 });
    s.roster(LEFT);
    await s.pass(202);
    expect(s.pager.take()).toEqual(['closed web/w1/load CRITICAL']);
    expect(store.hosts.get('w1')).toMatchObject({ state: 'RETIRED', leftByWord: true });
  });

  test('one that is forgotten by the roster stays retired until it is heard', async () => {
    const s = stage();
    s.sends('w1');
    await s.pass(50);
    s.roster(LEFT);
    s.silent('w1');
    await s.pass(60);
    s.judge.members.take([{ kind: 'forgotten', cluster: 'web', host: 'w1' }]);
    await s.pass(500);
    expect(statesOf(s.reports).at(-1)).toBe('deregistered: scale-in');
    s.sends('w1');
    await s.pass(520);
    expect(statesOf(s.reports).at(-1)).toBe('UP');
    expect(s.pager.take()).toEqual([]);
  });
});

describe('a host that comes back', () => {
  async function rebooted(heardAgainS: number | null) {
    const s = stage();
    s.sends('w1');
    s.roster(HERE);
    await s.pass(LEFT_AT_S);
    s.silent('w1');
    s.roster(LEFT);
    await s.pass(300);
    s.roster(HERE);
    await s.pass(heardAgainS ?? 500);
    s.sends('w1');
    await s.pass(600);
    return s;
  }

  test('by registering again is silent: PENDING, then UP when it is heard', async () => {
    const s = await rebooted(330);
    const states = statesOf(s.reports);
    expect(states.filter((state, i) => state !== states[i - 1])).toEqual([
      'UP',
      'deregistered: scale-in',
      'PENDING',
      'UP',
    ]);
    expect(s.pager.take()).toEqual([]);
  });

  test('and is not heard has its silence limit from then on', async () => {
    const s = await rebooted(null);
    expect(s.pager.pages.map(({ createdMs, kind }) => [kind, (createdMs - START_MS) / 1000])).toEqual([
      ['problem', 381],
      ['recovery', 510],
    ]);
  });

  test('that an expired one is listed still does not bring it back', async () => {
    const s = stage();
    s.sends('w1');
    await s.pass(20);
    s.silent('w1');
    await s.pass(3900);
    expect(statesOf(s.reports).at(-1)).toBe('expired');
    s.roster(LISTED);
    await s.pass(3950);
    expect(statesOf(s.reports).at(-1)).toBe('expired');
    s.sends('w1');
    await s.pass(3970);
    expect(statesOf(s.reports).at(-1)).toBe('UP');
  });
});

describe('a host that never registered', () => {
  const groups = [{ ...GROUP, newHostGraceMs: 300_000 }];

  /** Heard from 10 s until `untilS`, then silent. */
  async function passing(untilS: number, options: Parameters<typeof bench>[0] = {}, standing?: Standing) {
    const s = stage({ groups, ...options });
    if (standing) s.roster(standing);
    s.sends('w1');
    await s.pass(untilS);
    s.silent('w1');
    await s.pass(untilS + 200);
    return s;
  }

  test('and was heard for two minutes is DOWN, and nobody is paged', async () => {
    const s = await passing(130);
    expect(statesOf(s.reports).at(-1)).toBe('DOWN');
    expect(s.pager.take()).toEqual([]);
    expect(outputOf(s.reports)).toMatch(
      /^silent for \d+ (s|min) \(limit 80 s\) · nobody is paged: never registered, heard for 2 min$/,
    );
  });

  test.for([
    { name: 'and was heard for long enough', untilS: 310 },
    { name: 'was heard for a moment, and registered', untilS: 20, standing: HERE },
    { name: 'where there is no grace', untilS: 20, options: { groups: [GROUP] } },
  ])('$name, pages', async ({ untilS, options, standing }) => {
    const s = await passing(untilS, options, standing);
    expect(s.pager.take()).toEqual(['problem web/w1/host DOWN']);
  });

  test('when it was first heard is kept over a restart', async () => {
    const store = new MemoryStore();
    const fleet = new Fleet();
    await passing(130, { store, fleet });
    const s = stage({ groups, store, fleet, startS: 400 });
    await s.pass(600);
    expect(s.pager.take()).toEqual([]);
    expect(outputOf(s.reports)).toContain('heard for 2 min');
  });

  test('one that is known from before our start pages', async () => {
    const fleet = new Fleet();
    fleet.sample('w1', 'load_one', 1, 99_000);
    const s = stage({ groups, fleet, startS: 100_000 });
    await s.pass(100_200);
    expect(s.pager.take()).toEqual(['problem web/w1/host DOWN']);
  });
});

describe('an expected lifetime', () => {
  const groups = [{ ...GROUP, expectedLifetimeMs: 600_000 }];

  test.for([
    {
      name: 'one that lived so long has ended',
      untilS: 700,
      pages: [],
      reason: 'ended: lived 11 min 30 s, 10 min were expected',
    },
    { name: 'a younger one is DOWN', untilS: 500, pages: ['problem web/w1/host DOWN'], reason: 'DOWN' },
    {
      name: 'one that never registered is DOWN',
      untilS: 700,
      isMember: false,
      pages: ['problem web/w1/host DOWN'],
      reason: 'DOWN',
    },
  ])('$name', async ({ untilS, pages, reason, isMember = true }) => {
    const s = stage({ groups });
    if (isMember) s.roster(HERE, { sinceS: 10 });
    s.sends('w1');
    await s.pass(untilS);
    s.silent('w1');
    await s.pass(untilS + 200);
    expect(statesOf(s.reports).at(-1)).toBe(reason);
    expect(s.pager.take()).toEqual(pages);
    s.sends('w1');
    await s.pass(untilS + 220);
    expect(statesOf(s.reports).at(-1)).toBe('UP');
  });
});

test('one that ended is retired from the first report of a restart on', async () => {
  const groups = [{ ...GROUP, expectedLifetimeMs: 600_000 }];
  const [store, fleet] = [new MemoryStore(), new Fleet()];
  const before = stage({ groups, store, fleet });
  before.roster(HERE, { sinceS: 10 });
  before.sends('w1');
  await before.pass(700);
  before.silent('w1');
  await before.pass(850);
  fleet.hostGone('w1', 700);
  await before.pass(860);
  await before.judge.stop();
  fleet.sample('w1', 'load_one', 1, 700); // The journal has points of it left.
  const s = stage({ groups, store, fleet, startS: 870 });
  s.roster(HERE, { sinceS: 10 });
  await s.pass(950);
  expect(statesOf(s.reports)).toEqual(['ended: lived 11 min 30 s, 10 min were expected']);
  expect(s.pager.take()).toEqual([]);
});

test('one that lives longer than expected is not taken for ended while this server was away', async () => {
  const groups = [{ ...GROUP, expectedLifetimeMs: 600_000 }];
  const [store, fleet] = [new MemoryStore(), new Fleet()];
  const before = stage({ groups, store, fleet });
  before.roster(HERE, { sinceS: 10 });
  before.sends('w1');
  await before.pass(700);
  await before.judge.stop();
  const s = stage({ groups, store, fleet, startS: 900 });
  s.roster(HERE, { sinceS: 10 });
  await s.pass(930);
  s.sends('w1');
  await s.pass(1000);
  expect(statesOf(s.reports)).toEqual(['PENDING', 'UP']);
});

describe('a host heard once, of which nothing else is known', () => {
  const groups = [{ name: 'web', hostTmaxMs: 3000, hostDmaxMs: 3_600_000 }];

  test.for([
    {
      name: 'has three of the intervals that registering told it',
      standing: HERE,
      boot: 10_000,
      limit: 30_000,
    },
    { name: 'has its usual limit where that is longer', standing: HERE, boot: 1000, limit: 12_000 },
    { name: 'has its usual limit when it did not register', boot: 10_000, limit: 12_000 },
    {
      name: 'has that of its habits once they are known',
      standing: HERE,
      boot: 10_000,
      gapS: 4,
      limit: 12_000,
    },
  ])('$name', async ({ standing, boot, gapS = 0, limit }) => {
    const s = stage({ groups, boot: { intervalMs: boot } });
    if (standing) s.roster(standing);
    s.fleet.host('w1', 5);
    s.fleet.gap('w1', gapS, 0);
    await s.pass(8);
    const judged = s.reports.flatMap(({ hosts }) => hosts);
    expect(judged.map(({ silenceLimitMs }) => silenceLimitMs)).toEqual([limit]);
  });
});

describe('a host that a list has', () => {
  /** Silent from 100 s on: missed after 140 s, over its limit after 180 s. */
  async function silent(
    standing: Standing,
    list: { readonly isWell: boolean; readonly readS: number } | null,
  ) {
    const s = stage({ definitions: [HOST_CHECK] });
    s.roster(standing);
    if (list) {
      s.judge.members.listed([{ cluster: 'web', readMs: START_MS + list.readS * 1000, isWell: list.isWell }]);
    }
    s.sends('w1');
    await s.pass(100);
    s.silent('w1');
    await s.pass(182);
    return s;
  }
  const pagedS = ({ pager }: Pick<Bench, 'pager'>) =>
    pager.pages.map(({ createdMs }) => (createdMs - START_MS) / 1000);

  test.for([
    {
      name: 'well, and older than its silence: 30 s',
      standing: LISTED,
      list: { isWell: true, readS: 150 },
      atS: 210,
    },
    { name: 'failing: nobody waits', standing: LISTED, list: { isWell: false, readS: 150 }, atS: 181 },
    { name: 'that does not have it', standing: HERE, list: { isWell: true, readS: 150 }, atS: 181 },
    { name: 'none', standing: LISTED, list: null, atS: 181 },
  ])('pages after the list was waited for: $name', async ({ standing, list, atS }) => {
    const s = await silent(standing, list);
    await s.pass(300);
    expect(pagedS(s)).toEqual([atS]);
  });

  test('pages as soon as the list was read and says it runs', async () => {
    const s = await silent(LISTED, { isWell: true, readS: 150 });
    expect(outputOf(s.reports)).toMatch(/ · cloud says running · its page waits for the list of instances$/);
    s.judge.members.listed([{ cluster: 'web', readMs: START_MS + 182_000, isWell: true }]);
    await s.pass(190);
    expect(pagedS(s)).toEqual([183]);
    expect(s.pager.pages[0]?.output).toBe('silent for 83 s (limit 80 s) · cloud says running');
    await s.pass(220);
    expect(outputOf(s.reports)).toMatch(/^silent for \d+ s \(limit 80 s\) · cloud says running$/);
  });

  test('pages nobody when the list says it left', async () => {
    const s = await silent(LISTED, { isWell: true, readS: 150 });
    s.roster({ kind: 'left', reason: 'gone from list cloud', sinceMs: START_MS + 182_000 });
    await s.pass(300);
    expect(s.pager.take()).toEqual([]);
    expect(statesOf(s.reports).at(-1)).toBe('gone from list cloud');
  });

  test('asks for the list when it is missed, and when it has crossed its limit', async () => {
    const s = await silent(LISTED, { isWell: true, readS: 90 });
    await s.pass(400);
    const asked = s.reports.filter(({ missed }) => missed.length > 0);
    expect(asked.map(({ nowMs, missed }) => [(nowMs - START_MS) / 1000, missed])).toEqual([
      [141, ['web']],
      [181, ['web']],
    ]);
  });

  test('asks for no list where there is none', async () => {
    const s = await silent(HERE, null);
    expect(s.reports.flatMap(({ missed }) => missed)).toEqual([]);
  });
});

test('a definition that is critical pages for a host that registered a moment ago', async () => {
  const s = stage({
    definitions: [definition(), HOST_CHECK],
    groups: [{ ...GROUP, newHostGraceMs: 300_000 }],
  });
  s.sends('w1', 9);
  await s.pass(20);
  expect(s.pager.take()).toEqual(['problem web/w1/load CRITICAL']);
});
