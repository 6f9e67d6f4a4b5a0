import { targetsOf } from '../contract/alerts.ts';
import type { AlertsConfig, EscalationConfig } from '../contract/alerts.ts';

/** Whoever's turn it is at a moment: the name of a receiver, null where it is nobody's, and until when. */
export interface Turn {
  readonly who: string | null;
  readonly untilMs: number | null;
}

/** Whose turn it is by a rota, from what the configuration says and what people have changed since. */
export type OnCall = (rota: string, atMs: number) => Turn;

/** Where a name leads at a moment, and until when that holds; null: for good. */
export interface Reached {
  readonly targets: readonly string[];
  readonly untilMs: number | null;
}

/** Steps of an escalation; a receiver or rota has none. */
export type Steps = Pick<EscalationConfig, 'steps' | 'repeatEveryMs'>;

/**
 * What a route's `receiver` comes to, at the time of need: a receiver is its targets, a rota whoever's turn it
 * is, an escalation the steps that have begun. A name that is nothing of these is a target itself.
 */
export class Destinations {
  readonly #receivers: ReadonlyMap<string, readonly string[]>;
  readonly #rotas: ReadonlySet<string>;
  readonly #escalations: ReadonlyMap<string, EscalationConfig>;
  readonly #onCall: OnCall;

  constructor(config: Pick<AlertsConfig, 'receivers' | 'rotas' | 'escalations'>, onCall: OnCall) {
    this.#receivers = new Map(config.receivers.map((one) => [one.name, targetsOf(one)]));
    this.#rotas = new Set(config.rotas.map(({ name }) => name));
    this.#escalations = new Map(config.escalations.map((one) => [one.name, one]));
    this.#onCall = onCall;
  }

  /** Null: it does not escalate. */
  stepsOf(name: string): Steps | null {
    return this.#escalations.get(name) ?? null;
  }

  isRota(name: string): boolean {
    return this.#rotas.has(name);
  }

  /** `begun`: how many steps of it have, where it is an escalation. */
  reach(name: string, { begun, nowMs }: { readonly begun: number; readonly nowMs: number }): Reached {
    const escalation = this.#escalations.get(name);
    if (!escalation) return this.#reachOne(name, nowMs);
    const names = escalation.steps.slice(0, begun).flatMap(({ notify }) => notify);
    return merged(names.map((one) => this.#reachOne(one, nowMs)));
  }

  /** Whom one step of an escalation comes to. */
  reachStep(notify: readonly string[], nowMs: number): Reached {
    return merged(notify.map((one) => this.#reachOne(one, nowMs)));
  }

  #reachOne(name: string, nowMs: number): Reached {
    if (!this.#rotas.has(name)) return { targets: this.#receivers.get(name) ?? [name], untilMs: null };
    const { who, untilMs } = this.#onCall(name, nowMs);
    return { targets: who === null ? [] : (this.#receivers.get(who) ?? [who]), untilMs };
  }
}

function merged(all: readonly Reached[]): Reached {
  const [one] = all;
  if (one && all.length === 1) return one;
  const ends = all.map(({ untilMs }) => untilMs).filter((ms) => ms !== null);
  return {
    targets: [...new Set(all.flatMap(({ targets }) => targets))],
    untilMs: ends.length === 0 ? null : Math.min(...ends),
  };
}
