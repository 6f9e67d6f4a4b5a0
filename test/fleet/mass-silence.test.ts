import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { isMissed, isOfMass, judgeGroup, massWords } from '../../src/fleet/mass-silence.ts';
import type { GroupHost } from '../../src/fleet/mass-silence.ts';

const S = 1000;
const NOW_MS = Date.UTC(2026, 2, 1, 3, 13, 35);

/** Hosts that were last heard so many seconds ago; a limit of 80 s, a packet every 10 s. */
function heard(agoS: readonly number[], changes: Partial<GroupHost> = {}): GroupHost[] {
  return agoS.map((ago) => ({
    lastSeenMs: NOW_MS - ago * S,
    firstSeenMs: 0,
    limitMs: 80 * S,
    gapMs: 10 * S,
    waiting: false,
    ...changes,
  }));
}

const times = (count: number, ago: number) => Array.from({ length: count }, () => ago);

describe('hosts of a group that fall silent', () => {
  test.for([
    { name: 'all are heard', hosts: heard(times(50, 5)), is: 'none' },
    { name: 'one dies', hosts: heard([...times(49, 5), 85]), is: 'none' },
    { name: 'two of three', hosts: heard([5, 85, 85]), is: 'none' },
    { name: 'three of six', hosts: heard([...times(3, 5), 85, 80, 75]), is: 'mass' },
    { name: 'three of seven', hosts: heard([...times(4, 5), 85, 80, 75]), is: 'none' },
    { name: 'all of three', hosts: heard([85, 80, 75]), is: 'mass' },
    { name: 'the first crosses its limit, the last is 30 s behind', hosts: heard([81, 60, 51]), is: 'mass' },
    { name: 'the last is more than 30 s behind', hosts: heard([85, 60, 54]), is: 'none' },
    { name: 'none has crossed its limit: a hiccup', hosts: heard(times(50, 79)), is: 'none' },
    { name: 'one after the other', hosts: heard([85, 150, 215, 280, 345, 410]), is: 'none' },
    {
      name: 'who is DOWN for an hour was not up',
      hosts: heard([...times(40, 3600), ...times(5, 5), ...times(5, 85)]),
      is: 'mass',
    },
    {
      name: 'who came afterwards was not among them',
      hosts: [...heard(times(27, 600)), ...heard(times(60, 5), { firstSeenMs: NOW_MS - 300 * S })],
      is: 'mass',
    },
    {
      name: 'who was there before was',
      hosts: [...heard(times(27, 600)), ...heard(times(60, 5), { firstSeenMs: NOW_MS - 900 * S })],
      is: 'none',
    },
    { name: 'half of them is back', hosts: heard([...times(26, 200), ...times(24, 2)]), is: 'mass' },
    {
      name: 'more than half of them is back',
      hosts: heard([...times(24, 200), ...times(26, 2)]),
      is: 'none',
    },
    {
      name: 'packets come a minute apart: those of the others may be about to come',
      hosts: heard([125, 74, 70, 65], { limitMs: 120 * S, gapMs: 60 * S }),
      is: 'none',
    },
    {
      name: 'the same, and they are overdue: when in the minute they stopped nobody knows',
      hosts: heard([145, 135, 110, 95], { limitMs: 120 * S, gapMs: 60 * S }),
      is: 'mass',
    },
    { name: 'short limits', hosts: heard([5, 4, 4, 3, 1], { limitMs: 4 * S, gapMs: S }), is: 'mass' },
    { name: 'in the grace after our start', hosts: heard(times(9, 300), { waiting: true }), is: 'unsure' },
    {
      name: 'some of them are, and the others are enough',
      hosts: [...heard(times(6, 300)), ...heard(times(3, 300), { waiting: true })],
      is: 'mass',
    },
    { name: 'never heard', hosts: heard(times(9, 0), { lastSeenMs: 0 }), is: 'none' },
    { name: 'no hosts', hosts: [], is: 'none' },
  ])('$name', ({ hosts, is }) => expect(judgeGroup(hosts, NOW_MS).kind).toBe(is));

  test('the words say how many, when and why', () => {
    const found = judgeGroup(heard([...times(23, 4), ...times(20, 85), ...times(7, 73)]), NOW_MS);
    expect(found).toMatchObject({ silent: 27, hosts: 50, crossedMs: NOW_MS - 5 * S });
    expect(found.kind === 'mass' && massWords(found)).toBe(
      '27 of 50 hosts fell silent within 12 s, at 03:12:10 UTC: ' +
        "a network path, a security group or this server's own port, not 27 deaths",
    );
  });

  test('one that died a while before is not one of them', () => {
    const found = judgeGroup(heard([...times(5, 2), 125, ...times(9, 85)]), NOW_MS);
    expect(found).toMatchObject({ kind: 'mass', silent: 9, hosts: 14 });
    const isOf = (ago: number) => found.kind === 'mass' && isOfMass(found, NOW_MS - ago * S);
    expect([125, 85, 2].map(isOf)).toEqual([false, true, false]);
  });
});

test('the order of the hosts makes no difference, and what is found holds', () => {
  const host = fc.record({
    agoS: fc.integer({ min: 0, max: 300 }),
    firstAgoS: fc.integer({ min: 0, max: 900 }),
  });
  fc.assert(
    fc.property(fc.array(host, { maxLength: 40 }), (some) => {
      const hosts = some.map(({ agoS, firstAgoS }) => {
        const firstSeenMs = NOW_MS - Math.max(agoS, firstAgoS) * S;
        return { lastSeenMs: NOW_MS - agoS * S, firstSeenMs, limitMs: 80 * S, gapMs: 10 * S, waiting: false };
      });
      const found = judgeGroup(hosts, NOW_MS);
      expect(judgeGroup(hosts.toReversed(), NOW_MS)).toEqual(found);
      if (found.kind !== 'mass') return;
      const { silent, fromMs, toMs } = found;
      const missed = hosts.filter((one) => isMissed(one, NOW_MS));
      const alone = { ...found, others: [] };
      expect(silent).toBe(missed.filter((one) => isOfMass(alone, one.lastSeenMs)).length);
      const all = missed.filter((one) => isOfMass(found, one.lastSeenMs)).length;
      expect(all).toBeGreaterThanOrEqual(silent + 3 * found.others.length);
      expect(2 * silent).toBeGreaterThanOrEqual(found.hosts);
      expect(toMs - fromMs).toBeLessThanOrEqual(30 * S);
    }),
  );
});

test('a path that fails in steps is one problem: those of each step are of it', () => {
  const found = judgeGroup(heard([...times(10, 200), ...times(10, 120), 82]), NOW_MS);
  if (found.kind !== 'mass') throw new Error(found.kind);
  expect(found).toMatchObject({ silent: 10, hosts: 11 });
  expect([200, 120, 82].map((ago) => isOfMass(found, NOW_MS - ago * S))).toEqual([false, true, false]);
  const both = judgeGroup(heard([...times(10, 200), ...times(10, 120)]), NOW_MS);
  if (both.kind !== 'mass') throw new Error(both.kind);
  expect([200, 160, 120].map((ago) => isOfMass(both, NOW_MS - ago * S))).toEqual([true, false, true]);
});

test('of two that were masses each the newest is told of, whoever is silent by now', () => {
  const newcomers = heard(times(20, 90), { firstSeenMs: NOW_MS - 400 * S });
  const found = judgeGroup([...heard(times(6, 600)), ...newcomers], NOW_MS);
  expect(found).toMatchObject({ kind: 'mass', silent: 20, hosts: 20 });
  expect([600, 90].map((ago) => found.kind === 'mass' && isOfMass(found, NOW_MS - ago * S))).toEqual([
    true,
    true,
  ]);
  const few = heard(times(3, 90), { firstSeenMs: NOW_MS - 400 * S });
  expect(judgeGroup([...heard(times(6, 600)), ...few], NOW_MS)).toMatchObject({ silent: 3, hosts: 3 });
});

describe('a host is missed', () => {
  test.for([
    { name: 'after half of its limit', silentS: 41, limitS: 80, gapS: 10, is: true },
    { name: 'not before', silentS: 40, limitS: 80, gapS: 10, is: false },
    { name: 'not while its next packet is due', silentS: 70, limitS: 120, gapS: 60, is: false },
    { name: 'when that is well overdue', silentS: 76, limitS: 120, gapS: 60, is: true },
  ])('$name', ({ silentS, limitS, gapS, is }) => {
    const host = { lastSeenMs: NOW_MS - silentS * S, limitMs: limitS * S, gapMs: gapS * S };
    expect(isMissed(host, NOW_MS)).toBe(is);
  });
});
