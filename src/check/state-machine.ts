import type { CheckState, Problem, Status } from '../model/service-state.ts';

/** What a result means for those who watch. Only `problem` and `recovery` are worth telling anybody. */
export type Effect =
  | 'none'
  /** A soft problem began, counted an attempt or changed. */
  | 'attempt'
  | 'soft-recovery'
  /** Became hard, or changed from one hard problem to another. */
  | 'problem'
  | 'recovery';

export interface Result {
  readonly state: CheckState | 'UP' | 'DOWN' | 'UNREACHABLE';
  /** Which observation this is: its arrival time. The same one never counts as two attempts. */
  readonly evidenceMs: number;
}

export interface AttemptRules {
  readonly maxAttempts: number;
  /** The next attempt needs another observation and this much time. */
  readonly retryIntervalMs: number;
}

/**
 * One step of soft and hard states, for services and hosts, as nagioscore base/checks.c does it
 * (handle_async_service_check_result): every bad result while soft counts, also of another kind; hard at
 * `maxAttempts`; from one hard problem to another at once; a soft problem that ends was nothing.
 * Total: any status, any result, any clock, also one that was set back.
 */
export function step(
  status: Status,
  result: Result,
  rules: AttemptRules,
  nowMs: number,
): readonly [Status, Effect] {
  const problem = problemOf(result.state);
  switch (status.kind) {
    case 'ok':
      return problem
        ? enter({ problem, attempt: 1, sinceMs: nowMs }, result, rules, nowMs)
        : [status, 'none'];
    case 'soft': {
      if (!problem) return [{ kind: 'ok', sinceMs: nowMs }, 'soft-recovery'];
      const sinceMs = problem === status.problem ? status.sinceMs : nowMs;
      if (isAttemptDue(status, result, rules, nowMs)) {
        return enter({ problem, attempt: status.attempt + 1, sinceMs }, result, rules, nowMs);
      }
      return problem === status.problem ? [status, 'none'] : [{ ...status, problem, sinceMs }, 'attempt'];
    }
    case 'hard':
      if (!problem) return [{ kind: 'ok', sinceMs: nowMs }, 'recovery'];
      if (problem === status.problem) return [status, 'none'];
      return [{ kind: 'hard', problem, attempt: status.attempt, sinceMs: nowMs }, 'problem'];
  }
}

export function problemOf(state: Result['state']): Problem | null {
  return state === 'OK' || state === 'UP' ? null : state;
}

/** The attempt as it is shown: 1 while all is well. */
export function attemptOf(status: Status): number {
  return status.kind === 'ok' ? 1 : status.attempt;
}

/** Whether another bad result counts as the next attempt of a soft problem. */
export function isAttemptDue(
  status: Status & { kind: 'soft' },
  result: Result,
  rules: AttemptRules,
  nowMs: number,
): boolean {
  if (result.evidenceMs === status.evidenceMs) return false;
  const waitedMs = nowMs - status.triedMs;
  return waitedMs >= rules.retryIntervalMs || waitedMs < 0;
}

function enter(
  bad: { problem: Problem; attempt: number; sinceMs: number },
  result: Result,
  rules: AttemptRules,
  nowMs: number,
): readonly [Status, Effect] {
  if (bad.attempt >= rules.maxAttempts) {
    return [{ kind: 'hard', ...bad, attempt: Math.max(1, rules.maxAttempts) }, 'problem'];
  }
  return [{ kind: 'soft', ...bad, triedMs: nowMs, evidenceMs: result.evidenceMs }, 'attempt'];
}
