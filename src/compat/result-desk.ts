import { RESULTS_PER_MESSAGE_MAX, RESULTS_UNDER_WAY_MAX } from '../limits.ts';
import { checkedResult, HOST_SERVICE } from '../model/checked-result.ts';
import { decidedWords, questionOf } from '../model/decided.ts';
import { subjectOf } from '../model/door-books.ts';
import type { Decided, DecidedOutcome, DecidedQuestion } from '../model/decided.ts';
import type { CheckNowOutcome, CheckResult, ResultDoor, ResultRefusal } from '../model/check-result.ts';
import type { DoorBooks, Refusal } from '../model/door-books.ts';
import type { ServiceKey } from '../model/service-state.ts';

/** Where results go. Both reject when the judge is gone. */
export interface ResultTaker {
  /** Why each is not taken, in their order; null: it is. */
  deliver(results: readonly CheckResult[]): Promise<readonly (ResultRefusal | null)[]>;
  checkNow(service: ServiceKey): Promise<CheckNowOutcome>;
  /** Why nothing came of it; null: it did. */
  decide(question: DecidedQuestion): Promise<DecidedOutcome>;
}

export interface ResultDeskOptions {
  readonly judge: ResultTaker;
  readonly books: DoorBooks;
  readonly nowMs: () => number;
}

/**
 * Results of all doors on their way to the judge: what one turn of the event loop brings travels together,
 * and so many may be under way. A door that finds it full stops reading until it is called.
 */
export class ResultDesk {
  readonly #o: ResultDeskOptions;
  #batch: CheckResult[] = [];
  #underWay = 0;
  #flushing: NodeJS.Immediate | undefined;
  readonly #waiting = new Set<() => void>();
  readonly #sent = new Set<Promise<void>>();

  constructor(options: ResultDeskOptions) {
    this.#o = options;
  }

  get isFull(): boolean {
    return this.#underWay >= RESULTS_UNDER_WAY_MAX;
  }

  take(result: CheckResult): void {
    const checked = checkedResult(result);
    if (typeof checked === 'string') {
      const { door, from } = result;
      return this.refuse({ door, reason: checked, from, about: subjectOf(result).slice(0, ABOUT_CHARS) });
    }
    this.#underWay += 1;
    this.#batch.push(checked);
    if (this.#batch.length >= RESULTS_PER_MESSAGE_MAX) this.#flush();
    else this.#flushing ??= setImmediate(() => this.#flush());
  }

  refuse(refusal: Refusal): void {
    this.#o.books.refuse(refusal, this.#o.nowMs());
  }

  /** A service's command is to be run; an empty service is the host's own. */
  checkNow(host: string, service: string, by: { readonly door: ResultDoor; readonly from: string }): void {
    const key = { cluster: '', host, service: service === '' ? HOST_SERVICE : service };
    const about = subjectOf(key).slice(0, ABOUT_CHARS);
    this.#underWay += 1;
    const asked = this.#o.judge.checkNow(key).then(
      (outcome) => {
        if (outcome === 'asked') this.#o.books.accept(by.door);
        else this.refuse({ ...by, reason: outcome, about });
      },
      () => this.refuse({ ...by, reason: 'shutdown', about }),
    );
    this.#track(asked, 1);
  }

  /** Somebody acknowledges, or plans a downtime: who it names is its author. */
  decide(decided: Decided, by: { readonly door: ResultDoor; readonly from: string }): void {
    const { subject } = decidedWords(decided);
    const about = subject.slice(0, ABOUT_CHARS);
    const question = questionOf(decided, { nowMs: this.#o.nowMs(), author: null });
    if (!question) return this.refuse({ ...by, reason: 'bad-downtime', about });
    this.#underWay += 1;
    const asked = this.#o.judge.decide(question).then(
      (outcome) => {
        if (outcome === null) this.#o.books.accept(by.door);
        else this.refuse({ ...by, reason: outcome, about });
      },
      () => this.refuse({ ...by, reason: 'shutdown', about }),
    );
    this.#track(asked, 1);
  }

  /** Calls once there is room again. */
  whenRoom(call: () => void): void {
    this.#waiting.add(call);
  }

  /** Resolves when the judge has answered for everything. */
  async settle(): Promise<void> {
    this.#flush();
    await Promise.all(this.#sent);
  }

  #flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    const { judge, books, nowMs } = this.#o;
    const sent = judge.deliver(batch).then(
      (refusals) => books.book(batch, refusals, nowMs()),
      () => {
        for (const result of batch) {
          const { door, from } = result;
          this.refuse({ door, reason: 'shutdown', from, about: subjectOf(result) });
        }
      },
    );
    this.#track(sent, batch.length);
  }

  #track(sent: Promise<void>, count: number): void {
    const settled = sent.finally(() => {
      this.#sent.delete(settled);
      this.#underWay -= count;
      if (2 * this.#underWay <= RESULTS_UNDER_WAY_MAX) this.#callWaiting();
    });
    this.#sent.add(settled);
  }

  #callWaiting(): void {
    const calls = [...this.#waiting];
    this.#waiting.clear();
    for (const call of calls) call();
  }
}

const ABOUT_CHARS = 200;
