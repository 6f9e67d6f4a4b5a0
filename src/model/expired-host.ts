/** A retired host that was silent for so long that it is to be forgotten, unless it has been heard since. */
export interface ExpiredHost {
  readonly cluster: string;
  readonly name: string;
  /** Epoch ms. */
  readonly lastSeenMs: number;
  /** Why it was retired, in words: `expired`, `deregistered: scale-in`. */
  readonly reason: string;
}
