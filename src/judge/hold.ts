import { failingOf } from './relations.ts';
import { isHostDown } from './host-state.ts';
import { silenceHold } from './silence-hold.ts';
import { overdueMs } from './results/live-result.ts';
import { freshForMs } from '../model/record.ts';
import type { Hold } from '../alert/decision.ts';
import type { SeriesEntry } from '../live/entries.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/**
 * Why nobody is told of a service now. A missing metric is its host's silence as long as the host has not
 * been heard since the metric became overdue.
 */
export function holdOf(watch: ServiceWatch, turn: Turn): Hold | null {
  if (!turn.mayPage) return 'not-ours';
  // It keeps everything back, and what people decided only problems.
  if (watch.flaps?.isFlapping) return 'flapping';
  const quiet = watch.status.kind === 'ok' ? null : turn.quiet.holdOf(watch, turn.nowMs);
  if (quiet !== null) return quiet;
  if (!watch.isHost && isHostDown(watch.on)) return 'host-down';
  if (!watch.isHost && watch.on.isInDoubt) return 'parent-silent';
  if (failingOf(watch, 'notification', turn.table)) return 'dependency';
  if (isOfSilence(watch, turn)) return 'host-silent';
  return silenceHold(watch, turn);
}

/** Where a plugin or results say how the host is, nobody else would tell that it is silent. */
function isOfSilence(watch: ServiceWatch, turn: Turn): boolean {
  const { kind, on, series, stale } = watch;
  if (on.reported !== null || (kind !== 'metric' && kind !== 'combined')) return false;
  if (series && isOfAge(watch)) return on.lastSeenMs < missedMs(watch, series);
  if (stale) return on.lastSeenMs < overdueMs(watch, turn);
  // A problem of before our start may have been held for it then: what it is shows with the next packet.
  return watch.found === null && on.lastSeenMs < turn.startedMs;
}

/** An age is never stale. It is told of when the host was heard without the metric, which it brings along. */
function missedMs({ status, on }: ServiceWatch, { record }: SeriesEntry): number {
  return Math.max(status.sinceMs, on.resumedMs + freshForMs(record.words, on.gapMs));
}

function isOfAge({ compiled: { rule } }: ServiceWatch): boolean {
  return rule.subject.kind === 'metric' && rule.subject.function?.name === 'missing';
}
