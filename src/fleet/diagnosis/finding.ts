import type { FindingKind, FindingView, FindingWeight } from '../../contract/instances.ts';
import type { Instance } from '../instance.ts';

/** A finding before it is known whether there is room for it: its words are made when there is. */
export interface Finding {
  readonly kind: FindingKind;
  readonly weight: FindingWeight;
  /** It is found under any of them. Empty: under every group. */
  readonly groups: readonly string[];
  /** Where it is told; the first of `groups` without. */
  readonly group?: string;
  readonly host: string;
  readonly address: string;
  readonly sinceMs: number;
  readonly lastMs: number;
  readonly tell: () => FindingWords;
}

export type FindingWords = Pick<FindingView, 'what' | 'causes' | 'mend'>;

/** Which findings are asked for; a key that is not there lets all pass. */
export interface Wanted {
  readonly group?: string | undefined;
  readonly host?: string | undefined;
  readonly kind?: string | undefined;
}

/** What the looks share: instances whose silence is explained already. */
export type Explained = Set<Instance>;

/** How long ago something may have been to be told as if it were now. */
export const LATELY_MS = 3_600_000;
/** Clocks further off than this make times hard to compare, and samples be refused. */
export const SKEW_MAX_MS = 30_000;

export function least<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((found, one) => Math.min(found, of(one)), Number.POSITIVE_INFINITY);
}

/** 0 of none. */
export function most<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((found, one) => Math.max(found, of(one)), 0);
}

/** A look at one host tells of that host; a look at all of them may tell of many in one. */
export function isAsked({ group, host }: Wanted, inGroup: string, ofHost: string): boolean {
  return (group === undefined || group === inGroup) && (host === undefined || host === ofHost);
}
