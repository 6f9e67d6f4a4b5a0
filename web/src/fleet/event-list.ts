import { matchesWords } from './pattern.ts';
import { HOST_SERVICE } from './problem.ts';
import type { EventView } from '../../../src/contract/api.ts';

export const EVENT_KINDS = ['state', 'notification', 'deploy', 'note'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export function kindLabel(kind: EventKind): string {
  switch (kind) {
    case 'state':
      return 'Changes of state';
    case 'notification':
      return 'Notifications';
    case 'deploy':
      return 'Deploys';
    case 'note':
      return 'Notes';
  }
}

/** Somebody set it: a deploy or a note. The others say how something is. */
export function isPosted({ kind }: Pick<EventView, 'kind'>): boolean {
  return kind === 'deploy' || kind === 'note';
}

/** What it says of a host or service: `load is CRITICAL`; of a notification who says so, too. */
export function stateWords({ kind, service, state }: EventView): {
  readonly subject: string;
  readonly is: string;
  readonly by: string;
} {
  const subject = service === null || service === '' || service === HOST_SERVICE ? 'Host' : service;
  return { subject, is: `is ${state ?? 'unknown'}`, by: kind === 'notification' ? 'says its agent' : '' };
}

/** How far back the list goes. */
export const EVENT_SPANS = [
  { id: '1d', label: '1 d', from: '-1d' },
  { id: '1w', label: '1 w', from: '-1w' },
  { id: '1mo', label: '1 mo', from: '-30d' },
  { id: '1y', label: '1 y', from: '-365d' },
] as const;

/** A line of the list: an event, or the day that those after it happened on. */
export type EventLine =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  | { readonly kind: 'event'; readonly key: string; readonly event: EventView };

/** Newest first, with each day announced; `dayOf` names the local day of a time. */
export function eventLines(events: readonly EventView[], dayOf: (epochMs: number) => string): EventLine[] {
  const lines: EventLine[] = [];
  let day = '';
  for (const event of events.toSorted((a, b) => b.time_ms - a.time_ms)) {
    const own = dayOf(event.time_ms);
    if (own !== day) lines.push({ kind: 'day', key: own, atMs: event.time_ms });
    day = own;
    lines.push({ kind: 'event', key: event.id, event });
  }
  return lines;
}

/**
 * Newest first, without further attempts at a state that was soft already: they are how it became sure, and
 * stand in the problem's own story.
 */
export function withoutAttempts(events: readonly EventView[]): EventView[] {
  const before = new Map<string, EventView>();
  return events
    .toSorted((a, b) => a.time_ms - b.time_ms)
    .filter((event) => {
      if (event.kind !== 'state') return true;
      const key = JSON.stringify([event.cluster, event.host, event.service]);
      const last = before.get(key);
      before.set(key, event);
      return event.state_type === 'HARD' || event.state !== last?.state || last.state_type === 'HARD';
    })
    .toReversed();
}

export function hasWords(event: EventView, words: string): boolean {
  const { text, cluster, host, by, service, state, tags } = event;
  return matchesWords(words, [text, cluster, host, by, service ?? '', state ?? '', ...tags]);
}

/** `42, eu west` → two tags. */
export function tagsOf(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim());
  return [...new Set(tags.filter((tag) => tag !== ''))];
}

/** Who posted it; empty where nobody signs in, and everybody is the same. */
export function posterOf({ by }: Pick<EventView, 'by'>): string {
  return by === 'anybody' ? '' : by;
}

/** How a program posts a mark. */
export function curlLine(origin: string, needsToken: boolean): string {
  const token = needsToken ? ` -H 'authorization: Bearer TOKEN'` : '';
  return `curl${token} --json '{"text":"deploy 42","kind":"deploy","cluster":"web"}' ${origin}/api/v1/events`;
}
