/** The state of a service or host, its attempts, and what is kept of both across a restart. */

export type CheckState = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';
export type Problem = 'WARNING' | 'CRITICAL' | 'UNKNOWN' | 'DOWN' | 'UNREACHABLE';

/**
 * Where a service stands. `ok` stands for OK and UP. `sinceMs` is when it took its present state; becoming
 * hard with the same problem does not change it.
 */
export type Status =
  | {
      readonly kind: 'ok';
      readonly sinceMs: number;
      /** A host in Nagios' semantics that recovered softly, until its next result. */
      readonly isSoft?: true;
    }
  | {
      readonly kind: 'soft';
      readonly problem: Problem;
      readonly attempt: number;
      readonly sinceMs: number;
      /** When the last attempt was counted, and the sample it was counted for. */
      readonly triedMs: number;
      readonly evidenceMs: number;
      /** In Nagios' semantics: the hard problem it was before, without a recovery between. */
      readonly hardBefore?: Problem;
    }
  | { readonly kind: 'hard'; readonly problem: Problem; readonly attempt: number; readonly sinceMs: number };

export interface ServiceKey {
  readonly cluster: string;
  readonly host: string;
  readonly service: string;
}

/** A service's state as it is kept. */
export interface SavedService extends ServiceKey {
  readonly status: Status;
  readonly output: string;
  readonly lastCheckMs: number;
  /** What its receivers were told; they and nobody else hear of its end. */
  readonly told: readonly Told[];
  /** Null: it has been well for as long as flap detection looks back. */
  readonly flaps: Flaps | null;
  /** Of what is found out elsewhere. */
  readonly result: LastResult | null;
  readonly nextCheckMs: number | null;
  /** Of Nagios' semantics: how its notifications stand, as JSON; undefined: not at all. */
  readonly notifying?: string;
}

/** What flap detection knows of the latest states (src/check/flapping.ts). */
export interface Flaps {
  /** 21 digits to the base 4, the newest the lowest: 0 is well, the others are problems. */
  readonly history: number;
  /** How much of it is change. */
  readonly percent: number;
  readonly isFlapping: boolean;
  /** When the newest was recorded. */
  readonly recordedMs: number;
}

/** A plugin's run, or a result that somebody reported. */
export interface LastResult {
  /** When it was found, as its sender says; when the plugin began. */
  readonly timeMs: number;
  readonly longOutput: string;
  /** Performance data, as written. */
  readonly performance: string;
  /** The door by which it came, and who brought it. */
  readonly via: string;
  readonly from: string;
  /** How a plugin's run ended; empty of what was reported. */
  readonly end: string;
  /** Of a plugin's run; 0 of what was reported. */
  readonly executionMs: number;
  readonly latencyMs: number;
}

/** What one receiver was told of a service's open problem. */
export interface Told {
  readonly receiver: string;
  /** What the newest page to it said, unless that was refused; null: nothing is open. */
  readonly level: Problem | null;
  /** What has reached it; null: nothing is open, as far as it knows. */
  readonly known: Problem | null;
  /** The key of the newest page, while it is on its way. */
  readonly key: string | null;
  /** A problem whose page failed for good: not told again before `againMs`. */
  readonly refused: { readonly problem: Problem; readonly againMs: number } | null;
  /** The incident it was told of under; undefined: by a version that knew none. */
  readonly incident?: string;
}

export type HostState = 'PENDING' | 'UP' | 'DOWN' | 'RETIRED';

export interface SavedHost {
  readonly cluster: string;
  readonly name: string;
  readonly state: HostState;
  readonly sinceMs: number;
  readonly retiredReason: string | null;
  /** It is retired because it left, as it said itself or as a list says. */
  readonly leftByWord: boolean;
  /** When it was first heard; 0: it has been known for long; null: not yet. */
  readonly firstSeenMs: number | null;
}

/** One state change, for the history of events. */
export interface StateEvent extends ServiceKey {
  readonly timeMs: number;
  readonly state: string;
  readonly stateType: 'SOFT' | 'HARD';
  readonly attempt: number;
  readonly output: string;
}

/**
 * `reminder`: it is open still. `closed`: nobody watches it any more. `notice`: of the server itself, or of what
 * somebody did (an acknowledgement). The last six are those of Nagios' semantics.
 */
export type PageKind =
  | 'problem'
  | 'reminder'
  | 'recovery'
  | 'closed'
  | 'acknowledgement'
  | 'notice'
  | 'test'
  | 'flapping-start'
  | 'flapping-stop'
  | 'flapping-disabled'
  | 'downtime-start'
  | 'downtime-end'
  | 'downtime-cancelled';

/** One of the services that a page is about, as it stood then. */
export interface PagedService extends ServiceKey {
  readonly state: string;
  readonly stateType: 'SOFT' | 'HARD';
  readonly output: string;
  readonly sinceMs: number;
  readonly notes: string;
  readonly runbook: string;
  /** What this page has to say of it; `open`: it is told of already, and still a problem. */
  readonly news: 'problem' | 'recovery' | 'closed' | 'open';
  /** The metric it judges, for a graph; empty: none. */
  readonly metric: string;
  readonly warning: string;
  readonly critical: string;
}

/**
 * One message to one receiver. Of several services the page's own fields say what they have in common, empty
 * where they differ: the worst state, the oldest `sinceMs`.
 */
export interface Page extends ServiceKey {
  /** Idempotency key: the same for every attempt to deliver it, different for every other page. */
  readonly key: string;
  readonly receiver: string;
  readonly kind: PageKind;
  readonly state: string;
  readonly stateType: 'SOFT' | 'HARD';
  readonly output: string;
  readonly sinceMs: number;
  readonly notes: string;
  readonly runbook: string;
  readonly createdMs: number;
  /** The incident it is about, and the route that brought it there; empty: of neither. */
  readonly incident: string;
  readonly route: string;
  /** In one line: `web-1: load is CRITICAL`, `37 hosts in web: load`. */
  readonly title: string;
  /** The worst first, at most PAGE_SERVICES_MAX of `count`. */
  readonly services: readonly PagedService[];
  readonly count: number;
  /** Problems of the incident that are open still, those of this page included. */
  readonly open: number;
}

/** A page on its way: how often it was tried and when it is next. */
export interface QueuedPage {
  readonly page: Page;
  readonly attempts: number;
  readonly nextMs: number;
}

/** `superseded`: it does not hold any more, and was taken back before it arrived. */
export type PageOutcome = 'delivered' | 'failed' | 'retry' | 'superseded';

/** What became of an attempt to deliver a page. */
export interface Settlement {
  readonly page: Page;
  readonly outcome: PageOutcome;
  readonly attempts: number;
  /** When the next attempt is due; meaningful for `retry` only. */
  readonly nextMs: number;
  /** When the attempt ended. */
  readonly settledMs: number;
  readonly detail: string;
}
