import { composePage } from './pages.ts';
import { draftOf } from './draft.ts';
import { newsDueMs, reminderDueMs } from './clock.ts';
import { tell } from './told.ts';
import { toldOf } from './standing.ts';
import type { AlertSubject, Portrait } from './subject.ts';
import type { CompiledAlerts } from './rules.ts';
import type { DueLane } from './draft.ts';
import type { Flights } from './flights.ts';
import type { OpenIncident, Standing } from './open-incident.ts';
import type { Page, Problem, Told } from '../model/service-state.ts';
import type { Storms } from './storms.ts';

/** What a teller needs of its desk. */
export interface TellerPorts<S extends AlertSubject> {
  readonly rules: () => CompiledAlerts;
  readonly flights: Flights<S>;
  readonly storms: Storms;
  readonly digest: (text: string) => string;
  readonly portray: (subject: S) => Portrait;
  readonly write: (standing: Standing<S>, told: readonly Told[]) => void;
  /** A target has heard that nobody watches it any more. */
  readonly close: (standing: Standing<S>, target: string) => void;
  readonly takeBack: (key: string) => void;
  readonly keep: (incident: OpenIncident<S>) => void;
}

/**
 * Makes the pages that are due: which there are, whether a storm gathers them, and what is told with them.
 */
export class Teller<S extends AlertSubject> {
  readonly #o: TellerPorts<S>;

  constructor(ports: TellerPorts<S>) {
    this.#o = ports;
  }

  /** Pages to all targets that have something due in one of these incidents. */
  tellDue(
    worked: ReadonlySet<OpenIncident<S>>,
    { nowMs, pagesMax }: { readonly nowMs: number; readonly pagesMax: number },
  ): Page[] {
    const byTarget = new Map<string, DueLane<S>[]>();
    for (const incident of worked) {
      for (const lane of incident.lanes.values()) {
        const due = this.#dueOf(incident, lane, nowMs);
        if (!due) continue;
        const some = byTarget.get(lane.target);
        if (some) some.push(due);
        else byTarget.set(lane.target, [due]);
      }
    }
    const pages: Page[] = [];
    for (const [target, due] of byTarget) this.#tellTarget(target, due, { nowMs, pagesMax, pages });
    return pages;
  }

  #dueOf(incident: OpenIncident<S>, lane: DueLane<S>['lane'], nowMs: number): DueLane<S> | null {
    if (newsDueMs(incident, lane) <= nowMs) return { incident, lane, isReminder: false };
    return this.reminderMs(incident, lane, nowMs) <= nowMs ? { incident, lane, isReminder: true } : null;
  }

  /** When a target is reminded, as things stand. */
  reminderMs(incident: OpenIncident<S>, lane: DueLane<S>['lane'], nowMs: number): number {
    const isOnWay = this.#o.flights.has(lane.key);
    return reminderDueMs(incident, lane, { rules: this.#o.rules(), nowMs, isOnWay });
  }

  /** What does not go now has another time to go at. */
  #tellTarget(
    target: string,
    due: readonly DueLane<S>[],
    { nowMs, pagesMax, pages }: { readonly nowMs: number; readonly pagesMax: number; readonly pages: Page[] },
  ): void {
    const limit = this.#o.rules().storms.get(target);
    const admission = this.#o.storms.admit(target, limit, { due: due.length, nowMs });
    const make = (lanes: readonly DueLane<S>[], asOne: boolean) => {
      if (pages.length >= pagesMax) return;
      this.#o.storms.note(target, limit, { nowMs, asOne });
      pages.push(this.#tell(target, lanes, nowMs));
    };
    switch (admission.kind) {
      case 'each':
        for (const one of due) make([one], false);
        return;
      case 'as-one':
        return make(due, true);
      case 'later':
        for (const { lane } of due) lane.laterMs = admission.untilMs;
    }
  }

  /** One page, and what is told with it. */
  #tell(target: string, due: readonly DueLane<S>[], nowMs: number): Page {
    for (const { lane } of due) if (lane.reminder !== '') this.#o.takeBack(lane.reminder);
    const draft = draftOf(target, due, (subject) => this.#o.portray(subject));
    const page = composePage(draft, { nowMs, digest: this.#o.digest });
    const { key } = page;
    const flight = this.#o.flights.start(key, target);
    for (const { incident, lane, isReminder } of due) {
      for (const [standing, news] of lane.news) {
        const level: Problem | null = news === 'problem' ? standing.problem : null;
        flight.said.set(standing, level);
        const before = toldOf(standing, target)?.key;
        if (before && before !== key) flight.after.set(standing, before);
        if (standing.closed) this.#o.close(standing, target);
        else {
          const saying = { receiver: target, key, level, incident: incident.id };
          this.#o.write(standing, tell(standing.subject.told, saying));
        }
      }
      flight.lanes.set(incident, lane);
      Object.assign(lane, { key, pagedMs: nowMs, pages: lane.pages + 1, newsMs: 0, laterMs: 0, outcome: '' });
      lane.news.clear();
      if (isReminder) lane.reminder = key;
      incident.waitingMs ??= nowMs;
      this.#o.keep(incident);
    }
    return page;
  }
}
