import { compileDefinitions } from '../check/definitions.ts';
import { compilePeriods } from '../check/time-period/time-period.ts';
import { alertsBy } from '../alert/rules.ts';
import { compileRoutes } from '../alert/routes.ts';
import { Matcher } from '../check/matcher.ts';
import { targetsOf } from '../contract/alerts.ts';
import { withWatcher } from '../alert/watcher-route.ts';
import type { AlertRoute, AlertsConfig } from '../contract/alerts.ts';
import type { GroupConfig } from '../contract/config.ts';
import type { Channel } from '../notify/channel.ts';
import type { Ways } from '../notify/delivery.ts';
import type { CheckRules } from '../contract/checks.ts';
import type { CompiledDefinition } from '../check/definitions.ts';
import type { CompiledAlerts } from '../alert/rules.ts';
import type { OnCall } from '../alert/destination.ts';
import type { CompiledRoute } from '../alert/routes.ts';
import type { HostTerms } from './watch.ts';
import type { Periods } from '../check/time-period/time-period.ts';

/** How long hosts of a group may be silent. Without a grace new hosts page as all others do. */
export type GroupTerms = Pick<GroupConfig, 'name' | 'hostTmaxMs' | 'hostDmaxMs'> &
  Partial<Pick<GroupConfig, 'newHostGraceMs' | 'expectedLifetimeMs'>>;

export interface JudgeRules extends CheckRules {
  readonly routes: readonly AlertRoute[];
  /** Ways to the receivers, by name. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly groups: readonly GroupTerms[];
  /** Receivers, rotas, escalations, handlers; without them every channel is a receiver of its own. */
  readonly alerts?: AlertsConfig;
  /** What hosts that register are told; without it nothing. */
  readonly boot?: { readonly intervalMs: number };
}

/** What the judge makes of its rules. */
export interface CompiledRules {
  readonly definitions: readonly CompiledDefinition[];
  readonly matcher: Matcher;
  readonly periods: Periods;
  readonly routes: readonly CompiledRoute[];
  readonly receivers: AlertsConfig['receivers'];
  /** By group. */
  readonly terms: ReadonlyMap<string, HostTerms>;
}

type Outcome =
  | { readonly ok: true; readonly compiled: CompiledRules }
  | { readonly ok: false; readonly faults: readonly string[] };

/** All of them or, with every fault, none. */
export function compileRules(rules: JudgeRules): Outcome {
  const definitions = compileDefinitions(rules.definitions);
  const periods = compilePeriods(rules.timeperiods);
  const routes = compileRoutes(withWatcher(rules.routes, rules.alerts?.watcher));
  const bootIntervalMs = rules.boot?.intervalMs ?? 0;
  if (!definitions.ok || !periods.ok || !routes.ok) {
    const faults = [definitions, periods, routes].flatMap((one) => (one.ok ? [] : one.faults));
    return { ok: false, faults };
  }
  return {
    ok: true,
    compiled: {
      definitions: definitions.definitions,
      matcher: new Matcher(definitions.definitions),
      periods: periods.periods,
      routes: routes.routes,
      receivers: rules.alerts?.receivers ?? [],
      terms: new Map(rules.groups.map((group) => [group.name, termsOf(group, bootIntervalMs)])),
    },
  };
}

/** What the desk of alerts goes by. */
export function alertsOf(
  { routes, periods }: CompiledRules,
  { alerts, channels }: Pick<JudgeRules, 'alerts' | 'channels'>,
  onCall: OnCall,
): CompiledAlerts {
  const terms = { periods, targets: channels, onCall };
  return alertsBy(routes, alerts === undefined ? terms : { ...terms, alerts });
}

function termsOf(
  { hostTmaxMs, hostDmaxMs, newHostGraceMs = 0, expectedLifetimeMs = null }: GroupTerms,
  bootIntervalMs: number,
): HostTerms {
  return { hostTmaxMs, hostDmaxMs, newHostGraceMs, expectedLifetimeMs, bootIntervalMs };
}

/** How pages get to their targets, and when they are given up. */
export function waysOf({ channels, alerts }: Pick<JudgeRules, 'channels' | 'alerts'>): Ways {
  const giveUpAfterMs = new Map<string, number>();
  for (const receiver of alerts?.receivers ?? []) {
    if (receiver.giveUpAfterMs === undefined) continue;
    for (const target of targetsOf(receiver)) giveUpAfterMs.set(target, receiver.giveUpAfterMs);
  }
  return { channels, giveUpAfterMs };
}
