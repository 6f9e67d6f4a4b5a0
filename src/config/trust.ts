import { isSeq } from 'yaml';
import { GROUP_DEFAULTS } from '../contract/config.ts';
import type {
  CollectdConfig,
  GraphiteConfig,
  GroupConfig,
  StatsdConfig,
  TrustConfig,
} from '../contract/config.ts';
import {
  GRAPHITE_PATH_BYTES_MAX,
  PERCENTILES_MAX,
  SENDER_NETWORKS_MAX,
  SENDER_USERS_MAX,
} from '../limits.ts';
import { parseTemplate } from '../model/path-template.ts';
import { list, mapping, oneOrList, optional, required, section } from './readers.ts';
import type { Key, Reader, Section } from './readers.ts';
import {
  choice,
  duration,
  integer,
  listenAddress,
  network,
  path,
  pattern,
  percentile,
  text,
  textual,
} from './scalars.ts';

/** A group's keys about who may send, how much, and in which words. */

const PACKETS_MAX = 10_000_000;
const SERIES_MAX = 10_000_000;

const networks = list(network, { max: SENDER_NETWORKS_MAX });
const policy = choice(['allow', 'deny']);

const spoofRule: Reader<TrustConfig['spoof']> = {
  expected: 'allow, deny, or a list of addresses and networks that may',
  emptyIsDefault: false,
  read: (place, reading) => {
    const opened = reading.resolve(place);
    if (opened === undefined) return undefined;
    if (!isSeq(opened.node)) return policy.read(opened, reading);
    return networks.read(opened, reading)?.map(({ value }) => value);
  },
};

const userKeys = { name: required(text(70)), hosts: required(pattern) };

const collectdKeys = {
  security_level: optional(choice(['None', 'Sign', 'Encrypt']), 'None'),
  auth_file: optional(path, null),
  users: optional(list(mapping(userKeys), { max: SENDER_USERS_MAX }), []),
  replay_window: optional(duration({ min: '0s', max: '1h' }), GROUP_DEFAULTS.collectd.replayWindowMs),
};

const statsdKeys = {
  flush_interval: optional(duration({ min: '1s', max: '1h' }), GROUP_DEFAULTS.statsd.flushMs),
  percentiles: optional(list(percentile, { max: PERCENTILES_MAX }), null),
};

/** `{` begins a mapping in YAML, so it stands in quotes. */
const pathTemplate = textual({
  expected: 'a path with {host} and {metric}, in quotes: "servers.{host}.{metric}"',
  parse: (template) => {
    if (template.length > GRAPHITE_PATH_BYTES_MAX) return { ok: false, fault: 'is too long' };
    const parsed = parseTemplate(template);
    return 'fault' in parsed ? { ok: false, fault: parsed.fault } : { ok: true, value: template };
  },
});

export const trustKeys = {
  // An empty list would read as nobody, and mean everybody.
  allow: optional(oneOrList(network, { min: 1 }), []),
  max_packets_per_second_per_source: optional(integer({ min: 1, max: PACKETS_MAX }), null),
  max_series_per_source: optional(
    integer({ min: 1, max: SERIES_MAX }),
    GROUP_DEFAULTS.trust.maxSeriesPerSource,
  ),
  spoof: optional(spoofRule, null),
  collectd: section(collectdKeys),
  statsd: section(statsdKeys),
  graphite_listen: optional(oneOrList(listenAddress), []),
  graphite_template: optional(pathTemplate, null),
};

type ValueOf<K> = K extends Key<infer T> ? T : never;
type TrustValues = { readonly [P in keyof typeof trustKeys]: ValueOf<(typeof trustKeys)[P]> };
type CollectdSection = Section<typeof collectdKeys>;

/** Where hosts have their names from elsewhere than the packet, a packet may not name another one. */
export function defaultSpoof(hostName: GroupConfig['hostName']): 'allow' | 'deny' {
  return hostName === 'packet' ? 'allow' : 'deny';
}

export function trustOf(values: TrustValues, hostName: GroupConfig['hostName']): TrustConfig {
  return {
    allow: values.allow.map(({ value }) => value),
    packetsPerSecondPerSource: values.max_packets_per_second_per_source,
    maxSeriesPerSource: values.max_series_per_source,
    spoof: values.spoof ?? defaultSpoof(hostName),
  };
}

export function collectdOf({ values }: CollectdSection): CollectdConfig {
  return {
    securityLevel: values.security_level,
    authFile: values.auth_file,
    replayWindowMs: values.replay_window,
    users: values.users.flatMap(({ value: { values: user } }) =>
      user.name === undefined || user.hosts === undefined ? [] : [{ name: user.name, hosts: user.hosts }],
    ),
  };
}

export function statsdOf({ values }: TrustValues['statsd']): StatsdConfig {
  const percentiles = values.percentiles?.map(({ value }) => value) ?? GROUP_DEFAULTS.statsd.percentiles;
  return { flushMs: values.flush_interval, percentiles: [...new Set(percentiles)] };
}

export function graphiteOf(values: TrustValues): GraphiteConfig {
  return { listen: values.graphite_listen.map(({ value }) => value), template: values.graphite_template };
}
