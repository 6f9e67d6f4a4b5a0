import { written } from '../../rehearsal/compare.ts';
import type { CheckTest } from '../../contract/check-tests.ts';
import type { Failure } from '../../rehearsal/compare.ts';
import type { HistoryLine } from '../../rehearsal/happenings.ts';

/** What became of one test. */
export interface TestOutcome {
  readonly test: CheckTest;
  readonly failures: readonly Failure[];
}

/** Of one test: when everything is wrong, the first say why. */
const FAILURES_MAX = 20;

/** What was not as expected, each with its place and what the service went through around that time. */
export function failureText({ test, failures }: TestOutcome): string {
  const more = failures.length - FAILURES_MAX;
  const rest = more > 0 ? `${test.where}: ${test.name}: and ${more} more\n` : '';
  const told = failures.slice(0, FAILURES_MAX).map(({ where, message, history }) => {
    const lines = history.map((line) => `    ${historyText(line)}\n`).join('');
    return `${where}: ${test.name}: ${message}\n${lines}`;
  });
  return told.join('') + rest;
}

function historyText({ atMs, view }: HistoryLine): string {
  const attempt = `${view.attempt}/${view.max_check_attempts}`;
  const words = [written(atMs).padStart(7), view.state.padEnd(8), view.state_type, attempt, view.output];
  return words.join(' ').trimEnd();
}

/** One test as data. */
export function outcomeData({ test, failures }: TestOutcome): object {
  return {
    name: test.name,
    where: test.where,
    ok: failures.length === 0,
    failures: failures.map(({ where, message, history }) => ({
      where,
      message,
      history: history.map(({ atMs, view }) => ({
        at_ms: atMs,
        state: view.state,
        state_type: view.state_type,
        attempt: view.attempt,
        output: view.output,
      })),
    })),
  };
}
