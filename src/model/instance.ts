/** Instances: what a cloud starts and ends, as the fleet's roster has them (src/fleet/roster.ts). */

/** Whether an instance is there, as it said itself or as a reconciler's list says. Its silence is another matter. */
export type Standing =
  /** `says`: what a list says of it, in words for people: `cloud says running`; empty where none names it. */
  | { readonly kind: 'here'; readonly says: string }
  /** It left, and nobody is to be woken for it. `reason`: `deregistered: scale-in`, `gone from list cloud`. */
  | { readonly kind: 'left'; readonly reason: string; readonly sinceMs: number };

/** The key that its collectd signs with. Never in a log, an error or an answer but the registration's own. */
export interface AgentKey {
  readonly user: string;
  readonly password: string;
}

/** An instance as other threads are told of it: whole, whenever anything has changed. Times: epoch ms. */
export interface Membership {
  readonly cluster: string;
  /** What its agent calls it. One instance a name is `here`; of those that left, the last one counts. */
  readonly host: string;
  /** What the cloud calls it; its host's name where it has no other. */
  readonly instanceId: string;
  readonly standing: Standing;
  /** When it registered, or was listed, first or after it had left: what was there before is not its life. */
  readonly sinceMs: number;
  /** Tags, zone, region and instance id, as facts of the host: no packet changes them. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Addresses it sends from, as it registered or as a list has them. */
  readonly addresses: readonly string[];
  /** Null: none was asked for, or it left. */
  readonly key: AgentKey | null;
}

/** What has changed in the roster. The judge and every ingest worker are told all of it, in order. */
export type RosterNews =
  | { readonly kind: 'member'; readonly member: Membership }
  /** Nothing is known of it any more: as if it had never registered. */
  | { readonly kind: 'forgotten'; readonly cluster: string; readonly host: string };

/** How a group's reconcilers stand, for the judge: whether what they said of an instance can be relied upon. */
export interface ListedGroup {
  readonly cluster: string;
  /** When a list of this group was last read well, epoch ms; 0: not yet. */
  readonly readMs: number;
  /** The newest attempt went well, and its list is not held. */
  readonly isWell: boolean;
}

/** Where an instance's history is, when its name changes hands. Never rejects. */
export interface Histories {
  /**
   * What is known of host `from`, its history included, is called `to` from now on, as a host that has left.
   * Its points are written first. Nothing happens where nothing is known of it.
   */
  rename(move: HistoryMove): Promise<MoveFault | undefined>;
}

/** Why a history has not got its name. */
export interface MoveFault {
  readonly words: string;
  /** The same may be done later: a disk is full, the store is slow. */
  readonly isPassing: boolean;
}

export interface HistoryMove {
  readonly cluster: string;
  readonly from: string;
  readonly to: string;
}

/** Under this name an instance's history is kept when another instance takes over its host name. */
export function asideName(host: string, instanceId: string): string {
  return `${host}~${instanceId}`;
}
