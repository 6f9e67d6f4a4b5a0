import type { FactPattern } from './facts.ts';

/**
 * Service definitions of checks/*.yaml as the server uses them: templates and defaults are worked in,
 * patterns compile, ranges parse, names are unique. Durations in ms.
 */

/** `muster`, or what Nagios 4 does with states, types and attempts (docs/CHECKS.md, "Semantics"). */
export type Semantics = 'muster' | 'nagios';

export type ServiceState = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

/** Where a definition looks. Regular expressions; empty lists and `.*` match everything. */
export interface Selection {
  readonly cluster: string;
  readonly host: string;
  readonly facts: readonly FactPattern[];
}

/** What is left out although it is selected: every part that is set must match. */
export interface Exclusion extends Selection {
  /** Null: whatever the metric. */
  readonly metric: string | null;
}

/** A function over one series. What it comes to is held against the ranges, in the units said. */
export type SeriesFunction =
  /** Change of the value per `perMs` over the last `overMs`: the slope of a line through its ends. */
  | { readonly name: 'rate_of_change'; readonly overMs: number; readonly perMs: number }
  /** Age of the newest sample, seconds. */
  | { readonly name: 'missing' }
  /** Hours until the value gets to `reaches`, by least squares over `historyMs`; infinite where it does not. */
  | { readonly name: 'forecast'; readonly reaches: number; readonly historyMs: number }
  /** The mean over `windowMs` against that of the same window `beforeMs` ago. */
  | {
      readonly name: 'compare';
      readonly beforeMs: number;
      readonly windowMs: number;
      readonly as: 'percent' | 'difference' | 'ratio';
    };

export type AggregateFunction = 'avg' | 'sum' | 'min' | 'max' | 'count' | 'p95';

/** What an aggregate is made of. */
export type AggregateOf =
  /** The newest values of a metric (a regular expression) of all hosts. */
  | { readonly kind: 'values'; readonly metric: string; readonly function: AggregateFunction }
  /** How many percent of the hosts have a value above it. */
  | { readonly kind: 'percent_over'; readonly metric: string; readonly limit: number }
  /** Hosts, or services of that name, in one of these states: how many, or how many percent of all. */
  | {
      readonly kind: 'states';
      readonly service: string;
      readonly states: readonly string[];
      readonly function: 'count' | 'percent';
    };

/** What a definition judges. */
export type Subject =
  /** A host's own silence (`name: host` without anything else). */
  | { readonly kind: 'host' }
  /** Every series whose name matches. */
  | { readonly kind: 'metric'; readonly metric: string; readonly function: SeriesFunction | null }
  /** Sums of metrics of one host (patterns): `of`, or `of` divided by `to`. */
  | {
      readonly kind: 'combined';
      readonly function: 'sum' | 'ratio';
      readonly of: readonly string[];
      readonly to: readonly string[];
      readonly percent: boolean;
    }
  /** `by`: `cluster`, and names of facts; empty: one for the whole grid. */
  | { readonly kind: 'aggregate'; readonly of: AggregateOf; readonly by: readonly string[] }
  /** A Nagios plugin; arguments may hold placeholders. */
  | { readonly kind: 'command'; readonly command: readonly string[] }
  /**
   * Results come from elsewhere. `service`: a pattern, every name that results come under makes a service;
   * null: the definition's own name. `command`: what is run when no result came for the freshness threshold.
   */
  | {
      readonly kind: 'passive';
      readonly service: string | null;
      readonly command: readonly string[] | null;
    };

/** Another service that has to be well. Texts may hold placeholders. */
export interface Dependency {
  /** Of the same cluster; empty: the same host. */
  readonly host: string;
  readonly service: string;
  /** States in which the dependent is not paged, and in which its command is not run. */
  readonly notificationFailureCriteria: readonly string[];
  readonly executionFailureCriteria: readonly string[];
  readonly inheritsParent: boolean;
}

/** What can be set for a definition, a template and a cluster alike. */
export interface CheckSettings {
  readonly semantics: Semantics;
  /** Nagios plugin ranges as written, with placeholders; empty: none. */
  readonly warning: string;
  readonly critical: string;
  readonly maxCheckAttempts: number;
  readonly retryIntervalMs: number;
  /** Of commands. */
  readonly checkIntervalMs: number;
  readonly timeoutMs: number;
  /** A time period in which it is judged; null: always. */
  readonly checkPeriod: string | null;
  /**
   * Null: max(4 × tmax, 3 × interval, 2 × usual gap of the host's packets + interval); of passive results and
   * commands, never.
   */
  readonly freshnessThresholdMs: number | null;
  readonly freshnessState: ServiceState;
  readonly isVolatile: boolean;
  readonly flapDetectionEnabled: boolean;
  /** Percent of state change. */
  readonly lowFlapThreshold: number;
  readonly highFlapThreshold: number;
  /** States that are looked at: `o w u c` of services, `o d u` of hosts, in Nagios' letters. */
  readonly flapDetectionOptions: readonly string[];
  readonly dependsOn: readonly Dependency[];
  readonly softStateDependencies: boolean;
  /** Of `host`: hosts of the same cluster by which it is reached. Placeholders. */
  readonly parents: readonly string[];
  readonly passiveHostChecksAreSoft: boolean;
  readonly notes: string;
  readonly runbook: string;
  /** Words by which routes of alerts choose. */
  readonly tags: readonly string[];
  /** Of Nagios' semantics, as the others up to `notificationsEnabled`; 0: a problem is told once. */
  readonly notificationIntervalMs: number;
  /** A time period; null: that of the service `host`, or always. */
  readonly notificationPeriod: string | null;
  /** Nagios' letters, `w u c r f s` of services, `d u r f s` of hosts; null: all of them. */
  readonly notificationOptions: readonly string[] | null;
  readonly firstNotificationDelayMs: number;
  readonly notificationsEnabled: boolean;
}

/** Settings for the clusters that match, of what the definition and its templates leave open. */
export interface ClusterSettings {
  readonly cluster: string;
  readonly settings: Partial<CheckSettings>;
}

export interface ServiceDefinition extends CheckSettings, Selection {
  /** May hold placeholders, `disk {{metric.1}}`: then every match makes a name of its own. */
  readonly name: string;
  /** `file:line:column`, for messages. */
  readonly where: string;
  readonly subject: Subject;
  /** Its patterns match whole names; false: any part of them, as in Nagios. */
  readonly anchored: boolean;
  readonly exclude: readonly Exclusion[];
  /** The first that matches and says something of a setting counts. */
  readonly perCluster: readonly ClusterSettings[];
}

/** A named set of times, in Nagios' words (reference: `timeperiod` objects). */
export interface TimePeriodDefinition {
  readonly name: string;
  readonly where: string;
  /** IANA name; empty: the server's own. */
  readonly timezone: string;
  /** `monday 09:00-17:00`, `2026-01-01 - 2026-12-31 / 3 09:00-10:00`, `thursday 4 november 00:00-24:00` … */
  readonly times: readonly string[];
  /** Names of periods that are taken out. */
  readonly exclude: readonly string[];
}

/** All that the files of checks say. */
export interface CheckRules {
  readonly definitions: readonly ServiceDefinition[];
  readonly timeperiods: readonly TimePeriodDefinition[];
}

/** What a definition has that says nothing of its own. */
export const CHECK_DEFAULTS: CheckSettings = {
  semantics: 'muster',
  warning: '',
  critical: '',
  maxCheckAttempts: 3,
  retryIntervalMs: 15_000,
  checkIntervalMs: 60_000,
  timeoutMs: 10_000,
  checkPeriod: null,
  freshnessThresholdMs: null,
  freshnessState: 'UNKNOWN',
  isVolatile: false,
  flapDetectionEnabled: true,
  lowFlapThreshold: 20,
  highFlapThreshold: 30,
  flapDetectionOptions: [],
  dependsOn: [],
  softStateDependencies: false,
  parents: [],
  passiveHostChecksAreSoft: false,
  notes: '',
  runbook: '',
  tags: [],
  notificationIntervalMs: 3_600_000,
  notificationPeriod: null,
  notificationOptions: null,
  firstNotificationDelayMs: 0,
  notificationsEnabled: true,
};
