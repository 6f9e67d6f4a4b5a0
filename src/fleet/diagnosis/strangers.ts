import { FINDINGS_NAMED_PER_GROUP } from '../../limits.ts';
import { registerLines } from './mend.ts';
import { LATELY_MS, least, most } from './finding.ts';
import { hostKey, instancesAt, isLoopback } from './scene.ts';
import { ago, listed, shown } from './words.ts';
import { refusedFor } from './refusals.ts';
import type { Finding, FindingWords, Wanted } from './finding.ts';
import type { Instance } from '../instance.ts';
import type { HostEvidence, Scene } from './scene.ts';
import type { SourceRow } from '../../model/source-query.ts';

/** What was heard no longer ago is heard. */
const HEARD_MS = 120_000;

/** Addresses that nobody registered, in groups where others did. */
export function unknownSenders(scene: Scene, wanted: Wanted): Finding[] {
  const strangers = scene.senders.filter((row) => isStranger(scene, row));
  // What a host's own finding would say of it is asked for by the host's name.
  const asked = strangers.filter(
    ({ group, hosts }) =>
      (wanted.group === undefined || wanted.group === group) &&
      (wanted.host === undefined || hosts.includes(wanted.host)),
  );
  return grouped(asked, ({ group }) => group).flatMap(([group, rows]) =>
    named(rows).map((few) => ({
      kind: 'unknown-sender',
      weight: 'notice',
      groups: [group],
      host: wanted.host ?? '',
      address: few.length === 1 ? (few[0]?.address ?? '') : '',
      sinceMs: least(few, (row) => row.first_seen_ms),
      lastMs: most(few, (row) => row.last_seen_ms),
      tell: () => strangerWords(scene, group, few),
    })),
  );
}

/** `*` is many addresses. Whom `allow` turns away, or a key, and who goes on though it left, is told for that. */
function isStranger(scene: Scene, { group, address, last_seen_ms: lastMs, refused }: SourceRow): boolean {
  if (!scene.registering.has(group) || scene.nowMs - lastMs > LATELY_MS) return false;
  if (address === '*' || isLoopback(address) || instancesAt(scene, address).length > 0) return false;
  if (scene.leftAt.has(address)) return false;
  return refused.every(({ reason }) => ['other', 'time'].includes(refusedFor(reason)));
}

function strangerWords(scene: Scene, group: string, rows: readonly SourceRow[]): FindingWords {
  const [first] = rows;
  const lastMs = most(rows, (row) => row.last_seen_ms);
  const speaks = rows.length === 1 ? (first?.protocols ?? []) : [];
  const what =
    rows.length === 1 && first
      ? `Nobody registered ${shown(first.address)}, which sends to ${shown(group)}: ${writes(first)}, the last ${ago(lastMs, scene.nowMs)}`
      : `Nobody registered ${rows.length} addresses that send to ${shown(group)}: ${listed(rows.map(({ address }) => address))}; the last ${ago(lastMs, scene.nowMs)}`;
  return {
    what,
    causes: [
      'it was started before instances registered here, or from an image without the boot script',
      'it is registered under another address: it sends through NAT, or by a second interface',
      'it belongs to another group, or to nobody',
    ],
    mend: { where: 'there, if it belongs to the group', lines: registerLines(scene, group, speaks) },
  };
}

function writes({ hosts, hosts_total: total }: SourceRow): string {
  return total === 0 ? 'nothing of it makes a host' : `as ${listed(hosts, total)}`;
}

/** Hosts that are heard in groups where others register, and did not themselves. */
export function neverRegistered(scene: Scene, wanted: Wanted, explained: ReadonlySet<Instance>): Finding[] {
  const asked: HostEvidence[] = [];
  for (const [key, host] of scene.hosts) {
    const { cluster, name, lastSeenMs } = host;
    if (!scene.registering.has(cluster) || scene.nowMs - lastSeenMs > LATELY_MS) continue;
    if (wanted.group !== undefined && wanted.group !== cluster) continue;
    if (wanted.host !== undefined && wanted.host !== name) continue;
    if (scene.byHost.has(key) || key === ownKey(scene)) continue;
    // It registered in another group, which tells so.
    if (scene.byName.get(name)?.some((one) => explained.has(one))) continue;
    asked.push(host);
  }
  return grouped(asked, ({ cluster }) => cluster).flatMap(([group, hosts]) =>
    named(hosts).map((few) => ({
      kind: 'never-registered',
      weight: 'notice',
      groups: [group],
      host: few.length === 1 ? (few[0]?.name ?? '') : '',
      address: few.length === 1 ? (few[0]?.address ?? '') : '',
      sinceMs: 0,
      lastMs: most(few, ({ lastSeenMs }) => lastSeenMs),
      tell: () => unregisteredWords(scene, group, few),
    })),
  );
}

function ownKey({ own }: Scene): string {
  return own ? hostKey(own.group, own.host) : '';
}

function unregisteredWords(scene: Scene, group: string, hosts: readonly HostEvidence[]): FindingWords {
  const [first] = hosts;
  const isOne = hosts.length === 1 && first;
  const lastMs = most(hosts, ({ lastSeenMs }) => lastSeenMs);
  const speaks = isOne ? spoken(first.agent) : [];
  const isNow = scene.nowMs - lastMs < HEARD_MS;
  const who = isOne
    ? `${shown(first.name)} (${shown(first.address)}) ${isNow ? 'is' : 'was'} heard in ${shown(group)} and never registered`
    : `${hosts.length} hosts ${isNow ? 'are' : 'were'} heard in ${shown(group)} and never registered: ${listed(hosts.map(({ name }) => name))}`;
  return {
    what: `${who}; the last datagram ${ago(lastMs, scene.nowMs)}. When ${isOne ? 'it is' : 'one of them is'} scaled in, it will be DOWN instead of retired`,
    causes: [
      'started before instances registered here, or from an image without the boot script',
      'the boot script failed: cloud-init writes why to /var/log/cloud-init-output.log',
      "its agent's Hostname is not the name that it registered with",
    ],
    mend: {
      where: `on ${isOne ? shown(first.name) : 'each of them'}`,
      lines: registerLines(scene, group, speaks),
    },
  };
}

/** By what agents call themselves. */
function spoken(agent: string): string[] {
  return agent === 'collectd' ? ['collectd'] : /gmond|ganglia/iu.test(agent) ? ['ganglia'] : [];
}

/** One by one where they are few; all in one where they are many. */
export function named<T>(all: readonly T[]): (readonly T[])[] {
  return all.length > FINDINGS_NAMED_PER_GROUP ? [all] : all.map((one) => [one]);
}

export function grouped<T>(all: readonly T[], groupOf: (one: T) => string): [group: string, T[]][] {
  return [...Map.groupBy(all, groupOf)];
}
