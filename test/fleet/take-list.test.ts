import { describe, expect, test } from 'vitest';
import { decideGone, decideListed } from '../../src/fleet/take-list.ts';
import { Roster } from '../../src/fleet/roster.ts';
import { instance, listed, NOW_MS } from './instances.ts';
import type { Instance, ListedInstance } from '../../src/fleet/instance.ts';

const LEFT = { kind: 'left', reason: 'deregistered', sinceMs: NOW_MS - 1000 } as const;
const RUNNING = { kind: 'here', says: 'cloud says running' } as const;

function take(entry: Partial<ListedInstance>, known: readonly Instance[] = [], max = 100) {
  const around = { nowMs: NOW_MS, heardMs: () => 0, max };
  return decideListed(new Roster(known), { list: 'cloud', entry: listed(entry) }, around);
}

describe('an instance of a list', () => {
  test('that nobody knew is here', () => {
    const expected = instance({
      standing: RUNNING,
      sinceMs: NOW_MS,
      registeredMs: 0,
      registeredFrom: '',
      lists: ['cloud'],
    });
    expect(take({})).toEqual({ drops: [], puts: [expected], moves: [] });
  });

  test.for([
    { name: 'is called by its first address', entry: { host: null }, host: '10.0.0.1' },
    { name: 'by its id without any', entry: { host: null, addresses: [] }, host: 'i-1' },
  ])('without a name $name', ({ entry, host }) => {
    expect(take(entry)).toMatchObject({ puts: [{ host }] });
  });

  test('that registered keeps its name, its key and its life', () => {
    const decision = take({ host: 'i-1.internal', addresses: ['10.0.0.2'] }, [instance()]);
    expect(decision).toMatchObject({
      puts: [
        {
          host: 'web-1',
          standing: RUNNING,
          sinceMs: NOW_MS - 3_600_000,
          addresses: ['10.0.0.1', '10.0.0.2'],
          lists: ['cloud'],
        },
      ],
      moves: [],
    });
  });

  test('that registered without an id is known by its name', () => {
    const known = instance({ instanceId: 'web-1' });
    expect(take({ instanceId: 'i-7' }, [known])).toMatchObject({
      puts: [{ instanceId: 'web-1', listedId: 'i-7', lists: ['cloud'] }],
    });
  });

  test('of which nothing is other changes nothing', () => {
    const known = instance({ standing: RUNNING, lists: ['cloud'] });
    expect(take({}, [known])).toBeUndefined();
  });

  test.for([
    { name: 'said so itself, and no list has lost it since', given: { lostBy: [] }, is: LEFT },
    { name: 'said so itself, and is in another list', given: { lostBy: ['cloud'], lists: ['a'] }, is: LEFT },
    { name: 'said so itself, and the list lost it since', given: { lostBy: ['cloud'] }, is: RUNNING },
    { name: 'left by the word of a list', given: {}, is: RUNNING },
  ])('that $name is $is.kind', ({ given, is }) => {
    const decision = take({}, [instance({ standing: LEFT, ...given })]);
    expect(decision).toMatchObject({ puts: [{ standing: is, lists: expect.arrayContaining(['cloud']) }] });
  });

  test('takes the name of one that left', () => {
    const decision = take({ instanceId: 'i-2' }, [instance({ standing: LEFT })]);
    expect(decision).toMatchObject({
      puts: [
        { instanceId: 'i-1', host: 'web-1~i-1', standing: LEFT },
        { instanceId: 'i-2', host: 'web-1' },
      ],
      moves: [{ from: 'web-1', to: 'web-1~i-1' }],
    });
  });

  test('takes no name of one that is here', () => {
    const decision = take({ instanceId: 'i-2' }, [instance()]);
    expect(decision).toMatchObject({ puts: [{ instanceId: 'i-2', host: 'web-1~i-2' }], moves: [] });
  });

  test('gets the name that the list has for it now, with its history', () => {
    const known = instance({ host: '10.0.0.1', registeredMs: 0, registeredFrom: '', lists: ['cloud'] });
    expect(take({}, [known])).toMatchObject({
      puts: [{ host: 'web-1' }],
      moves: [{ from: '10.0.0.1', to: 'web-1' }],
    });
  });

  test('for which there is no room is passed over', () => {
    expect(take({}, [instance({ instanceId: 'i-2', host: 'web-2' })], 1)).toBe('full');
  });

  test('for which one that left makes room', () => {
    const old = instance({ instanceId: 'i-2', host: 'web-2', standing: LEFT });
    expect(take({}, [old], 1)).toMatchObject({ drops: [{ instanceId: 'i-2' }] });
  });
});

describe('an instance that a list has no more', () => {
  test.for([
    { name: 'leaves', known: { lists: ['cloud'] }, reason: 'gone', left: true, lists: [] },
    {
      name: 'stays while another list has it',
      known: { lists: ['a', 'cloud'] },
      reason: 'gone',
      left: false,
      lists: ['a'],
    },
    {
      name: 'stays where the list speaks for it no more',
      known: { lists: ['cloud'] },
      reason: null,
      left: false,
      lists: [],
    },
    {
      name: 'left before for another reason',
      known: { lists: ['cloud'], standing: LEFT },
      reason: 'gone',
      left: false,
      lists: [],
    },
  ])('$name', ({ known, reason, left, lists }) => {
    const roster = new Roster([instance(known)]);
    const gone = { cluster: 'web', instanceId: 'i-1', reason };
    const decision = decideGone(roster, { list: 'cloud', gone }, { nowMs: NOW_MS });
    expect(decision?.change.puts).toMatchObject([{ lists }]);
    const expected = left
      ? { kind: 'left', reason, sinceMs: NOW_MS }
      : (known.standing ?? instance().standing);
    expect(decision?.change.puts[0]?.standing).toEqual(expected);
    expect(decision?.left !== undefined).toBe(left);
  });

  test('has lost one that left by its own word: that is remembered', () => {
    const known = instance({ lists: ['cloud'], standing: LEFT, lostBy: ['a'] });
    const gone = { cluster: 'web', instanceId: 'i-1', reason: null };
    const decision = decideGone(new Roster([known]), { list: 'cloud', gone }, { nowMs: NOW_MS });
    expect(decision?.change.puts).toEqual([{ ...known, lists: [], lostBy: ['a', 'cloud'] }]);
  });

  test('was never in it: nothing happens', () => {
    const roster = new Roster([instance()]);
    const gone = { cluster: 'web', instanceId: 'i-1', reason: 'gone' };
    expect(decideGone(roster, { list: 'cloud', gone }, { nowMs: NOW_MS })).toBeUndefined();
  });
});
