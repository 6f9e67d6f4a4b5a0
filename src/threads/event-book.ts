import { createOncePer } from '../ops/log.ts';
import { EventRepository } from '../state/event-repository.ts';
import { LossBook } from './loss-book.ts';
import type { LossLog } from './loss-book.ts';
import type { EventView } from '../contract/api.ts';
import type { EventOutcome, Events, EventsRead } from '../http/ports.ts';
import type { AgentNotification, EventQuery, EventsFound, Mark } from '../model/event.ts';

/** The judge's part of what happened. Both calls read a file, and may throw. */
export interface StateChanges {
  /** Grows with every one that is kept. */
  lastChange(): number;
  /** Newest first. */
  changes(query: EventQuery): EventsFound;
}

const NONE: EventsFound = { events: [], leftOut: 0 };
/** The feed asks once a second. */
const FAULT_LOG_MS = 60_000;

/**
 * Changes of state from judge.db, marks and agents' notifications from events.db, which this thread writes,
 * as one history; and the periods of loss, which are no events, in the same file.
 */
export class EventBook implements Events, Disposable {
  readonly losses: LossBook;
  readonly #marks: EventRepository;
  readonly #changes: StateChanges;
  readonly #log: { error(detail: object, message: string): void };
  readonly #once = createOncePer(Date.now);
  #version = '';

  /** Throws a DatabaseFault when the file cannot be used. */
  constructor(options: { readonly file: string; readonly changes: StateChanges; readonly log: LossLog }) {
    this.#marks = new EventRepository(options.file);
    this.#changes = options.changes;
    this.#log = options.log;
    this.losses = new LossBook({ table: this.#marks.losses, log: options.log });
  }

  version(): string {
    const last = this.#reading(() => this.#changes.lastChange());
    if (last.ok) this.#version = `${this.#marks.version} ${this.#marks.notifications.version} ${last.found}`;
    return this.#version;
  }

  list(query: EventQuery): EventsRead {
    const read = this.#reading(() => this.#found(query));
    return read.ok ? { ok: true, ...read.found } : read;
  }

  #found(query: EventQuery): EventsFound {
    const { kind, limit } = query;
    const changes = kind === null || kind === 'state' ? this.#changes.changes(query) : NONE;
    const marks = kind === 'state' || kind === 'notification' ? NONE : this.#marks.list(query);
    const said = kind === null || kind === 'notification' ? this.#marks.notifications.list(query) : NONE;
    const parts = [changes, marks, said];
    const all = parts.flatMap(({ events }) => events).toSorted((a, b) => b.time_ms - a.time_ms);
    const leftOut = parts.reduce((sum, part) => sum + part.leftOut, 0);
    return { events: all.slice(0, limit), leftOut: leftOut + Math.max(0, all.length - limit) };
  }

  /** Keeps what agents had to say. */
  notified(notifications: readonly AgentNotification[]): void {
    this.#attempt(() => this.#marks.notifications.add(notifications), {
      // They may come several times a second.
      isTold: () => this.#once('notified', FAULT_LOG_MS) !== null,
    });
  }

  post(mark: Mark): EventOutcome {
    return this.#attempt(() => this.#marks.add(mark));
  }

  remove(id: string): EventOutcome<EventView | undefined> {
    return this.#attempt(() => this.#marks.remove(id));
  }

  /** Forgets marks, notifications and losses of before that time, epoch ms. */
  prune({ eventsMs }: { readonly eventsMs: number }): void {
    this.#attempt(() => this.#marks.prune(eventsMs));
    this.#attempt(() => this.#marks.notifications.prune(eventsMs));
    this.losses.prune(eventsMs);
  }

  [Symbol.dispose](): void {
    this.#marks[Symbol.dispose]();
  }

  #reading<T>(read: () => T): { readonly ok: true; readonly found: T } | { ok: false; fault: string } {
    try {
      return { ok: true, found: read() };
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (this.#once('read', FAULT_LOG_MS)) this.#log.error({ fault }, 'events cannot be read');
      return { ok: false, fault };
    }
  }

  #attempt<T>(work: () => T, { isTold = (): boolean => true } = {}): EventOutcome<T> {
    try {
      return { ok: true, event: work() };
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (isTold()) this.#log.error({ fault }, 'events.db cannot be written');
      return { ok: false, fault };
    }
  }
}
