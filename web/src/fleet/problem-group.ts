import {
  compareProblems,
  HOST_SERVICE,
  keyOf,
  listOf,
  plainService,
  PROBLEM_LISTS,
  problemKey,
  problemTitle,
} from './problem.ts';
import { incidentFinder } from './incident.ts';
import type { Problem, ProblemList } from './problem.ts';
import type { RowIncident } from './incident.ts';
import type { IncidentView } from '../../../src/contract/alert-views.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

/** Problems that one page tells of; without pages, of one service on hosts of one cluster. */
export interface ProblemGroup {
  /** In addresses: the incident, `cluster/service`, or the lone problem's own `cluster/host/service`. */
  readonly key: string;
  /** The worst first. */
  readonly problems: readonly [Problem, ...Problem[]];
  /** How many hosts have it. */
  readonly hosts: number;
  /** Who is told of it; undefined: the server has not said. */
  readonly incident: RowIncident | undefined;
}

interface Bucket {
  readonly incident: RowIncident | undefined;
  readonly members: [Problem, ...Problem[]];
}

const NO_INCIDENTS: readonly IncidentView[] = [];

/** As pages gather them; what no incident has, by cluster and service over several hosts. The worst first. */
export function groupProblems(
  problems: readonly Problem[],
  incidents: readonly IncidentView[] = NO_INCIDENTS,
): ProblemGroup[] {
  const incidentOf = incidentFinder(incidents);
  const buckets = new Map<string | IncidentView, Bucket>();
  for (const problem of problems.toSorted(compareProblems)) {
    const incident = incidentOf(problem.service);
    const key = incident ?? groupKey(problem.service);
    const bucket = buckets.get(key);
    if (bucket) bucket.members.push(problem);
    else buckets.set(key, { incident, members: [problem] });
  }
  return [...buckets.values()]
    .flatMap(groupsOf)
    .toSorted((a, b) => compareProblems(a.problems[0], b.problems[0]));
}

function groupsOf({ incident, members }: Bucket): ProblemGroup[] {
  const hosts = new Set(members.map(({ service }) => service.host)).size;
  // Nobody said that several services of one host belong together.
  if (!incident && hosts === 1) return members.map((problem) => alone(problem, undefined));
  const [first] = members;
  if (members.length === 1) return [alone(first, incident)];
  return [{ key: incident?.id || groupKey(first.service), problems: members, hosts, incident }];
}

function alone(problem: Problem, incident: RowIncident | undefined): ProblemGroup {
  return { key: problemKey(problem.service), problems: [problem], hosts: 1, incident };
}

function groupKey({ cluster, service }: ServiceView): string {
  return keyOf([cluster, plainService(service)]);
}

export function isGroup(group: ProblemGroup): boolean {
  return group.problems.length > 1;
}

/** Whether all of it is one service, whatever its brackets say. */
export function isOneService({ problems }: ProblemGroup): boolean {
  const key = groupKey(problems[0].service);
  return problems.every(({ service }) => groupKey(service) === key);
}

/** `5 hosts in web: load`, `3 hosts in web are down`, or the lone problem's own title. */
export function groupTitle(group: ProblemGroup): string {
  const { problems, hosts, incident } = group;
  const { service } = problems[0];
  if (!isGroup(group)) return problemTitle(service);
  // What the page said, where it is of the same.
  if (incident && incident.title !== '' && incident.count === problems.length) return incident.title;
  if (!isOneService(group)) return mixedTitle(group);
  if (hosts === 1) return `${problems.length} × ${plainService(service.service)} on ${service.host}`;
  if (service.service !== HOST_SERVICE)
    return `${hosts} hosts in ${service.cluster}: ${plainService(service.service)}`;
  const states = new Set(problems.map((problem) => problem.service.state));
  return states.size === 1
    ? `${hosts} hosts in ${service.cluster} are ${service.state.toLowerCase()}`
    : `${hosts} hosts in ${service.cluster} are not up`;
}

/** `7 problems on web-1`, `7 problems on 3 hosts in web`, `7 problems on 3 hosts`. */
function mixedTitle({ problems, hosts }: ProblemGroup): string {
  const { service } = problems[0];
  const clusters = new Set(problems.map((problem) => problem.service.cluster)).size;
  const counted = `${problems.length} problems`;
  if (hosts === 1 && clusters === 1 && service.host !== '') return `${counted} on ${service.host}`;
  const where = `on ${hosts} ${hosts === 1 ? 'host' : 'hosts'}`;
  return clusters === 1 ? `${counted} ${where} in ${service.cluster}` : `${counted} ${where}`;
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
  | {
      readonly kind: 'member';
      readonly key: string;
      readonly problem: Problem;
      /** Its group is of several services: its host alone does not say which it is. */
      readonly mixed: boolean;
    };

export function linesOf(groups: readonly ProblemGroup[], unfolded: ReadonlySet<string>): ProblemLine[] {
  return groups.flatMap((group): ProblemLine[] => {
    const open = isGroup(group) && unfolded.has(group.key);
    const head: ProblemLine = { kind: 'group', key: group.key, group, unfolded: open };
    if (!open) return [head];
    const mixed = group.hosts < group.problems.length;
    const members = group.problems.map((problem): ProblemLine => ({
      kind: 'member',
      key: problemKey(problem.service),
      problem,
      mixed,
    }));
    return [head, ...members];
  });
}

/** The problems that a line stands for. */
export function problemsOfLine(line: ProblemLine): readonly Problem[] {
  return line.kind === 'group' ? line.group.problems : [line.problem];
}

/** What an address names: a group, one of its problems, or a service a silent host hides. */
export type Selected =
  | { readonly kind: 'group'; readonly group: ProblemGroup }
  | { readonly kind: 'problem'; readonly group: ProblemGroup; readonly problem: Problem };

export function findSelected(groups: readonly ProblemGroup[], wanted: string | null): Selected | undefined {
  if (wanted === null) return undefined;
  for (const group of groups) {
    if (isNamed(group, wanted)) return wholeOf(group);
    for (const problem of group.problems) {
      if (problemKey(problem.service) === wanted) return { kind: 'problem', group, problem };
      const hidden = problem.notJudged.find((service) => problemKey(service) === wanted);
      if (hidden) return { kind: 'problem', group, problem: { service: hidden, notJudged: [] } };
    }
  }
  const sharing = groups.find(({ incident }) => incident?.also?.includes(wanted));
  return sharing && wholeOf(sharing);
}

/** The list that has what an address names; undefined: none, it is over. */
export function listWith(
  problems: readonly Problem[],
  { incidents, wanted }: { readonly incidents: readonly IncidentView[]; readonly wanted: string },
): ProblemList | undefined {
  return PROBLEM_LISTS.find((list) => {
    const members = problems.filter(({ service }) => listOf(service) === list);
    return findSelected(groupProblems(members, incidents), wanted) !== undefined;
  });
}

function wholeOf(group: ProblemGroup): Selected {
  return isGroup(group) ? { kind: 'group', group } : { kind: 'problem', group, problem: group.problems[0] };
}

/**
 * By its key, its incident, or as it was called before it had one: an address outlives what it was made of.
 */
function isNamed(group: ProblemGroup, wanted: string): boolean {
  if (group.key === wanted || (wanted !== '' && group.incident?.id === wanted)) return true;
  return isGroup(group) && isOneService(group) && groupKey(group.problems[0].service) === wanted;
}
