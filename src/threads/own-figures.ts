import type { OwnFigure } from '../agent/self-monitor.ts';
import type { ServerStats } from '../contract/stats.ts';

/** What the self monitor sends of the server itself, next to the machine's figures. */
export function ownFigures(stats: ServerStats): OwnFigure[] {
  const { write, groups, process, judge } = stats;
  const received = groups.flatMap((g) => g.protocols).reduce((sum, p) => sum + p.values, 0);
  const lost = write.valuesLost.reduce((sum, l) => sum + l.count, 0);
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
    { typeInstance: 'resident_bytes', kind: 'gauge', value: process.residentBytes },
  ];
}
