/** A damaged file that was moved out of the way, so that the rest goes on. */
export interface SetAside {
  /** What it is and what is lost with it, in words that name no path: `catalogue.db was damaged (…): …`. */
  readonly what: string;
  /** Where it was. */
  readonly path: string;
  /** Where it is now. */
  readonly moved: string;
}

/** What a name ends in that was set aside at `timeMs`: `.damaged-20261121T130908123Z`. */
export function asideSuffix(timeMs: number): string {
  return `.damaged-${new Date(timeMs).toISOString().replaceAll(/[-:.]/g, '')}`;
}

/** When a file with that name was set aside, epoch ms; undefined for a name that was not made so. */
export function asideTimeMs(name: string): number | undefined {
  const found = /\.damaged-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z(?:-wal|-shm)?$/.exec(name);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, ms] = found;
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
