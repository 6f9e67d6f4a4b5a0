import type { GroupConfig } from '../contract/config.ts';
import type { GroupRules } from './group.ts';

export interface GroupChanges {
  /** Groups whose sockets close: gone, or listening elsewhere. */
  readonly close: readonly GroupConfig[];
  /** Names of groups that are gone. */
  readonly remove: readonly string[];
  /** Names of groups whose sockets are to be bound. */
  readonly open: ReadonlySet<string>;
}

/** The difference between the groups a worker has and those it shall have; what is the same is left alone. */
export function groupChanges(old: readonly GroupConfig[], next: readonly GroupConfig[]): GroupChanges {
  const before = new Map(old.map((g) => [g.name, g]));
  const after = new Map(next.map((g) => [g.name, g]));
  const moved = (g: GroupConfig) => {
    const to = after.get(g.name);
    return to === undefined || addresses(to) !== addresses(g);
  };
  const rebound = next.filter((g) => {
    const from = before.get(g.name);
    return from === undefined || addresses(from) !== addresses(g);
  });
  return {
    close: old.filter(moved),
    remove: old.filter((g) => !after.has(g.name)).map((g) => g.name),
    open: new Set(rebound.map((g) => g.name)),
  };
}

export function rulesOf(group: GroupConfig): GroupRules {
  return {
    name: group.name,
    accept: group.accept,
    hostName: group.hostName,
    maxSeriesPerHost: group.maxSeriesPerHost,
    pastMs: group.timestamps.pastMs,
    futureMs: group.timestamps.futureMs,
    outside: group.timestamps.outside,
  };
}

function addresses(group: GroupConfig): string {
  return group.listen.map((l) => `${l.address} ${l.port}`).join(',');
}
