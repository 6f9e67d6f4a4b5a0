import { attemptOf, problemOf } from './state-machine.ts';
import type { Effect, Result } from './state-machine.ts';
import type { Problem, Status } from '../model/service-state.ts';

/** What Nagios looks at beside the result. */
export interface NagiosRules {
  readonly maxAttempts: number;
  /** False while the host, whatever its state type, is DOWN or UNREACHABLE; true for the host itself. */
  readonly isHostUp: boolean;
  /** Of a host: every change is hard at once, as of passive results without passive_host_checks_are_soft. */
  readonly isHardAtOnce: boolean;
  /** A host that recovers softly is UP SOFT until its next result; a service is OK HARD at once. */
  readonly isHost: boolean;
}

/**
 * One step of soft and hard states as Nagios 4.5 takes it (base/checks.c, handle_async_service_check_result
 * and its twin for hosts): every result is an attempt, whatever its time. Beside a host that is not UP a
 * problem is hard at once: at attempt 1 where all was well before, else at `maxAttempts`. Such a problem is
 * hard below `maxAttempts`, and so, with the host UP again, its change to another problem is soft. (Left out:
 * that the attempts of that one begin anew if the host was down again and the old problem back in between.)
 */
export function stepAsNagios(
  status: Status,
  result: Pick<Result, 'state'>,
  rules: NagiosRules,
  nowMs: number,
): readonly [Status, Effect] {
  const problem = problemOf(result.state);
  if (problem === null) return well(status, rules, nowMs);
  const isSame = status.kind !== 'ok' && status.problem === problem;
  const bad = { problem, sinceMs: isSame ? status.sinceMs : nowMs };
  if (rules.isHardAtOnce) return isSame ? [hardened(status), 'none'] : [hard(bad, 1), 'problem'];
  switch (status.kind) {
    case 'ok':
      return rules.isHostUp ? attempted(bad, 1, null, rules, nowMs) : [hard(bad, 1), 'problem'];
    case 'soft': {
      const hardBefore = status.hardBefore ?? null;
      if (!rules.isHostUp && problem !== hardBefore) return [hard(bad, rules.maxAttempts), 'problem'];
      return attempted(bad, status.attempt + 1, hardBefore, rules, nowMs);
    }
    case 'hard':
      if (isSame) return [status, 'none'];
      if (!rules.isHostUp) return [hard(bad, rules.maxAttempts), 'problem'];
      return attempted(bad, status.attempt, status.problem, rules, nowMs);
  }
}

interface Bad {
  readonly problem: Problem;
  readonly sinceMs: number;
}

function well(status: Status, rules: NagiosRules, nowMs: number): readonly [Status, Effect] {
  const { isHost, isHostUp, maxAttempts } = rules;
  switch (status.kind) {
    case 'ok':
      return [status.isSoft ? { kind: 'ok', sinceMs: status.sinceMs } : status, 'none'];
    case 'soft':
      // The end of the hard problem before it, which had none of its own.
      if (status.hardBefore && (!isHostUp || status.attempt + 1 >= maxAttempts)) {
        return [{ kind: 'ok', sinceMs: nowMs }, 'recovery'];
      }
      return [{ kind: 'ok', sinceMs: nowMs, ...(isHost ? { isSoft: true } : {}) }, 'soft-recovery'];
    case 'hard':
      return [{ kind: 'ok', sinceMs: nowMs }, 'recovery'];
  }
}

function attempted(
  bad: Bad,
  attempt: number,
  hardBefore: Problem | null,
  { maxAttempts }: NagiosRules,
  nowMs: number,
): readonly [Status, Effect] {
  if (attempt >= maxAttempts) return [hard(bad, Math.max(1, maxAttempts)), 'problem'];
  const counted = { kind: 'soft' as const, ...bad, attempt, triedMs: nowMs, evidenceMs: nowMs };
  return [hardBefore === null ? counted : { ...counted, hardBefore }, 'attempt'];
}

function hard({ problem, sinceMs }: Bad, attempt: number): Status {
  return { kind: 'hard', problem, attempt, sinceMs };
}

/** A soft problem whose results have become hard at once, by a reload. */
function hardened(status: Status): Status {
  return status.kind === 'soft' ? hard(status, attemptOf(status)) : status;
}
