import { OUTBOX_PENDING_MAX } from '../limits.ts';
import { backoffMs, GIVE_UP_MS } from './backoff.ts';
import { DueQueue } from './due-queue.ts';
import type { Channel, SendOutcome } from './channel.ts';
import type { Page, QueuedPage, Settlement } from '../model/service-state.ts';

/** Pages one receiver is sent at a time. */
const CONCURRENCY = 4;

export interface DeliveryOptions {
  /** By receiver. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: () => number;
  /** In [0, 1): spreads the retries. */
  readonly random: () => number;
}

interface Waiting {
  readonly page: Page;
  attempts: number;
  nextMs: number;
}

/** Pages of one receiver about one service; in order, so that a recovery never overtakes its problem. */
interface Subject {
  readonly name: string;
  readonly pages: Waiting[];
}

/** Pages of one receiver. */
interface Lane {
  readonly receiver: string;
  /** By cluster, host and service. */
  readonly subjects: Map<string, Subject>;
  /** Subjects by when their first page is due; those with a page on its way are not in it. */
  readonly due: DueQueue<Subject>;
  /** Pages on their way. */
  flying: number;
}

/**
 * Brings queued pages to their receivers: each receiver has a lane and a concurrency of its own, so a slow
 * one delays nobody else. What becomes of an attempt is kept until `takeSettled` is called; nothing here is
 * durable.
 */
export class Delivery {
  #channels: ReadonlyMap<string, Channel>;
  readonly #options: DeliveryOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #flights = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #settled: Settlement[] = [];
  #pending = 0;
  #pumpedMs = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#channels = options.channels;
  }

  /** Pages queued or on their way. */
  get pending(): number {
    return this.#pending;
  }

  /** Pages of receivers that are gone fail at the next pump. */
  replaceChannels(channels: ReadonlyMap<string, Channel>): void {
    this.#channels = channels;
  }

  enqueue(pages: readonly QueuedPage[]): void {
    for (const { page, attempts, nextMs } of pages) {
      if (this.#pending >= OUTBOX_PENDING_MAX) {
        this.#settled.push({
          page,
          outcome: 'failed',
          attempts,
          nextMs,
          settledMs: this.#options.clock(),
          detail: 'too many pages are waiting',
        });
        continue;
      }
      this.#queue({ page, attempts, nextMs });
    }
  }

  /** Starts what is due. Never waits. */
  pump(): void {
    const nowMs = this.#options.clock();
    for (const lane of this.#lanes.values()) {
      if (nowMs < this.#pumpedMs) lane.due.hasten(nowMs);
      this.#pumpLane(lane);
    }
    this.#pumpedMs = nowMs;
  }

  takeSettled(): Settlement[] {
    const settled = this.#settled;
    this.#settled = [];
    return settled;
  }

  /** Breaks off what is on its way; those pages stay unsettled and are sent again after a restart. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.allSettled(this.#flights);
  }

  #queue(waiting: Waiting): void {
    const { page } = waiting;
    const lane = this.#laneOf(page.receiver);
    const name = `${page.cluster}\0${page.host}\0${page.service}`;
    this.#pending += 1;
    const known = lane.subjects.get(name);
    if (known) {
      known.pages.push(waiting);
      return;
    }
    const subject = { name, pages: [waiting] };
    lane.subjects.set(name, subject);
    this.#wait(lane, subject);
  }

  #laneOf(receiver: string): Lane {
    let lane = this.#lanes.get(receiver);
    if (!lane) {
      lane = { receiver, subjects: new Map(), due: new DueQueue(), flying: 0 };
      this.#lanes.set(receiver, lane);
    }
    return lane;
  }

  /** Puts a subject in line for its next page, or forgets it when there is none. */
  #wait(lane: Lane, subject: Subject): void {
    const [next] = subject.pages;
    // Never before now: new pages must not overtake those that wait for another attempt for ever.
    if (next) lane.due.push(Math.max(next.nextMs, this.#options.clock()), subject);
    else lane.subjects.delete(subject.name);
  }

  #pumpLane(lane: Lane): void {
    if (this.#abort.signal.aborted) return;
    const nowMs = this.#options.clock();
    const channel = this.#channels.get(lane.receiver);
    while (lane.flying < CONCURRENCY) {
      const subject = lane.due.takeDue(nowMs);
      const first = subject?.pages[0];
      if (!first) return;
      if (channel) this.#send(lane, subject, first, channel);
      else this.#settle(lane, subject, first, GONE);
    }
  }

  #send(lane: Lane, subject: Subject, waiting: Waiting, channel: Channel): void {
    lane.flying += 1;
    const flight = channel
      .send(waiting.page, this.#abort.signal)
      .catch((error: unknown): SendOutcome => {
        return { ok: false, retryable: true, detail: error instanceof Error ? error.name : 'failed' };
      })
      .then((outcome) => {
        lane.flying -= 1;
        this.#flights.delete(flight);
        // Broken off by our own stop: not an attempt.
        if (this.#abort.signal.aborted && !outcome.ok) return;
        this.#settle(lane, subject, waiting, outcome);
        this.#pumpLane(lane);
      });
    this.#flights.add(flight);
  }

  #settle(lane: Lane, subject: Subject, waiting: Waiting, outcome: SendOutcome): void {
    const nowMs = this.#options.clock();
    waiting.attempts += 1;
    const { page, attempts } = waiting;
    const expired = nowMs - page.createdMs >= GIVE_UP_MS;
    if (!outcome.ok && outcome.retryable && !expired) {
      waiting.nextMs = nowMs + backoffMs(attempts, this.#options.random());
      const { nextMs } = waiting;
      this.#settled.push({
        page,
        outcome: 'retry',
        attempts,
        nextMs,
        settledMs: nowMs,
        detail: outcome.detail,
      });
      this.#wait(lane, subject);
      return;
    }
    subject.pages.shift();
    this.#wait(lane, subject);
    this.#pending -= 1;
    const detail = expired && !outcome.ok ? `given up after 24 h: ${outcome.detail}` : outcome.detail;
    this.#settled.push({
      page,
      outcome: outcome.ok ? 'delivered' : 'failed',
      attempts,
      nextMs: nowMs,
      settledMs: nowMs,
      detail,
    });
  }
}

const GONE: SendOutcome = { ok: false, retryable: false, detail: 'no such receiver any more' };
