import { expect, test } from 'vitest';
import { Members } from '../../../src/ingest/statsd/members.ts';
import { WholeRoom } from '../../../src/ingest/statsd/room.ts';
import { STATSD_MEMBERS_PER_SET_MAX } from '../../../src/limits.ts';

function filled(n: number, room = new WholeRoom(1_000_000)) {
  const members = new Members(room, [12_345, 67_890]);
  for (let i = 0; i < n; i += 1) add(members, `user-${i}`);
  return members;
}

function add(members: Members, text: string) {
  const bytes = Buffer.from(text);
  members.add(bytes, bytes.length);
}

test('each counts once', () => {
  const members = filled(0);
  for (const text of ['a', 'b', 'a', '', 'ab', 'b', '']) add(members, text);
  expect(members.count).toBe(4);
});

test.for([1, 100, STATSD_MEMBERS_PER_SET_MAX])('%d are counted exactly', (n) => {
  expect(filled(n).count).toBe(n);
});

test.for([STATSD_MEMBERS_PER_SET_MAX + 1, 50_000, 1_000_000])('%d are counted to 4 %%', (n) => {
  expect(Math.abs(filled(n).count / n - 1)).toBeLessThan(0.04);
});

test('without room their number is still told, and all room comes back', () => {
  const room = new WholeRoom(1000);
  const one = filled(900, room);
  const other = filled(5000, room);
  expect(room.left).toBeGreaterThanOrEqual(0);
  expect(one.count).toBe(900);
  expect(Math.abs(other.count / 5000 - 1)).toBeLessThan(0.4);
  one.clear();
  other.clear();
  expect([one.count, other.count, room.left]).toEqual([0, 0, 1000]);
});

test('a few are counted whatever the others hold', () => {
  const room = new WholeRoom(0);
  expect(filled(8, room).count).toBe(8);
});
