import { markOf, severityRank } from './state.ts';
import { hostKey } from './host-key.ts';
import { placeWords } from './place.ts';
import { formatDuration } from '../format/duration.ts';
import type { MarkKind } from './state.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

export const PROBLEM_LISTS = ['open', 'acknowledged', 'downtime', 'silenced'] as const;
export type ProblemList = (typeof PROBLEM_LISTS)[number];

/** The service that stands for a host itself. */
export const HOST_SERVICE = 'host';

/** Open problems exclude what somebody has taken on, what is under maintenance and what was silenced. */
export function listOf(service: ServiceView): ProblemList {
  if (service.in_downtime) return 'downtime';
  if (service.acknowledged) return 'acknowledged';
  return service.silenced ? 'silenced' : 'open';
}

export function listLabel(list: ProblemList): string {
  switch (list) {
    case 'open':
      return 'Open';
    case 'acknowledged':
      return 'Acknowledged';
    case 'downtime':
      return 'In downtime';
    case 'silenced':
      return 'Silenced';
  }
}

/** What keeps people from being told of a service: `acknowledged, silenced`; empty: nothing does. */
export function quietWords(service: ServiceView): string {
  const held = [
    service.acknowledged && 'acknowledged',
    service.in_downtime && 'in downtime',
    service.silenced && 'silenced',
  ];
  return held.filter((word) => word !== false).join(', ');
}

/** A service made for one of several metrics carries it in brackets: `disk space[df-root/…]`. */
export function plainService(service: string): string {
  const bracket = service.indexOf('[');
  return bracket > 0 ? service.slice(0, bracket) : service;
}

/** A problem, and what its host's silence hides. */
export interface Problem {
  readonly service: ServiceView;
  /** Of a host that is down: its other services, which nobody judges meanwhile. */
  readonly notJudged: readonly ServiceView[];
}

/**
 * Services in trouble as one problem each, save that a host that is down takes its services under itself:
 * what they said last is not news.
 */
export function problemsOf(services: readonly ServiceView[]): Problem[] {
  const hidden = new Map<string, ServiceView[]>();
  for (const service of services) if (isHostDown(service)) hidden.set(hostOf(service), []);
  const heads = services.filter((service) => {
    const under = isHostDown(service) ? undefined : hidden.get(hostOf(service));
    under?.push(service);
    return under === undefined;
  });
  return heads.map((service) => ({
    service,
    notJudged: (isHostDown(service) && hidden.get(hostOf(service))) || [],
  }));
}

/** `problemsOf`, those that are open. */
export function openProblems(services: readonly ServiceView[]): Problem[] {
  return problemsOf(services).filter(({ service }) => listOf(service) === 'open');
}

export function isHostDown(service: ServiceView): boolean {
  return service.service === HOST_SERVICE && markOf(service.state) === 'down';
}

function hostOf(service: ServiceView): string {
  return hostKey(service.cluster, service.host);
}

/**
 * The worst mark of each host in trouble, by `hostKey`. What somebody has taken on colours nothing, save that
 * a host that is down is down.
 */
export function troubleOf(services: readonly ServiceView[]): ReadonlyMap<string, MarkKind> {
  const trouble = new Map<string, MarkKind>();
  for (const service of services) {
    if (listOf(service) !== 'open' && !isHostDown(service)) continue;
    const mark = markOf(service.state);
    const seen = trouble.get(hostOf(service));
    if (seen === undefined || severityRank(mark) < severityRank(seen)) trouble.set(hostOf(service), mark);
  }
  return trouble;
}

/** `10 services not judged while it is down`; empty for none. */
export function notJudgedWords({ notJudged }: Problem): string {
  if (notJudged.length === 0) return '';
  return `${notJudged.length} ${notJudged.length === 1 ? 'service' : 'services'} not judged while it is down`;
}

/**
 * What is wrong, in words. A host's silence grows while its state stays: `lastSeenMs` (undefined: not known)
 * tells it as of now.
 */
export function outputWords(service: ServiceView, lastSeenMs: number | undefined, nowMs: number): string {
  if (isHostDown(service) && lastSeenMs !== undefined && lastSeenMs > 0)
    return `silent for ${formatDuration(nowMs - lastSeenMs)}`;
  return service.output || 'no output';
}

/** Worst first; within a state the newest first, then by name so that the order is stable. */
export function compareProblems({ service: a }: Problem, { service: b }: Problem): number {
  return compareServices(a, b);
}

export function compareServices(a: ServiceView, b: ServiceView): number {
  return (
    severityRank(markOf(a.state)) - severityRank(markOf(b.state)) ||
    b.since_ms - a.since_ms ||
    a.cluster.localeCompare(b.cluster) ||
    a.host.localeCompare(b.host) ||
    a.service.localeCompare(b.service)
  );
}

/** `web-0417 is down`, `load on web-0417`, or of an aggregate `hosts loaded · web (whole cluster)`. */
export function problemTitle(service: ServiceView): string {
  if (service.host === '') return `${service.service} · ${placeWords(service)}`;
  if (service.service !== HOST_SERVICE) return `${service.service} on ${service.host}`;
  return `${service.host} is ${service.state.toLowerCase()}`;
}

/** How sure the state is: `hard`, `soft, attempt 1 of 3`. */
export function attemptWords(service: ServiceView): string {
  if (service.state_type === 'HARD') return 'hard';
  return `soft, attempt ${service.attempt} of ${service.max_check_attempts}`;
}

/** Identity in lists, and in addresses, which encode it once: a slash in a name is told from one between. */
export function problemKey(service: Pick<ServiceView, 'cluster' | 'host' | 'service'>): string {
  return keyOf([service.cluster, service.host, service.service]);
}

export function keyOf(names: readonly string[]): string {
  return names.map((name) => name.replace(/[\\/]/g, '\\$&')).join('/');
}

export interface HostProblems {
  readonly worst: MarkKind;
  readonly count: number;
  readonly worstService: string;
}

/** Open problems by host, of one cluster. */
export function problemsByHost(services: readonly ServiceView[]): ReadonlyMap<string, HostProblems> {
  const byHost = new Map<string, HostProblems>();
  for (const { service } of openProblems(services)) {
    const mark = markOf(service.state);
    const seen = byHost.get(service.host);
    if (!seen) byHost.set(service.host, { worst: mark, count: 1, worstService: service.service });
    else if (severityRank(mark) < severityRank(seen.worst))
      byHost.set(service.host, { worst: mark, count: seen.count + 1, worstService: service.service });
    else byHost.set(service.host, { ...seen, count: seen.count + 1 });
  }
  return byHost;
}

/** A range of Nagios plugins as people say it: `above 8`, `below 2`, `outside 5 to 10`; else as it stands. */
export function rangeWords(range: string): string {
  const [, inside, low = '', colon, high = ''] =
    /^\s*(@?)(?:(~|-?[\d.]*)(:))?(-?[\d.]*)\s*$/.exec(range) ?? [];
  if (inside === undefined || (low === '' && high === '')) return range;
  if (inside === '') {
    if (high !== '' && (colon === undefined || low === '~' || low === '' || low === '0'))
      return `above ${high}`;
    if (high === '' && low !== '~') return `below ${low}`;
  }
  if (low === '~' || low === '' || high === '') return range;
  return `${inside === '' ? 'outside' : 'within'} ${low} to ${high}`;
}

/** Services that judge the same, in words: `5 hosts above 8`, `2 hosts critical`; the worst alone count. */
export function breachWords(services: readonly ServiceView[]): string {
  const worst = services.toSorted(compareServices)[0];
  const alike = services.filter(({ state }) => state === worst?.state);
  const hosts = new Set(alike.map(({ host }) => host)).size;
  const counted = `${hosts} ${hosts === 1 ? 'host' : 'hosts'}`;
  if (!worst) return counted;
  const range = markOf(worst.state) === 'critical' ? worst.critical : worst.warning;
  const bounds = new Set(alike.map(({ warning, critical }) => `${warning} ${critical}`));
  const words = rangeWords(range);
  // Only a range with one plain end says so in a word.
  if (bounds.size > 1 || !/^(above|below) /.test(words)) return `${counted} ${worst.state.toLowerCase()}`;
  return `${counted} ${words}`;
}
