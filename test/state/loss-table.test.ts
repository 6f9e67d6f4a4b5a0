import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { EVENT_MIGRATIONS, EventRepository } from '../../src/state/event-repository.ts';
import { LossTable } from '../../src/state/loss-table.ts';
import { openDatabase } from '../../src/state/database.ts';
import { temporaryFolder } from './folder.ts';
import type { LossView } from '../../src/contract/api.ts';

function loss(fromMs: number, toMs: number, given: Partial<LossView> = {}): LossView {
  return { cluster: 'web', from_ms: fromMs, to_ms: toMs, packets: 5, reasons: ['kernel'], ...given };
}

function table(max?: number) {
  const where = { file: join(temporaryFolder(), 'events.db'), holds: 'losses' };
  return new LossTable(openDatabase(where, EVENT_MIGRATIONS), where, max);
}

const everything = { fromMs: 0, toMs: Infinity, cluster: () => true, limit: 100 };
const spans = (losses: readonly LossView[]) => losses.map((one) => [one.cluster, one.from_ms, one.to_ms]);

describe('periods of loss', () => {
  test('come back as they were kept, the newest first', () => {
    const losses = table();
    const both = [loss(10, 20, { reasons: ['kernel', 'ring-full'] }), loss(30, 40, { cluster: 'db' })];
    losses.keep(both);
    expect(losses.list(everything)).toEqual({ losses: both.toReversed(), leftOut: 0 });
  });

  test('one that has grown takes its own place', () => {
    const losses = table();
    losses.keep([loss(10, 20)]);
    losses.keep([loss(10, 25, { packets: 9, reasons: ['ring-full'] })]);
    expect(losses.list(everything).losses).toEqual([loss(10, 25, { packets: 9, reasons: ['ring-full'] })]);
  });

  test.for([
    { name: 'ended before', from: 21, to: 100, found: [] },
    { name: 'ends as the range begins', from: 20, to: 100, found: [['web', 10, 20]] },
    { name: 'lies around it', from: 12, to: 15, found: [['web', 10, 20]] },
    { name: 'begins as it ends', from: 0, to: 10, found: [['web', 10, 20]] },
    { name: 'begins after', from: 0, to: 9, found: [] },
  ])('a period that $name', ({ from, to, found }) => {
    const losses = table();
    losses.keep([loss(10, 20)]);
    expect(spans(losses.list({ ...everything, fromMs: from, toMs: to }).losses)).toEqual(found);
  });

  test('of other clusters are passed over, over the limit counted', () => {
    const losses = table();
    losses.keep([1, 2, 3].flatMap((n) => [loss(n, n), loss(n, n, { cluster: 'db' })]));
    const found = losses.list({ ...everything, cluster: (name) => name === 'db', limit: 2 });
    expect([spans(found.losses), found.leftOut]).toEqual([
      [
        ['db', 3, 3],
        ['db', 2, 2],
      ],
      1,
    ]);
  });

  test('are bounded: those that ended first go', () => {
    const losses = table(3);
    losses.keep([1, 2, 3].map((n) => loss(n, n)));
    losses.keep([loss(4, 4), loss(5, 5)]);
    expect(losses.list(everything).losses.map((one) => one.from_ms)).toEqual([5, 4, 3]);
  });

  test('go with their age', () => {
    const losses = table();
    losses.keep([loss(1, 10), loss(2, 20)]);
    losses.prune(20);
    expect(spans(losses.list(everything).losses)).toEqual([['web', 2, 20]]);
  });

  test('a file of before has its marks after, and room for losses', () => {
    const file = join(temporaryFolder(), 'events.db');
    const before = new DatabaseSync(file);
    before.exec(`${EVENT_MIGRATIONS[0]} PRAGMA user_version = 1`);
    before.exec(
      "INSERT INTO marks (time_ms, kind, cluster, host, text, tags, posted_by) VALUES (5, 'note', '', '', 'x', '[]', '')",
    );
    before.close();
    using events = new EventRepository(file);
    events.losses.keep([loss(1, 2)]);
    const query = {
      fromMs: 0,
      toMs: 9,
      limit: 9,
      looked: 9,
      kind: null,
      cluster: () => true,
      host: () => true,
      service: null,
      of: null,
    };
    expect(events.list(query).events.map(({ text }) => text)).toEqual(['x']);
    expect(events.losses.list(everything).losses).toHaveLength(1);
  });
});
