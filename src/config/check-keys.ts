import { additive, cancellable, orPlus, words } from './additive.ts';
import {
  argument,
  factsReader,
  flag,
  nagiosMinutes,
  noticeLetters,
  number,
  percent,
  periodLine,
  serviceName,
  stateLetters,
  templated,
  threshold,
} from './check-readers.ts';
import { SEMANTICS } from './keys.ts';
import { list, mapping, oneOrList, optional, required } from './readers.ts';
import { choice, duration, integer, safeName, text, webAddress } from './scalars.ts';
import type { CANCELLED } from './additive.ts';
import type { Parsed } from './scalars.ts';
import type { Key, Reader, Section } from './readers.ts';

/** Files of checks as data: every key with its type. What is not written is undefined. */

const TEXT_CHARS_MAX = 4096;
const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;
const ALL_STATES = [...STATES, 'UP', 'DOWN', 'UNREACHABLE', 'PENDING'] as const;
const SERVICE_LETTERS = 'owucdp';

function open<T>(reader: Reader<T>): Key<T | typeof CANCELLED | undefined> {
  return optional(cancellable(reader), undefined);
}

const dependencyKeys = {
  host: optional(templated(text(TEXT_CHARS_MAX)), ''),
  service: required(templated(text(TEXT_CHARS_MAX))),
  notification_failure_criteria: optional(letters(), null),
  execution_failure_criteria: optional(letters(), null),
  inherits_parent: optional(flag, false),
};

function letters() {
  return additive(words('states such as "w,u,c" or [critical, unknown]', stateLetters(SERVICE_LETTERS)));
}

/** Settings, but for the ranges: other clusters have other attempts, and other metrics other ranges. */
const commonSettings = {
  max_check_attempts: open(integer({ min: 1, max: 1000 })),
  retry_interval: open(nagiosMinutes(duration({ min: '0s', max: '1d' }))),
  check_interval: open(nagiosMinutes(duration({ min: '1s', max: '7d' }))),
  timeout: open(duration({ min: '100ms', max: '10m' })),
  check_period: open(text(TEXT_CHARS_MAX)),
  freshness_threshold: open(duration({ min: '1s' })),
  freshness_state: open(choice(STATES)),
  is_volatile: open(flag),
  flap_detection_enabled: open(flag),
  low_flap_threshold: open(percent),
  high_flap_threshold: open(percent),
  flap_detection_options: open(additive(words('states such as "o,w,c"', stateLetters('owucd')))),
  depends_on: open(additive(orPlus(mapping(dependencyKeys)))),
  soft_state_dependencies: open(flag),
  parents: open(additive(words('the name of a host', oneText))),
  passive_host_checks_are_soft: open(flag),
  notes: open(templated(text(TEXT_CHARS_MAX))),
  runbook: open(webAddress({ secret: false })),
  tags: open(additive(words('a tag such as pager', tag))),
  notification_interval: open(nagiosMinutes(duration({ min: '0s', max: '365d' }))),
  notification_period: open(text(TEXT_CHARS_MAX)),
  notification_options: open(additive(words('options such as "w,c,r"', noticeLetters))),
  first_notification_delay: open(nagiosMinutes(duration({ min: '0s', max: '30d' }))),
  notifications_enabled: open(flag),
};

const TAG = /^[^\s,\p{C}]{1,100}$/u;

function tag(written: string): Parsed<readonly string[]> {
  return TAG.test(written)
    ? { ok: true, value: [written] }
    : { ok: false, fault: 'is not one word of 1 to 100 printable characters' };
}

function oneText(written: string) {
  return { ok: true, value: [written] } as const;
}

const functionKeys = {
  rate_of_change: open(
    mapping({
      // A window has to hold some samples.
      over: required(duration({ min: '10s', max: '1d' })),
      per: optional(duration({ min: '1s', max: '1d' }), 1000),
    }),
  ),
  missing: open(flag),
  forecast: open(
    mapping({
      reaches: required(number),
      history: optional(duration({ min: '1m', max: '90d' }), 6 * 3_600_000),
    }),
  ),
  compare: open(
    mapping({
      before: optional(duration({ min: '1m', max: '400d' }), 7 * 86_400_000),
      window: optional(duration({ min: '1m', max: '7d' }), 3_600_000),
      as: optional(choice(['percent', 'difference', 'ratio']), 'percent'),
    }),
  ),
};

function subjectKeys(pattern: Reader<string>) {
  const patterns = oneOrList(pattern, { min: 1 });
  return {
    metric: open(pattern),
    ...functionKeys,
    sum: open(patterns),
    ratio: open(mapping({ of: required(patterns), to: required(patterns), percent: optional(flag, false) })),
    aggregate: open(
      mapping({
        metric: optional(pattern, null),
        service: optional(text(TEXT_CHARS_MAX), null),
        state: optional(oneOrList(choice(ALL_STATES), { min: 1 }), null),
        function: optional(choice(['avg', 'sum', 'min', 'max', 'count', 'p95', 'percent']), null),
        percent_over: optional(number, null),
        by: optional(oneOrList(safeName('cluster, or a fact')), null),
      }),
    ),
    command: open(oneOrList(argument, { min: 1 })),
    passive: open(flag),
    service: open(pattern),
  };
}

/** A pattern's key that is one of a mapping without inheritance. */
function selectionKeys(pattern: Reader<string>) {
  return {
    cluster: optional(pattern, '.*'),
    host: optional(pattern, '.*'),
    facts: optional(factsReader(pattern), []),
    metric: optional(pattern, null),
  };
}

/** What services and templates alike may say. */
function bodyKeys(pattern: Reader<string>) {
  return {
    use: optional(oneOrList(text(TEXT_CHARS_MAX)), []),
    semantics: open(choice(SEMANTICS)),
    cluster: open(pattern),
    host: open(pattern),
    facts: open(factsReader(pattern)),
    exclude: open(additive(orPlus(mapping(selectionKeys(pattern))))),
    anchored: open(flag),
    ...subjectKeys(pattern),
    warning: open(threshold),
    critical: open(threshold),
    ...commonSettings,
  };
}

/** Words of Nagios that say something else here, or nothing. */
const CURES = new Map([
  ['host_name', 'host: a regular expression over hosts'],
  ['hostgroup_name', 'cluster: or facts: with regular expressions'],
  ['service_description', 'name: the name of the service'],
  ['check_command', 'command: [path, argument, …]'],
  ['normal_check_interval', 'check_interval: with its unit, such as 5m'],
  ['retry_check_interval', 'retry_interval: with its unit, such as 1m'],
  ['check_freshness', 'freshness_threshold: a duration; without it results never become stale'],
  ['active_checks_enabled', 'passive: true where results come by themselves'],
  ['passive_checks_enabled', 'passive: true where results come by themselves'],
  ['register', 'the entry under templates: instead of services:'],
  ['contacts', 'tags: here, and a route of alerts: in muster.yaml that wants them'],
  ['contact_groups', 'tags: here, and a route of alerts: in muster.yaml that wants them'],
  ['notes_url', 'runbook: an address'],
  ['action_url', 'runbook: an address'],
]);

export type BodySection = Section<ReturnType<typeof bodyKeys> & { name: Key<string | undefined> }>;
/** Everything that templates hand on. */
export type BodyValues = Omit<BodySection['values'], 'name' | 'use'>;
export type DefaultsSection = Section<typeof commonSettings & { cluster: Key<string> }>;
export type PeriodSection = Section<typeof periodKeys>;

const periodKeys = {
  name: required(safeName('a name')),
  timezone: optional(text(100), ''),
  times: optional(oneOrList(periodLine), []),
  exclude: optional(oneOrList(text(TEXT_CHARS_MAX)), []),
};

/** The reader of one file. */
export function checksReader(pattern: Reader<string>) {
  const body = bodyKeys(pattern);
  const service = mapping({ name: required(serviceName), ...body }, [], CURES);
  const template = mapping({ name: required(safeName('a name')), ...body }, [], CURES);
  const defaults = mapping({ cluster: optional(pattern, '.*'), ...commonSettings });
  return mapping({
    semantics: optional(choice(SEMANTICS), null),
    timeperiods: optional(list(mapping(periodKeys)), []),
    templates: optional(list(template), []),
    defaults: optional(list(defaults), []),
    services: optional(list(service), []),
  });
}

/** What a service can say. */
export function serviceKeys(): string[] {
  return ['name', ...Object.keys(bodyKeys(text(TEXT_CHARS_MAX)))];
}
