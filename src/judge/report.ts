import { attemptOf } from '../check/state-machine.ts';
import { isHostDown } from './host-state.ts';
import { notesOf } from './relations.ts';
import { isPaused, withPause } from './pause.ts';
import type { ExpiredHost } from '../model/expired-host.ts';
import type { LossPeriod } from '../fleet/losses.ts';
import type { ServiceView } from '../contract/api.ts';
import type { HostState, PageKind, PageOutcome, ServiceKey } from '../model/service-state.ts';
import type { HandlerCount, HandlerNews } from './handlers.ts';
import type { HostWatch, ServiceWatch } from './watch.ts';
import type { LaneFigures } from '../notify/lane.ts';

export interface HostJudgement {
  readonly cluster: string;
  readonly name: string;
  readonly state: HostState;
  readonly sinceMs: number;
  readonly silenceLimitMs: number;
  readonly retiredReason: string | null;
}

export interface NotificationCount {
  readonly receiver: string;
  readonly outcome: 'queued' | PageOutcome;
  readonly count: number;
}

/** Pages that arrived at a target, and how long they took together, from being made. */
export interface DeliveryTimes {
  readonly receiver: string;
  readonly pages: number;
  readonly ms: number;
}

/** A page that failed for good. */
export interface PageFailure extends ServiceKey {
  readonly receiver: string;
  /** The page's, as among the notifications. */
  readonly key: string;
  readonly kind: PageKind;
  /** Never holds a secret. */
  readonly detail: string;
}

/** A receiver's first failed attempt after one that was well, or the reverse. */
export interface ReceiverChange {
  readonly receiver: string;
  readonly isWell: boolean;
  /** Of the attempt; never holds a secret. */
  readonly detail: string;
}

/**
 * What one turn found, for the main thread. The first one after a start is complete, the others are
 * differences.
 */
export interface JudgeReport {
  readonly nowMs: number;
  readonly services: readonly ServiceView[];
  readonly removed: readonly ServiceKey[];
  readonly hosts: readonly HostJudgement[];
  /** Hosts that are not there any more; one may be among `hosts` again. */
  readonly removedHosts: readonly { readonly cluster: string; readonly name: string }[];
  /** Clusters of which hosts begin to be missed: their lists are worth reading now. */
  readonly missed: readonly string[];
  /** Hosts that their workers may forget. */
  readonly expired: readonly (ExpiredHost & { readonly worker: number })[];
  /** Periods of loss that began or grew. */
  readonly losses: readonly LossPeriod[];
  /** Samples judged in this turn. */
  readonly evaluations: number;
  /** The longest a sample judged in this turn had waited for it. */
  readonly lagMs: number;
  /** What happened to pages since the report before. */
  readonly notifications: readonly NotificationCount[];
  readonly deliveries: readonly DeliveryTimes[];
  /** The first of them; `notifications` counts all. */
  readonly failures: readonly PageFailure[];
  /** Receivers that began to fail, or deliver again. */
  readonly receivers: readonly ReceiverChange[];
  readonly pagesPending: number;
  /** How the targets of pages stand. */
  readonly lanes: readonly LaneFigures[];
  /** How often event handlers ended in which way, since the report before; the last of those that ran. */
  readonly handlers: readonly HandlerCount[];
  readonly handlerNews: readonly HandlerNews[];
  /** Services refused at SERVICES_MAX and events dropped, since the start. */
  readonly servicesRefused: number;
  readonly eventsDropped: number;
  /** Rows of the judge's memory that could not be understood at the start, and were passed over. */
  readonly rowsSkipped: number;
  /** Why the judge's memory could not be written in this turn; it pages all the same. Null: all well. */
  readonly storeFault: string | null;
  /** Why not all is well with the server itself, in words: of what its self checks find; null: it is. */
  readonly ownFault: string | null;
}

/** The state as users read it: UP for a host's own service, PENDING before the first result of any. */
export function stateName(watch: ServiceWatch): string {
  if (watch.status.kind !== 'ok') return watch.status.problem;
  if (!watch.judged) return 'PENDING';
  return watch.isHost ? 'UP' : 'OK';
}

export function stateType({ status }: ServiceWatch): 'SOFT' | 'HARD' {
  return status.kind === 'soft' || (status.kind === 'ok' && status.isSoft) ? 'SOFT' : 'HARD';
}

export function serviceView(watch: ServiceWatch): ServiceView {
  const { definition } = watch.compiled;
  const { notes, runbook } = notesOf(watch);
  return {
    cluster: watch.cluster,
    host: watch.host,
    service: watch.service,
    kind: watch.kind,
    state: stateName(watch),
    state_type: stateType(watch),
    attempt: attemptOf(watch.status),
    max_check_attempts: definition.maxCheckAttempts,
    output: withPause(watch),
    since_ms: watch.status.sinceMs,
    last_check_ms: watch.lastCheckMs,
    next_check_ms: isPaused(watch) ? null : watch.nextCheckMs,
    flapping: watch.flaps?.isFlapping ?? false,
    percent_state_change: Math.round((watch.flaps?.percent ?? 0) * 100) / 100,
    ...watch.quiet,
    metric: watch.series?.metric ?? '',
    function: functionOf(watch),
    warning: definition.warning,
    critical: definition.critical,
    notes,
    runbook,
  };
}

/** What of its series is judged; '': the values as they are. */
function functionOf({ compiled }: ServiceWatch): string {
  const { subject } = compiled.definition;
  return subject.kind === 'metric' ? (subject.function?.name ?? '') : '';
}

export function hostJudgement(host: HostWatch): HostJudgement {
  return {
    cluster: host.entry.cluster,
    name: host.entry.name,
    state: stateOf(host),
    sinceMs: host.reported?.status.sinceMs ?? host.sinceMs,
    silenceLimitMs: host.limitMs,
    retiredReason: host.retiredReason,
  };
}

/** As its results say where somebody reports them, else as its silence does. */
function stateOf(host: HostWatch): HostState {
  if (host.state === 'RETIRED') return 'RETIRED';
  if (host.reported?.judged) return isHostDown(host) ? 'DOWN' : 'UP';
  return host.waiting && host.state === 'UP' ? 'PENDING' : host.state;
}

/** Without those that went and came back in the same turn (a group that moved). */
export function removedOf(
  removed: readonly ServiceKey[],
  shown: readonly ServiceKey[],
): readonly ServiceKey[] {
  if (removed.length === 0 || shown.length === 0) return removed;
  const there = new Set(shown.map(({ cluster, host, service }) => `${cluster}\0${host}\0${service}`));
  return removed.filter(({ cluster, host, service }) => !there.has(`${cluster}\0${host}\0${service}`));
}
