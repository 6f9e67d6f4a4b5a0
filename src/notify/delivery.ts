import { OUTBOX_PENDING_MAX } from '../limits.ts';
import { durationWords } from '../model/duration.ts';
import { Lane } from './lane.ts';
import type { Channel, SendOutcome } from './channel.ts';
import type { Flight, LaneFigures } from './lane.ts';
import type { QueuedPage, Settlement } from '../model/service-state.ts';

/** A page that found no way for so long is given up, where its receiver says nothing else. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;

/** Of one that was over by then, or that a downtime, a silence, an acknowledgement or its host keeps back. */
const TAKEN_BACK = 'taken back before it arrived: it did not hold, or was not to be told, any more';

/** Ways to the receivers, by target. */
export interface Ways {
  readonly channels: ReadonlyMap<string, Channel>;
  /** By target; 24 h where there is none. */
  readonly giveUpAfterMs?: ReadonlyMap<string, number>;
}

export interface DeliveryOptions extends Ways {
  readonly clock: () => number;
  /** In [0, 1): spreads the retries. */
  readonly random: () => number;
}

type Ended = Pick<Settlement, 'outcome' | 'detail'> & { readonly nextMs?: number };

/**
 * Brings queued pages to their receivers, each in a lane of its own (src/notify/lane.ts): nobody waits for
 * another one, and nobody has more of the room than is left for all others. What becomes of an attempt is
 * kept until `takeSettled` is called; nothing here is durable. After a restart every receiver is tried at
 * once.
 */
export class Delivery {
  #ways: Ways;
  readonly #options: DeliveryOptions;
  readonly #lanes = new Map<string, Lane>();
  /** By the key of a page that waits or is on its way. */
  readonly #laneOfPage = new Map<string, Lane>();
  readonly #flights = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #settled: Settlement[] = [];
  #pumpedMs = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#ways = options;
  }

  /** Pages queued or on their way. */
  get pending(): number {
    return this.#laneOfPage.size;
  }

  /** Of every target that has, or had, pages. */
  lanes(): LaneFigures[] {
    return Array.from(this.#lanes.values(), (lane) => lane.figures());
  }

  /** Pages of targets that are gone fail at the next pump. */
  use(ways: Ways): void {
    this.#ways = ways;
  }

  /**
   * Starts the pages of before a restart. A kill may have come between a page's arrival and its receipt:
   * until it was tried once more under the same key it is not taken back, lest the same be told again under
   * another.
   */
  resume(pages: readonly QueuedPage[]): void {
    this.#queue(pages, true);
    this.pump();
  }

  /**
   * A page that waits already is left where it is. That one was taken back is forgotten, if nobody asked yet.
   */
  enqueue(pages: readonly QueuedPage[]): void {
    if (pages.length > 0 && this.#settled.length > 0) {
      const again = new Set(pages.map(({ page }) => page.key));
      this.#settled = this.#settled.filter(({ page, outcome }) => {
        return outcome !== 'superseded' || !again.has(page.key);
      });
    }
    this.#queue(pages, false);
  }

  #queue(pages: readonly QueuedPage[], mayHaveArrived: boolean): void {
    for (const queued of pages) {
      const { key, receiver } = queued.page;
      if (this.#laneOfPage.has(key)) continue;
      const lane = this.#laneOf(receiver);
      if (lane.size >= OUTBOX_PENDING_MAX - this.pending) {
        this.#settle(queued, { outcome: 'failed', detail: 'too many pages are waiting' });
        continue;
      }
      lane.add(queued, mayHaveArrived);
      this.#laneOfPage.set(key, lane);
    }
  }

  /**
   * Takes back a page that is not on its way, and settles it as superseded; false where it is, may have
   * arrived, or is not here.
   */
  withdraw(key: string): boolean {
    const waiting = this.#laneOfPage.get(key)?.withdraw(key);
    if (!waiting) return false;
    this.#end(waiting, { outcome: 'superseded', detail: TAKEN_BACK });
    return true;
  }

  /** Starts what is due. Never waits. */
  pump(): void {
    const nowMs = this.#options.clock();
    for (const [target, lane] of this.#lanes) {
      if (nowMs < this.#pumpedMs) lane.hasten(nowMs);
      this.#pumpLane(target, lane);
      lane.rest(nowMs);
      if (lane.size === 0 && !this.#ways.channels.has(target)) this.#lanes.delete(target);
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

  #laneOf(target: string): Lane {
    let lane = this.#lanes.get(target);
    if (!lane) {
      lane = new Lane(target, this.#options.random);
      this.#lanes.set(target, lane);
    }
    return lane;
  }

  #pumpLane(target: string, lane: Lane): void {
    if (this.#abort.signal.aborted) return;
    const channel = this.#ways.channels.get(target);
    if (!channel) return this.#drain(lane);
    const nowMs = this.#options.clock();
    for (let flight = lane.take(nowMs); flight; flight = lane.take(nowMs)) {
      this.#send(target, { lane, flight, channel });
    }
  }

  /** Its receiver is gone from the configuration. */
  #drain(lane: Lane): void {
    for (const waiting of lane.takeOlder(Infinity)) {
      this.#end(waiting, { outcome: 'failed', detail: 'no such receiver any more' });
    }
  }

  #send(
    target: string,
    { lane, flight, channel }: { readonly lane: Lane; readonly flight: Flight; readonly channel: Channel },
  ): void {
    const sent = channel
      .send(flight.waiting.page, this.#abort.signal)
      .catch((error: unknown): SendOutcome => {
        return { ok: false, retryable: true, detail: error instanceof Error ? error.name : 'failed' };
      })
      .then((outcome) => {
        this.#flights.delete(sent);
        if (this.#abort.signal.aborted && !outcome.ok) return lane.brokenOff(flight);
        this.#landed(target, { lane, flight, outcome });
        this.#pumpLane(target, lane);
      });
    this.#flights.add(sent);
  }

  #landed(
    target: string,
    {
      lane,
      flight,
      outcome,
    }: { readonly lane: Lane; readonly flight: Flight; readonly outcome: SendOutcome },
  ): void {
    const nowMs = this.#options.clock();
    const { waiting } = flight;
    if (outcome.ok || !outcome.retryable) {
      lane.ended(flight, outcome, nowMs);
      return this.#end(waiting, { outcome: outcome.ok ? 'delivered' : 'failed', detail: outcome.detail });
    }
    const nextMs = lane.failed(flight, outcome, nowMs);
    const limitMs = this.#ways.giveUpAfterMs?.get(target) ?? GIVE_UP_AFTER_MS;
    const isOld = nowMs - waiting.page.createdMs >= limitMs;
    if (!isOld) this.#settle(waiting, { outcome: 'retry', detail: outcome.detail, nextMs });
    const detail = `given up after ${durationWords(limitMs)}: ${outcome.detail}`;
    const isFailing = lane.figures().failingSinceMs !== null;
    const old = isFailing ? lane.takeOlder(nowMs - limitMs) : [];
    if (isOld && !old.includes(waiting) && lane.withdraw(waiting.page.key)) old.push(waiting);
    for (const given of old) this.#end(given, { outcome: 'failed', detail });
  }

  #end(waiting: QueuedPageSoFar, ended: Ended): void {
    this.#laneOfPage.delete(waiting.page.key);
    this.#settle(waiting, ended);
  }

  #settle({ page, attempts }: QueuedPageSoFar, { outcome, detail, nextMs }: Ended): void {
    const settledMs = this.#options.clock();
    this.#settled.push({ page, outcome, attempts, nextMs: nextMs ?? settledMs, settledMs, detail });
  }
}

type QueuedPageSoFar = Pick<QueuedPage, 'page' | 'attempts'>;
