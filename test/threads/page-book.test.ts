import { expect, test } from 'vitest';
import { PageBook } from '../../src/threads/page-book.ts';

const REPORT = {
  notifications: [{ receiver: 'ops', outcome: 'delivered', count: 2 }],
  deliveries: [{ receiver: 'ops', pages: 2, ms: 500 }],
  handlers: [{ handler: 'restart', outcome: 'done', count: 1 }],
  lanes: [
    {
      target: 'ops',
      state: 'failing',
      pending: 31,
      lastDeliveredMs: 1000,
      failingSinceMs: 10_000,
      fault: 'HTTP 503',
    },
  ],
} as const;

test('figures add up from report to report', () => {
  const book = new PageBook();
  book.absorb(REPORT);
  book.absorb(REPORT);
  expect(book.figures()).toEqual({
    notifications: [{ receiver: 'ops', outcome: 'delivered', count: 4 }],
    targets: [{ receiver: 'ops', pending: 31, failing: true, delivered: 4, seconds: 1 }],
    handlers: [{ handler: 'restart', outcome: 'done', count: 2 }],
  });
});

test('a receiver that fails is noted after a minute; so is a heartbeat that does not get through', () => {
  const book = new PageBook();
  book.absorb(REPORT);
  expect(book.notes(60_000)).toEqual([]);
  book.heartbeat = 'HTTP 500';
  expect(book.notes(10_000 + 7_200_000)).toEqual([
    'receiver ops has failed for 2 h, 31 pages wait: HTTP 503',
    'the heartbeat does not get through: HTTP 500',
  ]);
});
