import { setImmediate } from 'node:timers/promises';
import { createJudge } from '../judge/judge.ts';
import { FORGETFUL, Happenings } from './happenings.ts';
import { localLease } from '../alert/lease.ts';
import { Sources } from '../judge/values/sources.ts';
import { StagedCommands } from './staged-commands.ts';
import { StagedFleet } from './staged-fleet.ts';
import { StagedPast } from './staged-past.ts';
import type { Channel } from '../notify/channel.ts';
import type { CheckTest, TestedResult } from '../contract/check-tests.ts';
import type { CheckRules } from '../contract/checks.ts';
import type { GroupConfig } from '../contract/config.ts';
import type { Judge } from '../judge/judge.ts';
import type { JudgeReport } from '../judge/report.ts';
import type { ResultRefusal } from '../model/check-result.ts';

/** What a test is judged by. `groups`: how long hosts of known clusters may be silent. */
export interface RehearsedRules extends CheckRules {
  readonly groups: readonly Pick<GroupConfig, 'name' | 'hostTmaxMs' | 'hostDmaxMs'>[];
}

/** A result that the judge did not take. */
export interface Refused {
  readonly result: TestedResult;
  readonly refusal: ResultRefusal;
}

/** A server that has just begun is lenient; that of a test has listened for a while. */
const BEFORE_MS = 10 * 60_000;
const BEFORE_STEP_MS = 10_000;

/** One test on its way: the real judge over a fleet that is not there, by the test's clock. */
export class Rehearsal {
  readonly happened = new Happenings();
  readonly refused: Refused[] = [];
  readonly #test: CheckTest;
  readonly #judge: Judge;
  readonly #fleet: StagedFleet;
  readonly #commands = new StagedCommands();
  #atMs = -BEFORE_MS;

  constructor(test: CheckTest, rules: RehearsedRules) {
    this.#test = test;
    this.#fleet = new StagedFleet(test);
    const { catalogue } = this.#fleet;
    const channel = this.happened.channel(() => this.#atMs);
    this.#judge = createJudge({
      ...rules,
      // Hosts of a test have been there for long, whatever is told of them.
      groups: rules.groups.map((group) => ({ ...group, newHostGraceMs: 0 })),
      catalogue,
      sources: new Sources(catalogue, new StagedPast(test)),
      store: FORGETFUL,
      lease: localLease,
      routes: test.routes,
      channels: new Map(test.routes.map(({ receiver }): [string, Channel] => [receiver, channel])),
      startedMs: test.startMs - BEFORE_MS,
      clock: () => test.startMs + this.#atMs,
      random: () => 0.5,
    });
    for (; this.#atMs < 0; this.#atMs += BEFORE_STEP_MS) {
      this.#fleet.hearAll(test.startMs + this.#atMs);
      this.#turn();
    }
    this.#fleet.hearAll(test.startMs - 1000);
  }

  /** Everything of one second, in the order in which a server meets it. Seconds come one after the other. */
  async second(atMs: number): Promise<void> {
    this.#atMs = atMs;
    this.#fleet.play(atMs);
    for (const result of this.#test.results) if (result.atMs === atMs) this.#report(result);
    this.#turn();
    // Pages are sent in the background, and what became of them is taken up in the next turn.
    if (this.happened.pagesPending > 0) await setImmediate();
  }

  async stop(): Promise<void> {
    await this.#judge.stop();
  }

  #turn(): void {
    const nowMs = this.#test.startMs + this.#atMs;
    this.#take(this.#judge.turn(nowMs));
    this.#commands.start(this.#judge.takeErrands().runs);
    this.#take(this.#judge.ran(this.#commands.takeEnded(nowMs), nowMs));
  }

  #take(report: JudgeReport | null): void {
    if (report !== null) this.happened.take(report, this.#atMs);
  }

  /** A passive service takes it; what is a command's answers it from now on. */
  #report(result: TestedResult): void {
    this.#commands.set(result);
    const timeMs = this.#test.startMs + this.#atMs;
    const reported = { ...result, timeMs, door: 'api' as const, from: 'test' };
    const { answer, report } = this.#judge.ask({ kind: 'results', results: [reported] }, timeMs);
    for (const outcome of answer) {
      if (outcome.ok || outcome.refusal === 'not-passive') continue;
      this.refused.push({ result, refusal: outcome.refusal });
    }
    this.#take(report);
  }
}
