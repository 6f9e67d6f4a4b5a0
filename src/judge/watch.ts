import { freshForMs } from '../model/record.ts';
import { judged } from '../check/flapping.ts';
import { NOT_QUIET } from './quiet/quieting.ts';
import { readNagios } from './nagios-state.ts';
import type { NagiosStanding } from './nagios-state.ts';
import type { QuietFlags } from './quiet/quieting.ts';
import type { Subject } from '../contract/checks.ts';
import type { ValueSource } from './values/value-source.ts';
import type { CompiledDefinition } from '../check/definitions.ts';
import type { Likeness } from '../check/likeness.ts';
import type { Member } from './members.ts';
import type { Dependency } from '../contract/checks.ts';
import type { HostEntry, SeriesEntry } from '../live/entries.ts';
import type {
  CheckState,
  Flaps,
  HostState,
  LastResult,
  SavedHost,
  SavedService,
  ServiceKey,
  Status,
  Told,
} from '../model/service-state.ts';

/** What its group says of a host's silence; ms. */
export interface HostTerms {
  readonly hostTmaxMs: number;
  readonly hostDmaxMs: number;
  readonly newHostGraceMs: number;
  readonly expectedLifetimeMs: number | null;
  /** How often a host that registers is told to send; 0: nobody tells it. */
  readonly bootIntervalMs: number;
}

/** Of a host whose group is not in the configuration (any more). */
export const DEFAULT_TERMS: HostTerms = {
  hostTmaxMs: 20_000,
  hostDmaxMs: 24 * 3_600_000,
  newHostGraceMs: 0,
  expectedLifetimeMs: null,
  bootIntervalMs: 0,
};

/** A host under watch, with what was last found. */
export interface HostWatch {
  entry: HostEntry;
  terms: HostTerms;
  /** As an instance; undefined: it never registered, and no list has it. */
  member: Member | undefined;
  state: HostState;
  sinceMs: number;
  retiredReason: string | null;
  /** It is retired because it left, as it said itself or as a list says; else its silence did it. */
  leftByWord: boolean;
  /** When it registered again after it had left; 0: not since our start. */
  hereMs: number;
  /** When its worker was last told that it may forget it. */
  offeredMs: number;
  limitMs: number;
  /** As last reported: the limit follows the host's habits, and small moves are not news. */
  shownLimitMs: number;
  lastSeenMs: number;
  /** When it was first heard; 0: it has been known for long; null: not yet. */
  firstSeenMs: number | null;
  /** Usual gap between its packets; 0 while not known. */
  gapMs: number;
  /** It is silent for a good part of its limit, and the lists have been asked for; for all of it. */
  missed: 'no' | 'soon' | 'crossed';
  /** When it was heard again after its last long silence. */
  resumedMs: number;
  /** Silent too long, but within the grace after our own start: not judged yet. */
  waiting: boolean;
  /** Silent for longer than its limit. */
  isSilent: boolean;
  /** That is so, and its parents fell silent with it: what it is waits for what they are. */
  isInDoubt: boolean;
  output: string;
  readonly services: Map<string, ServiceWatch>;
  /** Its service `host`, where results or a command and not its silence say how it is. */
  reported: ServiceWatch | null;
  /** Services that results have made, of names as they come. */
  made: number;
}

/** A service under watch. */
export interface ServiceWatch extends ServiceKey {
  /** Of an aggregate a stand-in that is always UP. */
  readonly on: HostWatch;
  compiled: CompiledDefinition;
  readonly kind: Subject['kind'];
  /** It is about the host itself: UP and DOWN instead of OK and CRITICAL. */
  readonly isHost: boolean;
  /** The series it judges; null: another kind. */
  series: SeriesEntry | null;
  /** Where its value comes from, if not from the series as it stands. */
  source: ValueSource | null;
  /** What was reported last, of what is found out elsewhere. */
  result: LastResult | null;
  /** Null: it has been well for as long as flap detection looks back. */
  flaps: Flaps | null;
  /** Whether it flaps, as its history says. */
  flapsAsTold: boolean;
  /** When its command runs next; null: nothing is run. */
  nextCheckMs: number | null;
  /** When it was last outside its check_period; 0: never. */
  restedMs: number;
  isResting: boolean;
  /** Why its command is not run now though it is due, in words; null: it is run. */
  notRun: string | null;
  /** What its paging depends on; null: not filled in yet, or for every question anew. */
  relations: Relations | null;
  /** Of a volatile one: when its problem last counted as a new one. */
  repeatedMs: number;
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
  /** Of Nagios' semantics: how its notifications stand; null: there is nothing to know. */
  notifying: NagiosStanding | null;
  /** Whether somebody has decided that it bothers nobody, as last shown. */
  quiet: QuietFlags;
  /** Written by the desk of alerts (src/alert/subject.ts). */
  isOnDesk: boolean;
  /** When it was last reported; 0: not yet. */
  shownMs: number;
  /** When its words are next worth looking at, though its state stays. */
  refreshAtMs: number;
}

/** Its dependencies, parents and notes, their texts filled in. */
export interface Relations {
  readonly masters: readonly Master[];
  readonly parents: readonly string[];
  readonly notes: string;
  readonly runbook: string;
}

/** A service of the same cluster that another one depends on. */
export interface Master {
  readonly dependency: Dependency;
  readonly host: string;
  readonly service: string;
}

/** The service that tells of the host itself. */
export const HOST_SERVICE = 'host';

export function watchHost(entry: HostEntry, saved: SavedHost | undefined): HostWatch {
  return {
    entry,
    terms: DEFAULT_TERMS,
    member: undefined,
    state: saved?.state ?? 'PENDING',
    sinceMs: saved?.sinceMs ?? 0,
    retiredReason: saved?.retiredReason ?? null,
    leftByWord: saved?.leftByWord ?? false,
    hereMs: 0,
    offeredMs: Number.NEGATIVE_INFINITY,
    limitMs: 0,
    shownLimitMs: -1,
    lastSeenMs: 0,
    firstSeenMs: saved?.firstSeenMs ?? null,
    gapMs: 0,
    missed: 'no',
    resumedMs: 0,
    waiting: false,
    isSilent: false,
    isInDoubt: false,
    output: '',
    services: new Map(),
    reported: null,
    made: 0,
  };
}

/** In place of a host, for services of a whole cluster or of the grid. */
export function noHost(cluster: string): HostWatch {
  const entry: HostEntry = {
    cluster,
    name: '',
    worker: -1,
    hostRow: -1,
    generation: -1,
    address: '',
    agent: '',
    conflict: undefined,
    facts: new Map(),
    records: new Map(),
  };
  return { ...watchHost(entry, undefined), state: 'UP' };
}

export interface WatchSource {
  readonly service: string;
  readonly compiled: CompiledDefinition;
  readonly series: SeriesEntry | null;
  readonly source: ValueSource | null;
  readonly arrivalMs: number;
  readonly nowMs: number;
}

export function watchService(
  on: HostWatch,
  { service, compiled, series, source, arrivalMs, nowMs }: WatchSource,
  saved: SavedService | undefined,
): ServiceWatch {
  const { kind } = compiled.rule.subject;
  // Of another kind before, it may have had what is nothing to this one.
  const isReported = kind === 'command' || kind === 'passive';
  const freshMs = freshnessMs({ on, series, source, compiled });
  return {
    cluster: on.entry.cluster,
    host: on.entry.name,
    service,
    on,
    compiled,
    kind,
    isHost: service === HOST_SERVICE && (kind === 'host' || kind === 'command' || kind === 'passive'),
    series,
    source,
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
    notifying: readNagios(saved?.notifying),
    quiet: NOT_QUIET,
    result: isReported ? (saved?.result ?? null) : null,
    flaps: saved?.flaps ? judged(saved.flaps, compiled.definition) : null,
    flapsAsTold: saved?.flaps?.isFlapping ?? false,
    nextCheckMs: kind === 'command' ? (saved?.nextCheckMs ?? null) : null,
    restedMs: 0,
    isResting: false,
    notRun: null,
    relations: null,
    repeatedMs: saved?.lastCheckMs ?? 0,
    isOnDesk: false,
    shownMs: 0,
    refreshAtMs: 0,
  };
}

/** Gives a watch a series, source or definition that was announced or loaded again; its state stays. */
export function renewService(
  watch: ServiceWatch,
  { series, source, compiled }: Pick<WatchSource, 'series' | 'source' | 'compiled'>,
  likeness: Likeness,
): void {
  if (watch.compiled !== compiled) watch.relations = null;
  if (likeness.isAlike(watch.compiled, compiled)) {
    // Nothing about it is news: neither is it judged again, nor shown.
    if (watch.series === series) {
      watch.source = source;
      watch.compiled = compiled;
      return;
    }
  } else {
    // By other thresholds the newest sample is judged again.
    watch.seenMs = 0;
    if (watch.flaps) watch.flaps = judged(watch.flaps, compiled.definition);
  }
  watch.series = series;
  watch.source = source;
  watch.compiled = compiled;
  watch.shownMs = 0;
}

/** Whether a result made it: a definition takes names as they come. */
export function isMade({ compiled }: ServiceWatch): boolean {
  const { subject } = compiled.rule;
  return subject.kind === 'passive' && subject.service !== null;
}

export function savedService(watch: ServiceWatch): SavedService {
  const { cluster, host, service, status, output, lastCheckMs, told, flaps, result, nextCheckMs } = watch;
  const saved = { cluster, host, service, status, output, lastCheckMs, told, flaps, result, nextCheckMs };
  return watch.notifying === null ? saved : { ...saved, notifying: JSON.stringify(watch.notifying) };
}

export function savedHost(host: HostWatch): SavedHost {
  const { entry, state, sinceMs, retiredReason, leftByWord, firstSeenMs } = host;
  const { cluster, name } = entry;
  return { cluster, name, state, sinceMs, retiredReason, leftByWord, firstSeenMs };
}

/**
 * How old its newest value may be before it is stale, ms: as defined, or as it usually comes. Infinite where
 * nothing says when it should.
 */
export function freshnessMs(watch: Pick<ServiceWatch, 'on' | 'series' | 'source' | 'compiled'>): number {
  const { freshnessThresholdMs } = watch.compiled.definition;
  if (freshnessThresholdMs !== null) return freshnessThresholdMs;
  if (watch.source) return watch.source.freshForMs(watch.on.gapMs);
  if (watch.series) return freshForMs(watch.series.record.words, watch.on.gapMs);
  return Number.POSITIVE_INFINITY;
}
