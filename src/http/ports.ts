import type { EventView, NotificationView, ServiceView } from '../contract/api.ts';
import type { SelfFigures, ServerStats } from '../contract/stats.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { HostState } from '../model/service-state.ts';
import type { HistoryAnswer, HistoryRequest } from '../query/history.ts';

/** What the judge thread has decided, as the main thread last heard it. */
export interface Judged {
  /** Grows whenever an answer of `services` or `host` may have changed. */
  version(): number;
  /** Every service, a host's own state (`host`) included. The views are not changed afterwards. */
  services(): Iterable<ServiceView>;
  /** Undefined until first judged. */
  host(cluster: string, name: string): JudgedHost | undefined;
  /** Newest first. */
  events(limit: number): readonly EventView[];
  /** Newest first. */
  notifications(limit: number): Promise<readonly NotificationView[]>;
}

export interface JudgedHost {
  readonly state: HostState;
  readonly silenceLimitMs: number;
  readonly registered: boolean;
  readonly retiredReason: string | null;
}

/**
 * The query workers. An aborted read rejects; so does one whose store is down. The answer's arrays are the
 * caller's.
 */
export interface History {
  read(request: HistoryRequest, signal: AbortSignal): Promise<HistoryAnswer>;
}

/** The running server as a whole. */
export interface Operations {
  stats(): ServerStats;
  /** Why it is not ready, in words; empty when it is. */
  unready(): readonly string[];
  /** The running configuration without secrets, as plain JSON data. */
  config(): unknown;
  reload(): Promise<ReloadOutcome>;
  renderMetrics(figures: SelfFigures): string;
}

export type ReloadOutcome =
  /** What is different now, in words; empty when nothing is. */
  | { readonly ok: true; readonly changes: readonly string[] }
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

export interface HttpPorts {
  readonly catalogue: Catalogue;
  readonly judged: Judged;
  readonly history: History;
  readonly operations: Operations;
  readonly clock: Clock;
  readonly log: HttpLog;
}
