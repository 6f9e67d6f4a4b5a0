import type { Bound } from '../ingest/listeners.ts';
import type {
  FleetFigures,
  GroupStats,
  JournalStats,
  JudgeStats,
  ListFigures,
  ProtocolStats,
  ReasonCount,
  RunnerFigures,
  ServerStats,
} from '../contract/stats.ts';
import type { IngestStats } from '../ingest/stats.ts';

export interface StatsParts {
  readonly ingest: readonly IngestStats[];
  readonly bound: readonly Bound[];
  /** Configured group names. */
  readonly groups: readonly string[];
  /** Datagrams the kernel dropped, by group. */
  readonly kernelDrops: ReadonlyMap<string, number>;
  readonly store: string;
  readonly fleet: FleetFigures;
  readonly lists: readonly ListFigures[];
  readonly judge: JudgeStats;
  readonly runner: RunnerFigures;
  readonly process: ServerStats['process'];
  readonly gcPauses: ServerStats['gcPauses'];
  readonly disk: ServerStats['disk'];
  readonly notes: readonly string[];
}

/** The workers' figures put together as /metrics and the API show them. */
export function serverStats(parts: StatsParts): ServerStats {
  const { ingest } = parts;
  const total = (pick: (stats: IngestStats) => number) => ingest.reduce((sum, stats) => sum + pick(stats), 0);
  const writes = total((s) => s.writes);
  const known = new Set(parts.groups);
  for (const stats of ingest) for (const group of stats.groups) known.add(group.name);
  return {
    groups: [...known].map((name) => groupStats(name, parts)),
    write: {
      store: parts.store,
      valuesStored: total((s) => s.stored),
      valuesCoalesced: total((s) => s.coalesced),
      valuesLost: byReason(ingest.flatMap((s) => s.valuesLost.map(([labels, n]) => [labels[0] ?? '', n]))),
      storeErrors: byReason(ingest.flatMap((s) => s.storeErrors.map(([labels, n]) => [labels[0] ?? '', n]))),
      valuesPending: total((s) => s.pending),
      pointsPerWrite: writes === 0 ? 0 : total((s) => s.pointsWritten) / writes,
      oldestUnwrittenMs: Math.max(0, ...ingest.map((s) => s.oldestWaitS)) * 1000,
      journal: journalStats(ingest.map((s) => s.journal)),
    },
    expired: { hosts: total((s) => s.hostsExpired), records: total((s) => s.recordsExpired) },
    fleet: parts.fleet,
    lists: parts.lists,
    judge: parts.judge,
    runner: parts.runner,
    process: parts.process,
    gcPauses: parts.gcPauses,
    disk: parts.disk,
    notes: parts.notes,
  };
}

/** The journals of all workers as one. */
export function journalStats(journals: readonly IngestStats['journal'][]): JournalStats {
  const total = (pick: (journal: IngestStats['journal']) => number) =>
    journals.reduce((sum, journal) => sum + pick(journal), 0);
  return {
    bytes: total((j) => j.bytes),
    maxBytes: total((j) => j.maxBytes),
    bytesPerSecond: total((j) => j.bytesPerSecond),
    backlogValues: total((j) => j.unreadValues + j.earlierValues),
    replaying: journals.some((j) => j.replaying),
    unsyncedMs: Math.max(0, ...journals.map((j) => j.unsyncedMs)),
    fault: journals.find((j) => j.fault !== '')?.fault ?? '',
    setAside: journals.flatMap((j) => j.setAside),
  };
}

/** The line a stopped server leaves: its books, which balance. */
export function closingBooks(ingest: readonly IngestStats[]): Record<string, number> {
  const books: Record<string, number> = {
    received: 0,
    stored: 0,
    pending: 0,
    coalesced: 0,
    rejected: 0,
    lost: 0,
  };
  for (const name of Object.keys(books)) {
    for (const stats of ingest) books[name] = (books[name] ?? 0) + Number(stats[name as keyof IngestStats]);
  }
  return books;
}

function groupStats(name: string, parts: StatsParts): GroupStats {
  const bound = parts.bound.filter((b) => b.group === name && b.transport === 'udp');
  return {
    name,
    port: parts.groups.includes(name) ? (bound[0]?.port ?? null) : null,
    kernelDrops: parts.kernelDrops.get(name) ?? 0,
    sources: parts.ingest.reduce((sum, { senders }) => sum + (senders.get(name) ?? 0), 0),
    protocols: protocolStats(name, parts.ingest),
    valuesRejected: byReason(
      parts.ingest.flatMap((s) =>
        s.valuesRejected.flatMap(([[group, reason], n]): [string, number][] =>
          group === name ? [[reason ?? '', n]] : [],
        ),
      ),
    ),
  };
}

function protocolStats(name: string, ingest: readonly IngestStats[]): ProtocolStats[] {
  const packets = new Map<string, number>();
  const values = new Map<string, number>();
  for (const group of ingest.flatMap((s) => s.groups)) {
    if (group.name !== name) continue;
    for (const [protocol, n] of Object.entries(group.packets)) add(packets, protocol, n);
    for (const [protocol, n] of Object.entries(group.values)) add(values, protocol, n);
  }
  return [...packets].flatMap(([protocol, n]) => {
    const packetsRejected = byReason(
      ingest.flatMap((s) =>
        s.packetsRejected.flatMap(([[group, of, reason], count]): [string, number][] =>
          group === name && of === protocol ? [[reason ?? '', count]] : [],
        ),
      ),
    );
    if (n === 0 && !values.get(protocol) && packetsRejected.length === 0) return [];
    const figures = { protocol, packets: n, values: values.get(protocol) ?? 0, packetsRejected };
    if (protocol === 'statsd') return [{ ...figures, samples: samplesOf(name, ingest) }];
    return [protocol === 'collectd' ? { ...figures, notifications: notificationsOf(name, ingest) } : figures];
  });
}

function notificationsOf(name: string, ingest: readonly IngestStats[]): number {
  const groups = ingest.flatMap((s) => s.groups).filter((group) => group.name === name);
  return groups.reduce((sum, { notifications }) => sum + notifications, 0);
}

/** What a group's values of statsd are made of, by type. */
function samplesOf(name: string, ingest: readonly IngestStats[]): NonNullable<ProtocolStats['samples']> {
  const counts = new Map<string, number>();
  for (const group of ingest.flatMap((s) => s.groups)) {
    if (group.name === name) for (const [type, n] of Object.entries(group.statsd)) add(counts, type, n);
  }
  return [...counts].map(([type, count]) => ({ type, count }));
}

function byReason(counts: readonly (readonly [string, number])[]): ReasonCount[] {
  const sums = new Map<string, number>();
  for (const [reason, count] of counts) add(sums, reason, count);
  return [...sums].map(([reason, count]) => ({ reason, count }));
}

function add(to: Map<string, number>, key: string, n: number): void {
  to.set(key, (to.get(key) ?? 0) + n);
}
