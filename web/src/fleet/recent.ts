import { problemKey } from './problem.ts';
import { isProblem, markOf, severityRank } from './state.ts';
import type { MarkKind } from './state.ts';
import type { EventView } from '../../../src/contract/api.ts';

/** A problem that is over. */
export interface EndedProblem {
  readonly key: string;
  readonly cluster: string;
  readonly host: string;
  readonly service: string;
  /** The worst it was. */
  readonly worst: MarkKind;
  /** What it said at its worst. */
  readonly text: string;
  readonly sinceMs: number;
  readonly endedMs: number;
}

interface Running {
  readonly worst: MarkKind;
  readonly text: string;
  readonly sinceMs: number;
}

/** From changes of state: what was wrong and is fine again, the newest end first. */
export function endedProblems(events: readonly EventView[]): EndedProblem[] {
  const running = new Map<string, Running>();
  const ended: EndedProblem[] = [];
  for (const event of events.toSorted((a, b) => a.time_ms - b.time_ms)) {
    const { cluster, host, service, state } = event;
    if (service === null || state === null) continue;
    const key = problemKey({ cluster, host, service });
    const mark = markOf(state);
    const before = running.get(key);
    if (isProblem(mark)) {
      const worse = before === undefined || severityRank(mark) < severityRank(before.worst);
      const at = worse ? { worst: mark, text: event.text } : before;
      running.set(key, { worst: at.worst, text: at.text, sinceMs: before?.sinceMs ?? event.time_ms });
    } else if (before !== undefined) {
      running.delete(key);
      ended.push({ ...before, key, cluster, host, service, endedMs: event.time_ms });
    }
  }
  return ended.toReversed();
}
