/** One point of Graphite's plaintext protocol. */
export interface OutgoingGraphite {
  /** Names joined by dots, without blanks. */
  readonly path: string;
  /** A decimal number. */
  readonly value: string;
  /** Whole seconds since the epoch. */
  readonly timeS: string;
}

/** A line without its line break. */
export function encodeGraphite({ path, value, timeS }: OutgoingGraphite): string {
  return `${path} ${value} ${timeS}`;
}
