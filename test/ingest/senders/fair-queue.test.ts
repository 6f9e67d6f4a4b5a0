import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnnouncementQueue } from '../../../src/ingest/announcement-queue.ts';
import { FairQueue } from '../../../src/ingest/senders/fair-queue.ts';

test('owners take turns, whatever one of them has waiting', () => {
  const queue = new FairQueue<string>();
  for (let n = 0; n < 10_000; n += 1) queue.add('flood', n);
  for (let n = 0; n < 3; n += 1) queue.add('honest', 20_000 + n);
  queue.add('late', 30_000);
  const taken = Array.from({ length: 8 }, () => queue.take());
  expect(taken).toEqual([0, 20_000, 30_000, 1, 20_001, 2, 20_002, 3]);
  expect(queue.size).toBe(9996);
});

test('everything that was not taken out comes once, each owner’s in its order', () => {
  const step = fc.record({
    owner: fc.integer({ min: 0, max: 3 }),
    item: fc.integer({ min: 0, max: 30 }),
    what: fc.constantFrom('add', 'add', 'delete', 'take'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new FairQueue<number>();
      const waiting = new Set<number>();
      for (const { owner, item, what } of steps) {
        if (what === 'add') {
          queue.add(owner, item);
          waiting.add(item);
        } else if (what === 'delete') {
          queue.delete(item);
          waiting.delete(item);
        } else {
          const taken = queue.take();
          expect(taken === undefined ? waiting.size === 0 : waiting.delete(taken)).toBe(true);
        }
        expect([queue.size, queue.has(item)]).toEqual([waiting.size, waiting.has(item)]);
      }
    }),
  );
});

test('announcements come in order, however many wait', () => {
  const queue = new AnnouncementQueue();
  const taken: string[] = [];
  const take = (max: number) => {
    for (const said of queue.take(max)) taken.push(said.kind === 'cluster-gone' ? said.cluster : '');
  };
  for (let n = 0; n < 50_000; n += 1) {
    queue.push({ kind: 'cluster-gone', cluster: String(n) });
    if (n % 1000 === 0) take(700);
  }
  expect(queue.length).toBe(50_000 - taken.length);
  take(Infinity);
  expect(taken).toEqual(Array.from({ length: 50_000 }, (_, n) => String(n)));
  expect(queue.take(1)).toEqual([]);
});
