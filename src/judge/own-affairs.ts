import { NO_ALERTS } from '../contract/alerts.ts';
import { SELF_TAG } from '../alert/notice.ts';
import { Watcher } from './watcher.ts';
import type { AlertsConfig } from '../contract/alerts.ts';
import type { HandlerCount, HandlerNews } from './handlers.ts';
import type { HandlerOutcome } from '../model/handler-run.ts';
import type { WatcherOptions } from './watcher.ts';
import type { Settlement } from '../model/service-state.ts';
import type { Turn } from './turn.ts';
import type { WatchTable } from './watch-table.ts';

/** How often the self checks are looked through: 5 ms with 200 000 services. */
const LOOK_EVERY_MS = 10_000;

interface Affairs {
  readonly turn: Turn;
  readonly alerts: AlertsConfig | undefined;
  readonly marks: ReadonlyMap<string, string>;
  /** Without it nobody watches the server itself: in rehearsals there is none. */
  readonly machine: WatcherOptions['machine'] | undefined;
  readonly table: Pick<WatchTable, 'hosts'>;
}

/** What the judge does beside judging: event handlers, and the watch over the server itself. */
export class OwnAffairs {
  readonly #turn: Turn;
  readonly #watcher: Watcher | null;
  readonly #table: Affairs['table'];
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** Why not all is well with the server itself, in words; null: it is. */
  fault: string | null = null;

  constructor({ turn, alerts = NO_ALERTS, marks, machine, table }: Affairs) {
    this.#turn = turn;
    this.#table = table;
    this.#watcher = machine ? new Watcher({ marks, machine }, alerts.watcher) : null;
    turn.handlers.use(alerts.handlers);
  }

  use(alerts: AlertsConfig = NO_ALERTS): void {
    this.#watcher?.use(alerts.watcher);
    this.#turn.handlers.use(alerts.handlers);
  }

  settled(settlement: Settlement): void {
    this.#watcher?.settled(settlement);
  }

  handled(outcomes: readonly HandlerOutcome[]): void {
    for (const outcome of outcomes) this.#turn.handlers.ended(outcome, this.#turn);
  }

  /** Once a turn, before it is kept. */
  look(): void {
    if (this.#watcher === null) return;
    this.#watcher.turn(this.#turn);
    const { nowMs } = this.#turn;
    if (Math.abs(nowMs - this.#lookedMs) < LOOK_EVERY_MS) return;
    this.#lookedMs = nowMs;
    this.fault = selfFault(this.#table);
  }

  stopped(): void {
    this.#watcher?.stopped(this.#turn);
  }

  take(): { readonly handlers: readonly HandlerCount[]; readonly handlerNews: readonly HandlerNews[] } {
    return this.#turn.handlers.take();
  }
}

/** The first self check that is CRITICAL. */
function selfFault({ hosts }: Pick<WatchTable, 'hosts'>): string | null {
  for (const { services } of hosts.values()) {
    for (const { status, service, compiled, output } of services.values()) {
      if (status.kind !== 'hard' || status.problem !== 'CRITICAL') continue;
      if (compiled.definition.tags.includes(SELF_TAG)) return `${service} is CRITICAL: ${output}`;
    }
  }
  return null;
}
