import { isPosted, stateWords } from '../fleet/event-list.ts';
import { markOf, worstMark } from '../fleet/state.ts';
import type { EventView } from '../../../src/contract/api.ts';
import type { MarkKind } from '../fleet/state.ts';

/** Events that fall on the same place of a chart, as one mark. */
export interface EventMark {
  readonly kind: 'mark' | 'state';
  /** Of its first event. */
  readonly timeS: number;
  /** In order of time. */
  readonly events: readonly EventView[];
  /** The worst of its states; `ok` for what somebody posted. */
  readonly state: MarkKind;
}

/**
 * Marks left to right, those nearer than `apartPx` merged; changes of state and posted marks apart, as they
 * are drawn in different places.
 */
export function mergeMarks(
  events: readonly EventView[],
  range: { readonly fromS: number; readonly toS: number },
  pxPerSecond: number,
  apartPx: number,
): EventMark[] {
  const shown = events
    .filter(({ time_ms }) => time_ms >= range.fromS * 1000 && time_ms <= range.toS * 1000)
    .toSorted((a, b) => a.time_ms - b.time_ms);
  const apartMs = (apartPx / pxPerSecond) * 1000;
  const states = gather(
    shown.filter((event) => !isPosted(event)),
    'state',
    apartMs,
  );
  const posted = gather(shown.filter(isPosted), 'mark', apartMs);
  return [...states, ...posted].toSorted((a, b) => a.timeS - b.timeS);
}

function gather(events: readonly EventView[], kind: EventMark['kind'], apartMs: number): EventMark[] {
  const groups: EventView[][] = [];
  for (const event of events) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    if (group && first && event.time_ms - first.time_ms < apartMs) group.push(event);
    else groups.push([event]);
  }
  return groups.map((members) => ({
    kind,
    timeS: (members[0]?.time_ms ?? 0) / 1000,
    events: members,
    state: worstMark(members.map(({ state }) => markOf(state ?? 'OK'))),
  }));
}

/** What an event says on one line: `load is CRITICAL: 9.61, above 8`, `deploy: web 2.14`. */
export function eventWords(event: EventView): string {
  const { kind, text } = event;
  if (isPosted(event)) return `${kind}: ${text}`;
  const { subject, is, by } = stateWords(event);
  const said = `${subject === 'Host' ? 'host' : subject} ${is}${by === '' ? '' : `, ${by}`}`;
  return text === '' ? said : `${said}: ${text}`;
}
