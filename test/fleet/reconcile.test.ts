import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instance, item, TestList, TestRoster } from './listing.ts';
import type { Instance } from '../../src/fleet/instance.ts';
import type { ListItem } from '../../src/contract/instance-list.ts';

function scene(...instances: Partial<Instance>[]) {
  const roster = new TestRoster(instances.map(instance));
  return { roster, list: new TestList(roster) };
}

const ids = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `i-${from + i}`);
const items = (count: number, from = 0) => ids(count, from).map((instanceId) => item({ instanceId }));

describe('an instance that a list has', () => {
  test('is new, then known, then otherwise, and nothing is told twice', () => {
    const { roster, list } = scene();
    expect(list.read([item()]).listed).toMatchObject([{ instanceId: 'i-1', says: 'cloud says running' }]);
    expect(list.read([item()])).toMatchObject({ listed: [], gone: [] });
    expect(list.read([item({ zone: 'b' })]).listed).toMatchObject([{ zone: 'b' }]);
    expect(roster.standings).toEqual(['web i-1 here']);
  });

  test('after a start it is told anew, and the roster has nothing to change', () => {
    const { roster, list } = scene({});
    expect(list.read([item()]).listed).toHaveLength(1);
    expect(roster.standings).toEqual(['web i-1 here']);
  });

  test('without a state it is on the list', () => {
    expect(scene().list.read([item({ state: '' })]).listed).toMatchObject([{ says: 'on list cloud' }]);
  });

  test.for(['shutting-down', 'stopping', 'stopped', 'terminating', 'Terminated', 'deleting', 'deleted'])(
    'leaves when it is %s, and is here again when it runs again',
    (state) => {
      const { roster, list } = scene();
      list.read([item()]);
      const { gone } = list.read([item({ state })]);
      expect(gone).toEqual([{ cluster: 'web', instanceId: 'i-1', reason: `cloud says ${state}` }]);
      expect(list.read([item({ state })])).toMatchObject({ listed: [], gone: [] });
      expect(roster.standings).toEqual(['web i-1 left']);
      list.read([item({ state: 'pending' })]);
      expect(roster.standings).toEqual(['web i-1 here']);
    },
  );

  test('that is not there and was never had is nobody', () => {
    const { roster, list } = scene();
    expect(list.read([item({ state: 'terminated' })])).toMatchObject({ listed: [], gone: [] });
    expect(roster.standings).toEqual([]);
  });
});

describe('an instance that a list has no more', () => {
  test('is gone for the reason', () => {
    const { roster, list } = scene({});
    expect(list.read([]).gone).toEqual([
      { cluster: 'web', instanceId: 'i-1', reason: 'gone from list cloud' },
    ]);
    expect(roster.standings).toEqual(['web i-1 left']);
    list.read([item()]);
    expect(roster.standings).toEqual(['web i-1 here']);
  });

  test.for([
    { name: 'was never on it', given: { lists: [], registeredMs: 1 } },
    { name: 'is of another list', given: { lists: ['chef'] } },
  ])('but $name stays', ({ given }) => {
    const { roster, list } = scene(given);
    expect(list.read([])).toMatchObject({ gone: [] });
    expect(roster.standings).toEqual(['web i-1 here']);
  });

  test('stays as long as another list has it', () => {
    const roster = new TestRoster();
    const [cloud, chef] = [new TestList(roster, 'cloud'), new TestList(roster, 'chef')];
    cloud.read([item()]);
    chef.read([item()]);
    cloud.read([]);
    expect(roster.standings).toEqual(['web i-1 here']);
    chef.read([item({ state: 'terminated' })]);
    expect(roster.standings).toEqual(['web i-1 left']);
  });

  test('is let go, and stays, where the list speaks for its group no more', () => {
    const { roster, list } = scene({});
    expect(list.read([], { groups: ['db'] }).gone).toMatchObject([{ reason: null }]);
    expect(roster.standings).toEqual(['web i-1 here']);
  });

  test('is not gone where an item of its name cannot be read', () => {
    const { roster, list } = scene({}, { instanceId: 'i-2', host: 'web-2' });
    list.read([], { unclear: ['i-1', 'web-2'] });
    expect(roster.standings).toEqual(['web i-1 here', 'web i-2 here']);
  });

  test('is in another group now', () => {
    const { roster, list } = scene({});
    const { gone } = list.read([item({ group: 'db' })]);
    expect(gone).toMatchObject([{ cluster: 'web', reason: 'list cloud has it in group db' }]);
    expect(roster.standings).toEqual(['db i-1 here', 'web i-1 left']);
  });
});

describe('an instance that left by its own word', () => {
  const standing = { kind: 'left', reason: 'deregistered', sinceMs: 1 } as const;
  const left = { standing, registeredMs: 1, lostBy: [] } as const;

  test('stays away while the list lags, and is here when the list has it again', () => {
    const { roster, list } = scene(left);
    list.read([item()]);
    list.read([item({ state: 'pending' })]);
    expect(roster.standings).toEqual(['web i-1 left']);
    expect(list.read([]).gone).toMatchObject([{ reason: null }]);
    list.read([item()]);
    expect(roster.standings).toEqual(['web i-1 here']);
  });

  test('before any list had it stays away when lists that lag show it for the first time', () => {
    const { roster, list } = scene({ ...left, lists: [] });
    const other = new TestList(roster, 'chef');
    list.read([item()]);
    other.read([item()]);
    list.read([]);
    list.read([item()]);
    expect(roster.standings).toEqual(['web i-1 left']);
    other.read([]);
    list.read([item()]);
    expect(roster.standings).toEqual(['web i-1 here']);
  });

  test('that a list said had left is here as soon as another list has it', () => {
    const { roster, list } = scene({});
    list.read([]);
    expect(roster.standings).toEqual(['web i-1 left']);
    new TestList(roster, 'chef').read([item()]);
    expect(roster.standings).toEqual(['web i-1 here']);
  });

  test('does not take its name from whoever has it now', () => {
    const { roster, list } = scene(
      { ...left, host: 'web-1~i-1' },
      { instanceId: 'i-2', host: 'web-1', lists: [] },
    );
    list.read([item({ host: 'web-1' }), item({ instanceId: 'i-2', host: 'web-1' })]);
    expect(roster.standings).toEqual(['web i-1 left', 'web i-2 here']);
    expect(roster.roster.holder('web', 'web-1')?.instanceId).toBe('i-2');
  });
});

describe('a list that shrinks', () => {
  test.for([
    { name: 'by two of two', before: 2, after: 0, isHeld: false },
    { name: 'by three of three', before: 3, after: 0, isHeld: true },
    { name: 'by 30 of 100', before: 100, after: 70, isHeld: false },
    { name: 'by 31 of 100', before: 100, after: 69, isHeld: true },
  ])('$name', ({ before, after, isHeld }) => {
    const { roster, list } = scene();
    list.read(items(before));
    const { gone } = list.read(items(after));
    expect(gone).toHaveLength(isHeld ? 0 : before - after);
    expect(list.hold?.missing.length).toBe(isHeld ? before - after : undefined);
    const here = roster.standings.filter((words) => words.endsWith('here'));
    expect(here).toHaveLength(isHeld ? before : after);
  });

  test('in one group is held whole, though it is little of all', () => {
    const { roster, list } = scene();
    const db = ids(4, 1000).map((instanceId) => item({ instanceId, group: 'db' }));
    list.read([...items(100), ...db]);
    list.read(items(99));
    expect(list.hold).toMatchObject({
      of: 104,
      groups: [
        { group: 'web', gone: 1, of: 100 },
        { group: 'db', gone: 4, of: 4 },
      ],
    });
    expect(roster.standings.filter((words) => words.endsWith('left'))).toEqual([]);
  });

  test('a held list takes what is new, and what it says itself has left', () => {
    const { roster, list } = scene();
    list.read(items(10));
    list.read([...items(2), item({ instanceId: 'i-2', state: 'terminated' }), item({ instanceId: 'new' })]);
    expect(list.hold?.missing).toHaveLength(7);
    expect(roster.standings).toContain('web i-2 left');
    expect(roster.standings).toContain('web new here');
  });

  test('a hold ends when the list is whole again; another set of instances is another hold', () => {
    const { list } = scene();
    list.read(items(10));
    list.read(items(5));
    const first = list.hold;
    list.read(items(5).toReversed());
    expect(list.hold?.digest).toBe(first?.digest);
    list.read(items(4));
    expect(list.hold?.digest).not.toBe(first?.digest);
    list.read(items(10));
    expect(list.hold).toBeUndefined();
  });

  test('all of it stopped by name is believed: nothing was left out', () => {
    const { roster, list } = scene();
    list.read(items(10));
    list.read(items(10).map((one) => ({ ...one, state: 'stopped' })));
    expect(list.hold).toBeUndefined();
    expect(roster.standings.filter((words) => words.endsWith('left'))).toHaveLength(10);
  });

  test.for([
    { shrinkMax: 1, isHeld: false },
    { shrinkMax: 0, isHeld: true },
  ])('shrink_max $shrinkMax', ({ shrinkMax, isHeld }) => {
    const { list } = scene();
    list.read(items(100));
    list.read(items(shrinkMax === 1 ? 0 : 97), { shrinkMax });
    expect(list.hold !== undefined).toBe(isHeld);
  });
});

describe('names', () => {
  test('an instance named twice is here if one of the two says so', () => {
    const { roster, list } = scene();
    list.read([item({ state: 'terminated' }), item(), item({ state: 'stopped' })]);
    expect(roster.standings).toEqual(['web i-1 here']);
    expect(list.passedOver).toBe('passed over: 2 × an instance named twice ("i-1", …)');
  });

  test('of two that are called the same, the one that has the name keeps it', () => {
    const { roster, list } = scene({ instanceId: 'i-2', host: 'web-1' });
    list.read([item({ host: 'web-1' }), item({ instanceId: 'i-2', host: 'web-1' })]);
    expect(roster.roster.holder('web', 'web-1')?.instanceId).toBe('i-2');
    expect(roster.standings).toEqual(['web i-1 here', 'web i-2 here']);
    expect(list.passedOver).toContain('the host name of another instance ("i-1")');
    expect(list.read([item({ host: 'web-1' }), item({ instanceId: 'i-2', host: 'web-1' })])).toMatchObject({
      listed: [],
      gone: [],
    });
  });

  test('a name is free when whoever had it is gone', () => {
    const { roster, list } = scene({ host: 'web-1' });
    list.read([item({ instanceId: 'i-2', host: 'web-1' })]);
    expect(roster.roster.holder('web', 'web-1')?.instanceId).toBe('i-2');
    expect(list.passedOver).toBe('');
  });

  test('what an instance registered as is not changed by a list', () => {
    const { roster, list } = scene({ host: 'web-1', registeredMs: 1, lists: [] });
    expect(list.read([item({ host: 'ip-10-0-0-1' })]).listed).toMatchObject([{ host: null }]);
    expect(roster.roster.holder('web', 'web-1')?.instanceId).toBe('i-1');
  });

  test('without ids in the list it is told by its host name', () => {
    const { roster, list } = scene({ host: 'web-1', registeredMs: 1, lists: [] });
    const nameless = item({ instanceId: null, host: 'web-1' });
    list.read([nameless]);
    expect(roster.standings).toEqual(['web i-1 here']);
    expect(list.read([nameless])).toMatchObject({ listed: [], gone: [] });
    list.read([]);
    expect(roster.standings).toEqual(['web i-1 left']);
  });

  test('without an id of its own it is told by its host name, and the list has its id', () => {
    const { roster, list } = scene({ instanceId: 'web-1', host: 'web-1', registeredMs: 1, lists: [] });
    list.read([item({ instanceId: 'i-9', host: 'web-1' })]);
    expect(roster.standings).toEqual(['web web-1 here']);
    list.read([item({ instanceId: 'i-9', host: 'web-1' })]);
    list.read([item({ instanceId: 'i-9', host: 'web-1', state: 'terminated' })]);
    expect(roster.standings).toEqual(['web web-1 left']);
  });

  test.for([
    { name: 'a path', given: { host: '../../etc/passwd' }, words: 'a host name that may not be used' },
    { name: 'an empty part', given: { host: '.' }, words: 'a host name that may not be used' },
    { name: 'the sums of a cluster', given: { host: '__SummaryInfo__' }, words: 'a host name' },
    { name: 'a name aside', given: { host: 'web-1~i-2' }, words: 'a host name' },
    { name: 'an id that is markup', given: { instanceId: '<b>' }, words: 'an instance id that may not' },
  ])('$name is passed over, and counted', ({ given, words }) => {
    const { roster, list } = scene();
    list.read([item(given)]);
    expect(roster.standings).toEqual([]);
    expect(list.passedOver).toContain(`passed over: 1 × ${words}`);
  });

  test('groups it does not speak for are counted, and no fault of it', () => {
    const { roster, list } = scene();
    list.read(['cache', 'cache', '__proto__', 'a', 'b', 'c', 'd', 'e', 'f'].map((group) => item({ group })));
    expect(roster.standings).toEqual([]);
    expect(list.passedOver).toBe('');
    expect(list.others).toEqual({ instances: 9, groups: ['cache', '__proto__', 'a', 'b', 'c'] });
  });

  test('what is no address is passed over alone; one as a dual-stack socket writes it is plain', () => {
    const { list } = scene();
    const addresses = ['::ffff:10.0.0.1', '2001:db8::1', '10.0.0.256', 'web-1', '10.0.0.0/8'];
    expect(list.read([item({ addresses })]).listed).toMatchObject([
      { addresses: ['10.0.0.1', '2001:db8::1'] },
    ]);
    expect(list.passedOver).toBe('passed over: 3 × what is no address ("10.0.0.256", …)');
  });
});

const anyItem: fc.Arbitrary<ListItem> = fc.record({
  group: fc.constantFrom('web', 'db'),
  instanceId: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')),
  host: fc.option(fc.constantFrom('x', 'y', 'z')),
  state: fc.constantFrom('', 'running', 'terminated'),
  addresses: fc.constant([]),
  region: fc.constant(''),
  zone: fc.constant(''),
  tags: fc.constant([]),
});
const anyList = fc.array(
  anyItem.filter(({ instanceId, host }) => instanceId !== null || host !== null),
  { maxLength: 8 },
);

describe('whatever lists say', () => {
  test('an instance that the reading has, and that did not leave by its word, is not retired by it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1), anyList), { maxLength: 12 }), (readings) => {
        const roster = new TestRoster();
        const lists = [new TestList(roster, 'cloud'), new TestList(roster, 'chef')];
        for (const [which, said] of readings) {
          const { gone } = (lists[which] as TestList).read(said, { shrinkMax: 1 });
          const here = said.filter(({ state, instanceId }) => state !== 'terminated' && instanceId !== null);
          const keys = new Set(here.map(({ group, instanceId }) => `${group} ${instanceId}`));
          for (const { cluster, instanceId } of gone) expect(keys).not.toContain(`${cluster} ${instanceId}`);
        }
      }),
    );
  });

  test('the same list again changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyList, { minLength: 1, maxLength: 8 }), (readings) => {
        const roster = new TestRoster();
        const list = new TestList(roster);
        for (const said of readings) list.read(said);
        const last = readings.at(-1) ?? [];
        // A few times more: names come free one after another.
        for (let i = 0; i < 5; i += 1) list.read(last);
        const before = roster.standings;
        expect(list.read(last).gone).toEqual([]);
        expect(roster.standings).toEqual(before);
      }),
    );
  });

  test('the order of two lists makes no difference to whom they have', () => {
    fc.assert(
      fc.property(anyList, anyList, (some, others) => {
        const run = (first: 'cloud' | 'chef') => {
          const roster = new TestRoster();
          const cloud = new TestList(roster, 'cloud');
          const chef = new TestList(roster, 'chef');
          const withIds = (list: readonly ListItem[]) =>
            list.filter(({ instanceId }) => instanceId !== null).map((one) => ({ ...one, host: null }));
          if (first === 'cloud') cloud.read(withIds(some));
          chef.read(withIds(others));
          if (first === 'chef') cloud.read(withIds(some));
          return roster.standings;
        };
        expect(run('cloud')).toEqual(run('chef'));
      }),
    );
  });
});
