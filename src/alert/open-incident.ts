import type { CompiledRoute } from './routes.ts';
import type { Hold, News } from './decision.ts';
import type { AlertSubject, Portrait } from './subject.ts';
import type { Problem, Told } from '../model/service-state.ts';

/** What the desk keeps in mind of a subject, as it was last shown. */
export interface Standing<S extends AlertSubject> {
  /** `cluster NUL host NUL service`. */
  readonly key: string;
  subject: S;
  stands: 'ok' | 'soft' | 'hard';
  /** Of its hard problem, or the last one; null: it had none here. */
  problem: Problem | null;
  /** Of its status. */
  sinceMs: number;
  /** Since when it is hard, as far as that was seen. */
  hardMs: number;
  hold: Hold | null;
  /** The hold is for these targets only; null: for all. */
  heldFor: readonly string[] | null;
  /** When it was last held by something, as far as that is over; 0: never. */
  heldUntilMs: number;
  /** What it was told of when it was last looked at: another array is news. */
  told: readonly Told[];
  /** The values of facts that matter, in one. */
  facts: string;
  /** Incidents that the routes bring it to, in their order; empty while it has no hard problem. */
  claims: readonly OpenIncident<S>[];
  /** These, and those that targets were told of it under. */
  readonly incidents: Set<OpenIncident<S>>;
  /** Nobody watches it any more: what it was. */
  closed: Portrait | null;
}

/** How far an incident got with one target. */
export interface Lane<S extends AlertSubject> {
  readonly target: string;
  /** The newest page to it, and when it was made; 0: none yet. */
  key: string;
  pagedMs: number;
  pages: number;
  /** Members that this target is to be told of, and since when there are any. */
  readonly news: Map<Standing<S>, News>;
  newsMs: number;
  /** In a storm: when its news may be told; 0: there is none. */
  laterMs: number;
  /** What became of the newest page; empty: it is on its way, or was made before a restart. */
  outcome: string;
  /** A reminder that may be on its way still; empty: none. */
  reminder: string;
}

/** An incident on the desk. */
export interface OpenIncident<S extends AlertSubject> {
  readonly id: string;
  /** Null: a reload took it away, or nobody knows any more; its ends are told still. */
  route: CompiledRoute | null;
  routeName: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly openedMs: number;
  /** Since when nobody has acknowledged it, but for pauses; null: no page has begun. */
  waitingMs: number | null;
  /** Since when escalation pauses; null: it does not. */
  pausedMs: number | null;
  steps: number;
  readonly members: Set<Standing<S>>;
  readonly lanes: Map<string, Lane<S>>;
  /** Whom it comes to now, and until when that holds. */
  targets: readonly string[];
  targetsUntilMs: number | null;
  /** Members to look at again. */
  readonly touched: Set<Standing<S>>;
  /** When all members are looked at again, as time alone may have changed something; infinite: not. */
  wakeMs: number;
  /** When it is next looked at; infinite: with the next news. */
  nextMs: number;
  /** The earliest time at which it stands in the line of those that wait for theirs; infinite: in none. */
  queuedMs: number;
  /** It is in the store. */
  isKept: boolean;
  /** It is of before a restart, and members of it may not be back yet. */
  isAwaited: boolean;
}
