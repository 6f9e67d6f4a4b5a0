import type { Credentials, Identified } from '../access/identify.ts';
import type { ReadLink } from '../access/page-link.ts';
import type { SignInAttempt, SignInOutcome } from '../access/front-door.ts';
import type { NotificationQuery } from '../model/notification-query.ts';
import type { AlertAnswers, AlertQuestion } from '../model/alert-question.ts';
import type { AuditView } from '../contract/access.ts';
import type { DashboardSummary, DashboardView } from '../contract/dashboard.ts';
import type {
  Departure,
  DepartureOutcome,
  Instance,
  Registration,
  RegistrationOutcome,
} from '../fleet/instance.ts';
import type { ChecksView, DefinitionChange, EventView, ServiceDetail, ServiceView } from '../contract/api.ts';
import type { NotificationView } from '../contract/alert-views.ts';
import type { DiagnosisAnswer, ReconcilerView } from '../contract/instances.ts';
import type { SelfFigures, ServerStats } from '../contract/stats.ts';
import type { AcceptedProtocol } from '../contract/config.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { SelectorSource } from '../live/selector.ts';
import type { EventQuery, EventsFound, Mark } from '../model/event.ts';
import type { GoneFound, GoneQuery, RetiredHost } from '../model/retired.ts';
import type { CheckNowOutcome, CheckResult, ResultOutcome } from '../model/check-result.ts';
import type { HostState, ServiceKey } from '../model/service-state.ts';
import type { Refusal } from '../model/door-books.ts';
import type { LossesFound, LossQuery } from '../model/loss.ts';
import type { SourceQuery, SourcesFound } from '../model/source-query.ts';
import type { HistoryAnswer, HistoryRequest } from '../query/history.ts';
import type { WriteOutcome, WriteRequest } from '../model/write.ts';
import type { ReceiverTested } from '../model/receiver-test.ts';
import type { AuditTrail } from './audit.ts';

/** What the judge thread has decided, as the main thread last heard it. */
export interface Judged {
  /** Grows whenever an answer of `services` or `host` may have changed. */
  version(): number;
  /** Every service, a host's own state (`host`) included. The views are not changed afterwards. */
  services(): Iterable<ServiceView>;
  service(key: ServiceKey): ServiceView | undefined;
  /** Undefined until first judged. */
  host(cluster: string, name: string): JudgedHost | undefined;
  /** Newest first. */
  notifications(query: NotificationQuery): Promise<readonly NotificationView[]>;
  /** Runs it after each turn of the judge, about once a second, when what the turn found is here. */
  onTurn(run: () => void): Disposable;
}

/** What is asked of the judge. Never rejects: where there is no answer, it says why. */
export interface Checks {
  /** Null: there is no such service. */
  detail(service: ServiceKey): Promise<Asked<ServiceDetail | null>>;
  /** Results are taken at once, in their order; `Judged` has what became of them before the answer comes. */
  report(results: readonly CheckResult[]): Promise<Asked<readonly ResultOutcome[]>>;
  checkNow(service: ServiceKey): Promise<Asked<CheckNowOutcome>>;
  /** A result that does not get as far as the judge is counted. */
  refused(refusal: Refusal): void;
  /** The engine's own figures, the runner's included. */
  figures(): Promise<Asked<ChecksView>>;
}

export type Asked<T> =
  | { readonly ok: true; readonly answer: T }
  /** `busy`: too many others ask; `silent`: it did not answer in time; `stopped`: the server stops. */
  | { readonly ok: false; readonly fault: 'busy' | 'silent' | 'stopped' };

export interface JudgedHost {
  readonly state: HostState;
  readonly silenceLimitMs: number;
  readonly retiredReason: string | null;
}

/**
 * The query workers. An aborted read rejects; so does one whose store is down. The answer's arrays are the
 * caller's.
 */
export interface History {
  read(request: HistoryRequest, signal: AbortSignal): Promise<HistoryAnswer>;
}

export interface Readiness {
  /** Why it is not ready, in words; empty when it is. */
  readonly unready: readonly string[];
  /** What whoever runs it should do something about, although it works. */
  readonly notes: readonly string[];
  /** Damaged files that were set aside in this run, and what is lost with each. */
  readonly setAside: readonly string[];
}

/** The running server as a whole. */
export interface Operations {
  stats(): ServerStats;
  /** `names`: whether those of hosts and metrics may be told. */
  readiness(names: boolean): Readiness;
  /** The running configuration without secrets, as plain JSON data. */
  config(): unknown;
  /** Reads the files anew and takes them into use; with `preview` it only says what that would change. */
  reload(wish: { readonly preview: boolean }): Promise<ReloadOutcome>;
  /** Writes the waiting points of what matches now, for others who read the store's files. */
  flush(wish: SelectorSource): Promise<FlushOutcome>;
  renderMetrics(figures: SelfFigures): string;
}

export type FlushOutcome =
  /** Records that had points; points of theirs that are written, and that still wait. */
  | { readonly ok: true; readonly records: number; readonly points: number; readonly left: number }
  | {
      readonly ok: false;
      readonly reason: 'bad_pattern' | 'selector_too_slow' | 'query_too_large' | 'busy';
      readonly message: string;
    };

export type ReloadOutcome =
  /**
   * What is different now, or would be, in words; empty when nothing is. `definitions`: those that are other,
   * and those whose services come or go.
   */
  | {
      readonly ok: true;
      readonly changes: readonly string[];
      readonly definitions: readonly DefinitionChange[];
    }
  /** `file:line:column what` each; the running server is as it was. */
  | { readonly ok: false; readonly errors: readonly string[] };

export interface Clock {
  nowMs(): number;
  /** Runs a function periodically until disposed; it does not keep the process alive. */
  every(periodMs: number, run: () => void): Disposable;
}

/** Where faults of ours are written; pino is one. */
export interface HttpLog {
  error(detail: object, message: string): void;
}

/** Who people and programs are. Each question is asked anew, so that what was ended has ended at once. */
export interface Access {
  /** `none`: nobody signs in, and nothing below is asked. */
  readonly mode: 'none' | 'users';
  hasUsers(): boolean;
  identify(credentials: Credentials): Identified;
  signIn(attempt: SignInAttempt): Promise<SignInOutcome>;
  /** Ends the session of this secret; false where that fails. */
  signOut(secret: string, from: string): boolean;
}

/** Where changes are written down and read again. */
export interface AuditBook extends AuditTrail {
  /** Newest first; `before`: those with a smaller id. */
  list(query: { readonly limit: number; readonly before?: number | undefined }): readonly AuditView[];
}

/** What happened: changes of state as the judge wrote them down, and marks that were posted. Never throws. */
export interface Events {
  /** Another one when there are other events than before. */
  version(): string;
  /** Newest first. */
  list(query: EventQuery): EventsRead;
  post(mark: Mark): EventOutcome;
  /** `event` is undefined when there is no such mark; changes of state cannot be removed. */
  remove(id: string): EventOutcome<EventView | undefined>;
}

export type EventsRead =
  | (EventsFound & { readonly ok: true })
  | { readonly ok: false; readonly fault: string };

export type EventOutcome<T = EventView> =
  | { readonly ok: true; readonly event: T }
  | { readonly ok: false; readonly fault: string };

/** Hosts and records that have left and are remembered, with their histories. Never throws. */
export interface Retired {
  /** Grows when `hosts` may have changed. */
  version(): number;
  /** Those that left last. */
  hosts(): readonly RetiredHost[];
  host(cluster: string, name: string): RetiredHost | undefined;
  records(query: GoneQuery): GoneFound;
}

/** When datagrams were lost. Never throws. */
export interface Losses {
  list(query: LossQuery): LossesRead;
}

export type LossesRead =
  | (LossesFound & { readonly ok: true })
  | { readonly ok: false; readonly fault: string };

/** Who sends, as the ingest workers know it. */
export interface Senders {
  senders(query: SourceQuery): Promise<SourcesFound>;
}

/** Instances, as they and the lists say. Never throws. */
export interface Registry {
  /** Grows when anything of an instance has changed. */
  version(): number;
  /** Durable, and known to everybody who judges, before it answers. */
  register(wish: Registration): Promise<RegistrationOutcome>;
  deregister(wish: Departure): Promise<DepartureOutcome>;
  /** The instance that has, or last had, that host name. */
  instance(cluster: string, host: string): Instance | undefined;
  /** All of them: those that are here, and those that left and are remembered. */
  instances(): Iterable<Instance>;
}

/** What instances are told of the groups that run. Never throws. */
export interface Enrolment {
  names(): readonly string[];
  /** Undefined: there is no such group, or it does not listen. */
  group(name: string): EnrolmentGroup | undefined;
}

export interface EnrolmentGroup {
  readonly name: string;
  readonly accept: readonly AcceptedProtocol[];
  /** Names or addresses to send to, and the UDP port there. */
  readonly servers: readonly string[];
  readonly port: number;
  readonly intervalMs: number;
}

/** Alerts as people ask of them and decide. Never rejects: where there is no answer, it says why. */
export interface Alerting {
  ask<K extends AlertQuestion['kind']>(
    question: Extract<AlertQuestion, { readonly kind: K }>,
  ): Promise<Asked<AlertAnswers[K]>>;
  /** A page to a receiver, or to whoever a rota or an escalation comes to now, and what became of it. */
  test(name: string): Promise<Asked<ReceiverTested>>;
  /** What a link in a page is about, if it is one of ours and still good. */
  readLink(token: string, nowMs: number): ReadLink;
}

/** Lists of instances. Never throws. */
export interface Reconcilers {
  list(): readonly ReconcilerView[];
  /** Takes the list that is held, if it is still that one. */
  confirm(name: string, digest: string): Confirmation;
}

/** `another`: another list is held by now; `not-kept`: fleet.db cannot be written. */
export type Confirmation = 'confirmed' | 'unknown' | 'not-held' | 'another' | 'not-kept';

/** Who talks to the server, and what is amiss with it. Never throws. */
export interface Diagnosis {
  find(query: DiagnosisQuery): Promise<DiagnosisAnswer>;
}

export interface DiagnosisQuery {
  readonly group?: string | undefined;
  readonly host?: string | undefined;
  readonly kind?: string | undefined;
  /** Findings of the answer at most; all that are told of without. */
  readonly limit?: number | undefined;
}

/** The dashboards as their files are now, or last were in order. */
export interface Dashboards {
  list(): readonly DashboardSummary[];
  find(name: string): DashboardView | undefined;
}

/** Where bodies of InfluxDB's line protocol go. */
export interface Writes {
  hasGroup(name: string): boolean;
  /** Takes the bytes over. Rejects when nobody can read them. */
  write(request: WriteRequest): Promise<WriteOutcome>;
}

export interface HttpPorts {
  readonly access: Access;
  readonly audit: AuditBook;
  readonly catalogue: Catalogue;
  readonly judged: Judged;
  readonly checks: Checks;
  readonly alerting: Alerting;
  readonly history: History;
  readonly operations: Operations;
  readonly writes: Writes;
  readonly events: Events;
  readonly losses: Losses;
  readonly retired: Retired;
  readonly senders: Senders;
  readonly registry: Registry;
  readonly enrolment: Enrolment;
  readonly reconcilers: Reconcilers;
  readonly diagnosis: Diagnosis;
  readonly dashboards: Dashboards;
  readonly clock: Clock;
  readonly log: HttpLog;
}
