import { isDeepStrictEqual } from 'node:util';
import type { AlertsConfig } from '../contract/alerts.ts';
import type { CheckRules } from '../contract/checks.ts';
import type { GroupConfig, MusterConfig } from '../contract/config.ts';

/** A configuration and the service definitions its checks hold. */
export interface Loaded {
  readonly config: MusterConfig;
  readonly checks: CheckRules;
}

export interface GroupChange {
  readonly old: GroupConfig;
  readonly next: GroupConfig;
  /** Its addresses changed: the sockets are bound anew. Otherwise only its settings did. */
  readonly rebind: boolean;
}

export interface ConfigDifference {
  readonly groupsAdded: readonly GroupConfig[];
  readonly groupsRemoved: readonly GroupConfig[];
  readonly groupsChanged: readonly GroupChange[];
  readonly checksChanged: boolean;
  readonly alertsChanged: boolean;
  /** Other keys of muster.yaml that changed and take effect while running. */
  readonly settingsChanged: readonly string[];
  /** Keys that changed and take effect only at a start. */
  readonly restartNeeded: readonly string[];
}

type Part = readonly [key: string, part: (config: MusterConfig) => unknown];

const RESTART_PARTS: readonly Part[] = [
  ['data_dir', (config) => config.dataDir],
  ['http.listen', (config) => config.http.listen],
  ['store', (config) => config.store],
  ['ingest.workers', (config) => config.ingestWorkers],
  ['ingest.max_series', (config) => config.maxSeries],
  ['http.public_url', (config) => config.http.publicUrl],
  ['http.tls', (config) => config.http.tls],
  ['http.allow_framing', (config) => config.http.allowFraming],
  ['http.trusted_proxies', (config) => config.http.trustedProxies],
  ['auth.mode', (config) => config.auth.mode],
  ['types_db', (config) => config.typesDb],
  ['cache', (config) => config.cache],
  ['grid.name', (config) => config.gridName],
  [
    'groups.rrd_dir',
    (config) => config.groups.flatMap((g) => (g.rrdDir === null ? [] : [[g.name, g.rrdDir]])),
  ],
];
const SETTING_PARTS: readonly Part[] = [
  ['self_monitor', (config) => config.selfMonitor],
  ['dashboards', (config) => config.dashboards],
  ['retention', (config) => config.retention],
  ['passive', (config) => config.passive],
  ['plugins', (config) => config.plugins],
  ['boot', (config) => config.boot],
  ['reconcilers', (config) => config.reconcilers],
];

/** What a reload would have to do. Pure. */
export function differenceOf(old: Loaded, next: Loaded): ConfigDifference {
  const before = new Map(old.config.groups.map((group) => [group.name, group]));
  const after = new Map(next.config.groups.map((group) => [group.name, group]));
  return {
    groupsAdded: next.config.groups.filter(({ name }) => !before.has(name)),
    groupsRemoved: old.config.groups.filter(({ name }) => !after.has(name)),
    groupsChanged: next.config.groups.flatMap((group) => changeOf(before.get(group.name), group)),
    checksChanged: !isDeepStrictEqual(judged(old.checks), judged(next.checks)),
    alertsChanged: !isDeepStrictEqual(told(old.config.alerts), told(next.config.alerts)),
    settingsChanged: changedKeys(SETTING_PARTS, old.config, next.config),
    restartNeeded: changedKeys(RESTART_PARTS, old.config, next.config),
  };
}

/** Why the difference cannot be applied while running: one message a key, none if it can. */
export function reloadRefusals(difference: ConfigDifference): string[] {
  return difference.restartNeeded.map(
    (key) => `"${key}" takes effect only at a start: restart Muster, or put the old value back`,
  );
}

/** The difference in words, one line a change; none if nothing changed. */
export function describeDifference(difference: ConfigDifference): string[] {
  return [
    ...difference.groupsAdded.map(({ name }) => `group ${name} added`),
    ...difference.groupsRemoved.map(({ name }) => `group ${name} removed`),
    ...difference.groupsChanged.map(({ next, rebind }) =>
      rebind ? `group ${next.name} listens elsewhere` : `group ${next.name} has other settings`,
    ),
    ...(difference.checksChanged ? ['checks changed'] : []),
    ...(difference.alertsChanged ? ['alerts changed'] : []),
    ...difference.settingsChanged.map((key) => `${key} changed`),
  ];
}

function changeOf(old: GroupConfig | undefined, next: GroupConfig): GroupChange[] {
  if (old === undefined || isDeepStrictEqual(old, next)) return [];
  return [{ old, next, rebind: !isDeepStrictEqual(old.listen, next.listen) }];
}

/** The same for alerts: a line more above them makes them no others. */
function told({ receivers, rotas, escalations, routes, handlers, watcher }: AlertsConfig): unknown {
  const overridden = rotas.map((rota) => ({ ...rota, overrides: withoutPlaces(rota.overrides) }));
  return [...[receivers, overridden, escalations, routes, handlers].map(withoutPlaces), watcher];
}

function withoutPlaces(parts: readonly { readonly where?: string }[]): unknown[] {
  return parts.map(({ where: _, ...part }) => part);
}

/** Where a definition stands in its file changes nothing about it. */
function judged({ definitions, timeperiods }: CheckRules): unknown {
  return [definitions, timeperiods].map((parts) => parts.map(({ where: _, ...part }) => part));
}

function changedKeys(parts: readonly Part[], old: MusterConfig, next: MusterConfig): string[] {
  return parts.filter(([, part]) => !isDeepStrictEqual(part(old), part(next))).map(([key]) => key);
}
