import type { Lane, OpenIncident, Standing } from './open-incident.ts';
import type { AlertSubject } from './subject.ts';
import type { Problem } from '../model/service-state.ts';

/** A page that has not been settled. */
export interface Flight<S extends AlertSubject> {
  readonly target: string;
  /** What it says of each service that it has news of; null: that it is over. */
  readonly said: Map<Standing<S>, Problem | null>;
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
      flight = { target, said: new Map(), lanes: new Map() };
      this.#flights.set(key, flight);
    }
    return flight;
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
