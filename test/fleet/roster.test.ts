import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideDeparture, decideRegistration } from '../../src/fleet/enrol.ts';
import { decideGone, decideListed } from '../../src/fleet/take-list.ts';
import { Roster } from '../../src/fleet/roster.ts';
import { instance, listed, registration } from './instances.ts';
import type { RosterChange } from '../../src/fleet/roster.ts';

const MAX = 5;
const ids = fc.constantFrom('i-1', 'i-2', 'i-3', 'web-1', 'web-2', undefined);
const hosts = fc.constantFrom('web-1', 'web-2', 'web-3');
const lists = fc.constantFrom('cloud', 'chef');
const step = fc.oneof(
  fc.record({ kind: fc.constant('register' as const), id: ids, host: hosts, heard: fc.boolean() }),
  fc.record({ kind: fc.constant('deregister' as const), id: ids, host: hosts, heard: fc.boolean() }),
  fc.record({
    kind: fc.constant('listed' as const),
    id: ids,
    host: fc.option(hosts),
    list: lists,
    heard: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('gone' as const), id: ids, list: lists, heard: fc.boolean() }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function decide(roster: Roster, one: Step, nowMs: number): RosterChange | undefined {
  const around = { nowMs, heardMs: () => (one.heard ? nowMs : 0), max: MAX };
  const instanceId = one.id;
  switch (one.kind) {
    case 'register': {
      const wish = registration({ host: one.host, instanceId });
      const decision = decideRegistration(roster, wish, { ...around, hostName: 'packet' });
      return decision.ok ? decision.change : undefined;
    }
    case 'deregister': {
      const wish = { cluster: 'web', host: one.host, instanceId, reason: '', from: '10.0.0.1' };
      const decision = decideDeparture(roster, wish, around);
      return decision.ok ? decision.change : undefined;
    }
    case 'listed': {
      const entry = listed({ instanceId: instanceId ?? 'i-9', host: one.host });
      const decision = decideListed(roster, { list: one.list, entry }, around);
      return decision === 'full' ? undefined : decision;
    }
    case 'gone': {
      const gone = { cluster: 'web', instanceId: instanceId ?? 'i-9', reason: 'gone' };
      return decideGone(roster, { list: one.list, gone }, around)?.change;
    }
  }
}

/** Everybody, in an order of its own. */
function everybody(roster: Roster) {
  return [...roster.all()].toSorted((a, b) => a.instanceId.localeCompare(b.instanceId));
}

function demandConsistent(roster: Roster): void {
  const all = everybody(roster);
  const names = new Set(all.map(({ host }) => host));
  expect(names.size).toBe(all.length);
  for (const one of all) {
    expect(roster.find(one.cluster, one.instanceId)).toBe(one);
    expect(roster.holder(one.cluster, one.host)).toBe(one);
  }
  const here = all.filter(({ standing }) => standing.kind === 'here').length;
  const counts = roster.counts().filter(({ count }) => count > 0);
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
  expect(counts.find(({ standing }) => standing === 'here')?.count ?? 0).toBe(here);
  // What is read from the disk is the same roster.
  expect(everybody(new Roster(all))).toEqual(all);
}

test('in whatever order they come and go, a name has one holder, and every change can be undone', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const roster = new Roster();
      for (const [i, one] of steps.entries()) {
        const change = decide(roster, one, 1_000_000 * (i + 1));
        if (!change) continue;
        const before = everybody(roster);
        const { undo } = roster.apply(change);
        demandConsistent(roster);
        expect(roster.size).toBeLessThanOrEqual(MAX + 1);
        roster.apply(undo);
        expect(everybody(roster)).toEqual(before);
        demandConsistent(roster);
        roster.apply(change);
      }
    }),
  );
});

test('a history that moves has a name of its own to go to', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const roster = new Roster();
      for (const [i, one] of steps.entries()) {
        const change = decide(roster, one, 1_000_000 * (i + 1));
        if (!change) continue;
        const names = new Set([...roster.all()].map(({ host }) => host));
        for (const { from, to } of change.moves) {
          expect(names.has(to)).toBe(false);
          names.delete(from);
          names.add(to);
        }
        roster.apply(change);
      }
    }),
  );
});

test('a name that is given up, and that nobody takes, is free', () => {
  const roster = new Roster([instance()]);
  const { freed } = roster.apply({ drops: [], puts: [instance({ host: 'web-9' })], moves: [] });
  expect(freed).toEqual([{ cluster: 'web', host: 'web-1' }]);
});

test('names of other clusters are others', () => {
  const roster = new Roster([instance(), instance({ cluster: 'db' })]);
  expect(roster.size).toBe(2);
  expect(roster.holder('db', 'web-1')?.cluster).toBe('db');
});
