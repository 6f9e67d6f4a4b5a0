import { isOpen } from '../told.ts';
import { PAGE_SERVICES_MAX } from '../../alert-limits.ts';
import type { Page, PagedService, Told } from '../../model/service-state.ts';

/** A problem that was acknowledged, and who knows of it. */
export interface AcknowledgedService {
  readonly service: PagedService;
  readonly told: readonly Told[];
}

/** Who acknowledged, and what they said. */
export interface AcknowledgedBy {
  readonly author: string;
  readonly comment: string;
  readonly nowMs: number;
  readonly digest: (text: string) => string;
}

/**
 * Tells whoever knows of the problems that somebody works on them: one page a target and incident, however
 * many services there are. `reachable`: whether a target is still there.
 */
export function acknowledgementPages(
  acknowledged: readonly AcknowledgedService[],
  by: AcknowledgedBy,
  reachable: (target: string) => boolean,
): Page[] {
  const gathered = new Map<string, { receiver: string; incident: string; services: PagedService[] }>();
  for (const { service, told } of acknowledged) {
    for (const one of told) {
      const { receiver, incident = '' } = one;
      if (!isOpen(one) || !reachable(receiver)) continue;
      const key = `${receiver}\0${incident}`;
      const known = gathered.get(key);
      if (known) known.services.push(service);
      else gathered.set(key, { receiver, incident, services: [service] });
    }
  }
  return Array.from(gathered.values(), (one) => pageOf(one, by));
}

function pageOf(
  { receiver, incident, services }: { receiver: string; incident: string; services: PagedService[] },
  { author, comment, nowMs, digest }: AcknowledgedBy,
): Page {
  const common = (field: Exclude<keyof PagedService, 'sinceMs'>): string => {
    const [first, ...others] = services;
    return first && others.every((one) => one[field] === first[field]) ? first[field] : '';
  };
  const [first] = services;
  const about =
    services.length === 1
      ? `${first?.host || first?.cluster}: ${first?.service}`
      : `${services.length} problems`;
  const identity = services.map((one) => [one.cluster, one.host, one.service, one.state].join('\0'));
  return {
    key: digest([receiver, 'acknowledgement', incident, String(nowMs), ...identity].join('\0')),
    receiver,
    kind: 'acknowledgement',
    cluster: common('cluster'),
    host: common('host'),
    service: common('service'),
    state: common('state'),
    stateType: services.some(({ stateType }) => stateType === 'HARD') ? 'HARD' : 'SOFT',
    output: `${author}: ${comment}`,
    sinceMs: services.reduce((oldest, { sinceMs }) => Math.min(oldest, sinceMs), nowMs),
    notes: common('notes'),
    runbook: common('runbook'),
    createdMs: nowMs,
    incident,
    route: '',
    title: `${about} acknowledged by ${author}`,
    services: services.slice(0, PAGE_SERVICES_MAX),
    count: services.length,
    open: services.length,
  };
}
