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
  /** The lists that have it, as they were last read. One that left may still stand in a list that lags. */
  readonly lists: readonly string[];
  /** What lists call it, where it registered without an id and is known by its host's name. */
  readonly listedId?: string | undefined;
  /** Of one that left other than by a list's word: the lists that have lost it since. */
  readonly lostBy?: readonly string[] | undefined;
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
  /** Too many wait already. */
  | 'busy'
  /** fleet.db cannot be written. */
  | 'not_kept';

export type RegistrationOutcome =
  | {
      readonly ok: true;
      readonly instance: Instance;
      readonly key: AgentKey;
      /** It had not registered before, or had left since. */
      readonly isNew: boolean;
      /** The id of the instance whose host name it took over; null: none's. */
      readonly replaced: string | null;
    }
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
  /** `isNew`: it was here until now. */
  | { readonly ok: true; readonly instance: Instance; readonly isNew: boolean }
  | {
      readonly ok: false;
      /** `two_instances`: the id is of one, the host's name of another. */
      readonly refusal: 'instance_unknown' | 'two_instances' | 'busy' | 'not_kept';
      readonly message: string;
    };

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

/**
 * What a reading of a list changes: instances that it has, new or otherwise than before, and those it lost.
 * One of `listed` that had left is here again if the list has it again (`isHereBy`).
 */
export interface ListChange {
  /** The reconciler's name. */
  readonly list: string;
  readonly listed: readonly ListedInstance[];
  /**
   * Taken before `listed`. The list is taken from the `lists` of each; one that is here and that no list has any
   * more leaves for this reason: `gone from list cloud`, `cloud says terminated`. Null: nobody leaves for it,
   * the list only speaks for it no more.
   */
  readonly gone: readonly {
    readonly cluster: string;
    readonly instanceId: string;
    readonly reason: string | null;
  }[];
}
