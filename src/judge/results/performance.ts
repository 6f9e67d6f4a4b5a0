import type { ServicePerformance } from '../../model/performance.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';

/** Hands what a result measured to the worker that has the host; of an aggregate there is none. */
export function keepPerformance(
  watch: ServiceWatch,
  { items, timeMs }: Pick<ServicePerformance, 'items' | 'timeMs'>,
  turn: Turn,
): void {
  const { worker } = watch.on.entry;
  if (items.length === 0 || worker < 0) return;
  const { cluster, host, service, compiled, kind } = watch;
  const intervalS = kind === 'command' ? compiled.definition.checkIntervalMs / 1000 : null;
  turn.performances.push({ worker, cluster, host, service, timeMs, intervalS, items });
}
