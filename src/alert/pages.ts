import type { Page, PageKind, ServiceKey } from '../model/service-state.ts';

/** What a page says, whoever it goes to. */
export interface Incident extends ServiceKey {
  readonly kind: PageKind;
  readonly state: string;
  readonly stateType: 'SOFT' | 'HARD';
  readonly output: string;
  readonly sinceMs: number;
  readonly notes: string;
  readonly runbook: string;
  /** Tells one page from another about the same state, where each counts; null: one state is one incident. */
  readonly occasion: string | null;
}

/**
 * One page a receiver. The key is made of what the page is about and nothing else, so that the same incident
 * told twice (a crash between sending and writing it down, a second server) is recognised by the receiver.
 */
export function pagesFor(
  incident: Incident,
  receivers: readonly string[],
  by: { readonly nowMs: number; readonly digest: (text: string) => string },
): Page[] {
  return receivers.map((receiver) => ({
    key: by.digest(identityOf(incident, receiver)),
    receiver,
    kind: incident.kind,
    cluster: incident.cluster,
    host: incident.host,
    service: incident.service,
    state: incident.state,
    stateType: incident.stateType,
    output: incident.output,
    sinceMs: incident.sinceMs,
    notes: incident.notes,
    runbook: incident.runbook,
    createdMs: by.nowMs,
    incident: '',
    route: '',
    title: `${incident.host || incident.cluster}: ${incident.service} is ${incident.state}`,
    services: [],
    count: 1,
    open: incident.kind === 'problem' ? 1 : 0,
  }));
}

function identityOf(incident: Incident, receiver: string): string {
  const { kind, cluster, host, service, state, sinceMs, occasion } = incident;
  const about = [receiver, kind, cluster, host, service, state, String(Math.round(sinceMs))];
  return (occasion === null ? about : [...about, occasion]).join('\0');
}
