import { describe, expect, test } from 'vitest';
import { HOST_CHECK, MemoryStore, Pager } from './fleet.ts';
import { passive, scene } from './reported.ts';

/** Hosts w-… behind the switch; the limit of each is 80 s. */
const child = (changes = {}) => ({ ...HOST_CHECK, host: 'w-.*', parents: ['sw-1'], ...changes });
const parent = (changes = {}) => ({ ...HOST_CHECK, host: 'sw-.*', ...changes });

/** Each heard for the last time then. */
async function silent(seen: Record<string, number>, definitions = [child(), parent()]) {
  const [pager, store] = [new Pager(), new MemoryStore()];
  const s = scene(definitions, { hosts: [], pager, store });
  for (const [host, atS] of Object.entries(seen)) {
    await s.pass(Math.floor(atS));
    s.fleet.host(host, atS);
  }
  const events = () =>
    store.commits.flatMap((one) => one.events.map(({ host, state }) => `${host} ${state}`));
  return { ...s, pager, events };
}

describe('a router dies', () => {
  test.for([
    { name: 'children are met first', seen: { 'w-1': 20, 'sw-1': 20 } },
    { name: 'it is met first', seen: { 'sw-1': 20, 'w-1': 20 } },
    { name: 'a child was heard some seconds before it', seen: { 'w-1': 11, 'sw-1': 20.5 } },
    { name: 'a child was heard after it', seen: { 'sw-1': 20, 'w-1': 25.5 } },
  ])('and its children are UNREACHABLE, never DOWN: $name', async ({ seen }) => {
    const s = await silent(seen);
    await s.pass(120);
    expect(s.pager.take().toSorted()).toEqual([
      'problem web/sw-1/host DOWN',
      'problem web/w-1/host UNREACHABLE',
    ]);
    expect(s.events().toSorted()).toEqual(['sw-1 DOWN', 'w-1 UNREACHABLE']);
    expect(s.views.get('web/w-1/host')?.output).toMatch(/limit 80 s\) · unreachable: sw-1 is down$/);
  });

  test('with soft states, too', async () => {
    const three = { maxCheckAttempts: 3, retryIntervalMs: 15_000 };
    const s = await silent({ 'w-1': 11, 'sw-1': 20 }, [child(three), parent(three)]);
    await s.pass(150);
    expect(s.events().filter((event) => event === 'w-1 DOWN')).toEqual([]);
    expect(s.pager.take().toSorted()).toEqual([
      'problem web/sw-1/host DOWN',
      'problem web/w-1/host UNREACHABLE',
    ]);
  });

  test('behind another one, that has longer to be heard', async () => {
    const s = await silent({ 'w-1': 11, 'sw-1': 20, 'core-1': 20 }, [
      child(),
      parent({ parents: ['core-1'] }),
      { ...HOST_CHECK, host: 'core-.*' },
    ]);
    s.fleet.gap('core-1', 70);
    await s.pass(105);
    // That the switch is silent is enough to know that its host is behind something.
    expect(s.pager.take()).toEqual(['problem web/w-1/host UNREACHABLE']);
    await s.pass(165);
    expect(s.pager.take().toSorted()).toEqual([
      'problem web/core-1/host DOWN',
      'problem web/sw-1/host UNREACHABLE',
    ]);
  });

  test('and comes back: what is behind it has time to be heard', async () => {
    const s = await silent({ 'w-1': 20, 'sw-1': 20 });
    await s.pass(150);
    s.pager.take();
    for (const atS of [150.5, 160.5]) {
      s.fleet.host('sw-1', atS);
      await s.pass(Math.ceil(atS) + 1);
    }
    s.fleet.host('w-1', 162.5);
    await s.pass(165);
    expect(s.pager.take().toSorted()).toEqual(['recovery web/sw-1/host UP', 'recovery web/w-1/host UP']);
  });
});

describe('a host whose parents are silent', () => {
  test('waits, and says for what; its services wait as well', async () => {
    const s = await silent({ 'w-1': 11, 'sw-1': 20 }, [child(), parent(), passive()]);
    await s.pass(95);
    s.tell(95.5, { host: 'w-1', code: 2 });
    await s.pass(96);
    expect(s.pager.take()).toEqual([]);
    expect(s.state('web/w-1/host')).toBe('UP;HARD;1');
    expect(s.views.get('web/w-1/host')?.output).toMatch(/· so is sw-1: DOWN or UNREACHABLE will show$/);
  });

  test('is DOWN as soon as its parent is heard', async () => {
    const s = await silent({ 'w-1': 11, 'sw-1': 20 });
    await s.pass(95);
    s.fleet.host('sw-1', 95.5);
    await s.pass(97);
    expect(s.pager.take()).toEqual(['problem web/w-1/host DOWN']);
  });

  test('is DOWN at once when its parent was heard well after it', async () => {
    const s = await silent({ 'w-1': 11, 'sw-1': 60 });
    await s.pass(92);
    expect(s.pager.take()).toEqual(['problem web/w-1/host DOWN']);
  });

  test('waits for nobody where they are parents of each other', async () => {
    const s = await silent({ 'w-1': 20, 'w-2': 20 }, [{ ...HOST_CHECK, parents: ['w-1', 'w-2'] }]);
    await s.pass(105);
    expect([s.state('web/w-1/host'), s.state('web/w-2/host')]).toEqual([
      'UNREACHABLE;HARD;1',
      'UNREACHABLE;HARD;1',
    ]);
  });
});
