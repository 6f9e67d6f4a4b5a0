import { markOf, severityRank } from './state.ts';
import type { MarkKind } from './state.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

export const PROBLEM_LISTS = ['open', 'acknowledged', 'downtime'] as const;
export type ProblemList = (typeof PROBLEM_LISTS)[number];

/** The service that stands for a host itself. */
export const HOST_SERVICE = 'host';

/** Open problems exclude what somebody has taken on and what is under maintenance. */
export function listOf(service: ServiceView): ProblemList {
  if (service.in_downtime) return 'downtime';
  return service.acknowledged ? 'acknowledged' : 'open';
}

/** Worst first; within a state the newest first, then by name so that the order is stable. */
export function compareProblems(a: ServiceView, b: ServiceView): number {
  return (
    severityRank(markOf(a.state)) - severityRank(markOf(b.state)) ||
    b.since_ms - a.since_ms ||
    a.cluster.localeCompare(b.cluster) ||
    a.host.localeCompare(b.host) ||
    a.service.localeCompare(b.service)
  );
}

/** `web-0417 is down`, or `load on web-0417`. */
export function problemTitle(service: ServiceView): string {
  if (service.service !== HOST_SERVICE) return `${service.service} on ${service.host}`;
  return `${service.host} is ${service.state.toLowerCase()}`;
}

/** The state in words: `critical, hard`, `warning, attempt 1 of 3`. */
export function attemptWords(service: ServiceView): string {
  const state = service.state.toLowerCase();
  if (service.state_type === 'HARD') return `${state}, hard`;
  return `${state}, soft, attempt ${service.attempt} of ${service.max_check_attempts}`;
}

/** Identity in addresses and lists. */
export function problemKey(service: Pick<ServiceView, 'cluster' | 'host' | 'service'>): string {
  return [service.cluster, service.host, service.service].map(encodeURIComponent).join('/');
}

export interface HostProblems {
  readonly worst: MarkKind;
  readonly count: number;
  readonly worstService: string;
}

/** Open problems by host, of one cluster. */
export function problemsByHost(services: readonly ServiceView[]): ReadonlyMap<string, HostProblems> {
  const byHost = new Map<string, HostProblems>();
  for (const service of services) {
    if (listOf(service) !== 'open') continue;
    const mark = markOf(service.state);
    const seen = byHost.get(service.host);
    if (!seen) byHost.set(service.host, { worst: mark, count: 1, worstService: service.service });
    else if (severityRank(mark) < severityRank(seen.worst))
      byHost.set(service.host, { worst: mark, count: seen.count + 1, worstService: service.service });
    else byHost.set(service.host, { ...seen, count: seen.count + 1 });
  }
  return byHost;
}
