import type { PluginOutcome, PluginRun } from '../model/check-result.ts';
import type { TestedResult } from '../contract/check-tests.ts';

type Answer = Pick<TestedResult, 'code' | 'output'>;

/** The plugins of a test: each answers at once with what the test says it answers by then. */
export class StagedCommands {
  readonly #answers = new Map<string, Answer>();
  /** Runs of which the test does not say yet what they answer. */
  #waiting: PluginRun[] = [];

  /** From now on the service's command answers this. */
  set({ cluster, host, service, code, output }: TestedResult): void {
    this.#answers.set(`${cluster}\0${host}\0${service}`, { code, output });
  }

  start(runs: readonly PluginRun[]): void {
    this.#waiting.push(...runs);
  }

  /** Runs that have begun and end now. */
  takeEnded(nowMs: number): PluginOutcome[] {
    const ended: PluginOutcome[] = [];
    this.#waiting = this.#waiting.filter((run) => {
      const { cluster, host, service, startMs } = run;
      const answer = this.#answers.get(`${cluster}\0${host}\0${service}`);
      if (answer === undefined || startMs > nowMs) return true;
      const times = { startedMs: nowMs, executionMs: 0, latencyMs: 0 };
      ended.push({ cluster, host, service, run: run.run, end: 'exited', detail: '', ...answer, ...times });
      return false;
    });
    return ended;
  }
}
