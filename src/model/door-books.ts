import { DOOR_REFUSALS_MAX } from '../limits.ts';
import type { CheckResult, ResultDoor, ResultRefusal } from './check-result.ts';
import type { DoorFigures, DoorRefusal } from '../contract/stats.ts';
import type { ServiceKey } from './service-state.ts';

/** Senders whose refusals are not told apart any more. */
const OTHERS = 'others';

/** One refusal, as a door tells of it. */
export interface Refusal {
  readonly door: ResultDoor;
  readonly reason: string;
  /** An address, or a user's name. */
  readonly from: string;
  /** Host and service, or what else could be read; empty: nothing could. */
  readonly about: string;
}

interface DoorBook {
  accepted: number;
  /** By reason and sender, the one that was refused last at the end. */
  readonly refused: Map<string, DoorRefusal>;
}

/** What doors of passive results took and refused. Sums by reason never shrink. */
export class DoorBooks {
  readonly #doors = new Map<ResultDoor, DoorBook>();
  /** Open connections by door. */
  readonly connections = new Map<ResultDoor, number>();

  /** What the judge made of results: null where it took one. */
  book(results: readonly CheckResult[], refusals: readonly (ResultRefusal | null)[], nowMs: number): void {
    for (const [i, refusal] of refusals.entries()) {
      const result = results[i];
      if (!result) return;
      const { door, from } = result;
      if (refusal === null) this.accept(door);
      else this.refuse({ door, reason: refusal, from, about: subjectOf(result) }, nowMs);
    }
  }

  accept(door: ResultDoor): void {
    this.#of(door).accepted += 1;
  }

  refuse({ door, reason, from, about }: Refusal, nowMs: number): void {
    const { refused } = this.#of(door);
    const key = `${reason}\0${from}`;
    const count = (refused.get(key)?.count ?? 0) + 1;
    refused.delete(key);
    refused.set(key, { reason, from, about, count, lastMs: nowMs });
    if (refused.size > DOOR_REFUSALS_MAX) forgetOldest(refused);
  }

  figures(): DoorFigures[] {
    const doors = new Set([...this.#doors.keys(), ...this.connections.keys()]);
    return [...doors].map((door) => ({
      door,
      accepted: this.#doors.get(door)?.accepted ?? 0,
      connections: this.connections.get(door) ?? 0,
      refused: [...(this.#doors.get(door)?.refused.values() ?? [])],
    }));
  }

  #of(door: ResultDoor): DoorBook {
    const known = this.#doors.get(door);
    if (known) return known;
    const book: DoorBook = { accepted: 0, refused: new Map() };
    this.#doors.set(door, book);
    return book;
  }
}

/** Host and service, as refusals name them. */
export function subjectOf({ cluster, host, service }: ServiceKey): string {
  return [cluster, host, service].filter((name) => name !== '').join(' / ');
}

/** Figures of doors that several threads have, by door. */
export function joinDoors(parts: readonly (readonly DoorFigures[])[]): DoorFigures[] {
  const joined = new Map<string, DoorFigures>();
  for (const figures of parts.flat()) {
    const other = joined.get(figures.door);
    joined.set(figures.door, {
      door: figures.door,
      accepted: figures.accepted + (other?.accepted ?? 0),
      connections: figures.connections + (other?.connections ?? 0),
      refused: [...figures.refused, ...(other?.refused ?? [])],
    });
  }
  return [...joined.values()].toSorted((a, b) => (a.door < b.door ? -1 : 1));
}

/** The sender that was refused longest ago is one of the others from now on. */
function forgetOldest(refused: Map<string, DoorRefusal>): void {
  for (const [key, oldest] of refused) {
    if (oldest.from === OTHERS) continue;
    refused.delete(key);
    const others = `${oldest.reason}\0${OTHERS}`;
    const count = (refused.get(others)?.count ?? 0) + oldest.count;
    refused.set(others, { ...oldest, from: OTHERS, count });
    return;
  }
}
