import type { LossView } from '../contract/api.ts';

export interface LossQuery {
  /** Epoch ms, both ends included. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly cluster: (name: string) => boolean;
  readonly limit: number;
}

export interface LossesFound {
  /** Newest first. */
  readonly losses: readonly LossView[];
  /** Further ones that match, or were not looked at. */
  readonly leftOut: number;
}
