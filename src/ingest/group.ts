import type {
  AcceptedProtocol,
  CollectdConfig,
  GraphiteConfig,
  StatsdConfig,
  TrustConfig,
} from '../contract/config.ts';
import type { GroupDoor } from './collectd/collectd-door.ts';
import type { GroupMembers } from './members.ts';
import type { GroupTally } from './books.ts';

/** What a group's datagrams are held against. */
export interface GroupRules {
  readonly name: string;
  readonly accept: readonly AcceptedProtocol[];
  readonly hostName: 'packet' | 'rdns' | 'address';
  readonly maxSeriesPerHost: number;
  /** How long its hosts, and records whose agents do not say, may be silent; 0: for ever. */
  readonly hostDmaxMs: number;
  /** A sample outside the window is refused, taken at its arrival time, or taken as it is. */
  readonly pastMs: number;
  readonly futureMs: number;
  readonly outside: 'refuse' | 'arrival' | 'accept';
  readonly trust: TrustConfig;
  /** Instances write as themselves alone, and nobody else as them. */
  readonly binding: boolean;
  /** Those that its sockets are bound to: whoever sends from one is on this machine. */
  readonly ownAddresses: readonly string[];
  readonly collectd: CollectdConfig;
  readonly statsd: StatsdConfig;
  readonly graphite: GraphiteConfig;
}

/** A group while it runs. */
export interface Group {
  rules: GroupRules;
  readonly tally: GroupTally;
  /** Who may send it collectd's datagrams. */
  readonly door: GroupDoor;
  /** Its instances, as far as they registered or a list names them. */
  readonly members: GroupMembers;
  /** Set when it is leaving: the reason its datagrams are refused with. */
  gone: 'group_removed' | 'shutdown' | undefined;
}

/** Gives a group other rules. */
export function useRules(group: Group, rules: GroupRules): void {
  group.rules = rules;
  group.door.use(rules.collectd);
}

/** Where a sample's own time lies against the group's window. */
export function windowVerdict(
  rules: GroupRules,
  sampleMs: number,
  arrivalMs: number,
): 'inside' | 'past' | 'future' {
  if (sampleMs > arrivalMs + rules.futureMs) return 'future';
  return sampleMs < arrivalMs - rules.pastMs ? 'past' : 'inside';
}

/** When a sample counts as taken, epoch ms, by what it says itself (NaN: nothing); or why it is refused. */
export function sampleTimeMs(
  rules: GroupRules,
  saidMs: number,
  arrivalMs: number,
): number | 'time_past' | 'time_future' {
  if (Number.isNaN(saidMs)) return arrivalMs;
  const verdict = windowVerdict(rules, saidMs, arrivalMs);
  if (verdict === 'inside' || (rules.outside === 'accept' && isStorable(saidMs))) return saidMs;
  return rules.outside === 'arrival' ? arrivalMs : `time_${verdict}`;
}

/** Stores and staging count whole seconds in 32 bits. */
function isStorable(timeMs: number): boolean {
  return timeMs >= 1000 && timeMs < 0xffffffff * 1000;
}
