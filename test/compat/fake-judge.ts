import { DoorBooks } from '../../src/model/door-books.ts';
import { ResultDesk } from '../../src/compat/result-desk.ts';
import type { CheckNowOutcome, CheckResult, ResultRefusal } from '../../src/model/check-result.ts';
import type { ResultTaker } from '../../src/compat/result-desk.ts';
import type { DecidedOutcome, DecidedQuestion } from '../../src/model/decided.ts';
import type { ServiceKey } from '../../src/model/service-state.ts';

/** A judge that takes every result at once, or once it is let. */
export class FakeJudge implements ResultTaker {
  readonly taken: CheckResult[] = [];
  readonly asked: ServiceKey[] = [];
  refusal: ResultRefusal | null = null;
  now: CheckNowOutcome = 'asked';
  readonly decisions: DecidedQuestion[] = [];
  decided: DecidedOutcome = null;
  fault: Error | undefined;
  /** While it is closed nothing is answered. */
  gate: Promise<void> = Promise.resolve();

  async deliver(results: readonly CheckResult[]): Promise<readonly (ResultRefusal | null)[]> {
    await this.gate;
    if (this.fault) throw this.fault;
    this.taken.push(...results);
    return results.map(() => this.refusal);
  }

  async decide(question: DecidedQuestion): Promise<DecidedOutcome> {
    await this.gate;
    if (this.fault) throw this.fault;
    this.decisions.push(question);
    return this.decided;
  }

  async checkNow(service: ServiceKey): Promise<CheckNowOutcome> {
    await this.gate;
    if (this.fault) throw this.fault;
    this.asked.push(service);
    return this.now;
  }
}

export const NOW_MS = 1_700_000_000_000;

/** A desk with its judge and books. */
export function deskScene() {
  const judge = new FakeJudge();
  const books = new DoorBooks();
  const time = { ms: NOW_MS };
  const nowMs = () => time.ms;
  const desk = new ResultDesk({ judge, books, nowMs });
  /** `reason from`, and how often. */
  const refusals = () =>
    Object.fromEntries(
      books.figures().flatMap(({ refused }) => refused.map((r) => [`${r.reason} ${r.from}`, r.count])),
    );
  return { judge, books, time, nowMs, desk, refusals };
}

/** Waits for something that happens by itself, looking again each turn of the event loop. */
export async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 5000;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error('it did not happen');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
