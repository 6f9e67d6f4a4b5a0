import { GROUP_DEFAULTS } from '../contract/config.ts';
import type { GroupConfig, MusterConfig } from '../contract/config.ts';
import { join } from 'node:path';
import { reportSecurity } from './collectd-security.ts';
import { isDirectory } from './files.ts';
import { DEFAULT_LISTEN } from './http.ts';
import { PROTOCOLS, SELF_MONITOR_DEFAULT, TIMESTAMPS_DEFAULT } from './keys.ts';
import { collectdOf, defaultSpoof, graphiteOf, statsdOf, trustOf } from './trust.ts';
import { reportOwnPackets } from './own-packets.ts';
import type { GroupSection, MusterSection } from './keys.ts';
import { formatAddress, listenerClashes } from './listeners.ts';
import type { Listener } from './listeners.ts';
import type { Located } from './readers.ts';
import type { Reading } from './reading.ts';

type Defaults = MusterSection['values']['group_defaults']['values'];

/** The groups as written, then the one that `self_monitor` names if it is not among them. */
export function groupsOf(root: MusterSection, reading: Reading): GroupConfig[] {
  const { groups: sections, group_defaults: defaults } = root.values;
  reportNames(sections, reading);
  reportListeners(root, reading);
  reportUnaccepted(sections, reading);
  reportTrees(sections, reading);
  reportSecurity(root, reading);
  reportOwnPackets(root, reading);
  const groups = sections.flatMap(({ value }) => groupOf(value, defaults.values) ?? []);
  const self = selfMonitorOf(root)?.group;
  if (self === undefined || sections.some(({ value }) => value.values.name === self)) return groups;
  return [...groups, ownGroup(self, defaults.values)];
}

export function selfMonitorOf(root: MusterSection): MusterConfig['selfMonitor'] {
  const section = root.values.self_monitor;
  if (section === null) return null;
  if (section === undefined) return SELF_MONITOR_DEFAULT;
  return { group: section.values.group, intervalMs: section.values.interval };
}

function groupOf(section: GroupSection, defaults: Defaults): GroupConfig | undefined {
  const { values } = section;
  if (values.name === undefined || values.listen === undefined) return undefined;
  const hostName = values.host_name ?? defaults.host_name;
  return {
    name: values.name,
    listen: values.listen.map(({ value }) => value),
    accept: values.accept === null ? PROTOCOLS : [...new Set(values.accept.map(({ value }) => value))],
    hostTmaxMs: values.host_tmax ?? defaults.host_tmax,
    hostDmaxMs: values.host_dmax ?? defaults.host_dmax,
    hostName,
    maxSeriesPerHost: values.max_series_per_host ?? defaults.max_series_per_host,
    timestamps: timestampsOf(values.timestamps),
    trust: trustOf(values, hostName),
    collectd: collectdOf(values.collectd),
    statsd: statsdOf(values.statsd),
    graphite: graphiteOf(values),
    rrdDir: values.rrd_dir,
    newHostGraceMs: values.new_host_grace ?? defaults.new_host_grace,
    expectedLifetimeMs: values.expected_lifetime,
    binding: values.binding === 'on',
  };
}

function timestampsOf({ values }: typeof TIMESTAMPS_DEFAULT): GroupConfig['timestamps'] {
  return { pastMs: values.past, futureMs: values.future, outside: values.outside };
}

/** This host's own group: a free port of the loopback address. */
function ownGroup(name: string, defaults: Defaults): GroupConfig {
  return {
    name,
    listen: [{ address: '127.0.0.1', port: 0 }],
    accept: PROTOCOLS,
    hostTmaxMs: defaults.host_tmax,
    hostDmaxMs: defaults.host_dmax,
    hostName: defaults.host_name,
    maxSeriesPerHost: defaults.max_series_per_host,
    timestamps: timestampsOf(TIMESTAMPS_DEFAULT),
    ...GROUP_DEFAULTS,
    trust: { ...GROUP_DEFAULTS.trust, spoof: defaultSpoof(defaults.host_name) },
    rrdDir: null,
    newHostGraceMs: defaults.new_host_grace,
  };
}

function reportNames(sections: readonly Located<GroupSection>[], reading: Reading): void {
  const seen = new Map<string, number>();
  for (const { value: section } of sections) {
    const { name } = section.values;
    const offset = section.offsets.get('name') ?? section.offset;
    if (name === undefined) continue;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, offset);
    else
      reading.fault(
        offset,
        `a second group ${reading.quote(name, offset)}; the first is at ${reading.where(first)}`,
      );
  }
}

/** Two sockets of one transport cannot have one port: datagrams', and those of lines and of the page. */
function reportListeners(root: MusterSection, reading: Reading): void {
  const of = (key: 'listen' | 'graphite_listen'): Listener[] =>
    root.values.groups.flatMap(({ value: { values, offsets, offset } }) => {
      const holder = { value: values.name ?? '', offset: offsets.get('name') ?? offset };
      return (values[key] ?? []).map((listen) => ({ holder, listen }));
    });
  const { values, offsets, offset } = root.values.http;
  const page = { value: values.listen ?? DEFAULT_LISTEN, offset: offsets.get('listen') ?? offset };
  const clashes = [
    ...listenerClashes(of('listen')),
    ...listenerClashes([
      { holder: 'http.listen', listen: page },
      ...nscaListeners(root),
      ...of('graphite_listen'),
    ]),
  ];
  for (const { first, second } of clashes) {
    const address = reading.quote(formatAddress(second.listen.value), second.listen.offset);
    const holder = holderOf(first, reading);
    const other = reading.quote(formatAddress(first.listen.value), first.listen.offset);
    reading.fault(second.listen.offset, `${address} is taken: ${other} ${holder}`, {
      expected: 'a port of its own for each group',
    });
  }
}

function nscaListeners(root: MusterSection): Listener[] {
  const { nsca } = root.values.passive.values;
  return (nsca?.values.listen ?? []).map((listen) => ({ holder: 'passive.nsca.listen', listen }));
}

function holderOf({ holder, listen }: Listener, reading: Reading): string {
  if (typeof holder === 'string') return `is ${holder}`;
  return `belongs to group ${reading.quote(holder.value, holder.offset)} at ${reading.where(listen.offset)}`;
}

/** A listener of a protocol that is refused would only puzzle. */
function reportUnaccepted(sections: readonly Located<GroupSection>[], reading: Reading): void {
  for (const {
    value: { values, offsets, offset },
  } of sections) {
    if (values.graphite_listen.length === 0 || values.accept === null) continue;
    if (values.accept.some(({ value }) => value === 'graphite')) continue;
    reading.fault(
      offsets.get('graphite_listen') ?? offset,
      'the group listens for Graphite and does not accept it',
      {
        expected: 'accept with graphite among its protocols',
      },
    );
  }
}

/** Where gmetad keeps the grid's sums, in the root of its tree. */
const GMETAD_GRID = '__SummaryInfo__';

/** A tree of gmetad has a level for the cluster; in one of collectd's, groups must not have hosts in common. */
function reportTrees(sections: readonly Located<GroupSection>[], reading: Reading): void {
  const seen = new Set<string>();
  for (const { value: section } of sections) {
    const directory = section.values.rrd_dir;
    if (directory === null) continue;
    const offset = section.offsets.get('rrd_dir') ?? section.offset;
    if (!isDirectory(directory)) {
      reading.fault(offset, `${reading.quote(directory, offset)} is not a directory that can be read`, {
        expected: 'the directory of an existing tree',
      });
    } else if (seen.has(directory) && !isDirectory(join(directory, GMETAD_GRID))) {
      const shown = reading.quote(directory, offset);
      reading.warn(offset, `${shown} is the tree of another group, too: a host may be in one of them only`);
    }
    seen.add(directory);
  }
}
