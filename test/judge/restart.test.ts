import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openForReading } from '../../src/state/database.ts';
import { openJudgeRepository } from '../../src/state/judge-repository.ts';
import { readEvents, readNotifications } from '../../src/state/judge-history.ts';
import { eventQuery } from '../state/event-query.ts';
import { definition } from '../check/definition.ts';
import { temporaryFolder } from '../state/folder.ts';
import { bench, Fleet, HOST_CHECK, MemoryStore, Pager } from './fleet.ts';

/** A server over one database and fleet, again and again. */
function setUp() {
  const file = join(temporaryFolder(), 'judge.db');
  const fleet = new Fleet();
  const pager = new Pager();
  const serve = async (
    startS: number,
    work: (server: ReturnType<typeof bench>) => Promise<void>,
    rest: Parameters<typeof bench>[0] = {},
  ) => {
    using store = openJudgeRepository(file);
    const server = bench({ fleet, pager, store, startS, ...rest });
    await work(server);
    await server.judge.stop();
  };
  return { file, fleet, pager, serve };
}

test('a hard problem stays one, untold, and its recovery is told once', async () => {
  const { fleet, pager, serve } = setUp();
  await serve(0, async ({ at }) => {
    fleet.sample('w1', 'load_one', 9, 1);
    await at(1);
  });
  expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
  await serve(20, async ({ at }) => {
    const first = await at(21);
    expect(first.services).toMatchObject([
      { service: 'host', state: 'UP', since_ms: 1_000_001_000 },
      { service: 'load', state: 'CRITICAL', state_type: 'HARD', output: 'load_one is 9 · critical above 8' },
    ]);
    fleet.sample('w1', 'load_one', 10, 25);
    await at(25);
    expect(pager.take()).toEqual([]);
  });
  // It ends while nobody looks.
  fleet.sample('w1', 'load_one', 1, 39);
  await serve(40, async ({ at }) => {
    await at(41);
    expect(pager.take()).toEqual([]);
    fleet.sample('w1', 'load_one', 1, 49);
    await at(49);
    expect(pager.take()).toEqual(['recovery web/w1/load OK']);
  });
  await serve(60, async ({ at }) => {
    fleet.sample('w1', 'load_one', 1, 61);
    await at(61);
    expect(pager.take()).toEqual([]);
  });
});

test('nothing is missing, and nobody dead, while the grace after our start lasts', async () => {
  const { fleet, pager, serve } = setUp();
  await serve(0, async ({ at }) => {
    for (const host of ['w1', 'w2', 'w3']) fleet.sample(host, 'load_one', 1, 1);
    await at(1);
  });
  await serve(10_000, async ({ at, run }) => {
    const first = await at(10_001);
    expect(first.hosts.map((host) => host.state)).toEqual(['PENDING', 'PENDING', 'PENDING']);
    await run(10_060);
    fleet.sample('w1', 'load_one', 1, 10_060);
    fleet.sample('w2', 'other', 1, 10_060);
    await run(10_079);
    expect(pager.take()).toEqual([]);
    for (const s of [10_080, 10_090, 10_100, 10_110]) {
      fleet.sample('w1', 'load_one', 1, s);
      fleet.sample('w2', 'other', 1, s);
      await run(s);
    }
    expect(pager.take()).toEqual(['problem web/w3/host DOWN', 'problem web/w2/load UNKNOWN']);
  });
});

test('a host that was down stays so without another page, and is expired from when it fell', async () => {
  const { fleet, pager, serve } = setUp();
  const groups = [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 1_000_000 }];
  await serve(
    0,
    async ({ at, run }) => {
      fleet.host('w1', 1);
      await at(1);
      await run(90);
    },
    { groups },
  );
  expect(pager.take()).toEqual(['problem web/w1/host DOWN']);
  await serve(
    200,
    async ({ at, run }) => {
      expect((await at(201)).hosts).toMatchObject([{ state: 'DOWN' }]);
      await run(1082);
      expect(pager.take()).toEqual([]);
      expect((await run(1083)).at(-1)?.hosts).toMatchObject([{ state: 'RETIRED' }]);
      expect(pager.take()).toEqual(['closed web/w1/host DOWN']);
    },
    { groups },
  );
  await serve(
    1500,
    async ({ at, run }) => {
      const first = await at(1501);
      expect(first.hosts).toMatchObject([{ state: 'RETIRED', retiredReason: 'expired' }]);
      expect(first.services).toEqual([]);
      await run(1700);
      expect(pager.take()).toEqual([]);
    },
    { groups },
  );
});

test('a page that could not be delivered is delivered by the next server, in order and once', async () => {
  const { file, fleet, pager, serve } = setUp();
  pager.outcome = { ok: false, retryable: true, detail: 'ECONNREFUSED' };
  await serve(0, async ({ at }) => {
    fleet.sample('w1', 'load_one', 9, 1);
    await at(1);
    await at(3);
  });
  expect(pager.take()).toEqual([]);
  pager.outcome = { ok: true, detail: 'HTTP 200' };
  await serve(60, async ({ at }) => {
    expect((await at(61)).pagesPending).toBe(1);
    fleet.sample('w1', 'load_one', 1, 62);
    await at(62);
    await at(63);
  });
  expect(pager.take()).toEqual(['problem web/w1/load CRITICAL', 'recovery web/w1/load OK']);
  using reader = openForReading(file);
  expect(
    readNotifications(reader, { limit: 9 }).map(({ kind, outcome, attempts }) => [kind, outcome, attempts]),
  ).toEqual([
    ['recovery', 'delivered', 1],
    ['problem', 'delivered', 2],
  ]);
  expect(readEvents(reader, eventQuery()).events.map((event) => event.state)).toEqual(['OK', 'CRITICAL']);
});

test('a problem that came and went while nobody could be reached is not told', async () => {
  const { file, fleet, pager, serve } = setUp();
  pager.outcome = { ok: false, retryable: true, detail: 'ECONNREFUSED' };
  await serve(0, async ({ at }) => {
    fleet.sample('w1', 'load_one', 9, 1);
    await at(1);
    await at(2);
    fleet.sample('w1', 'load_one', 1, 3);
    await at(3);
    expect((await at(4)).pagesPending).toBe(0);
  });
  pager.outcome = { ok: true, detail: 'HTTP 200' };
  await serve(60, async ({ at }) => {
    await at(61);
    await at(62);
  });
  expect(pager.take()).toEqual([]);
  using reader = openForReading(file);
  expect(readNotifications(reader, { limit: 9 }).map(({ outcome }) => outcome)).toEqual(['superseded']);
});

test('a soft problem goes on counting', async () => {
  const { fleet, pager, serve } = setUp();
  const definitions = [definition({ maxCheckAttempts: 3 })];
  await serve(
    0,
    async ({ at }) => {
      fleet.sample('w1', 'load_one', 9, 1);
      await at(1);
      fleet.sample('w1', 'load_one', 9, 16);
      await at(16);
    },
    { definitions },
  );
  await serve(
    20,
    async ({ at }) => {
      await at(21);
      fleet.sample('w1', 'load_one', 9, 31);
      const report = await at(31);
      expect(report.services).toMatchObject([{ state_type: 'HARD', attempt: 3 }]);
    },
    { definitions },
  );
  expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
});

test('a problem whose definition went while we were away closes with a notice', async () => {
  const { fleet, pager, serve } = setUp();
  await serve(0, async ({ at }) => {
    fleet.sample('w1', 'load_one', 9, 1);
    await at(1);
  });
  pager.take();
  const definitions = [HOST_CHECK];
  await serve(
    20,
    async ({ at }) => {
      await at(21);
      expect(pager.take()).toEqual([]);
      for (let s = 30; s <= 330; s += 10) {
        fleet.host('w1', s);
        await at(s);
      }
      expect(pager.take()).toEqual(['closed web/w1/load CRITICAL']);
    },
    { definitions },
  );
  await serve(
    400,
    async ({ at }) => {
      for (let s = 400; s <= 720; s += 10) {
        fleet.host('w1', s);
        await at(s);
      }
      expect(pager.take()).toEqual([]);
    },
    { definitions },
  );
});

test('a problem that was held for the silence of its host is not told by a restart', async () => {
  const [store, fleet] = [new MemoryStore(), new Fleet()];
  const definitions = [definition({ freshnessThresholdMs: 30_000 }), HOST_CHECK];
  const before = bench({ store, fleet, definitions });
  fleet.sample('w1', 'load_one', 1, 10);
  await before.run(60);
  expect(store.services.get('w1/load')?.status).toMatchObject({ kind: 'hard', problem: 'UNKNOWN' });
  await before.judge.stop();
  const after = bench({ store, fleet, definitions, startS: 62 });
  await after.run(80);
  fleet.sample('w1', 'load_one', 1, 81);
  await after.run(90);
  expect([...before.pager.take(), ...after.pager.take()]).toEqual([]);
});
