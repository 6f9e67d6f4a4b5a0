import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueQueue } from '../../src/model/due-queue.ts';

test('gives what is due, earliest first, in the order it came, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 60 }), fc.nat(20), (times, nowMs) => {
      const queue = new DueQueue<string>();
      const entries = times.map((dueMs, i) => ({ dueMs, item: `${dueMs}/${i}` }));
      for (const { dueMs, item } of entries) queue.push(dueMs, item);
      const taken: string[] = [];
      for (let item = queue.takeDue(nowMs); item !== undefined; item = queue.takeDue(nowMs)) taken.push(item);
      const due = entries.filter((entry) => entry.dueMs <= nowMs).toSorted((a, b) => a.dueMs - b.dueMs);
      expect(taken).toEqual(due.map(({ item }) => item));
      expect(queue.size).toBe(times.length - due.length);
      queue.hasten(nowMs);
      queue.push(nowMs, 'last');
      const rest = Array.from({ length: queue.size }, () => queue.takeDue(nowMs));
      const later = entries.filter((entry) => entry.dueMs > nowMs).toSorted((a, b) => a.dueMs - b.dueMs);
      expect(rest).toEqual([...later.map(({ item }) => item), 'last']);
    }),
  );
});
