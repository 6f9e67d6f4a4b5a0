import { REPORTED_KINDS, isReportedBy } from './reported.ts';
import { asRecorded, knownHosts, recordedHosts, recordedResults, recordedServices } from './recorded.ts';
import { decidedPast } from './decided.ts';
import { interestsOf } from './interest.ts';
import { knownHost } from './past-host.ts';
import { readFleet } from './read-fleet.ts';
import { silenceLimitMs } from '../fleet/liveness.ts';
import { targetsOf, WATCHER_DEFAULTS } from '../contract/alerts.ts';
import { union } from './spans.ts';
import type { AlertsConfig } from '../contract/alerts.ts';
import type { CheckRules } from '../contract/checks.ts';
import type { Decided } from './decided.ts';
import type { GroupTerms } from '../judge/rules.ts';
import type { Interests } from './interest.ts';
import type { Page } from '../model/service-state.ts';
import type { PastHost } from './past-host.ts';
import type { Played, PlayedSet } from './play.ts';
import type { ReadFigures, ReadPastFleet, WantedHost } from './read-fleet.ts';
import type { Recorded } from './recorded.ts';
import type { Store } from '../store/store.ts';
import type { TimeRange } from './stretches.ts';

/** One set of definitions and routes. */
export interface ReplayRules {
  readonly checks: CheckRules;
  readonly alerts: AlertsConfig;
  readonly groups: readonly GroupTerms[];
}

export interface ReplayOptions {
  /** Each is run over the same past; the first are those that hold. */
  readonly sets: readonly ReplayRules[];
  readonly hosts: readonly WantedHost[];
  readonly recorded: Recorded;
  readonly decided: Decided;
  readonly store: Pick<Store, 'query'>;
  /** Judges one set, here or elsewhere; several are asked for at once. `progress`: its own share, 0 … 1. */
  readonly play: (set: PlayedSet, progress: (share: number) => void) => Promise<Played>;
  /** All of what is read; pages are told from `fromS` on. */
  readonly ranges: readonly TimeRange[];
  readonly fromS: number;
  readonly signal: AbortSignal;
  readonly progress?: (what: 'reading' | 'judging', share: number) => void;
}

export interface ReplayResult {
  /** In the order of the sets. */
  readonly pages: readonly (readonly Page[])[];
  /** As far as the store has samples, epoch seconds. */
  readonly toS: number;
  readonly figures: ReplayFigures;
}

export interface ReplayFigures extends ReadFigures {
  readonly hosts: number;
  readonly readMs: number;
  readonly judgeMs: number;
  readonly turns: number;
  readonly evaluations: number;
  /** Seconds in which the server was not there. */
  readonly absentS: number;
}

/** Reads the past once, and judges it by each of the sets. Rejects as `readFleet` does. */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const { ranges, signal, hosts, store, progress } = options;
  const sets = options.sets.map((set) => ({ ...set, checks: asRecorded(set.checks) }));
  const interests = sets.map(({ checks }) => interestsOf(checks));
  const begunMs = performance.now();
  const fleet = await readFleet({
    hosts,
    store,
    interests,
    ranges,
    signal,
    progress: (share) => progress?.('reading', share),
  });
  const readMs = performance.now() - begunMs;
  const beginS = ranges[0]?.fromS ?? 0;
  const toS = Math.min(fleet.newestS || Number.POSITIVE_INFINITY, ranges.at(-1)?.toS ?? 0);
  const shares = sets.map(() => 0);
  const played = await Promise.all(
    sets.map((set, i) => {
      const own = interests[i] ?? interestsOf(set.checks);
      const asked = { ...options, set: options.sets[i] ?? set, interests: own, beginS, toS };
      const playing = playingOf(set, { ...asked, fleet, hosts: withRecorded(fleet, asked) });
      return options.play(playing, (share) => {
        shares[i] = share;
        progress?.('judging', shares.reduce((sum, one) => sum + one, 0) / sets.length);
      });
    }),
  );
  const judgeMs = performance.now() - begunMs - readMs;
  const sum = (of: (one: Played) => number) => played.reduce((total, one) => total + of(one), 0);
  return {
    pages: played.map(({ pages }) => pages),
    toS,
    figures: {
      ...fleet.figures,
      hosts: fleet.hosts.length,
      readMs,
      judgeMs,
      turns: sum(({ turns }) => turns),
      evaluations: sum(({ evaluations }) => evaluations),
      absentS: fleet.absences.reduce((total, { fromS, untilS }) => total + untilS - fromS, 0),
    },
  };
}

interface PlayingSet extends Omit<ReplayOptions, 'hosts'> {
  readonly fleet: ReadPastFleet;
  readonly hosts: readonly PastHost[];
  readonly interests: Interests;
  readonly beginS: number;
  readonly toS: number;
}

function playingOf(set: ReplayRules, playing: PlayingSet): PlayedSet {
  const { recorded, decided, fleet, hosts, interests, beginS, fromS, toS } = playing;
  const isReported = isReportedBy(interests.matcher, hosts);
  return {
    rules: { ...set.checks, routes: set.alerts.routes, alerts: withoutDeeds(set.alerts), groups: set.groups },
    targets: set.alerts.receivers.flatMap(targetsOf),
    hosts,
    results: recordedResults(recorded, isReported),
    memory: {
      ...decidedPast(decided, beginS * 1000),
      services: recordedServices(recorded, isReported),
      hosts: knownHosts(hosts, beginS),
    },
    absences: fleet.absences,
    beginS,
    fromS,
    toS,
  };
}

/** Nothing is done, and nobody watches the watcher. */
function withoutDeeds(alerts: AlertsConfig): AlertsConfig {
  return { ...alerts, handlers: [], watcher: WATCHER_DEFAULTS };
}

interface Recording {
  readonly recorded: Recorded;
  readonly set: ReplayRules;
  readonly interests: Interests;
  readonly beginS: number;
  readonly toS: number;
}

/** Their silences, and when they were gone, as it was recorded. */
function withRecorded(
  fleet: ReadPastFleet,
  { recorded, set, interests, beginS, toS }: Recording,
): PastHost[] {
  const byKey = new Map(fleet.hosts.map((host) => [`${host.cluster}\0${host.name}`, host]));
  const tmaxMs = new Map(set.groups.map(({ name, hostTmaxMs }) => [name, hostTmaxMs]));
  const { silences, retired } = recordedHosts(recorded, {
    isBySilence: (cluster, name) => {
      const host = byKey.get(`${cluster}\0${name}`);
      const own = host && interests.matcher.ofHost(knownHost(host)).find(({ service }) => service === 'host');
      return own === undefined || !REPORTED_KINDS.has(own.compiled.rule.subject.kind);
    },
    limitMs: (cluster, name) => {
      const host = byKey.get(`${cluster}\0${name}`);
      const habits = { intervalMs: host?.intervalMs ?? 0, gapMs: host?.gapMs ?? 0 };
      return silenceLimitMs({ hostTmaxMs: tmaxMs.get(cluster) ?? USUAL_TMAX_MS, ...habits });
    },
    beginS,
    endS: toS,
  });
  return fleet.hosts.map((host) => {
    const key = `${host.cluster}\0${host.name}`;
    return {
      ...host,
      silences: union(host.silences, silences.get(key) ?? []),
      retired: retired.get(key) ?? [],
    };
  });
}

const USUAL_TMAX_MS = 20_000;
