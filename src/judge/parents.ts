import { HOST_SERVICE } from './watch.ts';
import { reachability } from '../check/reachability.ts';
import { relationsOf } from './relations.ts';
import type { HostWatch, ServiceWatch } from './watch.ts';
import type { ParentState } from '../check/reachability.ts';
import type { Turn, WatchFinder } from './turn.ts';

/** What a host that does not answer is, as its parents are. */
export function unanswered(watch: ServiceWatch, { table }: Pick<Turn, 'table'>): 'DOWN' | 'UNREACHABLE' {
  return reachability(parentsOf(watch, table).map(parentState));
}

/**
 * Whether a silent host's parents fell silent with it, and none of them is known to be up or down yet. A
 * packet of a parent counts when it came well after the host's last one: in half of its silence limit a host
 * is heard twice.
 */
export function areInDoubt(host: HostWatch, find: WatchFinder): boolean {
  const own = host.services.get(HOST_SERVICE);
  if (!own || host.reported) return false;
  const sinceMs = host.lastSeenMs + host.limitMs / 2;
  const parents = parentsOf(own, find).filter((parent) => parentState(parent) !== 'not-up');
  return parents.length > 0 && parents.every((parent) => isInDoubt(parent, sinceMs));
}

/**
 * Whether an UNREACHABLE host has had no time to be heard since its parents are back: its own packet comes a
 * moment after theirs.
 */
export function areJustBack(watch: ServiceWatch, { table, nowMs }: Pick<Turn, 'table' | 'nowMs'>): boolean {
  const { status, on } = watch;
  if (status.kind === 'ok' || status.problem !== 'UNREACHABLE') return false;
  const up = parentsOf(watch, table).filter((parent) => parentState(parent) === 'up');
  return up.length > 0 && up.every((parent) => Math.abs(nowMs - upSinceMs(parent)) < on.limitMs / 2);
}

/** Whether it has parents that are known, and every one of them is down. */
export function areParentsDown(host: HostWatch, find: WatchFinder): boolean {
  const own = host.services.get(HOST_SERVICE);
  const parents = own ? parentsOf(own, find) : [];
  return parents.length > 0 && parents.every((parent) => parentState(parent) === 'not-up');
}

/** Behind the output of a host that is UNREACHABLE: ` · unreachable: switch-9 is down`. */
export function unreachableWords(watch: ServiceWatch, { table }: Pick<Turn, 'table'>): string {
  const names = namesOf(parentsOf(watch, table).filter((parent) => parentState(parent) === 'not-up'));
  if (names.length === 0) return '';
  return ` · unreachable: ${listed(names)} ${names.length === 1 ? 'is' : 'are'} down`;
}

/** The same behind what was reported, which in Nagios' semantics stays as it is. */
export function namedParents(watch: ServiceWatch, turn: Pick<Turn, 'table'>): string {
  return watch.compiled.definition.semantics === 'nagios' ? '' : unreachableWords(watch, turn);
}

/** Behind the output of one that waits for its parents. */
export function doubtWords(host: HostWatch, find: WatchFinder): string {
  const own = host.services.get(HOST_SERVICE);
  const names = own ? namesOf(parentsOf(own, find)) : [];
  return ` · so ${names.length === 1 ? 'is' : 'are'} ${listed(names)}: DOWN or UNREACHABLE will show`;
}

/** The parents that are known. */
function parentsOf(watch: ServiceWatch, find: WatchFinder): HostWatch[] {
  if (watch.compiled.definition.parents.length === 0) return [];
  return relationsOf(watch).parents.flatMap((name) => {
    const parent = find.hostOf(watch.cluster, name);
    return parent && parent !== watch.on ? [parent] : [];
  });
}

function parentState({ reported, state, isSilent }: HostWatch): ParentState {
  if (reported?.judged) return reported.status.kind === 'ok' ? 'up' : 'not-up';
  if (state === 'RETIRED') return 'unknown';
  if (state === 'DOWN' || isSilent) return 'not-up';
  return state === 'UP' ? 'up' : 'unknown';
}

function isInDoubt({ reported, state, lastSeenMs }: HostWatch, sinceMs: number): boolean {
  return !reported?.judged && state !== 'RETIRED' && lastSeenMs <= sinceMs;
}

function upSinceMs({ reported, sinceMs }: HostWatch): number {
  return reported?.judged ? reported.status.sinceMs : sinceMs;
}

function namesOf(hosts: readonly HostWatch[]): string[] {
  return hosts.map(({ entry }) => entry.name);
}

const NAMES_SHOWN = 3;

function listed(names: readonly string[]): string {
  const [last = '', ...others] = names.slice(0, NAMES_SHOWN).toReversed();
  if (names.length > NAMES_SHOWN) return `${names.slice(0, NAMES_SHOWN).join(', ')} and others`;
  return others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
}
