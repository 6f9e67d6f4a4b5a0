import { Handlers } from './handlers.ts';
import { openDesk, portrayed, traitsOf } from './open-desk.ts';
import { PAGES_PER_TURN_MAX } from '../alert/desk.ts';
import { NO_QUIET } from './quiet/quieting.ts';
import type { AlertDesk } from '../alert/desk.ts';
import type { Duty } from '../alert/duty.ts';
import type { CompiledAlerts } from '../alert/rules.ts';
import type { Portrait, Traits } from '../alert/subject.ts';
import type { LossPeriod } from '../fleet/losses.ts';
import type { GroupSilence } from '../fleet/mass-silence.ts';
import type { Members } from './members.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { ExpiredHost } from '../model/expired-host.ts';
import type { Periods } from '../check/time-period/time-period.ts';
import type { LiveSample } from '../live/columns.ts';
import type { AlertingChanges } from './store.ts';
import type { Quieting } from './quiet/quieting.ts';
import type { Page, SavedService, ServiceKey, StateEvent } from '../model/service-state.ts';
import type { ServicePerformance } from '../model/performance.ts';
import type { HostWatch, ServiceWatch } from './watch.ts';

/**
 * What a turn works with, and what it gathers. One object, reused: a quiet turn allocates next to nothing.
 */
export interface Turn {
  readonly catalogue: Catalogue;
  /** When the server started, on the clock of now: it goes back when the clock is set back. */
  startedMs: number;
  /** Names of those pages can be sent to. */
  receivers: Pick<ReadonlySet<string>, 'has'>;
  mayPage: boolean;
  /** Who is told what, and when. */
  readonly desk: AlertDesk<ServiceWatch>;
  /** What it goes by. */
  alerts: CompiledAlerts;
  readonly traits: (watch: ServiceWatch) => Traits;
  readonly portray: (watch: ServiceWatch) => Portrait;
  /** Time periods of check_period. */
  periods: Pick<Periods, 'includes'>;
  /** Everything under watch. */
  readonly table: WatchFinder;
  /** Hosts as instances, and how the lists of them stand. */
  readonly members: Pick<Members, 'listOf'>;
  nowMs: number;
  /** Since when we have listened without a break. */
  graceFromMs: number;
  readonly digest: (text: string) => string;
  readonly sample: LiveSample;
  evaluations: number;
  lagMs: number;
  /** How often the words of a service whose state stays are refreshed. */
  refreshMs: number;
  /** Where in the refresh period the service last shown for the first time was put. */
  phaseMs: number;
  /** The newest period in which each cluster lost datagrams, and those that grew in this turn. */
  readonly losses: Map<string, LossPeriod>;
  readonly lost: Set<string>;
  /** Of which clusters hosts are silent together, as found when the turn began. */
  readonly groups: Map<string, GroupSilence>;
  /** When they were last, and the longest limit of a host among them. */
  readonly lastMass: Map<string, { readonly atMs: number; readonly limitMs: number }>;
  /** Clusters that miss a host, and those whose lists are to be read because of it. */
  readonly silent: Set<string>;
  readonly missed: Set<string>;
  /** To be reported, to be kept. */
  readonly shown: Set<ServiceWatch>;
  readonly shownHosts: Set<HostWatch>;
  readonly removed: ServiceKey[];
  readonly removedHosts: { readonly cluster: string; readonly name: string }[];
  readonly expired: (ExpiredHost & { readonly worker: number })[];
  readonly dirty: Set<ServiceWatch>;
  readonly dirtyHosts: Set<HostWatch>;
  /** Services whose receivers are told of them with pages of this turn: kept in one with these. */
  readonly told: Set<ServiceWatch>;
  /** What was measured by whoever reported results: for the workers that have the hosts. */
  readonly performances: (ServicePerformance & { readonly worker: number })[];
  readonly pages: Page[];
  /** Since the turn began, and how many may; `pages` go out between turns, too. */
  pagesBegun: number;
  readonly pagesMax: number;
  readonly events: StateEvent[];
  eventsDropped: number;
  /** What is done when a state changes. */
  readonly handlers: Handlers;
  /** Who is on call. */
  readonly duty: Duty;
  /** What people have decided shall bother nobody. */
  quiet: Quieting;
  /** Of incidents, and of what people decided: to be kept. */
  readonly alerting: AlertingToKeep;
}

/** Rows that wait to be written; the ledger empties it. */
export type AlertingToKeep = {
  readonly [K in keyof AlertingChanges]: AlertingChanges[K] extends ReadonlyMap<infer Key, infer Row>
    ? Map<Key, Row>
    : AlertingChanges[K] extends readonly (infer Row)[]
      ? Row[]
      : never;
};

/** Looks up what is under watch. */
export interface WatchFinder {
  /** How many there are on hosts. */
  readonly services: number;
  hostOf(cluster: string, name: string): HostWatch | undefined;
  service(key: ServiceKey): ServiceWatch | undefined;
  /** A state of before a restart, of a service that has not come back yet. */
  kept(key: ServiceKey): SavedService | undefined;
}

const REFRESH_MS = { least: 5_000, most: 60_000 } as const;
/** Each costs some 10 µs on either side of the threads. */
const REFRESHES_PER_SECOND = 2000;

/** Words are as fresh as so many services allow: 5 s up to 10 000 of them, a minute from 120 000 on. */
export function refreshPeriodMs(services: number): number {
  const periodMs = Math.ceil((services / REFRESHES_PER_SECOND) * 1000);
  return Math.min(REFRESH_MS.most, Math.max(REFRESH_MS.least, periodMs));
}

export function newTurn(options: {
  readonly catalogue: Catalogue;
  readonly table: WatchFinder;
  readonly members: Pick<Members, 'listOf'>;
  readonly startedMs: number;
  readonly digest: (text: string) => string;
  readonly alerts: CompiledAlerts;
  readonly duty: Duty;
  /** Takes back a page that is not on its way. */
  readonly withdraw: (key: string) => boolean;
}): Turn {
  const { alerts, withdraw, ...given } = options;
  const turn: Turn = {
    ...given,
    desk: openDesk(() => turn, { alerts, withdraw }),
    alerts,
    traits: traitsOf,
    portray: (watch) => portrayed(watch, turn),
    receivers: new Set(),
    mayPage: true,
    periods: { includes: () => true },
    nowMs: options.startedMs,
    graceFromMs: options.startedMs,
    sample: { rawHi: 0, rawLo: 0, value: 0, sampleMs: 0, arrivalMs: 0 },
    evaluations: 0,
    lagMs: 0,
    refreshMs: REFRESH_MS.least,
    phaseMs: 0,
    losses: new Map(),
    lost: new Set(),
    groups: new Map(),
    lastMass: new Map(),
    silent: new Set(),
    missed: new Set(),
    shown: new Set(),
    shownHosts: new Set(),
    removed: [],
    removedHosts: [],
    expired: [],
    dirty: new Set(),
    dirtyHosts: new Set(),
    told: new Set(),
    performances: [],
    pages: [],
    pagesBegun: 0,
    pagesMax: PAGES_PER_TURN_MAX,
    events: [],
    eventsDropped: 0,
    handlers: new Handlers(),
    quiet: NO_QUIET,
    alerting: {
      incidents: new Map(),
      quiets: new Map(),
      acknowledged: [],
      unacknowledged: [],
      overrides: new Map(),
      marks: new Map(),
    },
  };
  return turn;
}

/** A service that is judged otherwise now is another watch, with the state of the one before. */
export function replaceGone(watches: Set<ServiceWatch>, table: Pick<WatchFinder, 'service'>): void {
  for (const watch of watches) {
    const now = table.service(watch);
    if (now === watch) continue;
    watches.delete(watch);
    if (now) watches.add(now);
  }
}
