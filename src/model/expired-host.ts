/** A host that was silent for so long that it is to be forgotten, unless it has been heard again since. */
export interface ExpiredHost {
  readonly cluster: string;
  readonly name: string;
  /** Epoch ms. */
  readonly lastSeenMs: number;
}
