import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GROUP_DEFAULTS } from '../../src/contract/config.ts';
import { DueWheel } from '../../src/ingest/due-wheel.ts';
import { collides, groupsMissing, listenerChanges } from '../../src/ingest/group-changes.ts';
import { usualGap } from '../../src/ingest/host-table.ts';
import { hashBytes, KeyTable } from '../../src/ingest/key-table.ts';
import { Ring } from '../../src/ingest/ring.ts';
import { offsetOf, sizeFor, Slab } from '../../src/ingest/slab.ts';
import type { Wanted } from '../../src/ingest/group-changes.ts';
import type { GroupConfig } from '../../src/contract/config.ts';

describe('KeyTable', () => {
  test('finds what was bound and nothing else, whatever was removed in between', () => {
    const steps = fc.array(
      fc.record({
        key: fc.uint8Array({ minLength: 1, maxLength: 3, max: 3 }),
        id: fc.integer({ min: 0, max: 12 }),
        removes: fc.boolean(),
      }),
      { minLength: 1, maxLength: 300 },
    );
    fc.assert(
      fc.property(steps, fc.integer(), (all, seed) => {
        const table = new KeyTable(seed, ~seed);
        const model = new Map<string, number>();
        const spellings = (id: number) => [...model.values()].filter((other) => other === id).length;
        for (const { key, id, removes } of all) {
          if (removes) {
            table.remove(id);
            for (const [text, other] of model) if (other === id) model.delete(text);
          } else if (!model.has(key.join())) {
            table.bind(key, key.length, id);
            if (spellings(id) < 8) model.set(key.join(), id);
          }
          expect(table.count).toBe(model.size);
        }
        for (const { key } of all) expect(table.find(key, key.length)).toBe(model.get(key.join()) ?? -1);
      }),
    );
  });

  test('an id that comes and goes with other keys takes no more room', () => {
    const table = new KeyTable(7, 8);
    const key = (n: number) => new Uint8Array(40 + (n % 61)).fill(n % 251).fill(n >>> 8, 2, 5);
    const bind = (n: number) => table.bind(key(n), key(n).length, n % 10_000);
    for (let n = 0; n < 10_000; n += 1) bind(n);
    const { keyBytes } = table;
    for (let n = 10_000; n < 100_000; n += 1) {
      table.remove(n % 10_000);
      bind(n);
    }
    expect(table.count).toBe(10_000);
    expect(table.keyBytes).toBeLessThan(2.2 * keyBytes);
    for (let n = 90_000; n < 100_000; n += 1)
      expect(table.find(key(n), key(n).length)).toBeGreaterThanOrEqual(0);
  });

  test('what was taken is given again whole when everything has left', () => {
    const table = new KeyTable(7, 8);
    const key = (n: number) => new Uint8Array(new Uint32Array(Array(12).fill(n)).buffer);
    for (let turn = 0; turn < 4; turn += 1) {
      for (let n = 0; n < 20_000; n += 1) table.bind(key(n + turn), 48, n);
      for (let n = 0; n < 20_000; n += 1) table.remove(n);
    }
    expect(table.count).toBe(0);
    expect(table.keyBytes).toBeLessThan(1.1 * 20_000 * (48 + 6) + 2 * 65_536);
    expect(table.find(key(3), 48)).toBe(-1);
  });

  test('holds many keys', () => {
    const table = new KeyTable(7, 8);
    const key = (n: number) => new Uint8Array(new Uint32Array([n]).buffer);
    for (let n = 0; n < 50_000; n += 1) table.bind(key(n), 4, n);
    for (let n = 0; n < 50_000; n += 997) expect(table.find(key(n), 4)).toBe(n);
    expect(table.find(key(50_001), 4)).toBe(-1);
  });
});

describe('KeyTable against strangers', () => {
  test('an id is found by few spellings at once, however many there are', () => {
    const table = new KeyTable(1, 2);
    const key = (n: number) => new Uint8Array(new Uint32Array([n]).buffer);
    for (let n = 0; n < 1000; n += 1) table.bind(key(n), 4, 0);
    expect(table.count).toBe(8);
    expect(table.find(key(3), 4)).toBe(0);
    expect(table.find(key(999), 4)).toBe(-1);
  });

  test('the hash is HalfSipHash-1-3: no two keys of a table meet more often than by chance', () => {
    const keys = Array.from({ length: 4096 }, (_, n) => {
      // Differences in high bits of neighbouring words: what cancels in a multiply-and-add hash.
      const words = new Uint32Array(14).fill(0x41414141);
      for (let bit = 0; bit < 12; bit += 1) if (n & (1 << bit)) words[bit] = 0xc1414141;
      return new Uint8Array(words.buffer);
    });
    for (const [k0, k1] of [
      [1, 2],
      [0x12345678, 0x9abcdef0],
    ] as const) {
      const hashes = new Set(keys.map((key) => hashBytes(key, key.length, k0, k1)));
      expect(hashes.size).toBeGreaterThan(4090);
    }
  });
});

describe('DueWheel', () => {
  test('hands out every record at its second, never before, wherever it was put', () => {
    const puts = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1001, max: 1090 })));
    fc.assert(
      fc.property(puts, fc.array(fc.integer({ min: 0, max: 20 })), (all, removed) => {
        const wheel = new DueWheel(16, 1000);
        const due = new Map<number, number>();
        for (const [record, at] of all) {
          wheel.put(record, at);
          due.set(record, at);
        }
        for (const record of removed) {
          wheel.remove(record);
          due.delete(record);
        }
        for (let now = 1001; now <= 1100; now += 1) {
          const out: number[] = [];
          wheel.advance(now, (record) => out.push(record));
          const expected = [...due].filter(([, at]) => at === now).map(([record]) => record);
          expect(out.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  test('a clock that jumps ahead hands out everything that was due', () => {
    const wheel = new DueWheel(16, 1000);
    wheel.put(1, 1003);
    wheel.put(2, 1200);
    const out: number[] = [];
    wheel.advance(5000, (record) => out.push(record));
    expect(out.toSorted((a, b) => a - b)).toEqual([1, 2]);
  });

  test('a second that has passed is the next one', () => {
    const wheel = new DueWheel(16, 1000);
    wheel.put(3, 5);
    const out: number[] = [];
    wheel.advance(1001, (record) => out.push(record));
    expect(out).toEqual([3]);
  });
});

describe('Ring', () => {
  test('gives back what was put in, whole and in order, however it wraps', () => {
    const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 40_000 }), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(lengths, (steps) => {
        const ring = new Ring(0, 8);
        const model: { first: number; length: number }[] = [];
        const entry = { start: 0, end: 0, listener: 0, address: '', arrivalMs: 0 };
        const take = () => {
          const expected = model.shift();
          expect(ring.peek(entry)).toBe(expected !== undefined);
          if (!expected) return;
          expect(entry.end - entry.start).toBe(expected.length);
          expect(ring.buffer[entry.start]).toBe(expected.first);
          expect(ring.buffer[entry.end - 1]).toBe(expected.first);
          ring.drop();
        };
        for (const [n, [length, taking]] of steps.entries()) {
          const first = n % 251;
          const accepted = ring.push(1, new Uint8Array(length).fill(first), 'a', n) === 'taken';
          if (accepted) model.push({ first, length });
          expect(ring.length).toBe(model.length);
          if (taking) take();
        }
        while (model.length > 0) take();
        expect(ring.push(1, new Uint8Array(60_000), 'a', 0)).toBe('taken');
      }),
    );
  });

  test.for([
    { name: 'small datagrams', bytes: 60, flooders: 1 },
    { name: 'great datagrams', bytes: 60_000, flooders: 1 },
    { name: 'datagrams of several senders', bytes: 1400, flooders: 5 },
  ])('a flood of $name takes nothing from whoever sends little', ({ bytes, flooders }) => {
    const ring = new Ring(8 * 1024 * 1024, 4096, 7);
    const flood = new Uint8Array(bytes);
    const honest = new Uint8Array(1400);
    const entry = { start: 0, end: 0, listener: 0, address: '', arrivalMs: 0 };
    const refused = { flood: 0, honest: 0 };
    for (let turn = 0; turn < 5000; turn += 1) {
      for (let n = 0; n < 30; n += 1) {
        if (ring.push(0, flood, `10.0.0.${n % flooders}`, turn) !== 'taken') refused.flood += 1;
      }
      if (ring.push(0, honest, '10.0.1.1', turn) !== 'taken') refused.honest += 1;
      if (ring.push(0, honest, '10.0.1.2', turn) !== 'taken') refused.honest += 1;
      // Half of what comes can be decoded.
      for (let n = 0; n < 16 && ring.peek(entry); n += 1) ring.drop();
    }
    expect(refused.honest).toBe(0);
    expect(refused.flood).toBeGreaterThan(60_000);
  });
});

describe('Slab', () => {
  test('blocks do not overlap and are reused', () => {
    const slab = new Slab();
    const a = slab.allocate(4) as number;
    const b = slab.allocate(10) as number;
    slab.segmentOf(a).fill(1, offsetOf(a), offsetOf(a) + 16);
    slab.segmentOf(b).fill(2, offsetOf(b), offsetOf(b) + 1024);
    expect(slab.segmentOf(a)[offsetOf(a) + 15]).toBe(1);
    slab.release(a, 4);
    expect(slab.allocate(4)).toBe(a);
  });

  test('blocks never cross a segment', () => {
    const slab = new Slab();
    for (let n = 0; n < 40; n += 1) {
      slab.allocate(4);
      const at = slab.allocate(16) as number;
      expect(offsetOf(at) + (1 << 16)).toBeLessThanOrEqual(slab.segmentOf(at).length);
    }
    expect(slab.segments.length).toBeGreaterThan(1);
  });

  test.for([
    [1, 3],
    [8, 3],
    [9, 4],
    [16, 4],
    [17, 5],
    [65_536, 16],
    [65_537, 17],
    [1_048_576, 20],
    [1_048_577, undefined],
  ] as const)('%d words need size %s', ([words, size]) => {
    expect(sizeFor(words)).toBe(size);
  });
});

describe('the usual gap', () => {
  test.for([
    { name: 'a burst says nothing', usual: 20_000, gap: 3, after: 20_000 },
    { name: 'the first gap is taken', usual: 0, gap: 20_000, after: 20_000 },
    { name: 'a first gap of a day is capped', usual: 0, gap: 86_400_000, after: 900_000 },
    { name: 'an outage raises it by half at most', usual: 20_000, gap: 86_400_000, after: 30_000 },
    { name: 'a shorter gap lowers it', usual: 20_000, gap: 10_000, after: 18_000 },
  ])('$name', ({ usual, gap, after }) => {
    expect(usualGap(usual, gap)).toBe(after);
  });
});

describe('listener changes', () => {
  const group = (name: string, ...ports: number[]) =>
    ({
      ...GROUP_DEFAULTS,
      name,
      listen: ports.map((port) => ({ address: '127.0.0.1', port })),
    }) as unknown as GroupConfig;
  const named = (wanted: readonly Wanted[]) => wanted.map((w) => `${w.group} ${w.listen.port}`);
  test.for([
    { name: 'nothing', old: [group('a', 1)], next: [group('a', 1)], open: [], close: [] },
    { name: 'a group comes', old: [], next: [group('a', 1, 2)], open: ['a 1', 'a 2'], close: [] },
    { name: 'a group goes', old: [group('a', 1)], next: [], open: [], close: ['a 1'] },
    { name: 'moved', old: [group('a', 1)], next: [group('a', 2)], open: ['a 2'], close: ['a 1'] },
    { name: 'one more address', old: [group('a', 1)], next: [group('a', 1, 2)], open: ['a 2'], close: [] },
    {
      name: 'two change ports',
      old: [group('a', 1), group('b', 2)],
      next: [group('a', 2), group('b', 1)],
      open: ['a 2', 'b 1'],
      close: ['a 1', 'b 2'],
    },
  ])('$name', ({ old, next, open, close }) => {
    const changes = listenerChanges(old, next);
    expect({ open: named(changes.open), close: named(changes.close) }).toEqual({ open, close });
  });

  test.for([
    { name: 'the same', a: ['127.0.0.1', 1], b: ['127.0.0.1', 1], both: false },
    { name: 'a wildcard over it', a: ['0.0.0.0', 1], b: ['127.0.0.1', 1], both: false },
    { name: 'another address', a: ['127.0.0.2', 1], b: ['127.0.0.1', 1], both: true },
    { name: 'another port', a: ['0.0.0.0', 1], b: ['0.0.0.0', 2], both: true },
    { name: 'any free port', a: ['0.0.0.0', 0], b: ['0.0.0.0', 0], both: true },
  ] as const)('can be bound at once: $name', ({ a, b, both }) => {
    const of = ([address, port]: readonly [string, number], transport: 'udp' | 'tcp' = 'udp') => ({
      transport,
      listen: { address, port },
    });
    expect(collides(of(a), of(b))).toBe(!both);
    expect(collides(of(a, 'tcp'), of(b, 'tcp'))).toBe(!both);
    expect(collides(of(a, 'tcp'), of(b))).toBe(false);
  });

  test('lines by TCP are opened and closed like datagrams', () => {
    const plain = group('a', 1);
    const lines = { ...plain, graphite: { listen: [{ address: '0.0.0.0', port: 1 }], template: null } };
    const shown = (wanted: readonly Wanted[]) => wanted.map((w) => `${w.transport} ${w.listen.port}`);
    expect(shown(listenerChanges([plain], [lines]).open)).toEqual(['tcp 1']);
    expect(shown(listenerChanges([lines], [plain]).close)).toEqual(['tcp 1']);
    expect(listenerChanges([lines], [lines])).toEqual({ open: [], close: [] });
  });

  test('groups that are gone', () => {
    expect(groupsMissing([group('a', 1), group('b', 2)], [group('b', 3)])).toEqual(['a']);
  });
});
