import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SignInThrottle, sourceOf } from '../../src/access/throttle.ts';
import { THROTTLE_ENTRIES_MAX } from '../../src/limits.ts';

const MINUTE_MS = 60_000;
const ADA = { name: 'ada', from: '192.0.2.1' };

/** Fails so often, waiting each time as long as is asked; returns the waits in seconds. */
function failures(throttle: SignInThrottle, attempts: number, attempt = ADA): number[] {
  const waits: number[] = [];
  let nowMs = 0;
  for (let admitted = 0; admitted < attempts;) {
    const admission = throttle.admit(attempt, nowMs);
    if (admission.kind === 'admitted') admitted += 1;
    else {
      waits.push(admission.retryAfterS);
      nowMs += admission.retryAfterS * 1000;
    }
  }
  return waits;
}

describe('a name from an address', () => {
  test('five failures cost nothing, then the wait doubles up to a quarter of an hour', () => {
    const waits = failures(new SignInThrottle(), 17);
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  test('many at once do not slip through before the first has failed', () => {
    const throttle = new SignInThrottle();
    const admissions = Array.from({ length: 50 }, () => throttle.admit(ADA, 0).kind);
    expect(admissions.filter((kind) => kind === 'admitted')).toHaveLength(5);
  });

  test('success forgets', () => {
    const throttle = new SignInThrottle();
    failures(throttle, 4);
    throttle.admit(ADA, 0);
    throttle.succeeded(ADA);
    expect(failures(throttle, 5)).toEqual([]);
  });

  test('an hour forgets, and attempts that have to wait do not make it longer', () => {
    const throttle = new SignInThrottle();
    for (let i = 0; i < 5; i += 1) throttle.admit(ADA, 0);
    expect(throttle.admit(ADA, 999)).toEqual({ kind: 'wait', why: 'name-from-address', retryAfterS: 1 });
    expect(throttle.admit(ADA, 1000).kind).toBe('admitted');
    expect(throttle.admit(ADA, 60 * MINUTE_MS + 1000).kind).toBe('admitted');
    expect(throttle.admit(ADA, 60 * MINUTE_MS + 1000).kind).toBe('admitted');
  });
});

describe('an address with many names', () => {
  test('one password tried on everybody waits', () => {
    const throttle = new SignInThrottle();
    const kinds = Array.from({ length: 21 }, (_, i) => throttle.admit({ ...ADA, name: `user-${i}` }, 0));
    expect(kinds.slice(0, 20).every(({ kind }) => kind === 'admitted')).toBe(true);
    expect(kinds[20]).toEqual({ kind: 'wait', why: 'address', retryAfterS: 1 });
  });

  test('holds up nobody who has signed in from there before', () => {
    const throttle = new SignInThrottle();
    throttle.admit(ADA, 0);
    throttle.succeeded(ADA);
    for (let i = 0; i < 40; i += 1) throttle.admit({ ...ADA, name: `user-${i}` }, 0);
    expect(throttle.admit({ ...ADA, name: 'eve' }, 0).kind).toBe('wait');
    expect(throttle.admit(ADA, 0).kind).toBe('admitted');
  });
});

describe('a name from many addresses', () => {
  const from = (i: number) => ({ name: 'ada', from: `10.0.${i >> 8}.${i & 255}` });

  test('waits half a minute at most, and not at all where she has signed in before', () => {
    const throttle = new SignInThrottle();
    throttle.admit(ADA, 0);
    throttle.succeeded(ADA);
    let nowMs = 0;
    for (let i = 0; i < 300; i += 1) {
      throttle.admit(from(i), nowMs);
      nowMs += 1000;
    }
    const elsewhere = throttle.admit({ name: 'ada', from: '198.51.100.7' }, nowMs);
    expect(elsewhere).toMatchObject({ kind: 'wait', why: 'name' });
    expect(elsewhere.kind === 'wait' && elsewhere.retryAfterS).toBeLessThanOrEqual(30);
    expect(throttle.admit(ADA, nowMs).kind).toBe('admitted');
    expect(throttle.admit({ name: 'bob', from: '198.51.100.7' }, nowMs).kind).toBe('admitted');
  });
});

test('nobody frees himself by filling the table', () => {
  const throttle = new SignInThrottle();
  for (let i = 0; i < 6; i += 1) throttle.admit(ADA, 0);
  for (let i = 0; i < THROTTLE_ENTRIES_MAX + 10; i += 1) {
    throttle.admit({ name: `u${i}`, from: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}` }, 0);
  }
  expect(throttle.admit(ADA, 0).kind).toBe('wait');
});

describe('what an attacker cannot change at will', () => {
  test.for([
    { address: '192.0.2.1', source: '192.0.2.1' },
    { address: '::ffff:192.0.2.1', source: '192.0.2.1' },
    { address: '192.0.2.1:50123', source: '192.0.2.1' },
    { address: '[2001:db8::1]:50123', source: '2001:db8:0:0::/64' },
    { address: '2001:db8:1:2:3:4:5:6', source: '2001:db8:1:2::/64' },
    { address: '2001:DB8:1:2::6', source: '2001:db8:1:2::/64' },
    { address: '2001:db8::6', source: '2001:db8:0:0::/64' },
    { address: 'fe80::1%eth0', source: 'fe80:0:0:0::/64' },
    { address: '::1', source: '0:0:0:0::/64' },
  ])('$address', ({ address, source }) => {
    expect(sourceOf(address)).toBe(source);
  });

  test('all of a /64 is one source', () => {
    const throttle = new SignInThrottle();
    for (let i = 0; i < 5; i += 1) throttle.admit({ name: 'ada', from: `2001:db8::${i}` }, 0);
    expect(throttle.admit({ name: 'ada', from: '2001:db8::ffff' }, 0).kind).toBe('wait');
    expect(throttle.admit({ name: 'ada', from: '2001:db8:0:1::1' }, 0).kind).toBe('admitted');
  });
});

test('never throws, whatever the name and the address', () => {
  const throttle = new SignInThrottle();
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, from) => {
      throttle.admit({ name, from }, 0);
      throttle.succeeded({ name, from });
    }),
  );
});
