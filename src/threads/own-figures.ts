import type { OwnFigure } from '../agent/self-monitor.ts';
import type { ServerStats } from '../contract/stats.ts';

/** What the self monitor sends of the server itself, next to the machine's figures. */
export function ownFigures(stats: ServerStats): OwnFigure[] {
  const { write, groups, process, judge } = stats;
  const received = groups.flatMap((g) => g.protocols).reduce((sum, p) => sum + p.values, 0);
  const lost = write.valuesLost.reduce((sum, l) => sum + l.count, 0);
  const pages = (outcome: string) =>
    judge.notifications.filter((one) => one.outcome === outcome).reduce((sum, one) => sum + one.count, 0);
  const { journal } = write;
  const free = Math.min(...stats.disk.free.map(({ bytes }) => bytes));
  const drops = groups.reduce((sum, g) => sum + g.kernelDrops, 0);
  return [
    { typeInstance: 'values_received', kind: 'derive', value: received },
    { typeInstance: 'values_stored', kind: 'derive', value: write.valuesStored },
    { typeInstance: 'values_lost', kind: 'derive', value: lost },
    { typeInstance: 'kernel_drops', kind: 'derive', value: drops },
    { typeInstance: 'check_evaluations', kind: 'derive', value: judge.evaluations },
    { typeInstance: 'values_pending', kind: 'gauge', value: write.valuesPending },
    { typeInstance: 'points_per_write', kind: 'gauge', value: write.pointsPerWrite },
    { typeInstance: 'check_lag_seconds', kind: 'gauge', value: judge.lagS },
    { typeInstance: 'check_turn_seconds', kind: 'gauge', value: judge.turnS },
    { typeInstance: 'unwritten_seconds', kind: 'gauge', value: write.oldestUnwrittenMs / 1000 },
    { typeInstance: 'store_errors', kind: 'derive', value: sumOf(write.storeErrors, ({ count }) => count) },
    { typeInstance: 'journal_percent', kind: 'gauge', value: percent(journal.bytes, journal.maxBytes) },
    { typeInstance: 'disk_free_bytes', kind: 'gauge', value: free },
    { typeInstance: 'pages_pending', kind: 'gauge', value: sumOf(judge.targets, ({ pending }) => pending) },
    { typeInstance: 'pages_failed', kind: 'derive', value: pages('failed') },
    {
      typeInstance: 'receivers_failing',
      kind: 'gauge',
      value: sumOf(judge.targets, ({ failing }) => Number(failing)),
    },
    { typeInstance: 'resident_bytes', kind: 'gauge', value: process.residentBytes },
  ];
}

function sumOf<T>(list: readonly T[], value: (one: T) => number): number {
  return list.reduce((sum, one) => sum + value(one), 0);
}

/** 0 where there is no limit. */
function percent(part: number, whole: number): number {
  return whole > 0 ? (100 * part) / whole : 0;
}
