import { Destinations } from './destination.ts';
import { NO_ALERTS, stormOf, targetsOf } from '../contract/alerts.ts';
import { compileRoutes, factsUsed } from './routes.ts';
import type { AlertRoute, AlertsConfig } from '../contract/alerts.ts';
import type { CompiledRoute } from './routes.ts';
import type { OnCall } from './destination.ts';
import type { Periods } from '../check/time-period/time-period.ts';

/** More pages than that within that time, and a target's become one. */
export interface StormLimit {
  readonly pages: number;
  readonly withinMs: number;
}

/** What the desk goes by. */
export interface CompiledAlerts {
  readonly routes: readonly CompiledRoute[];
  readonly destinations: Destinations;
  readonly periods: Periods;
  /** Targets that pages can be sent to. */
  readonly targets: Pick<ReadonlySet<string>, 'has'>;
  /** By target; none: as many pages as there are. */
  readonly storms: ReadonlyMap<string, StormLimit>;
  /** Names of facts that whom a problem concerns may depend on. */
  readonly factsUsed: readonly string[];
}

export type Compiled =
  | { readonly ok: true; readonly alerts: CompiledAlerts }
  | { readonly ok: false; readonly faults: readonly string[] };

export interface AlertRules extends AlertTerms {
  readonly routes: readonly AlertRoute[];
}

/** What holds besides the routes. */
export interface AlertTerms {
  /** Without it every target is a receiver of its own. */
  readonly alerts?: Pick<AlertsConfig, 'receivers' | 'rotas' | 'escalations'>;
  readonly periods: Periods;
  readonly targets: Pick<ReadonlySet<string>, 'has'>;
  /** Without it rotas are nobody's turn. */
  readonly onCall?: OnCall;
}

/** All of it or, with every fault, nothing. */
export function compileAlerts(rules: AlertRules): Compiled {
  const compiled = compileRoutes(rules.routes);
  if (!compiled.ok) return compiled;
  return { ok: true, alerts: alertsBy(compiled.routes, rules) };
}

/** The same by routes that are compiled. */
export function alertsBy(
  routes: readonly CompiledRoute[],
  { alerts = NO_ALERTS, periods, targets, onCall = () => ({ who: null, untilMs: null }) }: AlertTerms,
): CompiledAlerts {
  const destinations = new Destinations(alerts, onCall);
  const storms = stormsOf(alerts.receivers);
  return { routes, destinations, periods, targets, storms, factsUsed: factsUsed(routes) };
}

function stormsOf(receivers: AlertsConfig['receivers']): Map<string, StormLimit> {
  const storms = new Map<string, StormLimit>();
  for (const receiver of receivers) {
    for (const [index, target] of targetsOf(receiver).entries()) {
      const channel = receiver.channels[index];
      const limit = channel ? stormOf(receiver, channel.kind) : null;
      if (limit) storms.set(target, limit);
    }
  }
  return storms;
}
