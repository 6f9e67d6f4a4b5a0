import { backoffMs } from './backoff.ts';
import { afterFailure, hastened, WELL, withOther } from './circuit.ts';
import { DueQueue } from '../model/due-queue.ts';
import { PageOrder, subjectsOf } from './page-order.ts';
import type { Circuit } from './circuit.ts';
import type { QueuedPage } from '../model/service-state.ts';
import type { SendOutcome } from './channel.ts';
import type { Waiting } from './page-order.ts';

/** Pages a receiver that takes them is sent at a time. */
const CONCURRENCY = 4;

/** How a receiver stands. */
export interface LaneFigures {
  readonly target: string;
  /** `idle`: nobody knows, as nothing was sent yet, or nothing is left to be tried since it failed. */
  readonly state: 'idle' | 'well' | 'failing';
  /** Pages that wait or are on their way. */
  readonly pending: number;
  readonly lastDeliveredMs: number | null;
  /** Since when it fails; null: it does not. */
  readonly failingSinceMs: number | null;
  /** Of its last failed attempt; empty: none since it was last well. */
  readonly fault: string;
}

/** A page that was taken to be sent. */
export interface Flight {
  readonly waiting: Waiting;
  /** Changes when the receiver begins to fail and when it is well again. */
  readonly epoch: number;
  readonly wasAside: boolean;
}

/**
 * The line of one receiver's pages. While it is well, four are on their way at once. When one fails, all
 * wait, and the oldest is tried until it gets through; what came meanwhile then goes one by one, in the
 * order it was made. A page that fails three times and more while others get through is put aside and waits
 * alone.
 */
export class Lane {
  readonly #target: string;
  readonly #random: () => number;
  readonly #pages = new Map<string, Waiting>();
  readonly #order = new PageOrder();
  #aside = new DueQueue<Waiting>();
  #circuit: Circuit = WELL;
  #epoch = 0;
  #flying = 0;
  #lastPlace = 0;
  /** Up to this place pages go one by one. */
  #backlogTo = 0;
  /** The page that failed before another one was probed. */
  #suspect: Waiting | undefined;
  /** The place of the page that was probed last. */
  #probedPlace = 0;
  #lastDeliveredMs: number | null = null;
  #fault = '';
  /** The last that is known of the receiver is that it answers. */
  #isWell = false;

  constructor(target: string, random: () => number) {
    this.#target = target;
    this.#random = random;
  }

  get size(): number {
    return this.#pages.size;
  }

  has(key: string): boolean {
    return this.#pages.has(key);
  }

  figures(): LaneFigures {
    const circuit = this.#circuit;
    return {
      target: this.#target,
      state: circuit.kind === 'failing' ? 'failing' : this.#isWell ? 'well' : 'idle',
      pending: this.size,
      lastDeliveredMs: this.#lastDeliveredMs,
      failingSinceMs: circuit.kind === 'failing' ? circuit.sinceMs : null,
      fault: this.#fault,
    };
  }

  add({ page, attempts }: QueuedPage, mayHaveArrived = false): void {
    this.#lastPlace += 1;
    const waiting: Waiting = {
      page,
      place: this.#lastPlace,
      subjects: subjectsOf(page),
      attempts,
      streak: 0,
      mayHaveArrived,
      state: 'blocked',
      behind: 0,
      isListed: false,
    };
    this.#pages.set(page.key, waiting);
    this.#order.add(waiting);
    if (waiting.state === 'ready') this.#circuit = withOther(this.#circuit);
  }

  /** Takes it out of the line; undefined: it is not there, is on its way, or may have arrived. */
  withdraw(key: string): Waiting | undefined {
    const waiting = this.#pages.get(key);
    if (!waiting || waiting.state === 'flying' || waiting.mayHaveArrived) return undefined;
    this.#remove(waiting);
    return waiting;
  }

  /** Takes what is to be sent now; undefined: nothing is. */
  take(nowMs: number): Flight | undefined {
    const [waiting, wasAside] = this.#next(nowMs) ?? [];
    if (!waiting) return undefined;
    waiting.state = 'flying';
    this.#flying += 1;
    return { waiting, epoch: this.#epoch, wasAside: wasAside ?? false };
  }

  /** It got through, or the receiver has refused it for good. */
  ended({ waiting, epoch }: Flight, outcome: SendOutcome, nowMs: number): void {
    this.#flying -= 1;
    waiting.attempts += 1;
    this.#remove(waiting);
    if (outcome.ok) this.#lastDeliveredMs = nowMs;
    this.#fault = outcome.ok ? '' : outcome.detail;
    this.#isWell = true;
    if (this.#circuit.kind === 'well' || epoch !== this.#epoch) return;
    if (this.#circuit.isProbe) this.#setAside(nowMs);
    this.#suspect = undefined;
    this.#circuit = WELL;
    this.#epoch += 1;
    this.#backlogTo = this.#lastPlace;
  }

  /** It failed, and is to be tried again; answers when, as far as that is known. */
  failed({ waiting, epoch, wasAside }: Flight, outcome: SendOutcome & { ok: false }, nowMs: number): number {
    this.#flying -= 1;
    waiting.attempts += 1;
    waiting.streak += 1;
    waiting.mayHaveArrived = false;
    this.#fault = outcome.detail;
    const random = this.#random();
    if (wasAside) return this.#wait(waiting, nowMs + backoffMs(waiting.attempts, random));
    const hasOther = this.#order.hasOther(waiting);
    this.#order.ready(waiting);
    const { kind } = this.#circuit;
    // Those that were on their way when the receiver began to fail say nothing more.
    if (epoch !== this.#epoch) return kind === 'failing' ? this.#circuit.untilMs : nowMs;
    if (kind === 'well') this.#epoch += 1;
    const { detail: fault, retryAfterMs } = outcome;
    const { streak } = waiting;
    this.#circuit = afterFailure(this.#circuit, { nowMs, fault, retryAfterMs, streak, hasOther, random });
    if (this.#circuit.kind === 'failing' && (this.#circuit.isProbe || this.#circuit.lacksProbe)) {
      this.#suspect = waiting;
    }
    return this.#circuit.kind === 'failing' ? this.#circuit.untilMs : nowMs;
  }

  /** Broken off by ourselves: not an attempt. */
  brokenOff({ waiting }: Flight): void {
    this.#flying -= 1;
    this.#order.ready(waiting);
  }

  /** Takes out what was made at `madeMs` or before, but for what is on its way. */
  takeOlder(madeMs: number): Waiting[] {
    const old: Waiting[] = [];
    for (const waiting of this.#pages.values()) {
      if (waiting.page.createdMs > madeMs) break;
      if (waiting.state !== 'flying') old.push(waiting);
    }
    for (const waiting of old) this.#remove(waiting);
    return old;
  }

  /**
   * Once all that it failed to take was taken back, and its back-off is over, nothing tells any more that it
   * fails: it is as one that nothing was sent to, and the next page is tried at once.
   */
  rest(nowMs: number): void {
    if (this.#circuit.kind === 'well' || this.size > 0 || nowMs < this.#circuit.untilMs) return;
    this.#circuit = WELL;
    this.#epoch += 1;
    this.#suspect = undefined;
    this.#isWell = false;
  }

  /** The clock was set back. */
  hasten(nowMs: number): void {
    this.#circuit = hastened(this.#circuit, nowMs);
    this.#aside.hasten(nowMs);
  }

  #next(nowMs: number): readonly [Waiting, boolean] | undefined {
    if (this.#circuit.kind === 'failing') {
      if (this.#flying > 0 || nowMs < this.#circuit.untilMs) return undefined;
      const isProbe = this.#circuit.isProbe && this.#suspect !== undefined;
      const found = isProbe ? this.#probe() : this.#order.takeFirst();
      return found ? [found, false] : this.#dueAside(nowMs);
    }
    const first = this.#order.firstPlace;
    const atOnce = first !== undefined && first <= this.#backlogTo ? 1 : CONCURRENCY;
    if (this.#flying >= atOnce) return undefined;
    const aside = this.#dueAside(nowMs);
    if (aside) return aside;
    const oldest = this.#order.takeFirst();
    return oldest && [oldest, false];
  }

  /** Another page than the suspect: each in its turn, as there may be several that are refused. */
  #probe(): Waiting | undefined {
    const found = this.#order.takeBeyond(Math.max(this.#suspect?.place ?? 0, this.#probedPlace));
    this.#probedPlace = found?.place ?? 0;
    return found ?? this.#order.takeFirst();
  }

  #dueAside(nowMs: number): readonly [Waiting, boolean] | undefined {
    for (let due = this.#aside.takeDue(nowMs); due; due = this.#aside.takeDue(nowMs)) {
      if (due.state === 'aside') return [due, true];
    }
    return undefined;
  }

  /** A page behind it got through: it is not the receiver that fails, it is this page. */
  #setAside(nowMs: number): void {
    if (this.#suspect?.state !== 'ready') return;
    this.#wait(this.#suspect, nowMs + backoffMs(this.#suspect.attempts, this.#random()));
  }

  #wait(waiting: Waiting, dueMs: number): number {
    waiting.state = 'aside';
    this.#aside.push(dueMs, waiting);
    return dueMs;
  }

  #remove(waiting: Waiting): void {
    this.#pages.delete(waiting.page.key);
    this.#order.remove(waiting);
  }
}
