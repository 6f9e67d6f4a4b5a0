import type { ServiceNames } from '../fleet/link.ts';
import type { SessionView, SignIn } from '../../../src/contract/access.ts';
import type { DashboardSummary, DashboardView } from '../../../src/contract/dashboard.ts';
import type {
  AggregateBy,
  AggregateName,
  ChecksView,
  ClusterView,
  ErrorBody,
  EventBody,
  EventView,
  HostView,
  LossView,
  MetricView,
  ResultBody,
  SearchAnswer,
  SeriesAnswer,
  ServiceDetail,
  ServiceView,
  SourcesAnswer,
  StatusView,
} from '../../../src/contract/api.ts';
import type { NotificationView } from '../../../src/contract/alert-views.ts';
import type { DiagnosisAnswer, ReconcilerView } from '../../../src/contract/instances.ts';

/** A request that did not succeed, in the server's words where it gave any. */
export class ApiFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly cure: string;
  /** When to try again, if the server said. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, body: ErrorBody, retryAfterS?: number) {
    super(body.message);
    this.name = 'ApiFault';
    this.status = status;
    this.code = body.code;
    this.cure = body.cure;
    this.retryAfterS = retryAfterS;
  }
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A question of the API: `path` below /api/v1. */
export async function get<T>(
  path: string,
  query: Query,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const response = await ask(path, query, signal, headers);
  const body: T = await response.json();
  return body;
}

/** Rows of a list, and how many there are beyond what an answer holds. */
export interface Rows<T> {
  readonly rows: readonly T[];
  readonly leftOut: number;
}

async function getRows<T>(path: string, query: Query, signal: AbortSignal): Promise<Rows<T>> {
  const response = await ask(path, query, signal);
  const rows: readonly T[] = await response.json();
  return { rows, leftOut: Number(response.headers.get('muster-left-out') ?? 0) };
}

async function ask(
  path: string,
  query: Query,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of [value ?? []].flat()) search.append(key, String(one));
  }
  const text = search.toString();
  const response = await fetch(`/api/v1/${path}${text ? `?${text}` : ''}`, { signal, headers });
  if (!response.ok) throw await faultOf(response);
  return response;
}

/** A change: JSON there and back; the answer may be empty. */
export async function send<T>(method: 'POST' | 'DELETE', path: string, content: object): Promise<T> {
  const response = await fetch(`/api/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(content),
  });
  if (!response.ok) throw await faultOf(response);
  const text = await response.text();
  const body: T = JSON.parse(text === '' ? '{}' : text);
  return body;
}

async function faultOf(response: Response): Promise<ApiFault> {
  const afterS = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiFault(response.status, await errorOf(response), Number.isFinite(afterS) ? afterS : undefined);
}

async function errorOf(response: Response): Promise<ErrorBody> {
  const plain: ErrorBody = {
    code: 'http',
    message: `The server answered ${response.status} ${response.statusText}`.trim(),
    cure: 'Look at its log, or try again.',
  };
  try {
    const body: Partial<ErrorBody> = await response.json();
    return { ...plain, ...body };
  } catch {
    // Not JSON: something between the page and the server answered.
    return plain;
  }
}

export interface SeriesRequest {
  readonly cluster: string;
  readonly host: string;
  readonly metric: string;
  /** Of the hosts: `role:db.*`, all of them. */
  readonly fact?: readonly string[];
  readonly from: string;
  readonly to?: string;
  readonly points: number;
  readonly aggregate?: AggregateName;
  readonly by?: AggregateBy;
  /** Lows and highs beside the averages, where the store has them. */
  readonly band?: 'true';
}

export interface HostsRequest {
  /** A regular expression over whole names. */
  readonly cluster?: string;
  readonly q?: string;
  /** `all`: those that have left too, who are not there unless asked for. */
  readonly state?: 'DOWN' | 'RETIRED' | 'all';
  /** `role:db.*`, all of them. */
  readonly fact?: readonly string[];
}

/** Names are regular expressions over whole ones. */
export interface ServicesRequest {
  readonly cluster?: string;
  readonly host?: string;
  readonly service?: string;
  /** Of the host: `role:db.*`, all of them. */
  readonly fact?: readonly string[];
  /** OK WARNING CRITICAL UNKNOWN UP DOWN UNREACHABLE PENDING. */
  readonly state?: string;
  readonly problem?: 'true' | 'false';
  readonly kind?: ServiceView['kind'];
  readonly flapping?: 'true';
  /** Words that all occur in the names or the output. */
  readonly q?: string;
}

export interface EventsRequest {
  readonly from: string;
  readonly to?: string;
  /** Regular expressions over whole names. */
  readonly cluster?: string;
  readonly host?: string;
  readonly service?: string;
  readonly kind?: EventView['kind'];
  readonly limit?: number;
}

export interface SourcesRequest {
  readonly group?: string;
  /** Part of an address, of a host's name or of a reason. */
  readonly q?: string;
  readonly limit: number;
}

export interface DiagnosisRequest {
  readonly group?: string;
  /** Findings of the answer at most; 0: how many there are of each kind. */
  readonly limit?: number;
}

export interface LossesRequest {
  /** A regular expression over whole names. */
  readonly cluster: string;
  readonly from: string;
  readonly to?: string;
}

const part = encodeURIComponent;

function servicePath({ cluster, host, service }: ServiceNames): string {
  return `services/${part(cluster)}/${part(host)}/${part(service)}`;
}

export const api = {
  status: (signal: AbortSignal) => get<StatusView>('status', {}, signal),
  clusters: (signal: AbortSignal) => get<ClusterView[]>('clusters', {}, signal),
  /** `cluster` is a regular expression over whole names. */
  hosts: (query: HostsRequest, signal: AbortSignal) => get<HostView[]>('hosts', { ...query }, signal),
  host: (cluster: string, host: string, signal: AbortSignal) =>
    get<HostView>(`hosts/${part(cluster)}/${part(host)}`, {}, signal),
  metrics: (cluster: string, host: string, signal: AbortSignal) =>
    get<MetricView[]>(`hosts/${part(cluster)}/${part(host)}/metrics`, {}, signal),
  series: (request: SeriesRequest, signal: AbortSignal) =>
    // An aggregate may be one that was read for another page a moment ago: it is much work for the server.
    get<SeriesAnswer>(
      'series',
      { ...request },
      signal,
      request.aggregate && { 'cache-control': 'max-age=15' },
    ),
  services: (query: ServicesRequest, signal: AbortSignal) =>
    get<ServiceView[]>('services', { ...query }, signal),
  serviceRows: (query: ServicesRequest, signal: AbortSignal) =>
    getRows<ServiceView>('services', { ...query }, signal),
  service: ({ cluster, host, service }: ServiceNames, signal: AbortSignal) =>
    get<ServiceDetail>('service', { cluster, host, service }, signal),
  checkNow: (names: ServiceNames) => send<object>('POST', `${servicePath(names)}/check`, {}),
  sendResult: (names: ServiceNames, result: ResultBody) =>
    send<object>('POST', `${servicePath(names)}/result`, result),
  checks: (signal: AbortSignal) => get<ChecksView>('checks', {}, signal),
  search: (q: string, signal: AbortSignal) => get<SearchAnswer>('search', { q }, signal),
  events: (request: EventsRequest, signal: AbortSignal) => get<EventView[]>('events', { ...request }, signal),
  sources: (request: SourcesRequest, signal: AbortSignal) =>
    get<SourcesAnswer>('sources', { ...request }, signal),
  diagnosis: (request: DiagnosisRequest, signal: AbortSignal) =>
    get<DiagnosisAnswer>('diagnosis', { ...request }, signal),
  reconcilers: (signal: AbortSignal) => get<ReconcilerView[]>('reconcilers', {}, signal),
  confirmList: (name: string, digest: string) =>
    send<object>('POST', `reconcilers/${part(name)}/confirm`, { digest }),
  losses: (request: LossesRequest, signal: AbortSignal) => get<LossView[]>('losses', { ...request }, signal),
  postEvent: (event: EventBody) => send<EventView>('POST', 'events', event),
  removeEvent: (id: string) => send<object>('DELETE', `events/${part(id)}`, {}),
  dashboards: (signal: AbortSignal) => get<DashboardSummary[]>('dashboards', {}, signal),
  dashboard: (name: string, signal: AbortSignal) =>
    get<DashboardView>(`dashboards/${part(name)}`, {}, signal),
  session: (signal: AbortSignal) => get<SessionView>('session', {}, signal),
  signIn: (who: SignIn) => send<SessionView>('POST', 'session', who),
  signOut: () => send<SessionView>('DELETE', 'session', {}),
  notifications: (signal: AbortSignal) => get<NotificationView[]>('notifications', {}, signal),
};
