import { announceNagios, isNagios } from './nagios-announce.ts';
import { composePage, named } from '../alert/pages.ts';
import { toldOfGroup } from './group-silence.ts';
import { holdOf } from './hold.ts';
import { isOpen } from '../alert/told.ts';
import type { Named } from '../alert/pages.ts';
import type { Portrait } from '../alert/subject.ts';
import type { SavedService, ServiceKey, Told } from '../model/service-state.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/** Whether somebody is to be told of it, was told, or may have to be: it is announced in every turn. */
export function isAnnounced(watch: ServiceWatch): boolean {
  const { told, status, isOnDesk } = watch;
  return told.length > 0 || isOnDesk || status.kind === 'hard' || isNagios(watch);
}

/** Shows the desk where a service stands. What is owed for it goes out with the turn's pages. */
export function announce(watch: ServiceWatch, turn: Turn): void {
  if (isNagios(watch)) {
    if (watch.isOnDesk) turn.desk.forget(watch);
    return announceNagios(watch, turn);
  }
  const hold = watch.told.length > 0 || watch.status.kind === 'hard' ? holdOf(watch, turn) : null;
  // Whoever is told of the group is not told of each of its hosts. Who is not, by the routes, is.
  const heldFor = hold === 'mass-silence' ? toldOfGroup(watch, turn) : null;
  turn.desk.look(watch, hold, turn.nowMs, heldFor);
}

/** Puts the pages that are due in the turn. */
export function tellDue(turn: Turn): void {
  const pages = turn.desk.turn(turn.nowMs, turn.pagesMax - turn.pagesBegun);
  for (const page of pages) turn.pages.push(page);
  turn.pagesBegun += pages.length;
}

/** Those who know of an open problem are told that nobody watches it any more. */
export function announceClosed(watch: ServiceWatch, turn: Turn, reason: string): void {
  if (!isNagios(watch)) {
    return turn.desk.closed(watch, turn.mayPage ? reason : null, turn.nowMs);
  }
  const portrait = turn.portray(watch);
  const closing = { ...portrait, output: `${reason} · was: ${portrait.output}` };
  tellClosed([[watch, () => closing]], turn);
}

/** The same for services that were kept across a restart and did not come back: one page an incident. */
export function announceOrphans(orphans: readonly SavedService[], turn: Turn, reason: string): void {
  tellClosed(
    orphans.map((saved) => [saved, (told) => orphaned(saved, told, reason)]),
    turn,
  );
}

type Closing = readonly [
  subject: ServiceKey & { readonly told: readonly Told[] },
  portray: (told: Told) => Portrait,
];

function tellClosed(closings: readonly Closing[], turn: Turn): void {
  if (!turn.mayPage) return;
  const groups = new Map<string, { target: string; incident: string; news: Named[] }>();
  for (const [subject, portray] of closings) {
    for (const told of subject.told) {
      if (!isOpen(told) || !turn.receivers.has(told.receiver)) continue;
      // Of a version that knew no incidents each is told for itself.
      const { receiver: target, incident = '' } = told;
      const key = [target, incident, ...(incident === '' ? keyParts(subject) : [])].join('\0');
      const group = groups.get(key) ?? { target, incident, news: [] };
      group.news.push(named(subject, portray(told), 'closed'));
      groups.set(key, group);
    }
  }
  for (const { target, incident, news } of groups.values()) {
    const route = turn.desk.incident(incident)?.routeName ?? '';
    const draft = { target, kind: 'closed', incident, route, incidents: 1, news } as const;
    turn.pages.push(composePage({ ...draft, others: [], othersCount: 0, occasion: null }, turn));
  }
}

function keyParts({ cluster, host, service }: ServiceKey): string[] {
  return [cluster, host, service];
}

function orphaned(saved: SavedService, told: Told, reason: string): Portrait {
  return {
    state: told.level ?? told.known ?? 'UNKNOWN',
    stateType: 'HARD',
    output: `${reason} · was: ${saved.output}`,
    sinceMs: saved.status.sinceMs,
    notes: '',
    runbook: '',
    metric: '',
    warning: '',
    critical: '',
    occasion: null,
  };
}
