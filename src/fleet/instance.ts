import type { AgentKey, Membership } from '../model/instance.ts';

/** An instance as the roster keeps it. */
export interface Instance extends Omit<Membership, 'facts' | 'key'> {
  readonly region: string;
  readonly zone: string;
  readonly tags: readonly (readonly [name: string, value: string])[];
  /** When it last registered, epoch ms; 0: a list alone knows it. */
  readonly registeredMs: number;
  /** The address its last registration came from; empty: it never registered. */
  readonly registeredFrom: string;
  /** The lists that have it, or had it when it left. */
  readonly lists: readonly string[];
}

/** An instance that says it is there. What it says of itself has not been looked at yet. */
export interface Registration {
  readonly cluster: string;
  readonly host: string;
  readonly instanceId: string | undefined;
  readonly region: string | undefined;
  readonly zone: string | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** The address its request came from. */
  readonly from: string;
}

export type RegistrationRefusal =
  | 'bad_host_name'
  | 'bad_instance_id'
  | 'bad_tags'
  /** That instance is heard from another address right now. */
  | 'instance_in_use'
  | 'too_many_instances'
  /** fleet.db cannot be written. */
  | 'not_kept';

export type RegistrationOutcome =
  | { readonly ok: true; readonly instance: Instance; readonly key: AgentKey; readonly isNew: boolean }
  | { readonly ok: false; readonly refusal: RegistrationRefusal; readonly message: string };

export interface Departure {
  readonly cluster: string;
  readonly host: string | undefined;
  readonly instanceId: string | undefined;
  /** In the instance's own words; empty: it gave none. */
  readonly reason: string;
  readonly from: string;
}

export type DepartureOutcome =
  | { readonly ok: true; readonly instance: Instance }
  | { readonly ok: false; readonly refusal: 'instance_unknown' | 'not_kept'; readonly message: string };

/** An instance that a list says is here. The rules of names were applied when the list was read. */
export interface ListedInstance {
  readonly cluster: string;
  readonly instanceId: string;
  /** Null: the list does not say what its agent calls it. */
  readonly host: string | null;
  /** In words for people: `cloud says running`. */
  readonly says: string;
  readonly addresses: readonly string[];
  readonly region: string;
  readonly zone: string;
  readonly tags: readonly (readonly [name: string, value: string])[];
}

/** What a reading of a list changes: instances that it has, new or otherwise than before, and those it lost. */
export interface ListChange {
  /** The reconciler's name. */
  readonly list: string;
  readonly listed: readonly ListedInstance[];
  /** `reason`: why it is retired: `gone from list cloud`, `cloud says terminated`. */
  readonly gone: readonly {
    readonly cluster: string;
    readonly instanceId: string;
    readonly reason: string;
  }[];
}
