import { compilePattern } from '../model/pattern.ts';
import type { AlertRoute } from '../contract/alerts.ts';
import type { Pattern } from '../model/pattern.ts';

/** What a route looks at; `severity` is the state in lower case. */
export interface Routed {
  readonly cluster: string;
  readonly host: string;
  readonly service: string;
  readonly severity: string;
}

export interface CompiledRoute {
  readonly match: readonly (readonly [keyof Routed, Pattern])[];
  readonly receiver: string;
  readonly continue: boolean;
}

export type CompiledRoutes =
  | { readonly ok: true; readonly routes: readonly CompiledRoute[] }
  | { readonly ok: false; readonly faults: readonly string[] };

const KEYS = ['cluster', 'host', 'service', 'severity'] as const;

export function compileRoutes(routes: readonly AlertRoute[]): CompiledRoutes {
  const faults: string[] = [];
  const compiled = routes.map((route, index) => {
    const match: [keyof Routed, Pattern][] = [];
    for (const key of KEYS) {
      const source = route.match[key];
      if (source === undefined) continue;
      const pattern = compilePattern(source);
      if (pattern.ok) match.push([key, pattern.pattern]);
      else faults.push(`alerts.routes[${index}].match.${key}: ${pattern.fault}`);
    }
    return { match, receiver: route.receiver, continue: route.continue };
  });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, routes: compiled };
}

/**
 * Receivers in the routes' order, each once: the first route that matches wins, unless it says `continue`.
 */
export function receiversOf(routes: readonly CompiledRoute[], routed: Routed): string[] {
  const receivers: string[] = [];
  for (const route of routes) {
    if (!route.match.every(([key, pattern]) => pattern.matches(routed[key]))) continue;
    if (!receivers.includes(route.receiver)) receivers.push(route.receiver);
    if (!route.continue) break;
  }
  return receivers;
}
