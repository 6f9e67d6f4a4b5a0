import type { GroupConfig } from '../../contract/config.ts';
import type { ReconcilerView } from '../../contract/instances.ts';
import type { SourceRow } from '../../model/source-query.ts';
import type { Instance } from '../instance.ts';

/** A group, and the UDP port it listens on; null: none. */
export interface GroupEvidence {
  readonly config: GroupConfig;
  readonly port: number | null;
}

/** A host as the catalogue has it. Times: epoch ms, 0: never; skew NaN: not known. */
export interface HostEvidence {
  readonly cluster: string;
  readonly name: string;
  readonly address: string;
  readonly agent: string;
  readonly lastSeenMs: number;
  readonly skewMs: number;
  readonly conflict: string | undefined;
}

/** All that is looked at, as it is at one moment. Names and addresses in it are what others say. */
export interface Evidence {
  readonly nowMs: number;
  /** Where people and instances reach the server by HTTP. */
  readonly publicUrl: string;
  /** Whether calls take a token. */
  readonly signsIn: boolean;
  /** Where agents send to. */
  readonly servers: readonly string[];
  readonly groups: readonly GroupEvidence[];
  readonly senders: readonly SourceRow[];
  readonly hosts: Iterable<HostEvidence>;
  /** When a host that is in no list any more was heard last, epoch ms; 0: it is not remembered. */
  readonly retiredMs: (group: string, host: string) => number;
  readonly instances: Iterable<Instance>;
  readonly lists: readonly ReconcilerView[];
  /** The server's own group and host, which registers nowhere; null: it does not monitor itself. */
  readonly own: { readonly group: string; readonly host: string } | null;
}

/** The evidence, to be found by what it is about. */
export interface Scene extends Omit<Evidence, 'groups' | 'hosts' | 'instances'> {
  readonly groups: ReadonlyMap<string, GroupEvidence>;
  readonly hosts: ReadonlyMap<string, HostEvidence>;
  readonly here: readonly Instance[];
  readonly left: readonly Instance[];
  /** Of any standing, by group and host name. */
  readonly byHost: ReadonlyMap<string, Instance>;
  /** Those that are here, by host name alone, and by each address of theirs. */
  readonly byName: ReadonlyMap<string, readonly Instance[]>;
  readonly byAddress: ReadonlyMap<string, readonly Instance[]>;
  readonly sendersAt: ReadonlyMap<string, readonly SourceRow[]>;
  /** Those that left, by each address of theirs. */
  readonly leftAt: ReadonlyMap<string, readonly Instance[]>;
  /** Groups whose instances register, those that left included. */
  readonly registering: ReadonlySet<string>;
}

/** What a host is found by in a scene. */
export function hostKey(group: string, host: string): string {
  return `${group}\0${host}`;
}

export function sceneOf(evidence: Evidence): Scene {
  const instances = [...evidence.instances];
  const here = instances.filter(({ standing }) => standing.kind === 'here');
  const left = instances.filter(({ standing }) => standing.kind === 'left');
  // Of a name that changed hands, whoever is here now counts.
  const inOrder = instances.toSorted((a, b) => rank(a) - rank(b));
  return {
    ...evidence,
    groups: new Map(evidence.groups.map((group) => [group.config.name, group])),
    hosts: new Map(Array.from(evidence.hosts, (host) => [hostKey(host.cluster, host.name), host])),
    here,
    left,
    byHost: new Map(inOrder.map((one) => [hostKey(one.cluster, one.host), one])),
    byName: gathered(here, ({ host }) => [host]),
    byAddress: gathered(here, ({ addresses }) => addresses),
    sendersAt: gathered(evidence.senders, ({ address }) => [address]),
    leftAt: gathered(left, ({ addresses }) => addresses),
    registering: new Set(
      instances.filter(({ registeredMs }) => registeredMs > 0).map(({ cluster }) => cluster),
    ),
  };
}

/** The address of this machine itself, which says nothing of who sends. */
export function isLoopback(address: string): boolean {
  return address === '127.0.0.1' || address === '::1';
}

/** Instances that send from an address. Those behind the loopback cannot be told apart by it. */
export function instancesAt(scene: Scene, address: string): readonly Instance[] {
  return isLoopback(address) ? [] : (scene.byAddress.get(address) ?? []);
}

/** Who sends to a group from one of an instance's addresses. */
export function sendersOf(scene: Scene, { cluster, addresses }: Instance): readonly SourceRow[] {
  const own = addresses.filter((address) => !isLoopback(address));
  return own.flatMap((address) =>
    (scene.sendersAt.get(address) ?? []).filter(({ group }) => group === cluster),
  );
}

/** When a host was heard last in its group, epoch ms; 0: never. */
export function heardMs(scene: Scene, group: string, host: string): number {
  return scene.hosts.get(hostKey(group, host))?.lastSeenMs ?? scene.retiredMs(group, host);
}

/** When an instance came, or last came again. */
export function cameMs({ registeredMs, sinceMs }: Instance): number {
  return Math.max(registeredMs, sinceMs);
}

/** Whether anything was heard of an instance since it came. */
export function wasHeard(scene: Scene, instance: Instance): boolean {
  return heardMs(scene, instance.cluster, instance.host) >= cameMs(instance);
}

/** An agent has so long to be heard after its instance came. */
const FIRST_WORD_MS = 120_000;

/** Whether an instance has had the time to be heard, and was not. */
export function isUnheard(scene: Scene, instance: Instance): boolean {
  return scene.nowMs - cameMs(instance) > FIRST_WORD_MS && !wasHeard(scene, instance);
}

/** Whether what comes from there is of an instance that left, and of nobody that is here. */
export function isOfOneThatLeft(scene: Scene, { group, address }: SourceRow): boolean {
  if (isLoopback(address) || instancesAt(scene, address).length > 0) return false;
  const left = scene.leftAt.get(address) ?? [];
  return left.some((one) => one.cluster === group && scene.byHost.get(hostKey(group, one.host)) === one);
}

function rank({ standing }: Instance): number {
  return standing.kind === 'here' ? Number.POSITIVE_INFINITY : standing.sinceMs;
}

function gathered<T>(all: readonly T[], keysOf: (one: T) => readonly string[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    for (const key of keysOf(one)) {
      const known = found.get(key);
      if (known === undefined) found.set(key, [one]);
      else known.push(one);
    }
  }
  return found;
}
