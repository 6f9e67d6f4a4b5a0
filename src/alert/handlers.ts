import { compileRoutes, routesOf } from './routes.ts';
import type { Effect } from '../check/state-machine.ts';
import type { HandledChange } from '../model/handler-run.ts';
import type { HandlerConfig } from '../contract/alerts.ts';
import type { Status } from '../model/service-state.ts';
import type { CompiledRoute, Routed } from './routes.ts';

/** Why a handler runs or does not. */
export type HandlerVerdict = 'runs' | 'in-downtime' | 'limited';

/** A handler with its patterns compiled. */
export interface CompiledHandler {
  readonly config: HandlerConfig;
  readonly match: CompiledRoute;
}

export type CompiledHandlers =
  | { readonly ok: true; readonly handlers: readonly CompiledHandler[] }
  | { readonly ok: false; readonly faults: readonly string[] };

export function compileHandlers(handlers: readonly HandlerConfig[]): CompiledHandlers {
  const compiled: CompiledHandler[] = [];
  const faults: string[] = [];
  for (const config of handlers) {
    const { name, where, match } = config;
    const routes = compileRoutes([{ match, receiver: name, continue: true, name, where }]);
    if (!routes.ok) faults.push(...routes.faults.map((fault) => `handler ${name}: ${fault}`));
    else compiled.push(...routes.routes.map((route) => ({ config, match: route })));
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, handlers: compiled };
}

/**
 * What a result's effect is for handlers, as in Nagios: every attempt of a soft problem, its becoming hard,
 * every other hard problem after it, and the end of either; null: nothing. A problem that only goes on is
 * none.
 */
export function changeOf(effect: Effect, before: Status, after: Status): HandledChange | null {
  switch (effect) {
    case 'none':
      return null;
    case 'attempt':
      return 'soft';
    case 'soft-recovery':
    case 'recovery':
      return 'recovery';
    case 'problem':
      return isSameHard(before, after) ? null : 'hard';
  }
}

/** Those that want the change of a service. */
export function handlersOf(
  handlers: readonly CompiledHandler[],
  change: HandledChange,
  routed: Routed,
): readonly CompiledHandler[] {
  return handlers.filter(({ config, match }) => {
    return config.on.includes(change) && routesOf([match], routed).length > 0;
  });
}

/** How often a handler ran within its time, for its limit. */
export class HandlerPace {
  /** When it ran, the oldest first; no longer than its limit. */
  readonly #ranMs = new Map<string, number[]>();

  /** Whether it may run, and if so that it does. */
  admit({ name, limit }: HandlerConfig, inDowntime: boolean, nowMs: number): HandlerVerdict {
    if (inDowntime) return 'in-downtime';
    const isRecent = (ms: number) => nowMs >= ms && nowMs - ms < limit.withinMs;
    const recent = (this.#ranMs.get(name) ?? []).filter(isRecent);
    const isOver = recent.length >= limit.times;
    if (!isOver) recent.push(nowMs);
    this.#ranMs.set(name, recent);
    return isOver ? 'limited' : 'runs';
  }

  /** Forgets handlers that are configured no more. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#ranMs.keys()) if (!names.has(name)) this.#ranMs.delete(name);
  }
}

function isSameHard(before: Status, after: Status): boolean {
  return before.kind === 'hard' && after.kind === 'hard' && before.problem === after.problem;
}
