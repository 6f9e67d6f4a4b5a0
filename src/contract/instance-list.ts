/** A list of instances as somebody else keeps it: one item of it, read. */
export interface ListItem {
  readonly group: string;
  /** Null: its host's name is its id. */
  readonly instanceId: string | null;
  /** Null: the list does not say what its agent calls it. */
  readonly host: string | null;
  /** In the list's own words; empty: it gives none. */
  readonly state: string;
  readonly addresses: readonly string[];
  readonly region: string;
  readonly zone: string;
  readonly tags: readonly (readonly [name: string, value: string])[];
}

/** States, in lower case, by which a list says that an instance has left; all others mean that it is here. */
export const LEAVING_STATES: readonly string[] = [
  'shutting-down',
  'stopping',
  'stopped',
  'terminating',
  'terminated',
  'deleting',
  'deleted',
];

/** Why an item of a list, or a part of one, is passed over. */
export type ListFault =
  | 'no-object'
  | 'no-group'
  | 'no-name'
  | 'no-text'
  | 'bad-instance-id'
  | 'bad-host-name'
  | 'bad-address'
  | 'bad-tag'
  | 'too-many'
  | 'twice'
  | 'same-host';
