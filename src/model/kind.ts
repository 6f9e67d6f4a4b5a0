/**
 * What a data source's numbers mean. The codes are collectd's own (network protocol, VALUES part), so that a
 * packet's type byte is a kind once it has been checked to be at most 3.
 */
export const KIND = { counter: 0, gauge: 1, derive: 2, absolute: 3 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

const NAMES = ['counter', 'gauge', 'derive', 'absolute'] as const;
export type KindName = (typeof NAMES)[number];

export function kindName(kind: Kind): KindName {
  return NAMES[kind];
}
