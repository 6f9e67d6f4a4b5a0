import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { openJudgeRepository } from '../../src/state/judge-repository.ts';
import { temporaryFolder } from '../state/folder.ts';
import { bench, Fleet, HOST_CHECK, MemoryStore } from './fleet.ts';
import type { Channel, SendOutcome } from '../../src/notify/channel.ts';
import type { JudgeOptions } from '../../src/judge/judge.ts';
import type { Page } from '../../src/model/service-state.ts';

/** Takes a page once by its key, as one that honours it. Hung: it takes pages, and no receipt comes back. */
class Receiver implements Channel {
  readonly taken = new Map<string, Page>();
  isHung = false;

  async send(page: Page): Promise<SendOutcome> {
    this.taken.set(page.key, page);
    if (this.isHung) return new Promise(() => undefined);
    return Promise.resolve({ ok: true, detail: 'HTTP 204' });
  }

  /** `problem w1 load, load5`: kind, host, and the services that it has news of. */
  take(): string[] {
    const words = Array.from(this.taken.values(), ({ kind, services }) => {
      const news = services.filter((one) => one.news !== 'open');
      return `${kind} ${news[0]?.host} ${news
        .map(({ service }) => service)
        .toSorted()
        .join(', ')}`;
    });
    this.taken.clear();
    return words.toSorted();
  }
}

const EACH_HOST = {
  match: {},
  receiver: 'ops',
  continue: false,
  groupBy: ['cluster', 'host'],
  groupWaitMs: 0,
  groupIntervalMs: 10_000,
};
const METRICS = ['load_one', 'load_five', 'load_fifteen'];
const SERVICES = METRICS.map((metric) => definition({ name: metric.slice(5), metric }));

/** Servers over one database, each killed by the next. */
function setUp(rest: Partial<JudgeOptions> = {}) {
  const receiver = new Receiver();
  const store = openJudgeRepository(join(temporaryFolder(), 'judge.db'));
  const definitions = [...SERVICES, HOST_CHECK];
  const serve = (startS: number, fleet: Fleet) =>
    bench({
      store,
      fleet,
      startS,
      definitions,
      channels: new Map([['ops', receiver]]),
      routes: [EACH_HOST],
      ...rest,
    });
  return { store, receiver, serve };
}

function sampleAll(fleet: Fleet, hosts: readonly string[], value: number, atS: number): void {
  for (const host of hosts) for (const metric of METRICS) fleet.sample(host, metric, value, atS);
}

const HOSTS = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'];
const PROBLEMS = HOSTS.map((host) => `problem ${host} fifteen, five, one`);

/** What the receiver had before the kill, and what the next server sends before it judges anything. */
test('pages of before a kill go out at once, under their keys', async () => {
  const { receiver, serve } = setUp();
  const fleet = new Fleet();
  receiver.isHung = true;
  const first = serve(0, fleet);
  sampleAll(fleet, HOSTS, 9, 1);
  await first.at(1);
  const keys = [...receiver.taken.keys()];
  expect(keys).toHaveLength(4); // So many at a time; the others wait.
  receiver.isHung = false;
  const second = serve(5, new Fleet());
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
  expect([...receiver.taken.keys()].slice(0, 4)).toEqual(keys);
  expect(receiver.take()).toEqual(PROBLEMS);
  await second.run(30);
  expect(receiver.take()).toEqual([]);
});

test('a page that may have arrived is not made again as another when a part of it is over', async () => {
  const { receiver, serve } = setUp();
  const fleet = new Fleet();
  receiver.isHung = true;
  const first = serve(0, fleet);
  sampleAll(fleet, HOSTS, 9, 1);
  await first.at(1);
  const second = serve(5, fleet);
  sampleAll(fleet, HOSTS, 9, 6);
  for (const host of HOSTS) fleet.sample(host, 'load_five', 1, 6);
  await second.at(6);
  receiver.isHung = false;
  const third = serve(10, fleet);
  await third.run(30);
  expect(receiver.take()).toEqual([...PROBLEMS, ...HOSTS.map((host) => `recovery ${host} five`)]);
});

test.for([
  { row: 'all of them', before: METRICS },
  { row: 'one of them', before: METRICS.slice(0, 1) },
  { row: 'none of them', before: [] },
])('services that are back after the receipt, and another kill: $row', async ({ before }) => {
  const { store, receiver, serve } = setUp();
  receiver.isHung = true;
  const [fleet, again, last] = [new Fleet(), new Fleet(), new Fleet()];
  const first = serve(0, fleet);
  sampleAll(fleet, ['w1'], 9, 1);
  await first.at(1);
  receiver.isHung = false;
  const second = serve(5, again);
  for (const metric of before) again.sample('w1', metric, 9, 6);
  await second.at(6);
  await second.at(7);
  expect(store.load().services.flatMap(({ told }) => told.map(({ key }) => key))).toEqual([null, null, null]);
  const third = serve(10, last);
  await third.at(11);
  sampleAll(last, ['w1'], 9, 12);
  await third.run(40);
  expect(receiver.take()).toEqual(['problem w1 fifteen, five, one']);
  sampleAll(last, ['w1'], 1, 41);
  await third.run(60);
  expect(receiver.take()).toEqual(['recovery w1 fifteen, five, one']);
});

test('a page of thousands of services, what is told with it and its incident are kept in one', async () => {
  const hosts = Array.from({ length: 2000 }, (_, i) => `h${i}`);
  const store = new MemoryStore();
  const { receiver, serve } = setUp({ store, routes: [{ ...EACH_HOST, groupBy: [] }] });
  const fleet = new Fleet();
  const server = serve(0, fleet);
  sampleAll(fleet, hosts, 1, 1);
  await server.at(1); // 8 000 rows: more than a turn writes.
  sampleAll(fleet, hosts, 9, 2);
  await server.at(2);
  const commit = store.commits.find(({ pages }) => pages.length > 0);
  const [page] = commit?.pages ?? [];
  expect(page?.count).toBe(6000);
  const told = commit?.services.filter((one) => one.told.some(({ key }) => key === page?.key));
  expect(told).toHaveLength(6000);
  expect(commit?.alerting.incidents.size).toBe(1);
  await server.at(3);
  const receipt = store.commits.find(({ settled }) => settled.length > 0);
  expect(receipt?.services.filter((one) => one.told.some(({ key }) => key === null))).toHaveLength(6000);
  expect(receiver.taken.size).toBe(1);
});
