import { configureLines } from './mend.ts';
import { isAsked, LATELY_MS } from './finding.ts';
import { heardMs, hostKey, instancesAt } from './scene.ts';
import { ago, shown } from './words.ts';
import type { Explained, Finding, FindingWords, Wanted } from './finding.ts';
import type { Instance } from '../instance.ts';
import type { Scene } from './scene.ts';

/** One that was not heard for so long where it belongs sends elsewhere only. */
const SILENT_MS = 120_000;

/** An instance of one group, and the group that hears it in its place. */
interface Stray {
  readonly instance: Instance;
  readonly group: string;
  readonly address: string;
  readonly lastMs: number;
  readonly speaks: readonly string[];
}

/** Instances that send to another group's port than their own. */
export function wrongPorts(scene: Scene, wanted: Wanted, explained: Explained): Finding[] {
  return [...byAddress(scene), ...byName(scene)].flatMap((stray) => {
    const { instance, group, address, lastMs } = stray;
    const { cluster, host } = instance;
    if (explained.has(instance)) return [];
    explained.add(instance);
    if (!isAsked(wanted, cluster, host) && !isAsked(wanted, group, host)) return [];
    const tell = () => words(scene, stray);
    const groups = [cluster, group];
    return [{ kind: 'wrong-port', weight: 'critical', groups, host, address, sinceMs: 0, lastMs, tell }];
  });
}

/** Its address sends to a group where nobody registered it, and its own group hears nothing of it. */
function* byAddress(scene: Scene): Generator<Stray> {
  for (const { group, address, last_seen_ms: lastMs, protocols } of scene.senders) {
    if (scene.nowMs - lastMs > LATELY_MS) continue;
    const there = instancesAt(scene, address);
    if (there.some(({ cluster }) => cluster === group)) continue;
    for (const instance of there) {
      if (isHeard(scene, instance)) continue;
      yield { instance, group, address, lastMs, speaks: protocols };
    }
  }
}

/** Its name is heard in a group where nobody registered it, and not in its own. */
function* byName(scene: Scene): Generator<Stray> {
  for (const { cluster: group, name, address, lastSeenMs } of scene.hosts.values()) {
    if (scene.nowMs - lastSeenMs > LATELY_MS || scene.byHost.has(hostKey(group, name))) continue;
    for (const instance of scene.byName.get(name) ?? []) {
      if (instance.cluster === group || isHeard(scene, instance)) continue;
      yield { instance, group, address, lastMs: lastSeenMs, speaks: [] };
    }
  }
}

function isHeard(scene: Scene, { cluster, host }: Instance): boolean {
  return scene.nowMs - heardMs(scene, cluster, host) < SILENT_MS;
}

function words(scene: Scene, { instance, group, address, lastMs, speaks }: Stray): FindingWords {
  const [own, other] = [scene.groups.get(instance.cluster), scene.groups.get(group)];
  const name = shown(instance.host);
  const port = (of: typeof own) => (of?.port == null ? '' : ` (port ${of.port})`);
  return {
    what: `${name} is registered in ${shown(instance.cluster)}${port(own)} and sends to ${shown(group)}${port(other)} instead: from ${shown(address)}, the last ${ago(lastMs, scene.nowMs)}`,
    causes: [
      `its agent's configuration has the port of ${shown(group)}: it comes from an image, or from another role`,
      `it registered with the token of ${shown(instance.cluster)}, and belongs to ${shown(group)}`,
    ],
    mend: {
      where: `on ${name}, in its agent's configuration; then restart the agent`,
      lines: own === undefined ? [] : configureLines(scene, own, speaks),
    },
  };
}
