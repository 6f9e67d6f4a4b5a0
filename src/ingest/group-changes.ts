import type { GroupConfig, ListenAddress } from '../contract/config.ts';
import type { GroupRules } from './group.ts';

/** A socket as the configuration asks for it. */
export interface Wanted {
  /** The same for the same group and address, and for no other. */
  readonly key: string;
  readonly group: string;
  /** `tcp`: lines of Graphite. */
  readonly transport: 'udp' | 'tcp';
  readonly listen: ListenAddress;
}

export function wantedListeners(groups: readonly GroupConfig[]): Wanted[] {
  return groups.flatMap(({ name, listen, graphite }) => [
    ...listen.map((l) => wanted(name, 'udp', l)),
    ...graphite.listen.map((l) => wanted(name, 'tcp', l)),
  ]);
}

function wanted(group: string, transport: Wanted['transport'], listen: ListenAddress): Wanted {
  return { key: [group, transport, listen.address, listen.port].join('\0'), group, transport, listen };
}

export interface ListenerChanges {
  readonly open: readonly Wanted[];
  readonly close: readonly Wanted[];
}

/** Which sockets are to be opened and closed; what is the same is left alone. */
export function listenerChanges(old: readonly GroupConfig[], next: readonly GroupConfig[]): ListenerChanges {
  const before = wantedListeners(old);
  const after = wantedListeners(next);
  const had = new Set(before.map((w) => w.key));
  const has = new Set(after.map((w) => w.key));
  return { open: after.filter((w) => !had.has(w.key)), close: before.filter((w) => !has.has(w.key)) };
}

/** What a socket takes of the machine. */
export type Place = Pick<Wanted, 'transport' | 'listen'>;

/** Can two sockets not be bound at once? */
export function collides({ transport, listen: a }: Place, { listen: b, ...other }: Place): boolean {
  if (transport !== other.transport || a.port === 0 || a.port !== b.port) return false;
  return a.address === b.address || isWildcard(a.address) || isWildcard(b.address);
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** Names that are in the first list of groups and not in the second. */
export function groupsMissing(from: readonly GroupConfig[], inGroups: readonly GroupConfig[]): string[] {
  const names = new Set(inGroups.map((g) => g.name));
  return from.flatMap(({ name }) => (names.has(name) ? [] : [name]));
}

export function rulesOf(group: GroupConfig): GroupRules {
  return {
    name: group.name,
    accept: group.accept,
    hostName: group.hostName,
    maxSeriesPerHost: group.maxSeriesPerHost,
    hostDmaxMs: group.hostDmaxMs,
    pastMs: group.timestamps.pastMs,
    futureMs: group.timestamps.futureMs,
    outside: group.timestamps.outside,
    trust: group.trust,
    binding: group.binding,
    ownAddresses: group.listen.map(({ address }) => address),
    collectd: group.collectd,
    statsd: group.statsd,
    graphite: group.graphite,
  };
}
