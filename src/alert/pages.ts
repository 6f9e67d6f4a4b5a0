import { PAGE_SERVICES_MAX } from '../alert-limits.ts';
import { inCommon } from './agreement.ts';
import { severityRank } from './severity.ts';
import { titleOf } from './titles.ts';
import type { Portrait } from './subject.ts';
import type { Page, PagedService, PageKind, ServiceKey } from '../model/service-state.ts';

/** A service as a page names it. */
export interface Named extends PagedService {
  /** Tells one page from another about the same state; null: one state is one page. */
  readonly occasion: string | null;
}

/** What a page is made of. */
export interface Draft {
  readonly target: string;
  readonly kind: PageKind;
  /** Empty: of no incident, or of several. */
  readonly incident: string;
  readonly route: string;
  /** Incidents that it is about. */
  readonly incidents: number;
  /** What it tells of; of a reminder what is open and nothing keeps quiet. */
  readonly news: readonly Named[];
  /** Some of what is open besides, the worst first; and how many there are. */
  readonly others: readonly Named[];
  readonly othersCount: number;
  /** Tells one reminder from another; null: the services do. */
  readonly occasion: string | null;
}

export interface Making {
  readonly nowMs: number;
  readonly digest: (text: string) => string;
}

export function named(
  { cluster, host, service }: ServiceKey,
  of: Portrait,
  news: PagedService['news'],
): Named {
  return { cluster, host, service, ...of, news };
}

/**
 * One message to one target. Its own fields are those of the service it tells of, or what the services it
 * tells of have in common.
 */
export function composePage(draft: Draft, { nowMs, digest }: Making): Page {
  const { target, kind, incident, route, others, othersCount } = draft;
  const news = draft.news.toSorted(worstFirst);
  const problems = news.filter((one) => one.news === 'problem' || one.news === 'open');
  const ends = news.filter((one) => one.news === 'recovery');
  return {
    key: digest(identityOf(draft)),
    receiver: target,
    kind,
    ...headOf([problems, ends, news].find((some) => some.length > 0) ?? news, news),
    createdMs: nowMs,
    incident,
    route,
    title: titleOf(draft),
    services: [...news, ...others].slice(0, PAGE_SERVICES_MAX).map(paged),
    count: news.length + othersCount,
    open: problems.length + othersCount,
  };
}

/**
 * Made of what the page is about and nothing else, so that the same told twice (a crash between sending and
 * writing it down, a second server) is recognised by the receiver.
 */
function identityOf({ target, kind, incident, news, occasion }: Draft): string {
  const about = news.map(({ cluster, host, service, state, sinceMs, news: what, occasion: own }) =>
    [cluster, host, service, state, String(Math.round(sinceMs)), what, own ?? ''].join('\0'),
  );
  return [target, kind, incident, occasion ?? '', ...about.toSorted()].join('\0\0');
}

type Head = Pick<
  Page,
  'cluster' | 'host' | 'service' | 'state' | 'stateType' | 'output' | 'sinceMs' | 'notes' | 'runbook'
>;

/** `worst`: those that say how bad it is, the worst of them in its own words; all say where it is. */
function headOf(worst: readonly Named[], all: readonly Named[]): Head {
  return {
    cluster: inCommon(all, ({ cluster }) => cluster),
    host: inCommon(all, ({ host }) => host),
    service: inCommon(all, ({ service }) => service),
    state: worst[0]?.state ?? '',
    stateType: worst[0]?.stateType ?? 'HARD',
    output: worst[0]?.output ?? '',
    sinceMs: worst.reduce((least, { sinceMs }) => Math.min(least, sinceMs), Number.POSITIVE_INFINITY),
    notes: inCommon(worst, ({ notes }) => notes),
    runbook: inCommon(worst, ({ runbook }) => runbook),
  };
}

function paged({ occasion: _, ...service }: Named): PagedService {
  return service;
}

/** What a page has to say first; of those the worst, then by name. */
function worstFirst(a: Named, b: Named): number {
  return (
    newsRank(a.news) - newsRank(b.news) ||
    severityRank(a.state) - severityRank(b.state) ||
    compare(a.cluster, b.cluster) ||
    compare(a.host, b.host) ||
    compare(a.service, b.service)
  );
}

function newsRank(news: PagedService['news']): number {
  return news === 'problem' || news === 'open' ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
