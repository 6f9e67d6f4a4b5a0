import { freshForMs } from '../model/record.ts';
import type { CompiledRoute } from '../alert/routes.ts';
import type { CompiledDefinition } from '../check/definitions.ts';
import type { HostEntry, SeriesEntry } from '../live/entries.ts';
import type {
  CheckState,
  HostState,
  Problem,
  SavedHost,
  SavedService,
  ServiceKey,
  Status,
  Told,
} from '../model/service-state.ts';

/** A host under watch, with what was last found. */
export interface HostWatch {
  entry: HostEntry;
  state: HostState;
  sinceMs: number;
  retiredReason: string | null;
  /** When its worker was last told that it may forget it. */
  offeredMs: number;
  limitMs: number;
  /** As last reported: the limit follows the host's habits, and small moves are not news. */
  shownLimitMs: number;
  lastSeenMs: number;
  /** Usual gap between its packets; 0 while not known. */
  gapMs: number;
  /** When it was heard again after its last long silence. */
  resumedMs: number;
  /** Silent too long, but within the grace after our own start: not judged yet. */
  waiting: boolean;
  output: string;
  readonly services: Map<string, ServiceWatch>;
}

/** A service under watch. `series` null: judges the host itself. */
export interface ServiceWatch extends ServiceKey {
  readonly on: HostWatch;
  compiled: CompiledDefinition;
  series: SeriesEntry | null;
  /** Arrival of the newest sample looked at, and of the newest one that had a value. */
  seenMs: number;
  valueMs: number;
  value: number;
  /** The verdict on it; null: no value was read yet, and state and words are those of before a restart. */
  found: CheckState | null;
  stale: boolean;
  /** Has it been judged at all, now or before a restart? */
  judged: boolean;
  status: Status;
  output: string;
  lastCheckMs: number;
  told: readonly Told[];
  /** Receivers of its hard problem, by the routes they were found with. */
  routed: {
    readonly routes: readonly CompiledRoute[];
    readonly problem: Problem;
    readonly receivers: readonly string[];
  } | null;
  /** When it was last reported; 0: not yet. */
  shownMs: number;
  /** When its words are next worth looking at, though its state stays. */
  refreshAtMs: number;
}

export function watchHost(entry: HostEntry, saved: SavedHost | undefined): HostWatch {
  return {
    entry,
    state: saved?.state ?? 'PENDING',
    sinceMs: saved?.sinceMs ?? 0,
    retiredReason: saved?.retiredReason ?? null,
    offeredMs: Number.NEGATIVE_INFINITY,
    limitMs: 0,
    shownLimitMs: -1,
    lastSeenMs: 0,
    gapMs: 0,
    resumedMs: 0,
    waiting: false,
    output: '',
    services: new Map(),
  };
}

export interface WatchSource {
  readonly service: string;
  readonly compiled: CompiledDefinition;
  readonly series: SeriesEntry | null;
  readonly arrivalMs: number;
  readonly nowMs: number;
}

export function watchService(
  on: HostWatch,
  source: WatchSource,
  saved: SavedService | undefined,
): ServiceWatch {
  const { compiled, series, arrivalMs, nowMs } = source;
  const freshMs = freshnessMs({ on, series, compiled });
  return {
    cluster: on.entry.cluster,
    host: on.entry.name,
    service: source.service,
    on,
    compiled,
    series,
    seenMs: nowMs - arrivalMs > freshMs ? arrivalMs : 0, // Too old to be judged by.
    valueMs: arrivalMs,
    value: Number.NaN,
    found: null,
    stale: false,
    judged: saved !== undefined,
    status: saved?.status ?? { kind: 'ok', sinceMs: nowMs },
    output: saved?.output ?? '',
    lastCheckMs: saved?.lastCheckMs ?? 0,
    told: saved?.told ?? [],
    routed: null,
    shownMs: 0,
    refreshAtMs: 0,
  };
}

/** Gives a watch a series or definition that was announced or loaded again; its state stays. */
export function renewService(
  watch: ServiceWatch,
  series: SeriesEntry | null,
  compiled: CompiledDefinition,
): void {
  // By other thresholds the newest sample is judged again.
  if (watch.compiled !== compiled) watch.seenMs = 0;
  watch.series = series;
  watch.compiled = compiled;
  watch.shownMs = 0;
}

export function savedService(watch: ServiceWatch): SavedService {
  const { cluster, host, service, status, output, lastCheckMs, told } = watch;
  return { cluster, host, service, status, output, lastCheckMs, told };
}

export function savedHost(host: HostWatch): SavedHost {
  const { entry, state, sinceMs, retiredReason } = host;
  return { cluster: entry.cluster, name: entry.name, state, sinceMs, retiredReason };
}

/** How old its newest sample may be before it is unknown, ms: as defined, or as it usually comes. */
export function freshnessMs({
  on,
  series,
  compiled,
}: Pick<ServiceWatch, 'on' | 'series' | 'compiled'>): number {
  if (!series) return 0;
  return compiled.definition.freshnessThresholdMs ?? freshForMs(series.record.words, on.gapMs);
}
