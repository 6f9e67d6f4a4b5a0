import { expect, test } from 'vitest';
import { DOOR_REFUSALS_MAX } from '../../src/limits.ts';
import { DoorBooks, joinDoors } from '../../src/model/door-books.ts';
import type { CheckResult } from '../../src/model/check-result.ts';

const RESULT: CheckResult = {
  cluster: '',
  host: 'web1',
  service: 'cron',
  code: 0,
  output: 'fine',
  timeMs: 0,
  door: 'nsca',
  from: '10.0.0.1',
};
const refusal = (from: string, reason = 'bad-crc') => ({ door: 'nsca', reason, from, about: '' }) as const;

test('what the judge took, and what it did not', () => {
  const books = new DoorBooks();
  books.book(
    [RESULT, { ...RESULT, service: 'other' }, RESULT],
    [null, 'unknown-service', 'old-result'],
    1000,
  );
  books.book([{ ...RESULT, service: 'more' }], ['unknown-service'], 2000);
  books.connections.set('nsca', 3);
  const from = '10.0.0.1';
  expect(books.figures()).toEqual([
    {
      door: 'nsca',
      accepted: 1,
      connections: 3,
      refused: [
        { reason: 'old-result', from, about: 'web1 / cron', count: 1, lastMs: 1000 },
        { reason: 'unknown-service', from, about: 'web1 / more', count: 2, lastMs: 2000 },
      ],
    },
  ]);
});

test('many senders: those refused longest ago are put together, and no count is lost', () => {
  const books = new DoorBooks();
  const senders = DOOR_REFUSALS_MAX * 3;
  for (let i = 0; i < senders; i += 1) {
    books.refuse(refusal('10.9.9.9'), i);
    books.refuse(refusal(`10.0.${i >> 8}.${i & 255}`, i % 2 === 0 ? 'bad-crc' : 'packet-age'), i);
  }
  const refused = books.figures().flatMap((door) => door.refused);
  expect(refused.length).toBeLessThanOrEqual(DOOR_REFUSALS_MAX);
  expect(refused.reduce((sum, { count }) => sum + count, 0)).toBe(2 * senders);
  expect(refused.find(({ from }) => from === '10.9.9.9')?.count).toBe(senders);
  expect(
    refused
      .filter(({ from }) => from === 'others')
      .map(({ reason }) => reason)
      .toSorted(),
  ).toEqual(['bad-crc', 'packet-age']);
});

test('doors of several threads', () => {
  const one = { door: 'command', accepted: 1, connections: 1, refused: [] };
  const more = [{ reason: 'old-result', from: 'ann', about: '', count: 1, lastMs: 0 }];
  const joined = joinDoors([[one, { ...one, door: 'nsca' }], [{ ...one, accepted: 2, refused: more }]]);
  expect(joined).toEqual([
    { door: 'command', accepted: 3, connections: 2, refused: more },
    { ...one, door: 'nsca' },
  ]);
});
