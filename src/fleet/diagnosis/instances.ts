import { configureLines, firewallLines, registerLines, serverOf } from './mend.ts';
import { isAsked, least, most } from './finding.ts';
import { grouped, named } from './strangers.ts';
import { lastOf, refusedWords, standing } from './refusals.ts';
import { notItsHost, refusedOf } from './refused.ts';
import { cameMs, heardMs, hostKey, instancesAt, isLoopback, isUnheard, sendersOf } from './scene.ts';
import { ago, counted, listed, pasted, shown } from './words.ts';
import { cureOf } from '../../contract/reasons.ts';
import type { Finding, FindingWords, Wanted } from './finding.ts';
import type { Instance } from '../instance.ts';
import type { RefusedRow } from './refusals.ts';
import type { Scene } from './scene.ts';
import type { SourceRow } from '../../model/source-query.ts';

/** What was under way when an instance left may still come. */
const LAST_WORD_MS = 60_000;

/** Instances that came and were not heard since, those aside whose silence is explained. */
export function neverHeard(scene: Scene, wanted: Wanted, explained: ReadonlySet<Instance>): Finding[] {
  const unheard = scene.here.filter(
    (instance) =>
      scene.groups.has(instance.cluster) &&
      isUnheard(scene, instance) &&
      !explained.has(instance) &&
      isAsked(wanted, instance.cluster, instance.host),
  );
  const silent: Instance[] = [];
  const findings: Finding[] = [];
  for (const instance of unheard) {
    const own = sendersOf(scene, instance);
    const refused = refusedOf(own, scene.nowMs);
    const asAnother = own.find((row) => standing(row, 'host', scene.nowMs).length > 0);
    if (asAnother) findings.push(ofOne(instance, () => takenForAnother(scene, instance, asAnother)));
    else if (refused.length > 0)
      findings.push(ofOne(instance, () => refusedHere(scene, instance, refused, own)));
    else if (own.some(({ hosts_total: hosts }) => hosts > 0))
      findings.push(ofOne(instance, () => otherwiseNamed(scene, instance, own)));
    else silent.push(instance);
  }
  for (const [, few] of grouped(silent, ({ cluster }) => cluster)) {
    for (const some of named(few)) findings.push(ofAll(some, () => silentWords(scene, some)));
  }
  return findings;
}

function ofOne(instance: Instance, tell: () => FindingWords): Finding {
  return ofAll([instance], tell);
}

function ofAll(instances: readonly Instance[], tell: () => FindingWords): Finding {
  const [first] = instances;
  const alone = instances.length === 1 ? first : undefined;
  return {
    kind: 'never-heard',
    weight: 'critical',
    groups: [first?.cluster ?? ''],
    host: alone?.host ?? '',
    address: alone?.addresses[0] ?? '',
    sinceMs: least(instances, cameMs),
    lastMs: 0,
    tell,
  };
}

/** `web-7 (10.0.0.7) registered in web 12 min ago`. */
function came(scene: Scene, instance: Instance): string {
  const { host, cluster, addresses, registeredMs, lists } = instance;
  const address = addresses[0] === undefined ? '' : ` (${shown(addresses[0])})`;
  const how =
    registeredMs > 0
      ? `registered in ${shown(cluster)}`
      : `came with the list ${listed(lists)} to ${shown(cluster)}`;
  return `${shown(host)}${address} ${how} ${ago(cameMs(instance), scene.nowMs)}`;
}

/** Datagrams come, and what is in them is not taken. */
function refusedHere(
  scene: Scene,
  instance: Instance,
  refused: readonly RefusedRow[],
  own: readonly SourceRow[],
): FindingWords {
  const reason = refused[0]?.reason ?? '';
  return {
    what: `${came(scene, instance)}; its datagrams arrive and are refused: ${refusedWords(refused)}, the last ${ago(lastOf(refused), scene.nowMs)}`,
    causes: refused.slice(0, 3).map((one) => `${one.reason}: ${cureOf(one.reason)}`),
    mend:
      reason.replaceAll('_', '-') === 'not-accepted'
        ? {
            where: `in muster.yaml, group ${shown(instance.cluster)}; then reload (SIGHUP)`,
            lines: ['accept: [collectd, ganglia]'],
          }
        : {
            where: `on ${shown(instance.host)}: it registers, and gets its configuration anew`,
            lines: registerLines(
              scene,
              instance.cluster,
              own.flatMap(({ protocols }) => protocols),
            ),
          },
  };
}

/** Datagrams come from its address, and say that they are of another host. */
function takenForAnother(scene: Scene, instance: Instance, row: SourceRow): FindingWords {
  const refused = standing(row, 'host', scene.nowMs);
  const when = ago(lastOf(refused), scene.nowMs);
  return {
    ...notItsHost(scene, row, refused),
    what: `${came(scene, instance)}; its datagrams arrive and are refused, as they name another host: ${refusedWords(refused)}, the last ${when}`,
  };
}

/** It is heard, under a name that it did not register with. */
function otherwiseNamed(scene: Scene, instance: Instance, own: readonly SourceRow[]): FindingWords {
  const hosts = own.flatMap((row) => row.hosts);
  const total = own.reduce((sum, row) => sum + row.hosts_total, 0);
  const host = pasted(instance.host, 'HOST');
  const accept = scene.groups.get(instance.cluster)?.config.accept ?? [];
  return {
    what: `${came(scene, instance)}; its address sends as ${listed(hosts, total)}, never as ${shown(instance.host)}`,
    causes: [
      "its agent's configuration names another host: Hostname of collectd.conf, override_hostname of gmond.conf",
      'it registered with a short name, and its agent looks its full name up: FQDNLookup of collectd.conf',
      'another machine sends through the same address',
    ],
    mend: {
      where: `on ${shown(instance.host)}, in its agent's configuration; then restart the agent`,
      lines: [
        ...(accept.includes('collectd') ? ['# collectd.conf', `Hostname "${host}"`, 'FQDNLookup false'] : []),
        ...(accept.includes('ganglia') ? ['# gmond.conf, in globals', `override_hostname = ${host}`] : []),
      ],
    },
  };
}

/** Nothing comes at all. */
function silentWords(scene: Scene, instances: readonly Instance[]): FindingWords {
  const [first] = instances;
  if (first === undefined) return { what: '', causes: [], mend: { where: '', lines: [] } };
  const group = scene.groups.get(first.cluster);
  const port = group?.port ?? 0;
  const isOne = instances.length === 1;
  const oldest = least(instances, cameMs);
  const known = first.addresses[0] ?? '';
  const address = isOne && !isLoopback(known) ? known : '';
  const gmond = group?.config.accept.includes('ganglia') ?? false;
  return {
    what: isOne
      ? `${came(scene, first)} and was not heard since`
      : `${counted(instances.length, 'instance')} of ${shown(first.cluster)} ${instances.every(({ registeredMs }) => registeredMs > 0) ? 'registered' : 'came'} and were not heard since, the first ${ago(oldest, scene.nowMs)}: ${listed(instances.map(({ host }) => host))}`,
    causes: [
      `a security group or a firewall blocks UDP ${port}`,
      `its agent sends to a wrong address or name: it is ${serverOf(scene)}, port ${port}`,
      ...(gmond ? ['a multicast channel is left in gmond.conf: mcast_join, which clouds do not carry'] : []),
      'its agent does not run: systemctl status collectd, or ganglia-monitor',
    ],
    mend: {
      where: `at the cloud or on this server; then on ${isOne ? shown(first.host) : 'the instances'}`,
      lines: [
        ...firewallLines(port, address),
        ...(group ? configureLines(scene, group) : []),
        ...(gmond ? ['# has to find nothing:', 'grep -n mcast /etc/ganglia/gmond.conf'] : []),
      ],
    },
  };
}

/** Instances that left, by their own word or a list's, and go on sending. */
export function heardThoughLeft(scene: Scene, wanted: Wanted): Finding[] {
  return scene.left.flatMap((instance) => {
    const { cluster, host, standing } = instance;
    if (standing.kind !== 'left' || !isAsked(wanted, cluster, host)) return [];
    if (scene.byHost.get(hostKey(cluster, host)) !== instance) return [];
    const lastMs = lastWordMs(scene, instance);
    if (lastMs <= standing.sinceMs + LAST_WORD_MS) return [];
    const tell = () => leftWords(scene, instance, lastMs);
    const [address = ''] = instance.addresses;
    const { sinceMs } = standing;
    const kind = 'heard-though-left';
    return [{ kind, weight: 'warning', groups: [cluster], host, address, sinceMs, lastMs, tell }];
  });
}

/** When it was heard last, by its name or by an address that nobody else has taken over. */
function lastWordMs(scene: Scene, instance: Instance): number {
  const rows = sendersOf(scene, instance).filter(({ address }) => instancesAt(scene, address).length === 0);
  const { cluster, host } = instance;
  return Math.max(
    heardMs(scene, cluster, host),
    most(rows, (row) => row.last_seen_ms),
  );
}

function leftWords(scene: Scene, instance: Instance, lastMs: number): FindingWords {
  const { host, cluster, standing } = instance;
  const speaks = sendersOf(scene, instance).flatMap(({ protocols }) => protocols);
  const why =
    standing.kind === 'left' ? `${shown(standing.reason)}, ${ago(standing.sinceMs, scene.nowMs)}` : '';
  return {
    what: `${shown(host)} of ${shown(cluster)} left (${why}) and goes on sending, the last ${ago(lastMs, scene.nowMs)}: it is watched by nobody`,
    causes: [
      'its machine goes on after it deregistered: the shutdown was called off, or only the unit was stopped',
      'the list does not have it, and the machine runs: another account, region or tag',
      'another machine runs from its image, under its name',
    ],
    mend: {
      where: `on ${shown(host)}: register it again, or stop its agent`,
      lines: [
        ...registerLines(scene, cluster, speaks),
        '# or',
        'sudo systemctl disable --now collectd ganglia-monitor',
      ],
    },
  };
}
