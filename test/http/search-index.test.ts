import { expect, test } from 'vitest';
import { SearchIndex } from '../../src/http/search-index.ts';
import { TestFleet } from '../live/fleet.ts';
import { FakeRegistry } from './fake-instances.ts';
import { FakeRetired } from './stand.ts';

const NOBODY = {
  retired: new FakeRetired(),
  registry: new FakeRegistry(),
};

/** An index on clocks of the test; making it takes `tookMs`. */
function setUp(tookMs: number) {
  const fleet = new TestFleet().host('web', 'web-1');
  const clock = { nowMs: 1_000_000, watchMs: 0 };
  const watch = () => (clock.watchMs += tookMs);
  const index = new SearchIndex({ catalogue: fleet.catalogue, ...NOBODY }, () => clock.nowMs, watch);
  const hosts = async () => (await index.current()).hosts.map(({ name }) => name).join(' ');
  return { fleet, clock, index, hosts };
}

test('one is made when there is something new, once for all who wait', async () => {
  const { fleet, clock, index, hosts } = setUp(1);
  const both = await Promise.all([index.current(), index.current()]);
  expect(both[0]).toBe(both[1]);
  clock.nowMs += 60_000;
  expect(await index.current()).toBe(both[0]);
  fleet.host('web', 'web-2');
  expect(await hosts()).toBe('web-1 web-2');
});

test('it is held for a second, and longer the longer it takes to make', async () => {
  for (const { tookMs, heldMs } of [
    { tookMs: 1, heldMs: 1000 },
    { tookMs: 100, heldMs: 5000 },
  ]) {
    const { fleet, clock, hosts } = setUp(tookMs);
    expect(await hosts()).toBe('web-1');
    fleet.host('web', 'web-2');
    clock.nowMs += heldMs - 1;
    expect(await hosts()).toBe('web-1');
    clock.nowMs += 1;
    await expect.poll(hosts).toBe('web-1 web-2');
  }
});

test('one that takes long is answered with once more while the next is made', async () => {
  const { fleet, clock, hosts } = setUp(100);
  await hosts();
  fleet.host('web', 'web-2');
  clock.nowMs += 60_000;
  expect(await hosts()).toBe('web-1');
  await expect.poll(hosts).toBe('web-1 web-2');
});

test('the hosts that have a metric are counted for each cluster', async () => {
  const { fleet, index } = setUp(1);
  fleet
    .record('web', 'web-1', 'load_one')
    .record('web', 'web-2', 'load_one')
    .record('db', 'db-1', 'load_one');
  const { metrics } = await index.current();
  expect(metrics.map(({ cluster, name, hosts, host }) => [cluster, name, hosts, host])).toEqual([
    ['web', 'load_one', 2, 'web-1'],
    ['db', 'load_one', 1, 'db-1'],
  ]);
});
