import { exactly } from './pattern.ts';
import { writeFact } from '../../../src/contract/facts.ts';

/** Addresses of the page's views, and what an address shows. */

export function clusterLink(cluster: string): string {
  return `/clusters/${encodeURIComponent(cluster)}`;
}

export function hostLink(cluster: string, host: string): string {
  return `/hosts/${encodeURIComponent(cluster)}/${encodeURIComponent(host)}`;
}

/** One metric of a host alone. */
export function metricLink(cluster: string, host: string, metric: string): string {
  return `${hostLink(cluster, host)}?${new URLSearchParams({ m: metric }).toString()}`;
}

/** A service's own view. Its names stand in the query: that of an aggregate's host is empty. */
export function serviceLink({ cluster, host, service }: ServiceNames): string {
  return `/service?${new URLSearchParams({ cluster, host, service }).toString()}`;
}

export interface ServiceNames {
  /** Empty: of the whole grid. */
  readonly cluster: string;
  /** Empty: of the whole cluster. */
  readonly host: string;
  readonly service: string;
}

export const SERVICES_LINK = '/services';
export const CHECKS_LINK = '/checks';

/** Services that pass a filter: `{ cluster: 'web', only: 'problems' }`. */
export function servicesLink(filter: Readonly<Record<string, string>>): string {
  return `${SERVICES_LINK}?${new URLSearchParams(filter).toString()}`;
}

/** What a service's row on its host's page is called. */
export function serviceAnchor(service: string): string {
  return `service-${service}`;
}

export function problemLink(key: string): string {
  return `/problems?sel=${encodeURIComponent(key)}`;
}

export function dashboardLink(name: string): string {
  return `/dashboards/${encodeURIComponent(name)}`;
}

export const SENDERS_LINK = '/senders';
/** Downtimes and silences. */
export const QUIET_LINK = '/quiet';
export const ON_CALL_LINK = '/oncall';
export const NOTIFICATIONS_LINK = '/notifications';

/** Why somebody was told of a service, or nobody. */
export function explainLink({ cluster, host, service }: ServiceNames): string {
  return `/explain?${new URLSearchParams({ cluster, host, service }).toString()}`;
}

/** What was sent: `{ receiver: 'ops' }`. */
export function notificationsLink(filter: Readonly<Record<string, string>>): string {
  return `${NOTIFICATIONS_LINK}?${new URLSearchParams(filter).toString()}`;
}

/** Who sends to a group. */
export function sendersToLink(group: string): string {
  return `${SENDERS_LINK}?${new URLSearchParams({ group }).toString()}`;
}

/** One sender of a group, alone on its page. */
export function senderLink(group: string, address: string): string {
  return `${SENDERS_LINK}?${new URLSearchParams({ group, q: address }).toString()}`;
}

/** Hosts of a cluster that have a fact. */
export function taggedLink(cluster: string, fact: string, value: string): string {
  const query = new URLSearchParams({ fact: writeFact({ fact, pattern: exactly(value) }) });
  return `${clusterLink(cluster)}?${query.toString()}`;
}

/** A cluster with the hosts that have left. */
export function retiredLink(cluster: string): string {
  return `${clusterLink(cluster)}?retired=shown`;
}

/** Who sends under the name of a host. */
export function sendersOfLink(cluster: string, host: string): string {
  return `${SENDERS_LINK}?${new URLSearchParams({ group: cluster, q: host }).toString()}`;
}

/** Hosts of a cluster whose values come from an address. */
export function hostsFromLink(cluster: string, address: string): string {
  return `${clusterLink(cluster)}?${new URLSearchParams({ q: address }).toString()}`;
}

export type View =
  | { readonly kind: 'grid' }
  | { readonly kind: 'cluster'; readonly cluster: string }
  | { readonly kind: 'host'; readonly cluster: string; readonly host: string }
  | { readonly kind: 'problems' }
  | { readonly kind: 'services' }
  | ({ readonly kind: 'service' } & ServiceNames)
  | { readonly kind: 'checks' }
  | { readonly kind: 'dashboards' }
  | { readonly kind: 'dashboard'; readonly name: string }
  | { readonly kind: 'events' }
  | { readonly kind: 'senders' }
  | { readonly kind: 'quiet' }
  | { readonly kind: 'oncall' }
  | { readonly kind: 'notifications' }
  | ({ readonly kind: 'explain' } & ServiceNames)
  | { readonly kind: 'missing'; readonly path: string };

const NO_QUERY = new URLSearchParams();

/** Views that are called as their address is, and have no parts. */
const LISTS = [
  'problems',
  'services',
  'checks',
  'events',
  'senders',
  'dashboards',
  'quiet',
  'oncall',
  'notifications',
] as const;

/** `path` as the browser has it, percent-encoded: a name may hold a slash. */
export function viewOf(path: string, search: URLSearchParams = NO_QUERY): View {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  const [first, second, third] = parts;
  if (parts.length === 0) return { kind: 'grid' };
  const list = parts.length === 1 && LISTS.find((known) => known === first);
  if (list) return { kind: list };
  if (first === 'service' && parts.length === 1) return { kind: 'service', ...namesOf(search) };
  if (first === 'explain' && parts.length === 1) return { kind: 'explain', ...namesOf(search) };
  if (first === 'dashboards' && parts.length === 2 && second) return { kind: 'dashboard', name: second };
  if (first === 'clusters' && parts.length === 2 && second) return { kind: 'cluster', cluster: second };
  if (first === 'hosts' && parts.length === 3 && second && third)
    return { kind: 'host', cluster: second, host: third };
  return { kind: 'missing', path };
}

function namesOf(search: URLSearchParams): ServiceNames {
  const name = (key: string) => search.get(key) ?? '';
  return { cluster: name('cluster'), host: name('host'), service: name('service') };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A stray percent sign typed by hand.
    return part;
  }
}

/** The same view without one of the facts that its hosts have. */
export function withoutFact(path: string, search: URLSearchParams, text: string): string {
  const next = new URLSearchParams(search);
  next.delete('fact');
  for (const other of search.getAll('fact')) if (other !== text) next.append('fact', other);
  return withQuery(path, next, {});
}

/** The same view with parts of its query changed; undefined takes a part out. */
export function withQuery(
  path: string,
  search: URLSearchParams,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const next = new URLSearchParams(search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === '') next.delete(key);
    else next.set(key, value);
  }
  const text = next.toString();
  return text ? `${path}?${text}` : path;
}
