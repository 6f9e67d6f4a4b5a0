import type { StoreConfig } from '../contract/config.ts';

/** A part of the past that is read at once, as fine as all of it is stored. Epoch seconds. */
export interface TimeRange {
  readonly fromS: number;
  readonly toS: number;
}

const HOUR_S = 3600;
const DAY_S = 86_400;
/** How long the default archives keep their rows, the finest first (src/store/rrd/archives.ts). */
const DEFAULT_KEPT_S = [6 * HOUR_S, 2 * DAY_S, 14 * DAY_S, 90 * DAY_S];
/** Archives reach back from a file's newest point, and begin with a whole row. */
const SLACK_S = 2 * HOUR_S;

/**
 * Parts of the time asked for, the oldest first, divided where a store's finer rows begin: a single read of
 * all of it would get the coarsest. Stores of samples have one resolution only.
 */
export function rangesOf({ fromS, toS }: TimeRange, store: StoreConfig, nowS: number): TimeRange[] {
  const keptS = store.type === 'rrd' ? [...listedKeeps(store.archives), ...DEFAULT_KEPT_S] : [];
  const edges = keptS
    .map((ageS) => Math.ceil((nowS - ageS + Math.min(SLACK_S, ageS / 20)) / HOUR_S) * HOUR_S)
    .filter((edgeS) => edgeS > fromS && edgeS < toS);
  const begins = [...new Set([fromS, ...edges])].toSorted((a, b) => a - b);
  return begins.map((beginS, i) => ({ fromS: beginS, toS: begins[i + 1] ?? toS }));
}

function listedKeeps(rules: Extract<StoreConfig, { type: 'rrd' }>['archives']): number[] {
  return rules.flatMap(({ use }) => (Array.isArray(use) ? use.map(({ keepMs }) => keepMs / 1000) : []));
}
