import type { KnownHost as MatchedHost } from '../check/placeholders.ts';
import type { Span } from './spans.ts';
import type { Tape } from './tape.ts';

/** A host as its worker and the catalogue knew it. */
export interface KnownHost {
  readonly cluster: string;
  readonly name: string;
  readonly address: string;
  readonly agent: string;
  readonly facts: readonly (readonly [string, string])[];
  /** Its packets' interval as declared, and their usual gap, ms. */
  readonly intervalMs: number;
  readonly gapMs: number;
}

/** A host with its past, as far as it matters. */
export interface PastHost extends KnownHost {
  readonly tapes: readonly Tape[];
  /** When it was first there; 0: before the replay begins. */
  readonly fromS: number;
  /** When nothing was heard of it. */
  readonly silences: readonly Span[];
  /** When it was not there: it had been retired. */
  readonly retired: readonly Span[];
}

/** As definitions look at it. */
export function knownHost({ cluster, name, address, facts }: KnownHost): MatchedHost {
  return { cluster, name, address, facts: new Map(facts) };
}
