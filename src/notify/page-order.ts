import { DueQueue } from '../model/due-queue.ts';
import type { Page } from '../model/service-state.ts';

/** A page in the line of its receiver. */
export interface Waiting {
  readonly page: Page;
  /** Its place in line. */
  readonly place: number;
  /** What it is about; of two pages about the same the later one waits for the earlier. */
  readonly subjects: readonly string[];
  attempts: number;
  /** Failed attempts in a row. */
  streak: number;
  /** It is of before a restart, and was not tried since: whether it arrived then nobody knows. */
  mayHaveArrived: boolean;
  /**
   * `blocked`: behind an earlier page about the same. `aside`: it alone fails, and waits for its own time.
   * `gone`: delivered, failed for good, or taken back.
   */
  state: 'blocked' | 'ready' | 'flying' | 'aside' | 'gone';
  /** Subjects of which it is not the first. */
  behind: number;
  /** Whether it has an entry among the ready ones; one that is not ready is passed over there. */
  isListed: boolean;
}

/** Pages about one subject, in order; those that are gone are passed over. */
interface Queue {
  readonly pages: Waiting[];
  first: number;
  /** Pages behind the first one that are gone. */
  gone: number;
}

/** Pages passed over after which a queue is made short again. */
const PASSED_MAX = 64;

/** Which pages of a line may go: the oldest first, never two about the same at once. */
export class PageOrder {
  readonly #queues = new Map<string, Queue>();
  /** By place. */
  #ready = new DueQueue<Waiting>();

  add(waiting: Waiting): void {
    for (const subject of waiting.subjects) {
      const queue = this.#queues.get(subject);
      if (!queue) {
        this.#queues.set(subject, { pages: [waiting], first: 0, gone: 0 });
        continue;
      }
      queue.pages.push(waiting);
      waiting.behind += 1;
    }
    if (waiting.behind === 0) this.ready(waiting);
  }

  /** It may be taken (again). */
  ready(waiting: Waiting): void {
    waiting.state = 'ready';
    if (waiting.isListed) return;
    waiting.isListed = true;
    this.#ready.push(waiting.place, waiting);
  }

  /** It is done with: whatever waits behind it may go. */
  remove(waiting: Waiting): void {
    waiting.state = 'gone';
    for (const subject of waiting.subjects) {
      const queue = this.#queues.get(subject);
      if (!queue) continue;
      if (queue.pages[queue.first] !== waiting) {
        forget(queue);
        continue;
      }
      const next = advance(queue);
      if (!next) {
        this.#queues.delete(subject);
        continue;
      }
      next.behind -= 1;
      if (next.behind === 0) this.ready(next);
    }
  }

  /** The place of the oldest that may go. */
  get firstPlace(): number | undefined {
    return this.#peek()?.place;
  }

  /** Takes the oldest that may go. */
  takeFirst(): Waiting | undefined {
    const first = this.#peek();
    if (first) this.#drop();
    return first;
  }

  /** Takes the oldest behind that place; where there is none, the oldest other than that of that place. */
  takeBeyond(place: number): Waiting | undefined {
    let beyond: Waiting | undefined;
    let other: Waiting | undefined;
    for (const one of this.#ready.items()) {
      if (one.state !== 'ready' || one.place === place) continue;
      if (one.place > place && (!beyond || one.place < beyond.place)) beyond = one;
      if (!other || one.place < other.place) other = one;
    }
    // Its entry stays in the list: it is not ready while it flies.
    return beyond ?? other;
  }

  /** Whether another page than that may go. */
  hasOther(than: Waiting): boolean {
    for (const one of this.#ready.items()) if (one.state === 'ready' && one !== than) return true;
    return false;
  }

  #peek(): Waiting | undefined {
    for (let first = this.#ready.first; first; first = this.#ready.first) {
      if (first.state === 'ready') return first;
      this.#drop();
    }
    return undefined;
  }

  #drop(): void {
    const dropped = this.#ready.takeDue(Infinity);
    if (dropped) dropped.isListed = false;
  }
}

/** What a page is about: its incident, and the services that it has news of. */
export function subjectsOf({ incident, cluster, host, service, services }: Page): string[] {
  const told = services.filter(({ news }) => news !== 'open');
  const keys = (told.length > 0 ? told : [{ cluster, host, service }]).map(
    (one) => `${one.cluster}\0${one.host}\0${one.service}`,
  );
  // No name holds a NUL twice in a row: an incident is no service.
  return [...new Set(incident === '' ? keys : [`\0\0\0${incident}`, ...keys])];
}

/** A page in the middle was taken back: behind one that waits for a day there may be thousands of these. */
function forget(queue: Queue): void {
  queue.gone += 1;
  if (queue.gone < PASSED_MAX || queue.gone < queue.pages.length / 2) return;
  const present = queue.pages.filter(({ state }) => state !== 'gone');
  queue.pages.splice(0, queue.pages.length, ...present);
  queue.first = 0;
  queue.gone = 0;
}

function advance(queue: Queue): Waiting | undefined {
  while (queue.pages[queue.first]?.state === 'gone') queue.first += 1;
  if (queue.first > PASSED_MAX && queue.first > queue.pages.length / 2) {
    queue.pages.splice(0, queue.first);
    queue.first = 0;
  }
  return queue.pages[queue.first];
}
