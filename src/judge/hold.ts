import { failingOf } from './relations.ts';
import { isHostDown } from './host-state.ts';
import { overdueMs } from './live-result.ts';
import type { Hold } from '../alert/decision.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/**
 * Why nobody is told of a service now. A missing metric is its host's silence as long as the host has not
 * been heard since the metric became overdue.
 */
export function holdOf(watch: ServiceWatch, turn: Turn): Hold | null {
  if (!turn.mayPage) return 'not-ours';
  if (watch.flaps?.isFlapping) return 'flapping';
  if (!watch.isHost && isHostDown(watch.on)) return 'host-down';
  if (failingOf(watch, 'notification', turn.table)) return 'dependency';
  // Its age is never stale: that it is too old is told when the host was heard without it.
  if (isOfAge(watch)) return watch.on.lastSeenMs < watch.status.sinceMs ? 'host-silent' : null;
  if (!watch.stale || !watch.series) return null;
  return watch.on.lastSeenMs < overdueMs(watch, turn) ? 'host-silent' : null;
}

function isOfAge({ compiled: { rule } }: ServiceWatch): boolean {
  return rule.subject.kind === 'metric' && rule.subject.function?.name === 'missing';
}
