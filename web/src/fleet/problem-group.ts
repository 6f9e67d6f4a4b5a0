import { compareProblems, HOST_SERVICE, keyOf, problemKey, problemTitle } from './problem.ts';
import type { Problem } from './problem.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

/** Problems of one service on hosts of one cluster, or a problem that stands alone. */
export interface ProblemGroup {
  /** In addresses: `cluster/service`, or the problem's own `cluster/host/service`. */
  readonly key: string;
  /** The worst first. */
  readonly problems: readonly [Problem, ...Problem[]];
  /** How many hosts have it. */
  readonly hosts: number;
}

/** A service made for one of several metrics carries it in brackets: `disk space[df-root/…]`. */
export function plainService(service: string): string {
  const bracket = service.indexOf('[');
  return bracket > 0 ? service.slice(0, bracket) : service;
}

/** Equal problems of several hosts as one, the worst first. */
export function groupProblems(problems: readonly Problem[]): ProblemGroup[] {
  const byKey = new Map<string, [Problem, ...Problem[]]>();
  for (const problem of problems.toSorted(compareProblems)) {
    const key = groupKey(problem.service);
    const members = byKey.get(key);
    if (members) members.push(problem);
    else byKey.set(key, [problem]);
  }
  return [...byKey]
    .flatMap(([key, members]) => {
      const hosts = new Set(members.map(({ service }) => service.host)).size;
      return hosts > 1 ? [{ key, problems: members, hosts }] : members.map(alone);
    })
    .toSorted((a, b) => compareProblems(a.problems[0], b.problems[0]));
}

function alone(problem: Problem): ProblemGroup {
  return { key: problemKey(problem.service), problems: [problem], hosts: 1 };
}

function groupKey({ cluster, service }: ServiceView): string {
  return keyOf([cluster, plainService(service)]);
}

export function isGroup(group: ProblemGroup): boolean {
  return group.hosts > 1;
}

/** `5 hosts in web: load`, `3 hosts in web are down`, or the lone problem's own title. */
export function groupTitle({ problems, hosts }: ProblemGroup): string {
  const { service } = problems[0];
  if (hosts === 1) return problemTitle(service);
  if (service.service !== HOST_SERVICE)
    return `${hosts} hosts in ${service.cluster}: ${plainService(service.service)}`;
  const states = new Set(problems.map((problem) => problem.service.state));
  return states.size === 1
    ? `${hosts} hosts in ${service.cluster} are ${service.state.toLowerCase()}`
    : `${hosts} hosts in ${service.cluster} are not up`;
}

const NAMES_SHOWN = 3;

/** `web-0400, web-0403, web-0417 and 2 more`. */
export function hostNames({ problems }: ProblemGroup): string {
  const names = [...new Set(problems.map(({ service }) => service.host))];
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}

/** Since when the first of them is in trouble. */
export function sinceMs({ problems }: ProblemGroup): number {
  return problems.reduce((first, { service }) => Math.min(first, service.since_ms), Number.POSITIVE_INFINITY);
}

/** A line of the list: a group, or a member of one that is unfolded. */
export type ProblemLine =
  | { readonly kind: 'group'; readonly key: string; readonly group: ProblemGroup; readonly unfolded: boolean }
  | { readonly kind: 'member'; readonly key: string; readonly problem: Problem };

export function linesOf(groups: readonly ProblemGroup[], unfolded: ReadonlySet<string>): ProblemLine[] {
  return groups.flatMap((group): ProblemLine[] => {
    const open = isGroup(group) && unfolded.has(group.key);
    const head: ProblemLine = { kind: 'group', key: group.key, group, unfolded: open };
    if (!open) return [head];
    const members = group.problems.map((problem): ProblemLine => ({
      kind: 'member',
      key: problemKey(problem.service),
      problem,
    }));
    return [head, ...members];
  });
}

/** What an address names: a group, one of its problems, or a service a silent host hides. */
export type Selected =
  | { readonly kind: 'group'; readonly group: ProblemGroup }
  | { readonly kind: 'problem'; readonly group: ProblemGroup; readonly problem: Problem };

export function findSelected(groups: readonly ProblemGroup[], wanted: string | null): Selected | undefined {
  if (wanted === null) return undefined;
  for (const group of groups) {
    if (group.key === wanted)
      return isGroup(group)
        ? { kind: 'group', group }
        : { kind: 'problem', group, problem: group.problems[0] };
    for (const problem of group.problems) {
      if (problemKey(problem.service) === wanted) return { kind: 'problem', group, problem };
      const hidden = problem.notJudged.find((service) => problemKey(service) === wanted);
      if (hidden) return { kind: 'problem', group, problem: { service: hidden, notJudged: [] } };
    }
  }
  return undefined;
}
