import { ROUTE_DEFAULTS } from '../contract/alerts.ts';
import { compilePattern } from '../model/pattern.ts';
import type { AlertMatch, AlertRoute } from '../contract/alerts.ts';
import type { Pattern } from '../model/pattern.ts';
import type { ServiceKey } from '../model/service-state.ts';

/** What a route looks at. */
export interface Routed extends ServiceKey {
  /** The state in lower case. */
  readonly severity: string;
  readonly facts?: ReadonlyMap<string, string>;
  readonly tags?: readonly string[];
}

type Key = 'cluster' | 'host' | 'service' | 'severity';

/** One thing that a route asks for. */
type Wish =
  | { readonly kind: 'key'; readonly key: Key; readonly pattern: Pattern; readonly source: string }
  | { readonly kind: 'fact'; readonly fact: string; readonly pattern: Pattern; readonly source: string }
  | { readonly kind: 'tag'; readonly pattern: Pattern; readonly source: string };

export interface CompiledRoute {
  /** As it is called in incidents and explanations. */
  readonly name: string;
  /** `file:line:column`; empty: nothing says. */
  readonly where: string;
  /** The same for a route that a reload has only moved: what it asks for, and whom it names. */
  readonly identity: string;
  readonly wishes: readonly Wish[];
  /** A receiver, a rota or an escalation. */
  readonly receiver: string;
  readonly continue: boolean;
  readonly groupBy: readonly string[];
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatEveryMs: number | null;
  readonly period: string | null;
  readonly firstNotificationDelayMs: number;
}

export type CompiledRoutes =
  | { readonly ok: true; readonly routes: readonly CompiledRoute[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/**
 * Whether a route takes a service, and why it does or does not: the first thing it asks for and does not
 * find.
 */
export interface RouteVerdict {
  readonly matched: boolean;
  readonly reason: 'everything' | 'all-match' | Key | 'fact' | 'tag';
  /** The same in words: `severity: "critical" is not warning`. */
  readonly why: string;
}

const KEYS = ['cluster', 'host', 'service', 'severity'] as const;

export function compileRoutes(routes: readonly AlertRoute[]): CompiledRoutes {
  const faults: string[] = [];
  const compiled = routes.map((route, index) => compileRoute(route, index, faults));
  return faults.length > 0 ? { ok: false, faults } : { ok: true, routes: toldApart(compiled) };
}

/** Those that take it, in their order: the first one, and what follows as long as it says `continue`. */
export function routesOf(routes: readonly CompiledRoute[], routed: Routed): CompiledRoute[] {
  const taking: CompiledRoute[] = [];
  for (const route of routes) {
    if (!route.wishes.every((wish) => isGranted(wish, routed))) continue;
    taking.push(route);
    if (!route.continue) break;
  }
  return taking;
}

/** Why a route takes a service or does not, whatever the routes before it do. */
export function explainRoute({ wishes }: CompiledRoute, routed: Routed): RouteVerdict {
  if (wishes.length === 0) return { matched: true, reason: 'everything', why: 'it takes everything' };
  const missed = wishes.find((wish) => !isGranted(wish, routed));
  if (missed) {
    const reason = missed.kind === 'key' ? missed.key : missed.kind;
    return { matched: false, reason, why: whyNot(missed, routed) };
  }
  return { matched: true, reason: 'all-match', why: wishes.map((wish) => whySo(wish, routed)).join(', ') };
}

function isGranted(wish: Wish, routed: Routed): boolean {
  switch (wish.kind) {
    case 'key':
      return wish.pattern.matches(routed[wish.key]);
    case 'fact': {
      const value = routed.facts?.get(wish.fact);
      return value !== undefined && wish.pattern.matches(value);
    }
    case 'tag':
      return routed.tags?.some((tag) => wish.pattern.matches(tag)) ?? false;
  }
}

function whySo(wish: Wish, routed: Routed): string {
  switch (wish.kind) {
    case 'key':
      return `${wish.key}: ${quoted(routed[wish.key])} is ${wish.source}`;
    case 'fact':
      return `facts.${wish.fact}: ${quoted(routed.facts?.get(wish.fact) ?? '')} is ${wish.source}`;
    case 'tag':
      return `tags: one is ${wish.source}`;
  }
}

function whyNot(wish: Wish, routed: Routed): string {
  switch (wish.kind) {
    case 'key':
      return `${wish.key}: ${quoted(routed[wish.key])} is not ${wish.source}`;
    case 'fact': {
      const value = routed.facts?.get(wish.fact);
      if (value === undefined) return `facts.${wish.fact}: the host has no such fact`;
      return `facts.${wish.fact}: ${quoted(value)} is not ${wish.source}`;
    }
    case 'tag': {
      const { tags = [] } = routed;
      if (tags.length === 0) return `tags: it has none, and none is ${wish.source}`;
      return `tags: none of ${tags.map(quoted).join(', ')} is ${wish.source}`;
    }
  }
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Routes that differ in their times alone are two all the same. */
function toldApart(routes: readonly CompiledRoute[]): CompiledRoute[] {
  const counts = new Map<string, number>();
  return routes.map((route) => {
    const count = (counts.get(route.identity) ?? 0) + 1;
    counts.set(route.identity, count);
    return count === 1 ? route : { ...route, identity: `${route.identity} ${count}` };
  });
}

function compileRoute(route: AlertRoute, index: number, faults: string[]): CompiledRoute {
  const at =
    route.where === undefined ? `alerts.routes[${index}]` : `${route.where}: alerts.routes[${index}]`;
  const filled = { ...ROUTE_DEFAULTS, ...route };
  return {
    name: route.name ?? `route ${index + 1}`,
    where: route.where ?? '',
    identity: JSON.stringify([route.name ?? null, route.match, route.receiver, filled.groupBy]),
    wishes: compileMatch(route.match, (key, fault) => faults.push(`${at}.match.${key}: ${fault}`)),
    receiver: route.receiver,
    continue: route.continue,
    groupBy: filled.groupBy,
    groupWaitMs: filled.groupWaitMs,
    groupIntervalMs: filled.groupIntervalMs,
    repeatEveryMs: filled.repeatEveryMs,
    period: filled.period,
    firstNotificationDelayMs: filled.firstNotificationDelayMs,
  };
}

function compileMatch(match: AlertMatch, refused: (key: string, fault: string) => void): Wish[] {
  const wishes: Wish[] = [];
  const compile = (key: string, source: string, wish: (pattern: Pattern) => Wish) => {
    const pattern = compilePattern(source);
    if (pattern.ok) wishes.push(wish(pattern.pattern));
    else refused(key, pattern.fault);
  };
  for (const key of KEYS) {
    const source = match[key];
    if (source !== undefined) compile(key, source, (pattern) => ({ kind: 'key', key, pattern, source }));
  }
  for (const { fact, pattern: source } of match.facts ?? []) {
    compile(`facts.${fact}`, source, (pattern) => ({ kind: 'fact', fact, pattern, source }));
  }
  for (const source of match.tags ?? [])
    compile('tags', source, (pattern) => ({ kind: 'tag', pattern, source }));
  return wishes;
}

/** Facts that routes look at or gather by: when another of these changes, whom it concerns is asked anew. */
export function factsUsed(routes: readonly CompiledRoute[]): string[] {
  const names = routes.flatMap(({ wishes, groupBy }) => [
    ...wishes.flatMap((wish) => (wish.kind === 'fact' ? [wish.fact] : [])),
    ...groupBy.flatMap((label) => (label.startsWith('facts.') ? [label.slice('facts.'.length)] : [])),
  ]);
  return [...new Set(names)];
}

/**
 * What the labels of `group_by` are for a service; a service is gathered without what stands in its
 * brackets.
 */
export function labelsOf({ groupBy }: CompiledRoute, routed: Routed): (readonly [string, string])[] {
  return groupBy.map((label) => [label, labelOf(label, routed)] as const);
}

function labelOf(label: string, routed: Routed): string {
  switch (label) {
    case 'cluster':
    case 'host':
    case 'severity':
      return routed[label];
    case 'service':
      return familyOf(routed.service);
    default:
      return routed.facts?.get(label.replace(/^facts\./u, '')) ?? '';
  }
}

/** A service's name without its bracket: `disk[df-root]` and `disk[df-home]` are of one family. */
export function familyOf(service: string): string {
  const bracket = service.indexOf('[');
  return bracket > 0 && service.endsWith(']') ? service.slice(0, bracket) : service;
}
