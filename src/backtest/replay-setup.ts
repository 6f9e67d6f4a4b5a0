import type { ComparedPage } from './difference.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { Played, PlayedSet } from './play.ts';
import type { ReplayResult, ReplayRules } from './replay.ts';

/** What a replay is about. Plain data: it crosses threads. Times: epoch seconds. */
export interface ReplaySetup {
  readonly config: MusterConfig;
  /** Those that hold, then those that are compared with them. */
  readonly sets: readonly ReplayRules[];
  readonly fromS: number;
  readonly toS: number;
  readonly nowS: number;
  /** Patterns over whole names. */
  readonly cluster: string;
  readonly host: string;
}

export type FromReplay =
  | { readonly kind: 'progress'; readonly what: 'reading' | 'judging'; readonly share: number }
  | ({
      readonly kind: 'done';
      /** Pages that were really sent in that time, or were to be. */
      readonly sent: readonly ComparedPage[];
      /** The oldest change of state that is known; null: none is. */
      readonly eventsFromS: number | null;
      readonly notes: readonly string[];
    } & ReplayResult)
  | { readonly kind: 'failed'; readonly message: string };

/** What a player is given, and says. */
export interface PlayerSetup {
  readonly config: MusterConfig;
  readonly set: PlayedSet;
}

export type FromPlayer =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly played: Played };
