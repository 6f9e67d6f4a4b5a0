import { GROUP_LABELS_MAX } from '../alert-limits.ts';
import { ROUTE_DEFAULTS } from '../contract/alerts.ts';
import { factsReader } from './check-readers.ts';
import { groupLabel } from './alert-readers.ts';
import { list, mapping, oneOrList, optional, orOff, required, section } from './readers.ts';
import { duration, pattern, severityPattern, text, truth } from './scalars.ts';
import type { AlertMatch, AlertRoute } from '../contract/alerts.ts';
import type { Reading } from './reading.ts';
import type { Section } from './readers.ts';

/** Which services something is for. */
export const matchKeys = {
  cluster: optional(pattern, null),
  host: optional(pattern, null),
  service: optional(pattern, null),
  severity: optional(severityPattern, null),
  facts: optional(factsReader(pattern), null),
  tags: optional(oneOrList(pattern, { min: 1 }), null),
};

const routeKeys = {
  name: optional(text(200), null),
  match: section(matchKeys),
  receiver: required(text(200)),
  continue: optional(truth, false),
  group_by: optional(list(groupLabel, { max: GROUP_LABELS_MAX }), null),
  group_wait: optional(duration({ min: '0s', max: '1h' }), ROUTE_DEFAULTS.groupWaitMs),
  group_interval: optional(duration({ min: '0s', max: '1d' }), ROUTE_DEFAULTS.groupIntervalMs),
  repeat_every: optional(orOff(duration({ min: '1m', max: '30d' })), ROUTE_DEFAULTS.repeatEveryMs),
  period: optional(text(200), ROUTE_DEFAULTS.period),
  first_notification_delay: optional(
    duration({ min: '0s', max: '7d' }),
    ROUTE_DEFAULTS.firstNotificationDelayMs,
  ),
};

export type RouteSection = Section<typeof routeKeys>;
export type MatchSection = Section<typeof matchKeys>;

/** One of `alerts.routes`. */
export const routeReader = mapping(routeKeys);

/** As it is compiled; its receiver is empty where the reading has a fault. */
export function routeOf({ values, offset }: RouteSection, reading: Reading): AlertRoute {
  return {
    ...(values.name === null ? {} : { name: values.name }),
    where: reading.where(offset),
    match: matchOf(values.match) ?? {},
    receiver: values.receiver ?? '',
    continue: values.continue,
    groupBy: values.group_by?.map(({ value }) => value) ?? ROUTE_DEFAULTS.groupBy,
    groupWaitMs: values.group_wait,
    groupIntervalMs: values.group_interval,
    repeatEveryMs: values.repeat_every,
    period: values.period,
    firstNotificationDelayMs: values.first_notification_delay,
  };
}

/** Undefined: no condition. */
export function matchOf({ values }: MatchSection): AlertMatch | undefined {
  const { cluster, host, service, severity, facts, tags } = values;
  const match: AlertMatch = {
    ...(cluster === null ? {} : { cluster }),
    ...(host === null ? {} : { host }),
    ...(service === null ? {} : { service }),
    ...(severity === null ? {} : { severity }),
    ...(facts === null || facts.length === 0 ? {} : { facts }),
    ...(tags === null ? {} : { tags: tags.map(({ value }) => value) }),
  };
  return Object.keys(match).length === 0 ? undefined : match;
}
