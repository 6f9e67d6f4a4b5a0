import { describe, expect, test } from 'vitest';
import { REASON_CURES } from '../../src/contract/reasons.ts';
import { refusalWords } from '../../web/src/fleet/refusal.ts';
import {
  findSenders,
  orderSenders,
  partSenders,
  readSenderOrder,
  SENDER_COLUMNS,
  senderOf,
  writeSenderOrder,
} from '../../web/src/fleet/sender.ts';
import type { Refusal, Sender } from '../../web/src/fleet/sender.ts';
import type { SourceView } from '../../src/contract/api.ts';

const NOW_MS = 100_000_000;
const MINUTE_MS = 60_000;

const refusal = (changes: Partial<Refusal> = {}): Refusal => ({
  what: 'value',
  reason: 'time_past',
  count: 100,
  last_ms: NOW_MS - 1000,
  cure: 'set its clock',
  ...changes,
});

const sender = (address: string, changes: Partial<SourceView> = {}): Sender =>
  senderOf(
    {
      group: 'web',
      address,
      protocols: ['collectd'],
      hosts: ['web-1'],
      hosts_total: 1,
      first_seen_ms: 0,
      last_seen_ms: NOW_MS - 1000,
      packets: 10,
      values: 100,
      values_per_second: 5,
      series: 20,
      clock_skew_ms: 0,
      refused: [],
      ...changes,
    },
    NOW_MS,
  );

const addresses = (senders: readonly Sender[]) => senders.map(({ source }) => source.address);

describe('what is made of a sender', () => {
  test.for([
    { name: 'calm', changes: {}, mark: 'ok', lately: 0, ongoing: false },
    {
      name: 'refused, and nothing is taken',
      changes: { refused: [refusal()], values_per_second: 0 },
      mark: 'critical',
      lately: 1,
      ongoing: true,
    },
    {
      name: 'turned away by the allow-list, as it should be',
      changes: { refused: [refusal({ what: 'packet', reason: 'not-allowed' })], values_per_second: 0 },
      mark: 'warning',
      lately: 1,
      ongoing: true,
    },
    {
      name: 'turned away and broken, too',
      changes: { refused: [refusal({ reason: 'not-allowed' }), refusal()], values_per_second: 0 },
      mark: 'critical',
      lately: 2,
      ongoing: true,
    },
    { name: 'refused in part', changes: { refused: [refusal()] }, mark: 'warning', lately: 1, ongoing: true },
    {
      name: 'over since half an hour',
      changes: { refused: [refusal({ last_ms: NOW_MS - 30 * MINUTE_MS })], values_per_second: 0 },
      mark: 'warning',
      lately: 1,
      ongoing: false,
    },
    {
      name: 'long ago',
      changes: { refused: [refusal({ last_ms: NOW_MS - 61 * MINUTE_MS })] },
      mark: 'ok',
      lately: 0,
      ongoing: false,
    },
    {
      name: 'a clock that is off',
      changes: { clock_skew_ms: -6000 },
      mark: 'warning',
      lately: 0,
      ongoing: false,
    },
    { name: 'no clock known', changes: { clock_skew_ms: null }, mark: 'ok', lately: 0, ongoing: false },
  ])('$name', ({ changes, mark, lately, ongoing }) => {
    const made = sender('10.0.0.1', changes);
    expect([made.mark, made.lately.length, made.ongoing]).toEqual([mark, lately, ongoing]);
  });

  test('silent for more than ten minutes', () => {
    expect(sender('10.0.0.1').silent).toBe(false);
    expect(sender('10.0.0.1', { last_seen_ms: NOW_MS - 11 * MINUTE_MS }).silent).toBe(true);
  });
});

describe('the worst first', () => {
  test('refused whole, in part, over; within these by the size of what was refused, then by address', () => {
    const { refused, calm } = partSenders([
      sender('10.0.0.10'),
      sender('10.0.0.9', { refused: [refusal({ last_ms: NOW_MS - 30 * MINUTE_MS, count: 1e9 })] }),
      sender('10.0.0.8', { refused: [refusal({ count: 150 })] }),
      sender('10.0.0.7', { refused: [refusal({ count: 900 })] }),
      sender('10.0.0.6', { refused: [refusal({ count: 5000 })] }),
      sender('10.0.0.5', { refused: [refusal({ count: 1 })], values_per_second: 0 }),
      sender('10.0.0.2'),
    ]);
    expect(addresses(refused)).toEqual(['10.0.0.5', '10.0.0.6', '10.0.0.7', '10.0.0.8', '10.0.0.9']);
    expect(addresses(calm)).toEqual(['10.0.0.10', '10.0.0.2']);
  });
  test('amounts that grow side by side do not change places', () => {
    const at = (a: number, b: number) =>
      addresses(
        partSenders([
          sender('10.0.0.2', { refused: [refusal({ count: b })] }),
          sender('10.0.0.1', { refused: [refusal({ count: a })] }),
        ]).refused,
      );
    expect(at(200, 300)).toEqual(at(400, 301));
  });
});

describe('the calm rest', () => {
  const senders = [
    sender('10.0.0.10', { group: 'db', values_per_second: 2, clock_skew_ms: null, hosts_total: 4 }),
    sender('10.0.0.9', { values_per_second: 9, clock_skew_ms: -4000, last_seen_ms: NOW_MS - 5000 }),
    sender('10.0.0.2', { values_per_second: 9, clock_skew_ms: 10, series: 30 }),
  ];
  test.for([
    { order: null, expected: ['10.0.0.2', '10.0.0.9', '10.0.0.10'] },
    { order: '-address', expected: ['10.0.0.10', '10.0.0.9', '10.0.0.2'] },
    { order: 'group', expected: ['10.0.0.10', '10.0.0.2', '10.0.0.9'] },
    { order: '-values', expected: ['10.0.0.2', '10.0.0.9', '10.0.0.10'] },
    { order: '-clock', expected: ['10.0.0.9', '10.0.0.2', '10.0.0.10'] },
    { order: '-hosts', expected: ['10.0.0.10', '10.0.0.2', '10.0.0.9'] },
    { order: '-series', expected: ['10.0.0.2', '10.0.0.9', '10.0.0.10'] },
    { order: '-heard', expected: ['10.0.0.9', '10.0.0.2', '10.0.0.10'] },
    { order: 'what nobody knows', expected: ['10.0.0.2', '10.0.0.9', '10.0.0.10'] },
  ])('by $order', ({ order, expected }) => {
    expect(addresses(orderSenders(senders, readSenderOrder(order)))).toEqual(expected);
  });
  test('an order is written as it is read', () => {
    for (const column of SENDER_COLUMNS) {
      for (const falling of [true, false]) {
        expect(readSenderOrder(writeSenderOrder({ column, falling }) ?? null)).toEqual({ column, falling });
      }
    }
  });
});

describe('words of the filter', () => {
  const senders = [
    sender('10.0.0.1'),
    sender('10.0.0.12', { hosts: ['db-7'], group: 'db' }),
    sender('2001:db8::1', { refused: [refusal()] }),
    sender('*', { hosts: [] }),
  ];
  test.for([
    { words: '', expected: ['10.0.0.1', '10.0.0.12', '2001:db8::1', '*'] },
    { words: '10.0.0.1', expected: ['10.0.0.1'] },
    { words: '10.0.0', expected: ['10.0.0.1', '10.0.0.12'] },
    { words: 'db 7', expected: ['10.0.0.12'] },
    { words: 'time_past', expected: ['2001:db8::1'] },
    { words: 'in the past', expected: ['2001:db8::1'] },
    { words: 'all others', expected: ['*'] },
    { words: '*', expected: ['*'] },
    { words: 'nobody', expected: [] },
  ])('“$words”', ({ words, expected }) => {
    expect(addresses(findSenders(senders, words))).toEqual(expected);
  });
});

describe('why something was refused', () => {
  test.for(Object.keys(REASON_CURES))('%s has words of its own', (reason) => {
    expect(refusalWords(reason)).not.toBe(reason.replaceAll('-', ' '));
  });
  test('a value’s reason has underscores, one that nobody knows is its own words', () => {
    expect(refusalWords('time_past')).toBe(refusalWords('time-past'));
    expect(refusalWords('moon-phase')).toBe('moon phase');
  });
});
