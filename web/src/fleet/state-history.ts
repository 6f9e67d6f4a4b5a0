import { isProblem, markOf, MARKS } from './state.ts';
import type { MarkKind } from './state.ts';
import type { EventView, ServiceView } from '../../../src/contract/api.ts';

/** A time during which a service was in one state. */
export interface StateSpan {
  /** Null: nothing is on record. */
  readonly mark: MarkKind | null;
  /** Not sure yet: told to nobody. */
  readonly soft: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  /** What it said when it changed; empty where that was before the time looked at. */
  readonly text: string;
}

type Standing = Pick<ServiceView, 'state' | 'state_type' | 'since_ms' | 'output'>;

interface HistoryOf {
  /** Changes of the service's state, in any order; attempts at a state among them. */
  readonly events: readonly EventView[];
  /** Its last change before the time looked at, where that is known. */
  readonly before: EventView | undefined;
  /** As it is now; undefined where it is gone. */
  readonly now: Standing | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The states of a service from `fromMs` to `toMs`, in order, without holes; equal neighbours are one. */
export function stateSpans({ events, before, now, fromMs, toMs }: HistoryOf): StateSpan[] {
  const changes = events
    .filter(({ time_ms: timeMs, state }) => state !== null && timeMs > fromMs && timeMs <= toMs)
    .toSorted((a, b) => a.time_ms - b.time_ms);
  const steps = [...begins(before, now, { changed: changes.length > 0, fromMs }), ...changes.map(stepOf)];
  const spans: StateSpan[] = [];
  for (const [i, step] of steps.entries()) {
    const endMs = Math.min(toMs, steps[i + 1]?.fromMs ?? toMs);
    const last = spans.at(-1);
    if (last && last.mark === step.mark && last.soft === step.soft)
      spans[spans.length - 1] = { ...last, toMs: endMs };
    else if (endMs > step.fromMs) spans.push({ ...step, toMs: endMs });
  }
  return spans;
}

type Step = Omit<StateSpan, 'toMs'>;

function stepOf(event: EventView): Step {
  return {
    mark: markOf(event.state ?? ''),
    soft: event.state_type === 'SOFT',
    fromMs: event.time_ms,
    text: event.text,
  };
}

/** How it stood from the beginning of the time looked at until its first change. */
function begins(
  before: EventView | undefined,
  now: Standing | undefined,
  { changed, fromMs }: { readonly changed: boolean; readonly fromMs: number },
): Step[] {
  if (before !== undefined) return [{ ...stepOf(before), fromMs }];
  const unknown = { mark: null, soft: false, fromMs, text: '' };
  if (changed || now === undefined || now.state === 'PENDING') return [unknown];
  // Nothing has changed since it was first judged: it stands as it stood.
  const stands = { mark: markOf(now.state), soft: now.state_type === 'SOFT', text: now.output };
  if (now.since_ms <= fromMs) return [{ ...stands, fromMs }];
  return [unknown, { ...stands, fromMs: now.since_ms }];
}

export interface StateShares {
  /** The worst first. */
  readonly shares: readonly { readonly mark: MarkKind; readonly ms: number; readonly share: number }[];
  /** Share of the time of which nothing is on record. */
  readonly unknown: number;
}

/** How long it was in each state, of all the time looked at. Soft counts as its state. */
export function stateShares(spans: readonly StateSpan[]): StateShares {
  const byMark = new Map<MarkKind | null, number>();
  for (const { mark, fromMs, toMs } of spans) byMark.set(mark, (byMark.get(mark) ?? 0) + toMs - fromMs);
  const total = [...byMark.values()].reduce((sum, ms) => sum + ms, 0);
  const shares = MARKS.flatMap((mark) => {
    const ms = byMark.get(mark);
    return ms === undefined ? [] : [{ mark, ms, share: ms / total }];
  });
  return { shares, unknown: total === 0 ? 0 : (byMark.get(null) ?? 0) / total };
}

/** A share of a time as people compare it: `99.98 %`; all of it and none of it only where that is so. */
export function shareWords(share: number): string {
  if (share >= 1) return '100 %';
  const percent = share * 100;
  if (percent > 99.99) return '> 99.99 %';
  if (percent < 0.01) return percent === 0 ? '0 %' : '< 0.01 %';
  return `${percent > 99 || percent < 1 ? percent.toFixed(2) : percent.toFixed(1)} %`;
}

/** A change, with how long what it led to lasted; null: it still does. */
export interface StateChange {
  readonly event: EventView;
  readonly lastedMs: number | null;
}

/**
 * Newest first. Attempts at a state that was soft already are left out, as in every list of events; the one
 * that made it hard stands.
 */
export function stateChanges(events: readonly EventView[]): StateChange[] {
  const ordered = events.toSorted((a, b) => a.time_ms - b.time_ms);
  const kept = ordered.filter((event, i) => {
    const last = ordered[i - 1];
    return event.state_type === 'HARD' || event.state !== last?.state || last.state_type === 'HARD';
  });
  return kept
    .map((event, i) => {
      // That flapping begins or ends is told in the state of that moment.
      const next = kept.find(({ text }, at) => at > i && !text.startsWith('flapping '));
      return { event, lastedMs: next ? next.time_ms - event.time_ms : null };
    })
    .toReversed();
}

/** How often it went wrong: changes from what is well into a problem. */
export function problemCount(spans: readonly StateSpan[]): number {
  return spans.filter(({ mark }, i) => {
    const before = spans[i - 1];
    return mark !== null && isProblem(mark) && before !== undefined && !isProblem(before.mark ?? 'ok');
  }).length;
}
