import { EVENTS_WAITING_MAX } from './record-event.ts';
import { savedHost, savedService } from './watch.ts';
import type { Page, SavedService, ServiceKey, Settlement } from '../model/service-state.ts';
import type { AlertingChanges, JudgeChanges, JudgeStore } from './store.ts';
import type { HostWatch, ServiceWatch } from './watch.ts';
import type { AlertingToKeep, Turn } from './turn.ts';

/** Service and host rows one turn writes besides those a page depends on: about 20 ms. */
const ROWS_PER_TURN_MAX = 4000;
/**
 * Pages and settlements kept for a store that refuses; beyond it the oldest are forgotten here, not unsent.
 */
const UNWRITTEN_MAX = 100_000;

/** What could not be written yet, from turn to turn. */
export class Ledger {
  readonly #store: JudgeStore;
  #pages: Page[] = [];
  #settled: Settlement[] = [];
  /** Services of before a restart, by their keys. */
  readonly #kept = new Map<string, SavedService>();
  #removedServices: JudgeChanges['removedServices'][number][] = [];
  #removedHosts: JudgeChanges['removedHosts'][number][] = [];

  constructor(store: JudgeStore) {
    this.#store = store;
  }

  removeService(watch: { cluster: string; host: string; service: string }): void {
    const { cluster, host, service } = watch;
    this.#kept.delete(subjectOf(watch));
    this.#removedServices.push({ cluster, host, service });
  }

  removeHost(host: { cluster: string; name: string }): void {
    this.#removedHosts.push({ cluster: host.cluster, name: host.name });
  }

  /** Services that are not back after a restart, and that pages of before it told of. */
  keep(services: readonly SavedService[]): void {
    for (const saved of services) this.#kept.set(subjectOf(saved), saved);
  }

  settle(settlements: readonly Settlement[]): void {
    for (const settlement of settlements) this.#settled.push(settlement);
  }

  /**
   * Writes the turn in one transaction: the states its pages and settlements depend on always, others up to a
   * budget. What was written leaves the turn's sets; a refusal leaves all of it for the next turn and is
   * answered in words.
   */
  commit(turn: Turn): string | null {
    const paged = this.#takePages(turn);
    const isUrgent = (watch: ServiceWatch) => turn.told.has(watch) || paged.has(subjectOf(watch));
    const isPaged = paged.size + turn.told.size === 0 ? null : isUrgent;
    return this.#write(turn, budgeted(turn.dirty, isPaged), budgeted(turn.dirtyHosts, null));
  }

  /** The same between turns: only the services given, those whose pages begin among them. */
  commitSome(turn: Turn, some: ReadonlySet<ServiceWatch>): string | null {
    this.#takePages(turn);
    return this.#write(turn, [...new Set([...some, ...turn.told])], []);
  }

  /** What the turn's pages and what became of earlier ones are about. */
  #takePages(turn: Turn): ReadonlySet<string> {
    for (const page of turn.pages) this.#pages.push(page);
    if (turn.pages.length > 0 && this.#settled.length > 0) {
      // One that was taken back and is made again waits, whatever became of it before.
      const made = new Set(turn.pages.map(({ key }) => key));
      this.#settled = this.#settled.filter(({ page }) => !made.has(page.key));
    }
    return new Set([...turn.pages, ...this.#settled.map(({ page }) => page)].map(subjectOf));
  }

  #write(turn: Turn, services: readonly ServiceWatch[], hosts: readonly HostWatch[]): string | null {
    const changes: JudgeChanges = {
      // One that is back meanwhile is written after what it was.
      services: [...this.#kept.values(), ...services.map(savedService)],
      removedServices: this.#removedServices,
      hosts: hosts.map(savedHost),
      removedHosts: this.#removedHosts,
      pages: this.#pages,
      settled: this.#settled,
      events: turn.events,
      alerting: turn.alerting,
    };
    if (isNothing(changes)) return null;
    const outcome = this.#store.commit(changes);
    if (!outcome.ok) {
      this.#keepWithinBounds();
      return outcome.fault;
    }
    for (const watch of services) {
      turn.dirty.delete(watch);
      turn.told.delete(watch);
    }
    for (const host of hosts) turn.dirtyHosts.delete(host);
    this.#pages = [];
    this.#settled = [];
    this.#kept.clear();
    this.#removedServices = [];
    this.#removedHosts = [];
    turn.events.splice(0, EVENTS_WAITING_MAX);
    empty(turn.alerting);
    return null;
  }

  #keepWithinBounds(): void {
    this.#pages = this.#pages.slice(-UNWRITTEN_MAX);
    this.#settled = this.#settled.slice(-UNWRITTEN_MAX);
    this.#removedServices = this.#removedServices.slice(-UNWRITTEN_MAX);
    this.#removedHosts = this.#removedHosts.slice(-UNWRITTEN_MAX);
  }
}

function isNothing({ alerting, ...rows }: JudgeChanges): boolean {
  return Object.values(rows).every((list) => list.length === 0) && !isOwed(alerting);
}

/** Whether something that people decided, or of an incident, is not kept yet. */
export function isOwed({ acknowledged, unacknowledged, ...maps }: AlertingChanges): boolean {
  if (acknowledged.length + unacknowledged.length > 0) return true;
  return Object.values(maps).some(({ size }) => size > 0);
}

function empty({ acknowledged, unacknowledged, ...maps }: AlertingToKeep): void {
  acknowledged.length = 0;
  unacknowledged.length = 0;
  for (const map of Object.values(maps)) map.clear();
}

/** `isUrgent` null: none is. */
function budgeted<T>(rows: ReadonlySet<T>, isUrgent: ((row: T) => boolean) | null): T[] {
  if (rows.size <= ROWS_PER_TURN_MAX) return [...rows];
  const chosen: T[] = [];
  let room = ROWS_PER_TURN_MAX;
  for (const row of rows) {
    if (room === 0 && !isUrgent) break;
    if (isUrgent?.(row)) chosen.push(row);
    else if (room > 0) {
      room -= 1;
      chosen.push(row);
    }
  }
  return chosen;
}

function subjectOf(one: ServiceKey): string {
  return `${one.cluster}\0${one.host}\0${one.service}`;
}
