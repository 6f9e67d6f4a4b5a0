import { expect, test } from 'vitest';
import { KIND } from '../../src/model/kind.ts';
import { FLUSHES_WAITING_MAX } from '../../src/limits.ts';
import { FlushDesk } from '../../src/threads/flush-desk.ts';
import { TestFleet } from '../live/fleet.ts';

const ALL = { cluster: '.*', host: '.*', metric: '.*' };

/** A fleet of four records; a write takes as long as `takes` and settles one point a record. */
function stand({ held = false, takes = 0 } = {}) {
  const { catalogue } = new TestFleet()
    .record('web', 'web-1', 'load_one')
    .record('web', 'web-2', 'load_one')
    .record('web', 'web-2', 'if_octets', {
      sources: [
        { name: 'rx', kind: KIND.derive, min: 0, max: null },
        { name: 'tx', kind: KIND.derive, min: 0, max: null },
      ],
    })
    .record('db', 'db-1', 'load_one');
  const clock = { ms: 0 };
  const writes: number[][] = [];
  const slept: number[] = [];
  const desk = new FlushDesk({
    catalogue,
    write: (_worker, records) => {
      writes.push([...records]);
      clock.ms += takes;
      return Promise.resolve({ records: records.length, points: records.length, left: 0 });
    },
    held: () => held,
    ticksMs: () => clock.ms,
    sleep: (ms) => {
      slept.push(ms);
      clock.ms += ms;
      return Promise.resolve();
    },
  });
  return { desk, writes, slept };
}

test.for([
  { name: 'everything', wish: ALL, records: [0, 1, 2, 3] },
  { name: 'a host', wish: { ...ALL, host: 'web-2' }, records: [1, 2] },
  { name: 'a data source: its whole record', wish: { ...ALL, metric: 'if_octets:rx' }, records: [2] },
  { name: 'nothing', wish: { ...ALL, cluster: 'none' }, records: undefined },
])('$name', async ({ wish, records }) => {
  const { desk, writes } = stand();
  const n = records?.length ?? 0;
  expect(await desk.flush(wish)).toEqual({ ok: true, records: n, points: n, left: 0 });
  expect(writes).toEqual(records === undefined ? [] : [records]);
});

test('the same asked for twice before its turn is written once; others wait for as long as it took', async () => {
  const { desk, writes, slept } = stand({ takes: 700 });
  const wishes = [ALL, { ...ALL, host: 'db-1' }, { ...ALL, host: 'db-1' }];
  const outcomes = await Promise.all(wishes.map((wish) => desk.flush(wish)));
  expect(outcomes.map((outcome) => outcome.ok && outcome.points)).toEqual([4, 1, 1]);
  expect(writes).toEqual([[0, 1, 2, 3], [3]]);
  expect(slept[0]).toBe(700);
});

test('too many that wait are refused', async () => {
  const { desk } = stand();
  const outcomes = await Promise.all(
    Array.from({ length: FLUSHES_WAITING_MAX + 1 }, (_, i) => desk.flush({ ...ALL, host: `h${i}` })),
  );
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(FLUSHES_WAITING_MAX);
  expect(outcomes.at(-1)).toMatchObject({ ok: false, reason: 'busy' });
});

test('a pattern that does not compile, and a backup under way', async () => {
  expect(await stand().desk.flush({ ...ALL, host: '(' })).toMatchObject({
    ok: false,
    reason: 'bad_pattern',
    message: expect.stringContaining('host does not compile'),
  });
  expect(await stand({ held: true }).desk.flush(ALL)).toMatchObject({ ok: false, reason: 'busy' });
});
