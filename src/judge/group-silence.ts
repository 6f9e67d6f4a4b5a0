import { compileDefinitions } from '../check/definitions.ts';
import { CHECK_DEFAULTS } from '../contract/checks.ts';
import { START_GRACE_MS } from '../fleet/liveness.ts';
import { isMissed, isOfMass, judgeGroup, massWords } from '../fleet/mass-silence.ts';
import { endOf, isAwaited, isNewHost } from './host-turn.ts';
import { areInDoubt, unanswered } from './parents.ts';
import { HOST_SERVICE } from './watch.ts';
import type { CompiledDefinition } from '../check/definitions.ts';
import type { GroupHost, GroupSilence } from '../fleet/mass-silence.ts';
import type { HostWatch, ServiceWatch } from './watch.ts';
import type { Result } from '../check/state-machine.ts';
import type { Turn } from './turn.ts';

/** The service of a cluster that tells when its hosts fall silent together: there while there is need. */
export const GROUP_SERVICE = 'hosts';
/** It is shown for so long after it is well again. */
const SHOWN_AFTER_MS = 3_600_000;

/** Whether it is that service, and not one that a definition has made. */
export function isOfGroup({ kind, host }: Pick<ServiceWatch, 'kind' | 'host'>): boolean {
  return kind === 'host' && host === '';
}

/** Hard at once: a silence limit is patience enough. It does not flap: its hosts' own pages wait for it. */
export function groupDefinition(): CompiledDefinition {
  const outcome = compileDefinitions([
    {
      ...CHECK_DEFAULTS,
      name: GROUP_SERVICE,
      where: 'built in',
      subject: { kind: 'host' },
      cluster: '.*',
      host: '.*',
      facts: [],
      anchored: true,
      exclude: [],
      perCluster: [],
      maxCheckAttempts: 1,
      flapDetectionEnabled: false,
      notes: 'Look at what these hosts share: the way of their packets to this server, a rack, a deployment.',
    },
  ]);
  const compiled = outcome.ok ? outcome.definitions[0] : undefined;
  if (!compiled) throw new Error('the definition of a group does not compile');
  return compiled;
}

/**
 * Finds out of which clusters hosts are silent together, for this turn. Looks at clusters that miss a host,
 * and `open`: those that have the service. `hear` brings a host up to date: what it is itself is judged after
 * this.
 */
export function findSilences(
  hosts: Iterable<HostWatch>,
  { open, hear }: { readonly open: Iterable<string>; readonly hear: (host: HostWatch) => unknown },
  turn: Turn,
): void {
  turn.groups.clear();
  const byCluster = new Map<string, GroupHost[]>();
  for (const cluster of turn.silent) byCluster.set(cluster, []);
  for (const cluster of open) byCluster.set(cluster, []);
  turn.silent.clear();
  if (byCluster.size === 0) return;
  for (const host of hosts) {
    const some = byCluster.get(host.entry.cluster);
    if (!some) continue;
    hear(host);
    const { lastSeenMs, firstSeenMs, limitMs, gapMs } = host;
    const waiting = isAwaited(host, turn);
    if (isCounted(host, turn)) some.push({ lastSeenMs, firstSeenMs, limitMs, gapMs, waiting });
  }
  for (const [cluster, some] of byCluster) {
    const found = judgeGroup(some, turn.nowMs);
    turn.groups.set(cluster, found);
    if (found.kind === 'mass') turn.lastMass.set(cluster, { atMs: turn.nowMs, limitMs: found.limitMs });
  }
}

/** Whether the silence of the host would be news: its service judges it, and nothing explains it. */
function isCounted(host: HostWatch, turn: Turn): boolean {
  if (host.state === 'RETIRED' || host.member?.standing.kind === 'left') return false;
  if (isNewHost(host)) return false;
  const own = host.services.get(HOST_SERVICE);
  if (own?.kind !== 'host' || own.isResting) return false;
  if (!isMissed(host, turn.nowMs)) return true;
  if (turn.quiet.holdOf(own, turn.nowMs) === 'in-downtime') return false;
  return endOf(host) === null && !isBehindParents(host, own, turn);
}

function isBehindParents(host: HostWatch, own: ServiceWatch, { table }: Turn): boolean {
  if (own.compiled.definition.parents.length === 0) return false;
  return areInDoubt(host, table) || unanswered(own, { table }) === 'UNREACHABLE';
}

/** What is found of a group: null when there is nothing to say. */
export function groupResult(watch: ServiceWatch, turn: Turn): Result | null {
  const { cluster, status, judged } = watch;
  switch (silenceOf(cluster, turn).kind) {
    case 'mass':
      return status.kind === 'hard' ? null : { state: 'CRITICAL', evidenceMs: turn.nowMs };
    case 'unsure':
      return null;
    case 'none':
      if (status.kind === 'ok' ? judged : isEnding(watch, turn)) return null;
      return { state: 'OK', evidenceMs: turn.nowMs };
  }
}

/**
 * When a path is mended hosts come one after the other: in half of its limit each is heard twice. What nobody
 * was told of ends at once.
 */
function isEnding({ cluster, told }: ServiceWatch, { lastMass, nowMs }: Turn): boolean {
  const last = lastMass.get(cluster);
  if (told.length === 0) return false;
  return last !== undefined && Math.abs(nowMs - last.atMs) < last.limitMs / 2;
}

/** The words for it; those of before where nothing new is known. */
export function groupWords({ cluster, output }: ServiceWatch, turn: Turn): string {
  const silence = silenceOf(cluster, turn);
  switch (silence.kind) {
    case 'mass':
      return massWords(silence);
    case 'unsure':
      return output;
    case 'none':
      return 'fewer than half of the hosts are silent';
  }
}

/** Shortly after our own start nothing is over: hosts may not be known again yet. */
export function silenceOf(cluster: string, { groups, nowMs, graceFromMs }: Turn): GroupSilence {
  const found = groups.get(cluster) ?? { kind: 'none' };
  return found.kind === 'none' && nowMs - graceFromMs < START_GRACE_MS ? { kind: 'unsure' } : found;
}

/** It has been well for so long that nobody looks for it. */
export function isGroupOver({ status }: ServiceWatch, { nowMs }: Turn): boolean {
  return status.kind === 'ok' && nowMs - status.sinceMs > SHOWN_AFTER_MS;
}

/** Whether a silent host is one of many, of which the service of its group tells. */
export function isOneOfMany({ lastSeenMs, entry }: HostWatch, turn: Turn): boolean {
  const group = turn.table.service({ cluster: entry.cluster, host: '', service: GROUP_SERVICE });
  if (!group || !isOfGroup(group)) return false;
  // Where nobody is told of the group, its hosts speak for themselves.
  if (group.status.kind === 'ok' || turn.desk.targets(group).length === 0) return false;
  const silence = silenceOf(entry.cluster, turn);
  // Which they are is not known any more, or not yet: it will be in a moment.
  return silence.kind !== 'mass' || isOfMass(silence, lastSeenMs);
}

/** Whom the service of its group tells, by the routes. */
export function toldOfGroup({ cluster }: ServiceWatch, { table, desk }: Turn): readonly string[] {
  const group = table.service({ cluster, host: '', service: GROUP_SERVICE });
  return group ? desk.targets(group) : [];
}
