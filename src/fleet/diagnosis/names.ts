import { isAsked, LATELY_MS } from './finding.ts';
import { registerLines, TOKEN_LINES } from './mend.ts';
import { isLoopback } from './scene.ts';
import { listed, shown } from './words.ts';
import type { Finding, FindingWords, Wanted } from './finding.ts';
import type { Instance } from '../instance.ts';
import type { HostEvidence, Scene } from './scene.ts';

/** Names that several go by: hosts that machines write in turns, instances that are in two groups. */
export function duplicateNames(scene: Scene, wanted: Wanted): Finding[] {
  return [...conflicts(scene, wanted), ...twice(scene, wanted)];
}

function conflicts(scene: Scene, wanted: Wanted): Finding[] {
  const found: Finding[] = [];
  for (const host of scene.hosts.values()) {
    const { cluster, name, address, lastSeenMs, conflict } = host;
    if (conflict === undefined || scene.nowMs - lastSeenMs > LATELY_MS) continue;
    if (!isAsked(wanted, cluster, name)) continue;
    const tell = () => conflictWords(host, conflict, scene);
    const about = { groups: [cluster], host: name, address, sinceMs: 0, lastMs: lastSeenMs };
    found.push({ kind: 'duplicate-name', weight: 'warning', ...about, tell });
  }
  return found;
}

function conflictWords({ cluster, name }: HostEvidence, conflict: string, scene: Scene): FindingWords {
  return {
    what: `Several machines send to ${shown(cluster)} as ${shown(name)}, and their values are mixed: ${shown(conflict)}`,
    causes: [
      'they run from one image, with its Hostname in the configuration of their agents',
      'they are called localhost, or by what the image was called',
      'one machine has several addresses, and sends by each in turns',
    ],
    mend: {
      where: 'on each of them: it registers by its own name, and its agent is configured for it',
      lines: registerLines(scene, cluster),
    },
  };
}

/** One instance of a cloud, or one machine under one name, in more than one group. */
function* twice(scene: Scene, wanted: Wanted): Generator<Finding> {
  const told = new Set<Instance>();
  for (const [first, other] of pairs(scene)) {
    if (first.cluster === other.cluster || !isSame(first, other) || told.has(first)) continue;
    told.add(first);
    if (!isAsked(wanted, first.cluster, first.host) && !isAsked(wanted, other.cluster, other.host)) continue;
    yield {
      kind: 'duplicate-name',
      weight: 'warning',
      groups: [first.cluster, other.cluster],
      host: first.host,
      address: first.addresses[0] ?? '',
      sinceMs: Math.max(first.sinceMs, other.sinceMs),
      lastMs: 0,
      tell: () => twiceWords(scene, first, other),
    };
  }
}

/** Instances that share an id or a name, each with the first that has it. */
function* pairs({ here, byName }: Scene): Generator<readonly [Instance, Instance]> {
  const firstOf = new Map<string, Instance>();
  for (const one of here) {
    const first = firstOf.get(one.instanceId);
    if (first === undefined) firstOf.set(one.instanceId, one);
    else yield [first, one];
  }
  for (const [first, ...others] of byName.values()) {
    if (first) for (const other of others) yield [first, other];
  }
}

function isSame(a: Instance, b: Instance): boolean {
  if (a.instanceId === b.instanceId && a.instanceId !== a.host) return true;
  return a.host === b.host && a.addresses.some((one) => !isLoopback(one) && b.addresses.includes(one));
}

function twiceWords(scene: Scene, first: Instance, other: Instance): FindingWords {
  const { instanceId, host } = first;
  const who = instanceId === host ? shown(host) : `Instance ${shown(instanceId)}`;
  const names = [...new Set([host, other.host])];
  const [older, newer] = first.sinceMs <= other.sinceMs ? [first, other] : [other, first];
  const body = JSON.stringify({ group: older.cluster, instance_id: older.instanceId });
  return {
    what: `${who} is in two groups at once, ${shown(first.cluster)} and ${shown(other.cluster)}, as ${listed(names)}: one of them will miss it`,
    causes: [
      `it moved to ${shown(newer.cluster)} and did not deregister from ${shown(older.cluster)}`,
      'its image brings the instance id, or the token, of another group',
      'two lists name it for different groups',
    ],
    mend: {
      where: `with a token of ${shown(older.cluster)}, if it belongs to ${shown(newer.cluster)} now`,
      lines: deregisterLines(scene, body),
    },
  };
}

/** Names of instances are of plain signs by rule; a body that has others is not to be pasted into a shell. */
function deregisterLines({ publicUrl, signsIn }: Scene, body: string): string[] {
  if (/['\\!\p{C}]/u.test(body)) return [];
  const call = `-H 'content-type: application/json' -d '${body}' '${publicUrl}/api/v1/deregister'`;
  if (!signsIn) return [`curl -sS --fail-with-body ${call}`];
  return [...TOKEN_LINES, `  curl -sS --fail-with-body -K - ${call}`];
}
