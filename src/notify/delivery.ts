import { OUTBOX_PENDING_MAX } from '../limits.ts';
import { backoffMs, GIVE_UP_MS } from './backoff.ts';
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

/**
 * Pages of one receiver. Those about the same service leave in order, so a recovery never overtakes its
 * problem.
 */
interface Lane {
  /** By cluster, host and service; the first of each is next. */
  readonly subjects: Map<string, Waiting[]>;
  /** Subjects whose first page is on its way. */
  readonly busy: Set<string>;
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
          detail: 'too many pages are waiting',
        });
        continue;
      }
      const { subjects } = this.#laneOf(page.receiver);
      const subject = subjectOf(page);
      const queue = subjects.get(subject);
      if (queue) queue.push({ page, attempts, nextMs });
      else subjects.set(subject, [{ page, attempts, nextMs }]);
      this.#pending += 1;
    }
  }

  /** Starts what is due. Never waits. */
  pump(): void {
    for (const receiver of this.#lanes.keys()) this.#pumpLane(receiver);
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

  #laneOf(receiver: string): Lane {
    let lane = this.#lanes.get(receiver);
    if (!lane) {
      lane = { subjects: new Map(), busy: new Set() };
      this.#lanes.set(receiver, lane);
    }
    return lane;
  }

  #pumpLane(receiver: string): void {
    const lane = this.#laneOf(receiver);
    if (this.#abort.signal.aborted) return;
    const nowMs = this.#options.clock();
    const channel = this.#channels.get(receiver);
    for (const [subject, queue] of lane.subjects) {
      if (lane.busy.size >= CONCURRENCY) return;
      const [first] = queue;
      if (!first || first.nextMs > nowMs || lane.busy.has(subject)) continue;
      if (channel) {
        this.#send(lane, subject, first, channel);
      } else {
        this.#settle(lane, subject, first, {
          ok: false,
          retryable: false,
          detail: 'no such receiver any more',
        });
      }
    }
  }

  #send(lane: Lane, subject: string, waiting: Waiting, channel: Channel): void {
    lane.busy.add(subject);
    const flight = channel
      .send(waiting.page, this.#abort.signal)
      .catch((error: unknown): SendOutcome => {
        return { ok: false, retryable: true, detail: error instanceof Error ? error.name : 'failed' };
      })
      .then((outcome) => {
        lane.busy.delete(subject);
        this.#flights.delete(flight);
        // Broken off by our own stop: not an attempt.
        if (this.#abort.signal.aborted && !outcome.ok) return;
        this.#settle(lane, subject, waiting, outcome);
        this.#pumpLane(waiting.page.receiver);
      });
    this.#flights.add(flight);
  }

  #settle(lane: Lane, subject: string, waiting: Waiting, outcome: SendOutcome): void {
    const nowMs = this.#options.clock();
    waiting.attempts += 1;
    const { page, attempts } = waiting;
    const expired = nowMs - page.createdMs >= GIVE_UP_MS;
    if (!outcome.ok && outcome.retryable && !expired) {
      waiting.nextMs = nowMs + backoffMs(attempts, this.#options.random());
      const { nextMs } = waiting;
      this.#settled.push({ page, outcome: 'retry', attempts, nextMs, detail: outcome.detail });
      return;
    }
    const queue = lane.subjects.get(subject);
    queue?.shift();
    if (!queue || queue.length === 0) lane.subjects.delete(subject);
    this.#pending -= 1;
    const detail = expired && !outcome.ok ? `given up after 24 h: ${outcome.detail}` : outcome.detail;
    this.#settled.push({
      page,
      outcome: outcome.ok ? 'delivered' : 'failed',
      attempts,
      nextMs: nowMs,
      detail,
    });
  }
}

function subjectOf(page: Page): string {
  return `${page.cluster}\0${page.host}\0${page.service}`;
}
