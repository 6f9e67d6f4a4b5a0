import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EventRepository } from '../../src/state/event-repository.ts';
import { LossBook } from '../../src/threads/loss-book.ts';
import { RECEIVE_BUFFER_BYTES } from '../../src/limits.ts';
import { temporaryFolder } from '../state/folder.ts';
import type { LossPeriod } from '../../src/fleet/losses.ts';

const T = Date.parse('2027-01-15T08:00:00Z');
const SMALL = 200_000;

function period(given: Partial<LossPeriod> = {}): LossPeriod {
  const span = { fromMs: T, toMs: T + 9500 };
  return { cluster: 'web', ...span, packets: 1234, of: 56_789, reasons: ['kernel'], cameBefore: 0, ...given };
}

function setUp() {
  const file = join(temporaryFolder(), 'events.db');
  const repository = new EventRepository(file);
  onTestFinished(() => repository[Symbol.dispose]());
  const clock = { nowMs: T + 10_000 };
  const logged: object[] = [];
  const put = (detail: object, message: string) => void logged.push({ message, ...detail });
  const log = { warn: put, error: put };
  const book = new LossBook({ table: repository.losses, log, nowMs: () => clock.nowMs });
  return { book, clock, logged, file };
}

const everything = { fromMs: 0, toMs: Infinity, cluster: () => true, limit: 100 };

describe('the note on a loss', () => {
  const lost = 'web lost 1 234 of 56 789 datagrams from 08:00:00 to 08:00:10 UTC';
  const spread = 'raise ingest.workers if it shares its worker with other groups, or let less be sent to it';
  test.for([
    {
      name: 'where the kernel grants less than is asked',
      bytes: SMALL,
      note: `its receive buffer was full: sysctl -w net.core.rmem_max=${RECEIVE_BUFFER_BYTES} and restart Muster`,
    },
    {
      name: 'where it grants everything',
      bytes: RECEIVE_BUFFER_BYTES,
      note: `its receive buffer was full: ${spread}`,
    },
    {
      name: 'where the worker did not keep up',
      bytes: SMALL,
      reasons: ['ring-full'] as const,
      note: `its ingest worker did not keep up: ${spread}`,
    },
  ])('says how many of how many, and the cure, $name', ({ bytes, reasons = ['kernel'], note }) => {
    const { book } = setUp();
    book.take([period({ reasons })]);
    expect(book.notes(bytes)).toEqual([`${lost}: ${note}`]);
  });

  test('goes ten minutes after the last one', () => {
    const { book, clock } = setUp();
    book.take([period()]);
    clock.nowMs = T + 9500 + 599_000;
    expect(book.notes(SMALL)).toHaveLength(1);
    clock.nowMs += 2000;
    expect(book.notes(SMALL)).toEqual([]);
  });

  test('names the five groups that lost most', () => {
    const { book } = setUp();
    book.take(Array.from({ length: 8 }, (_, n) => period({ cluster: `g${n}`, packets: n })));
    const notes = book.notes(SMALL);
    expect(notes.map((note) => note.split(' ')[0])).toEqual(['g7', 'g6', 'g5', 'g4', 'g3', '3']);
    expect(notes.at(-1)).toBe('3 further groups lost datagrams: GET /api/v1/losses');
  });
});

test('a period that grows is kept once and logged once a minute', () => {
  const { book, clock, logged } = setUp();
  book.take([period({ packets: 1 })]);
  clock.nowMs += 1000;
  book.take([period({ packets: 3, toMs: T + 11_000 })]);
  expect(book.list(everything)).toMatchObject({ ok: true, losses: [{ packets: 3, to_ms: T + 11_000 }] });
  expect(logged).toMatchObject([{ group: 'web', lost: 1 }]);
});

test('what a full disk refused is kept with the next', () => {
  const { book, file, logged } = setUp();
  using other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  book.take([period({ fromMs: T - 1 })]);
  other.exec('ROLLBACK');
  book.take([period()]);
  expect(book.list(everything)).toMatchObject({ losses: [{ from_ms: T }, { from_ms: T - 1 }] });
  expect(logged.map((one) => Object(one).message)).toContain('losses cannot be kept');
});
