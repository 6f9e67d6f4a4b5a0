import { DEPENDENCY_DEPTH_MAX } from '../limits.ts';
import { letterOf } from './flapping.ts';
import type { Dependency } from '../contract/checks.ts';
import type { Status } from '../model/service-state.ts';

/** A service as dependencies look at it. */
export interface Subordinate {
  readonly dependsOn: readonly { readonly dependency: Dependency; readonly master: Master | undefined }[];
}

export interface Master extends Subordinate {
  readonly status: Status;
  /** Has it been judged at all? */
  readonly isJudged: boolean;
}

export type Purpose = 'notification' | 'execution';

export interface DependencyRules {
  readonly purpose: Purpose;
  /** A soft problem of the other counts already; else it is as well as it was before. */
  readonly softStateDependencies: boolean;
}

/**
 * The first dependency that fails, as Nagios judges them (check_service_dependencies in base/checks.c): the
 * other service, or with `inherits_parent` one that it depends on in its turn, is in a state of the criteria.
 * A service that does not exist fails nobody.
 */
export function failingDependency(subordinate: Subordinate, rules: DependencyRules): Dependency | null {
  return failingOf(subordinate, rules, { depth: 0, asked: new Set() });
}

/** Many ways may lead to a service, and in circles: each is asked once what it depends on. */
function failingOf(
  { dependsOn }: Subordinate,
  rules: DependencyRules,
  { depth, asked }: { readonly depth: number; readonly asked: Set<Master> },
): Dependency | null {
  for (const { dependency, master } of dependsOn) {
    if (!master) continue;
    if (criteriaOf(dependency, rules.purpose).includes(letterAs(master, rules))) return dependency;
    if (!dependency.inheritsParent || depth === DEPENDENCY_DEPTH_MAX || asked.has(master)) continue;
    asked.add(master);
    if (failingOf(master, rules, { depth: depth + 1, asked })) return dependency;
  }
  return null;
}

function criteriaOf(dependency: Dependency, purpose: Purpose): readonly string[] {
  return purpose === 'notification'
    ? dependency.notificationFailureCriteria
    : dependency.executionFailureCriteria;
}

/** Its state in Nagios' letters: `o w u c` of a service, `o d u` of a host, `p` before the first result. */
function letterAs({ status, isJudged }: Master, { softStateDependencies }: DependencyRules): string {
  if (!isJudged) return 'p';
  if (status.kind !== 'soft' || softStateDependencies) return letterOf(status);
  const { hardBefore, sinceMs } = status;
  return letterOf(
    hardBefore === undefined
      ? { kind: 'ok', sinceMs }
      : { kind: 'hard', problem: hardBefore, attempt: 1, sinceMs },
  );
}
