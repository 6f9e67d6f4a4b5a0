import { BestFew } from '../model/best-few.ts';
import { isOpenFor, isRemindable } from './standing.ts';
import { named } from './pages.ts';
import { PAGE_SERVICES_MAX } from '../alert-limits.ts';
import { severityRank } from './severity.ts';
import type { AlertSubject, Portrait } from './subject.ts';
import type { Draft, Named } from './pages.ts';
import type { Lane, OpenIncident, Standing } from './open-incident.ts';
import type { PageKind } from '../model/service-state.ts';

/** How far an incident got with a target that is to be told, or reminded, now. */
export interface DueLane<S extends AlertSubject> {
  readonly incident: OpenIncident<S>;
  readonly lane: Lane<S>;
  readonly isReminder: boolean;
}

type Portray<S> = (subject: S) => Portrait;

/** What a page to a target says: its news first, and of what is open besides the worst. */
export function draftOf<S extends AlertSubject>(
  target: string,
  due: readonly DueLane<S>[],
  portray: Portray<S>,
): Draft {
  const told = new Map<Standing<S>, Named>();
  for (const { lane } of due) {
    for (const [standing, news] of lane.news) {
      told.set(standing, named(standing.subject, standing.closed ?? portray(standing.subject), news));
    }
  }
  const others = new Set<Standing<S>>();
  const reminded = new Set<Standing<S>>();
  for (const { incident } of due) {
    for (const one of incident.members) {
      if (told.has(one) || !isOpenFor(one, incident, target)) continue;
      // What somebody works on, or keeps quiet, reminds nobody: it is open besides.
      (told.size === 0 && isRemindable(one, incident, target) ? reminded : others).add(one);
    }
  }
  const incident = due.length === 1 ? due[0]?.incident : undefined;
  const base = {
    target,
    incident: incident?.id ?? '',
    route: incident?.routeName ?? '',
    incidents: due.length,
  };
  if (told.size === 0) {
    const pages = due.map(({ incident: { id }, lane }) => `${id} ${lane.pages + 1}`);
    const news = worstOf(reminded, portray);
    const othersCount = reminded.size - news.length + others.size;
    const rest = worstOf(others, portray);
    return { ...base, kind: 'reminder', news, others: rest, othersCount, occasion: pages.join(' ') };
  }
  return {
    ...base,
    kind: kindOf([...told.values()]),
    news: [...told.values()],
    others: worstOf(others, portray),
    othersCount: others.size,
    occasion: null,
  };
}

/** A problem is what must be read; then that something is over. */
function kindOf(news: readonly Named[]): PageKind {
  const kinds = new Set(news.map((one) => one.news));
  if (kinds.has('problem')) return 'problem';
  return kinds.has('recovery') ? 'recovery' : 'closed';
}

function worstOf<S extends AlertSubject>(others: ReadonlySet<Standing<S>>, portray: Portray<S>): Named[] {
  const worst = new BestFew<Standing<S>>(
    PAGE_SERVICES_MAX,
    (a, b) => severityRank(a.problem ?? '') - severityRank(b.problem ?? ''),
  );
  for (const one of others) worst.add(one);
  return worst.items.map(({ subject }) => named(subject, portray(subject), 'open'));
}
