import type { Lane, OpenIncident, Standing } from './open-incident.ts';
import type { AlertSubject } from './subject.ts';
import type { Problem } from '../model/service-state.ts';

/** A page that has not been settled. */
export interface Flight<S extends AlertSubject> {
  readonly target: string;
  /** What it says of each service that it has news of; null: that it is over. */
  readonly said: Map<Standing<S>, Problem | null>;
  /** The page before it that told this target of a service and had not arrived, by key. */
  readonly after: Map<Standing<S>, string>;
  /** Incidents it is about, and how far they got with the target. */
  readonly lanes: Map<OpenIncident<S>, Lane<S>>;
}

/** Pages on their way, by key. */
export class Flights<S extends AlertSubject> {
  readonly #flights = new Map<string, Flight<S>>();

  get(key: string): Flight<S> | undefined {
    return this.#flights.get(key);
  }

  has(key: string): boolean {
    return this.#flights.has(key);
  }

  start(key: string, target: string): Flight<S> {
    let flight = this.#flights.get(key);
    if (!flight) {
      flight = { target, said: new Map(), after: new Map(), lanes: new Map() };
      this.#flights.set(key, flight);
    }
    return flight;
  }

  /** The page before it about a service that is on its way still, and what that says; null: there is none. */
  before(flight: Flight<S>, standing: Standing<S>): { key: string; level: Problem | null } | null {
    const key = flight.after.get(standing);
    const earlier = key === undefined ? undefined : this.#flights.get(key);
    const level = earlier?.said.get(standing);
    return key === undefined || level === undefined ? null : { key, level };
  }

  /** Pages about it that began before it was shown. */
  resume(standing: Standing<S>, incidentOf: (id: string) => OpenIncident<S> | undefined): void {
    for (const { key, receiver, level, incident } of standing.subject.told) {
      if (key === null) continue;
      const flight = this.start(key, receiver);
      flight.said.set(standing, level);
      const of = incident === undefined ? undefined : incidentOf(incident);
      const lane = of?.lanes.get(receiver);
      if (of && lane) flight.lanes.set(of, lane);
    }
  }

  end(key: string): void {
    this.#flights.delete(key);
  }
}
