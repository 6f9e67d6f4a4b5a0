import type {
  AcceptedProtocol,
  CollectdConfig,
  GraphiteConfig,
  StatsdConfig,
  TrustConfig,
} from '../contract/config.ts';
import type { GroupTally } from './books.ts';

/** What a group's datagrams are held against. */
export interface GroupRules {
  readonly name: string;
  readonly accept: readonly AcceptedProtocol[];
  readonly hostName: 'packet' | 'rdns' | 'address';
  readonly maxSeriesPerHost: number;
  /** A sample outside the window is refused, taken at its arrival time, or taken as it is. */
  readonly pastMs: number;
  readonly futureMs: number;
  readonly outside: 'refuse' | 'arrival' | 'accept';
  readonly trust: TrustConfig;
  readonly collectd: CollectdConfig;
  readonly statsd: StatsdConfig;
  readonly graphite: GraphiteConfig;
}

/** A group while it runs. */
export interface Group {
  rules: GroupRules;
  readonly tally: GroupTally;
  /** Set when it is leaving: the reason its datagrams are refused with. */
  gone: 'group_removed' | 'shutdown' | undefined;
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
