import { expect, test } from 'vitest';
import { Books } from '../../src/ingest/books.ts';
import { noJournal } from '../../src/ingest/journal/no-journal.ts';
import { statsOf } from '../../src/ingest/stats.ts';
import { closingBooks, serverStats } from '../../src/threads/server-stats.ts';
import { serverStats as figures } from '../ops/figures.ts';

function worker(group: string, received: number) {
  const books = new Books();
  books.group(group).packets.collectd += 2;
  books.group(group).values.collectd += received;
  books.group(group).notifications += 3;
  books.received += received;
  books.stored += received - 3;
  books.lose('late', 1);
  books.rejectValues(group, 'time_past', 2);
  books.rejectPacket(group, 'collectd', 'truncated');
  books.storeErrors.add(4, 'creating');
  books.writes += 1;
  books.pointsWritten += 30;
  return statsOf(books, {
    pending: 0,
    oldestWaitS: received,
    records: 1,
    senders: new Map([[group, 4]]),
    seriesRows: 1,
    journal: { ...noJournal.figures(), bytes: 100, maxBytes: 1000, bytesPerSecond: 2, replaying: false },
  });
}

const parts = {
  ingest: [worker('web', 10), worker('mysql', 20)],
  bound: [
    {
      key: 'l',
      group: 'web',
      transport: 'tcp',
      address: '0.0.0.0',
      port: 2003,
      receiveBufferBytes: Infinity,
    },
    { key: 'k', group: 'web', transport: 'udp', address: '0.0.0.0', port: 8630, receiveBufferBytes: 1 },
  ] as const,
  groups: ['web'],
  kernelDrops: new Map([['web', 5]]),
  store: 'rrd',
  fleet: { instances: [], registrations: [] },
  lists: [],
  judge: { evaluations: 0, lagS: 0, turnS: 0, notifications: [], targets: [], handlers: [] },
  runner: figures().runner,
  process: { startedMs: 0, cpuS: 0, residentBytes: 0, heapBytes: 0, openFiles: null },
  gcPauses: [],
  disk: { free: [], treesRemoved: 0, filesSetAside: 0 },
  notes: [],
};

test('workers’ figures add up, by group, protocol and reason', () => {
  const stats = serverStats(parts);
  expect(stats.groups).toEqual([
    {
      name: 'web',
      port: 8630,
      kernelDrops: 5,
      sources: 4,
      protocols: [
        {
          protocol: 'collectd',
          packets: 2,
          values: 10,
          notifications: 3,
          packetsRejected: [{ reason: 'truncated', count: 1 }],
        },
      ],
      valuesRejected: [{ reason: 'time_past', count: 2 }],
    },
    {
      name: 'mysql',
      port: null,
      kernelDrops: 0,
      sources: 4,
      protocols: [
        {
          protocol: 'collectd',
          packets: 2,
          values: 20,
          notifications: 3,
          packetsRejected: [{ reason: 'truncated', count: 1 }],
        },
      ],
      valuesRejected: [{ reason: 'time_past', count: 2 }],
    },
  ]);
  expect(stats.write).toMatchObject({
    valuesStored: 24,
    valuesLost: [{ reason: 'late', count: 2 }],
    storeErrors: [{ reason: 'creating', count: 8 }],
    pointsPerWrite: 30,
    oldestUnwrittenMs: 20_000,
  });
});

test('the closing books are the sums of the workers', () => {
  expect(closingBooks(parts.ingest)).toEqual({
    received: 30,
    stored: 24,
    pending: 0,
    coalesced: 0,
    rejected: 4,
    lost: 2,
  });
});

test('samples of statsd are told by type', () => {
  const books = new Books();
  const tally = books.group('web');
  tally.packets.statsd += 1;
  tally.statsd.counter += 2;
  tally.statsd.timer += 3;
  const own = { pending: 0, oldestWaitS: 0, records: 0, senders: new Map<string, number>(), seriesRows: 0 };
  const stats = statsOf(books, { ...own, journal: { ...noJournal.figures(), replaying: false } });
  const [group] = serverStats({ ...parts, ingest: [stats, stats] }).groups;
  const told = group?.protocols[0]?.samples?.filter(({ count }) => count > 0);
  expect(told).toEqual([
    { type: 'counter', count: 4 },
    { type: 'timer', count: 6 },
  ]);
});
