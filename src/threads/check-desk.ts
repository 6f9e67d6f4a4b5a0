import { cureOf } from '../contract/reasons.ts';
import { DoorBooks, joinDoors, subjectOf } from '../model/door-books.ts';
import { refusalsOf } from '../model/packed-results.ts';
import { notificationResult } from '../model/notification-result.ts';
import type { AgentNotification } from '../model/event.ts';
import type { ChecksView } from '../contract/api.ts';
import type { CheckResult, ResultOutcome, ResultRefusal } from '../model/check-result.ts';
import type { DoorFigures, DoorRefusal, RunnerFigures } from '../contract/stats.ts';
import type { Asked, Checks } from '../http/ports.ts';
import type { JudgeQuestions } from './judge-questions.ts';
import type { Refusal } from '../model/door-books.ts';
import type { ServiceKey } from '../model/service-state.ts';

type Refused = ChecksView['doors'][number]['refused'][number];

export interface CheckDeskOptions {
  readonly judge: Pick<JudgeQuestions, 'ask'>;
  readonly runner: () => RunnerFigures;
  readonly nowMs: () => number;
}

/** Nobody may want a notification as a result: then it is an event and nothing more. */
const UNWANTED: ReadonlySet<ResultRefusal> = new Set(['unknown-host', 'unknown-service', 'not-passive']);

/** The judge as the main thread asks it, and the books of the doors that this thread has. */
export class CheckDesk implements Checks {
  readonly #o: CheckDeskOptions;
  readonly #books = new DoorBooks();

  constructor(options: CheckDeskOptions) {
    this.#o = options;
  }

  /** What the runner has counted, and what came in here. */
  get runner(): RunnerFigures {
    const figures = this.#o.runner();
    return { ...figures, doors: joinDoors([figures.doors, this.#books.figures()]) };
  }

  detail(service: ServiceKey): ReturnType<Checks['detail']> {
    return this.#o.judge.ask({ kind: 'detail', service });
  }

  async report(results: readonly CheckResult[]): Promise<Asked<readonly ResultOutcome[]>> {
    const asked = await this.#o.judge.ask({ kind: 'results', results });
    if (asked.ok) this.#books.book(results, refusalsOf(asked.answer), this.#o.nowMs());
    return asked;
  }

  refused(refusal: Refusal): void {
    this.#books.refuse(refusal, this.#o.nowMs());
  }

  checkNow(service: ServiceKey): ReturnType<Checks['checkNow']> {
    return this.#o.judge.ask({ kind: 'check-now', service });
  }

  async figures(): Promise<Asked<ChecksView>> {
    const asked = await this.#o.judge.ask({ kind: 'figures' });
    return asked.ok ? { ok: true, answer: withRunner(asked.answer, this.runner) } : asked;
  }

  /** What agents have to say is a result of the service of that name, where one takes results. */
  async notified(notifications: readonly AgentNotification[]): Promise<void> {
    const results = notifications.filter(({ host }) => host !== '').map(notificationResult);
    if (results.length === 0) return;
    const asked = await this.#o.judge.ask({ kind: 'results', results });
    for (const [i, result] of results.entries()) {
      const outcome = asked.ok ? asked.answer[i] : undefined;
      if (outcome?.ok) this.#books.accept('collectd');
      else if (!outcome || !UNWANTED.has(outcome.refusal)) {
        const { door, from } = result;
        this.refused({ door, reason: outcome?.refusal ?? 'judge-busy', from, about: subjectOf(result) });
      }
    }
  }
}

/** The judge's figures with those of the runner, and what mends each refusal. */
export function withRunner(judged: ChecksView, { running, waiting, runs, doors }: RunnerFigures): ChecksView {
  const ran = Object.fromEntries(runs.map(({ reason, count }) => [reason, count]));
  return { ...judged, plugins: { ...judged.plugins, running, waiting, runs: ran }, doors: doors.map(doorOf) };
}

function doorOf({ door, accepted, refused }: DoorFigures): ChecksView['doors'][number] {
  return { door, accepted, refused: refused.map(refusalOf).toSorted((a, b) => b.last_ms - a.last_ms) };
}

function refusalOf({ reason, from, about, count, lastMs }: DoorRefusal): Refused {
  return { reason, from, about, count, last_ms: lastMs, cure: cureOf(reason) };
}
