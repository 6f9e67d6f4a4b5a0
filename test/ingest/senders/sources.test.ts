import { describe, expect, test } from 'vitest';
import { Addresses } from '../../../src/ingest/senders/addresses.ts';
import { Networks } from '../../../src/ingest/senders/networks.ts';
import { plainAddress } from '../../../src/model/address.ts';
import { SeriesBudget } from '../../../src/ingest/senders/series-budget.ts';
import { GroupMembers } from '../../../src/ingest/members.ts';
import { Source } from '../../../src/ingest/senders/source.ts';
import { OTHERS, Sources } from '../../../src/ingest/senders/sources.ts';
import { CollectdDoors } from '../../../src/ingest/collectd/collectd-door.ts';
import { Books } from '../../../src/ingest/books.ts';
import { RULES, START_MS } from '../harness.ts';
import { instance } from '../instances.ts';
import type { Group } from '../../../src/ingest/group.ts';

const MINUTE_MS = 60_000;

function groupOf(trust: Partial<typeof RULES.trust> = {}): Group {
  const rules = { ...RULES, trust: { ...RULES.trust, ...trust } };
  const members = new GroupMembers();
  const door = new CollectdDoors({ ticksMs: () => 0 }).open('web', rules.collectd, members);
  return { rules, tally: new Books().group('web'), door, members, gone: undefined };
}

describe('Networks', () => {
  test.for([
    { name: 'an address in a network', networks: ['10.0.0.0/8'], address: '10.1.2.3', has: true },
    { name: 'one beside it', networks: ['10.0.0.0/8'], address: '11.1.2.3', has: false },
    { name: 'an address', networks: ['192.0.2.7'], address: '192.0.2.7', has: true },
    { name: 'another address', networks: ['192.0.2.7'], address: '192.0.2.8', has: false },
    { name: 'IPv6', networks: ['2001:db8::/32'], address: '2001:db8:1::1', has: true },
    { name: 'IPv6 beside it', networks: ['2001:db8::/32'], address: '2001:db9::1', has: false },
    { name: 'IPv6 in other words', networks: ['2001:db8::1'], address: '2001:0db8:0:0::1', has: true },
    { name: 'a link-local one with its zone', networks: ['fe80::/10'], address: 'fe80::1%eth0', has: true },
    {
      name: 'IPv4 as a socket of both writes it',
      networks: ['10.0.0.0/8'],
      address: '::ffff:10.0.0.1',
      has: true,
    },
    { name: 'no networks', networks: [], address: '10.0.0.1', has: false },
    { name: 'no address', networks: ['10.0.0.0/8'], address: 'nonsense', has: false },
  ])('$name', ({ networks, address, has }) => {
    expect(new Networks(networks).has(address)).toBe(has);
  });

  test.for([
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:a00:1', '::ffff:a00:1'],
    ['2001:db8::1', '2001:db8::1'],
  ])('%s is %s', ([spelled, plain]) => {
    expect(plainAddress(spelled as string)).toBe(plain);
  });
});

describe('Source', () => {
  test('a token bucket lets a second at once and then as many as it grants', () => {
    const source = new Source('10.0.0.1', START_MS);
    const passed = (n: number, atMs: number) =>
      Array.from({ length: n }, () => source.spend(100, atMs)).filter(Boolean).length;
    expect(passed(500, START_MS)).toBe(100);
    expect(passed(500, START_MS + 100)).toBe(10);
    expect(passed(500, START_MS + 3_600_000)).toBe(100);
    // A clock that is set back grants nothing, and takes nothing.
    expect(passed(500, START_MS)).toBe(0);
    expect(passed(500, START_MS + 1000)).toBe(100);
  });

  test('refusals are counted by what and reason, as many kinds as it keeps', () => {
    const source = new Source('10.0.0.1', START_MS);
    source.refuse('packet', 'truncated', 1);
    source.lastMs += 5;
    source.refuse('packet', 'truncated', 2);
    source.refuse('value', 'truncated', 4);
    expect(source.refused).toEqual([
      { what: 'packet', reason: 'truncated', count: 3, lastMs: START_MS + 5 },
      { what: 'value', reason: 'truncated', count: 4, lastMs: START_MS + 5 },
    ]);
    for (let n = 0; n < 1000; n += 1) source.refuse('packet', `reason-${n}`, 1);
    expect(source.refused).toHaveLength(32);
  });

  test('its pace is that of the last ten seconds', () => {
    const source = new Source('10.0.0.1', START_MS);
    for (let s = 0; s < 60; s += 1) source.took(50, START_MS + s * 1000);
    expect(source.perSecond(START_MS + 60_000)).toBeCloseTo(50, 0);
    expect(source.perSecond(START_MS + 3_600_000)).toBeLessThan(1);
  });
});

describe('Sources', () => {
  const one = (n: number) => `10.${n >>> 16}.${(n >>> 8) & 255}.${n & 255}`;

  test('a sender is the same at every datagram', () => {
    const sources = new Sources();
    const group = groupOf();
    const first = sources.of(group, 0, '10.0.0.1', START_MS);
    expect(sources.of(group, 0, '10.0.0.1', START_MS + 1)).toBe(first);
    expect(sources.of(group, 1, '10.0.0.1', START_MS + 1)).not.toBe(first);
    expect([first.allowed, first.maySpoof]).toEqual([true, true]);
  });

  test('it is judged by the rules as they are now', () => {
    const sources = new Sources();
    const group = groupOf({ allow: ['10.0.0.0/8'], spoof: ['10.0.0.0/24'] });
    const verdict = (address: string) => {
      const { allowed, maySpoof } = sources.of(group, 0, address, START_MS);
      return [allowed, maySpoof];
    };
    expect([verdict('10.0.0.1'), verdict('10.0.1.1'), verdict('192.0.2.1')]).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ]);
    group.rules = groupOf({ allow: ['192.0.2.0/24'], spoof: 'deny' }).rules;
    expect([verdict('10.0.0.1'), verdict('192.0.2.1')]).toEqual([
      [false, false],
      [true, false],
    ]);
  });

  test('forged addresses drive out nobody of whom something was taken', () => {
    const sources = new Sources({ known: 100, strangers: 10 });
    const group = groupOf();
    const honest = Array.from({ length: 50 }, (_, n) => {
      const source = sources.of(group, 0, one(n), START_MS);
      sources.know(0, source);
      return source;
    });
    for (let n = 1000; n < 100_000; n += 1) sources.of(group, 0, one(n), START_MS + n);
    expect(honest.every((source, n) => sources.of(group, 0, one(n), START_MS) === source)).toBe(true);
    expect(sources.count(0)).toBeLessThanOrEqual(60);
  });

  test('where the table is full, whoever is new is one of the others of the group', () => {
    const sources = new Sources({ known: 100, strangers: 10 });
    const group = groupOf({ allow: ['10.0.0.0/8'] });
    for (let n = 0; n < 10_000; n += 1) sources.know(0, sources.of(group, 0, one(n), START_MS));
    expect(sources.count(0)).toBeLessThanOrEqual(110);
    const late = sources.of(group, 0, one(50_000), START_MS);
    expect([late.address, late.allowed]).toEqual([OTHERS, true]);
    expect(sources.of(group, 0, '192.0.2.1', START_MS).allowed).toBe(false);
    expect(sources.of(group, 0, one(3), START_MS).address).toBe(one(3));
  });

  test('one without a place of its own is who its address is, with each datagram', () => {
    const sources = new Sources({ known: 1, strangers: 1 });
    const plain = groupOf();
    const group = { ...plain, rules: { ...plain.rules, binding: true } };
    group.members.put(instance({ host: 'a', addresses: [one(7)] }));
    sources.know(0, sources.of(group, 0, one(1), START_MS));
    const seen = [one(7), one(8), `::ffff:${one(7)}`].map((address) => {
      const { address: booked, registeredName, rights } = sources.of(group, 0, address, START_MS);
      return [booked, registeredName, rights?.mayName('a'), rights?.mayName('b')];
    });
    expect(seen).toEqual([
      [OTHERS, 'a', true, false],
      [OTHERS, undefined, false, true],
      [OTHERS, 'a', true, false],
    ]);
  });

  test('whoever was silent for long gives way', () => {
    const sources = new Sources({ known: 100, strangers: 10 });
    const group = groupOf();
    for (let n = 0; n < 100; n += 1) sources.know(0, sources.of(group, 0, one(n), START_MS));
    const laterMs = START_MS + 30 * MINUTE_MS;
    for (let n = 0; n < 50; n += 1) sources.of(group, 0, one(n), laterMs).lastMs = laterMs;
    // A few are looked at for each that comes.
    for (let n = 1000; n < 1030; n += 1) sources.know(0, sources.of(group, 0, one(n), laterMs));
    expect(sources.of(group, 0, one(1029), laterMs).address).toBe(one(1029));
    for (let n = 0; n < 50; n += 1) expect(sources.of(group, 0, one(n), laterMs).firstMs).toBe(START_MS);
  });

  test('a group that leaves takes its senders along', () => {
    const sources = new Sources({ known: 100, strangers: 10 });
    const [group, other] = [groupOf(), groupOf()];
    for (let n = 0; n < 80; n += 1) sources.know(0, sources.of(group, 0, one(n), START_MS));
    const kept = sources.of(other, 1, one(1), START_MS);
    sources.know(1, kept);
    sources.remove(0);
    expect([sources.count(0), sources.count(1)]).toEqual([0, 1]);
    for (let n = 0; n < 99; n += 1) sources.know(0, sources.of(group, 0, one(n), START_MS));
    expect(sources.of(other, 1, one(1), START_MS)).toBe(kept);
  });
});

describe('SeriesBudget', () => {
  const flood = (budget: SeriesBudget, source: Source): number => {
    while (!budget.refusal(1, source)) budget.take(1, source);
    return source.series;
  };
  const sourceOf = (trust: Partial<typeof RULES.trust> = {}) => {
    const source = new Source('10.0.0.1', START_MS);
    source.rules = groupOf(trust).rules;
    return source;
  };

  test('nobody holds more than is left for all others', () => {
    const budget = new SeriesBudget(1000);
    const [a, b, c] = [sourceOf(), sourceOf(), sourceOf()];
    expect(flood(budget, a)).toBe(500);
    expect(budget.refusal(1, a)).toBe('limit_series_share');
    expect(flood(budget, b)).toBe(250);
    expect(flood(budget, c)).toBe(125);
    expect(budget.refusal(100, sourceOf())).toBeUndefined();
    budget.giveBack(200, b);
    expect(budget.refusal(100, a)).toBe('limit_series_share');
    expect(budget.refusal(30, c)).toBeUndefined();
    expect([budget.used, b.series]).toEqual([675, 50]);
  });

  test('a sender has what its group grants it', () => {
    const budget = new SeriesBudget(1000);
    const source = sourceOf({ maxSeriesPerSource: 30 });
    expect(flood(budget, source)).toBe(30);
    expect(budget.refusal(1, source)).toBe('limit_series_per_source');
  });

  test('what comes back after a restart is bounded by the whole', () => {
    const budget = new SeriesBudget(10);
    budget.take(9, undefined);
    expect([budget.refusal(1, undefined), budget.refusal(2, undefined)]).toEqual([
      undefined,
      'limit_records',
    ]);
  });

  test('workers share it', () => {
    const shared = new SharedArrayBuffer(4);
    const [a, b] = [new SeriesBudget(100, shared), new SeriesBudget(100, shared)];
    a.take(99, undefined);
    expect(b.refusal(2, undefined)).toBe('limit_records');
  });
});

describe('Addresses', () => {
  const hear = (...spells: [minute: number, address: string][]) => {
    const addresses = new Addresses('a', START_MS);
    for (const [minute, address] of spells) addresses.hear(address, START_MS + minute * MINUTE_MS);
    return addresses;
  };

  test.for<{ name: string; heard: [number, string][]; conflict: boolean }>([
    {
      name: 'one address',
      heard: [
        [1, 'a'],
        [2, 'a'],
      ],
      conflict: false,
    },
    {
      name: 'one replaces another',
      heard: [
        [1, 'b'],
        [2, 'b'],
        [3, 'b'],
      ],
      conflict: false,
    },
    {
      name: 'a late packet of the one before',
      heard: [
        [1, 'b'],
        [1, 'a'],
        [2, 'b'],
      ],
      conflict: true,
    },
    {
      name: 'one comes back once',
      heard: [
        [1, 'b'],
        [2, 'a'],
        [3, 'a'],
      ],
      conflict: false,
    },
    {
      name: 'two take turns',
      heard: [
        [1, 'b'],
        [2, 'a'],
        [3, 'b'],
        [4, 'a'],
      ],
      conflict: true,
    },
    {
      name: 'ever new ones',
      heard: [
        [1, 'b'],
        [2, 'c'],
        [3, 'd'],
        [4, 'e'],
        [5, 'f'],
      ],
      conflict: false,
    },
  ])('$name: conflict $conflict', ({ heard, conflict }) => {
    expect(hear(...heard).sinceMs > 0).toBe(conflict);
  });

  test('a conflict names who and since when, and ends when one is left', () => {
    const addresses = hear([1, 'b'], [2, 'a'], [3, 'b']);
    expect(addresses.words).toBe('a and b send under this name in turns, since 2027-01-15 08:03 UTC');
    expect(addresses.only(START_MS + 4 * MINUTE_MS)).toBeUndefined();
    expect(addresses.only(START_MS + 13 * MINUTE_MS)).toBe('b');
  });
});
