import { commandOf } from './alert-command.ts';
import { handlerTextFault } from '../model/handler-run.ts';
import { AlertNames } from './alert-names.ts';
import { escalationOf, rotaOf } from './alert-rotas.ts';
import { receiverOf, reportSmtp } from './alert-receivers.ts';
import { reportRoutes } from './alert-routes.ts';
import { matchOf, routeOf } from './route.ts';
import type { AlertsConfig, HandlerConfig, WatcherConfig } from '../contract/alerts.ts';
import type { AlertsSection, HandlerSection, WatcherSection } from './alert-keys.ts';
import type { Located } from './readers.ts';
import type { Reading } from './reading.ts';

/**
 * `alerts:` of muster.yaml, with everything that is wrong with it but what only the files of checks can tell.
 * `groups`: the names of all there are.
 */
export function alertsOf(alerts: AlertsSection, groups: ReadonlySet<string>, reading: Reading): AlertsConfig {
  const { receivers, rotas, escalations, routes, handlers, watcher, smtp } = alerts.values;
  reportRoutes(routes, groups, reading);
  reportSmtp(smtp, reading);
  reportNames(alerts, reading);
  return {
    receivers: receivers.flatMap(({ value }) => receiverOf(value, { smtp, reading }) ?? []),
    rotas: rotas.flatMap(({ value }) => rotaOf(value, reading) ?? []),
    escalations: escalations.flatMap(({ value }) => escalationOf(value, reading) ?? []),
    routes: routes.map(({ value }) => routeOf(value, reading)),
    handlers: handlersOf(handlers, reading),
    watcher: watcherOf(watcher),
  };
}

/** Whom they all speak of, and whom nobody does. */
function reportNames(alerts: AlertsSection, reading: Reading): void {
  const { receivers, rotas, escalations, routes, watcher } = alerts.values;
  const names = new AlertNames(alerts, reading);
  for (const { value: rota } of rotas) {
    for (const person of rota.values.people ?? []) names.refer(person, ['receiver']);
    for (const { value } of rota.values.overrides) {
      for (const who of named(value, 'who')) names.refer(who, ['receiver']);
    }
  }
  for (const { value: escalation } of escalations) {
    for (const { value: step } of escalation.values.steps ?? []) {
      for (const name of step.values.notify ?? []) names.refer(name, ['receiver', 'rota']);
    }
  }
  for (const { value: route } of routes) {
    for (const name of named(route, 'receiver')) names.refer(name, ['receiver', 'rota', 'escalation']);
  }
  const watched = named(watcher, 'receiver');
  for (const name of watched) names.refer(name, ['receiver', 'rota', 'escalation']);
  if (routes.length > 0 || watched.length > 0) names.warnOfUnused();
  else if (receivers.length > 0) {
    const offset = alerts.offsets.get('receivers') ?? alerts.offset;
    reading.warn(offset, 'receivers without routes are never called');
  }
}

/** The name that stands there; none where it is missing. */
function named<K extends string>(
  {
    values,
    offset,
    offsets,
  }: {
    readonly values: { readonly [P in K]: string | null | undefined };
    readonly offset: number;
    readonly offsets: ReadonlyMap<string, number>;
  },
  key: K,
): Located<string>[] {
  const value = values[key] ?? undefined;
  return value === undefined ? [] : [{ value, offset: offsets.get(key) ?? offset }];
}

function handlersOf(sections: readonly Located<HandlerSection>[], reading: Reading): HandlerConfig[] {
  const seen = new Map<string, string>();
  return sections.flatMap(({ value: section }) => {
    const { name } = section.values;
    if (name === undefined) return [];
    const at = section.offsets.get('name') ?? section.offset;
    const first = seen.get(name);
    if (first !== undefined) {
      reading.fault(at, `a second handler ${reading.quote(name, at)}; the first is at ${first}`, {
        expected: 'a name of its own',
      });
    }
    seen.set(name, reading.where(at));
    return [handlerOf(name, section, reading)];
  });
}

/** What it does unless it says otherwise: a soft problem may be none, and a recovery needs no cure. */
const HANDLED = ['hard'] as const;

function handlerOf(name: string, section: HandlerSection, reading: Reading): HandlerConfig {
  const { match, on, command, url, timeout: timeoutMs, limit } = section.values;
  if ((command === null) === (url === null) && section.allKnown) {
    reading.fault(
      section.offset,
      command === null ? 'the handler does nothing' : 'the handler does two things',
      {
        expected: 'either command: [/path/of/program, argument, …] or url: ADDRESS',
      },
    );
  }
  return {
    name,
    where: reading.where(section.offset),
    match: matchOf(match) ?? {},
    on: on === null ? HANDLED : [...new Set(on.map(({ value }) => value))],
    command: command === null ? null : commandOf(command, handlerTextFault, reading),
    url,
    timeoutMs,
    limit: { times: limit.values.times, withinMs: limit.values.within },
  };
}

function watcherOf({ values }: WatcherSection): WatcherConfig {
  const { receiver, heartbeat, down_after: downAfterMs } = values;
  const { url, interval = 0 } = heartbeat?.values ?? {};
  return { receiver, heartbeat: url === undefined ? null : { url, intervalMs: interval }, downAfterMs };
}
