import { describe, expect, test } from 'vitest';
import { RESOLVE_CACHE_MAX, RESOLVE_PARKED_BYTES_MAX, RESOLVING_MAX } from '../../src/limits.ts';
import { ReverseNames } from '../../src/ingest/reverse-names.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Names that are answered when the test says so. */
function setUp() {
  const clock = { ms: 1000 };
  const asked: string[] = [];
  const open = new Map<string, (names: readonly string[]) => void>();
  const names = new ReverseNames(
    (address) => {
      asked.push(address);
      return new Promise((resolve) => open.set(address, resolve));
    },
    () => clock.ms,
  );
  const answer = async (address: string, name = `host-of-${address}`) => {
    open.get(address)?.([name]);
    await turn();
  };
  const park = (address: string, bytes = 100) => {
    const given: string[] = [];
    return names.park(address, { bytes, again: () => given.push(address) });
  };
  return { clock, asked, names, answer, park };
}

describe('one network', () => {
  test.for([
    { name: 'IPv4', flood: (n: number) => `10.0.0.${n}`, honest: '10.0.1.1' },
    { name: 'IPv6', flood: (n: number) => `2001:db8:0:1::${n}`, honest: '2001:db8:0:2::1' },
  ])('$name: has a quarter of the questions, and others find room', ({ flood, honest }) => {
    const { asked, park } = setUp();
    for (let n = 0; n < 3000; n += 1) park(flood(n));
    expect(asked).toHaveLength(RESOLVING_MAX / 4);
    expect(park(honest)).toBe(true);
  });

  test('a whole /16 has half of them', () => {
    const { asked, park } = setUp();
    for (let n = 0; n < 65_536; n += 1) park(`10.7.${n >>> 8}.${n & 255}`);
    expect(asked).toHaveLength(RESOLVING_MAX / 2);
    expect(['10.8.0.1', '10.9.0.1', '192.0.2.1'].map((address) => park(address))).toEqual([true, true, true]);
  });

  test('has a quarter of the room for what waits', () => {
    const { park } = setUp();
    const share = RESOLVE_PARKED_BYTES_MAX / 4;
    expect(park('10.0.0.1', share)).toBe(true);
    expect(park('10.0.0.2', 1)).toBe(false);
    expect(park('10.0.1.1', 65_507)).toBe(true);
  });

  test('has its room again when its questions are answered', async () => {
    const { asked, names, park, answer } = setUp();
    for (let n = 0; n < RESOLVING_MAX; n += 1) park(`10.0.0.${n}`);
    for (const address of asked) void answer(address);
    await turn();
    expect(names.lookup('10.0.0.3')).toBe('host-of-10.0.0.3');
    expect(park('10.0.0.9999')).toBe(true);
  });
});

test('names that are used outlive a flood of names that are asked for once', async () => {
  const { names, park, answer, clock } = setUp();
  const honest = Array.from({ length: 100 }, (_, n) => `192.0.2.${n}`);
  for (const address of honest) {
    park(address);
    await answer(address);
  }
  for (let n = 0; n < RESOLVE_CACHE_MAX * 1.2; n += 1) {
    const address = `10.${n >>> 16}.${(n >>> 8) & 255}.${n & 255}`;
    park(address);
    void answer(address);
    if (n % 400 === 399) await turn();
    if (n % 20_000 === 0) for (const known of honest) names.lookup(known);
  }
  clock.ms += 1;
  expect(honest.filter((address) => names.lookup(address) === undefined)).toEqual([]);
});

test('an address without a name is not asked for again within the hour', async () => {
  const clock = { ms: 1000 };
  let asked = 0;
  const names = new ReverseNames(
    () => {
      asked += 1;
      return Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
    },
    () => clock.ms,
  );
  names.park('10.0.0.1', { bytes: 1, again: () => undefined });
  await turn();
  clock.ms += 3_500_000;
  expect([names.lookup('10.0.0.1'), asked]).toEqual(['10.0.0.1', 1]);
  clock.ms += 200_000;
  expect([names.lookup('10.0.0.1'), asked]).toEqual(['10.0.0.1', 2]);
});
