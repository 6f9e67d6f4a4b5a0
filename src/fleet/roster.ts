import type { HistoryMove } from '../model/instance.ts';
import type { Instance } from './instance.ts';

/** What a decision changes, in this order: those dropped, those put, histories that get another name. */
export interface RosterChange {
  readonly drops: readonly Instance[];
  /** Whole: each takes the place of what was known of it before. */
  readonly puts: readonly Instance[];
  readonly moves: readonly HistoryMove[];
}

/** A change that was made. */
export interface MadeChange extends RosterChange {
  /** Makes the roster what it was before, where nothing was changed since. */
  readonly undo: RosterChange;
  /** Names of hosts that nobody has any more. */
  readonly freed: readonly HostKey[];
}

export interface HostKey {
  readonly cluster: string;
  readonly host: string;
}

/** What decisions ask of the roster. */
export interface RosterView {
  readonly size: number;
  /** Characters of what all of them say of themselves. */
  readonly chars: number;
  /** What of both is one group's. */
  shareOf(cluster: string): { readonly size: number; readonly chars: number };
  /** By its id, or by what lists call it. */
  find(cluster: string, instanceId: string): Instance | undefined;
  /** Who has, or last had, that host name. */
  holder(cluster: string, host: string): Instance | undefined;
  /** Of those that left, of one group or of all, the one that left first; undefined: all are here. */
  firstLeft(cluster?: string): Instance | undefined;
}

export interface InstanceCount {
  readonly cluster: string;
  readonly standing: 'here' | 'left';
  readonly count: number;
}

/** All instances. A host name has one holder at most; an instance has one host name. */
export class Roster implements RosterView {
  readonly #byId = new Map<string, Instance>();
  readonly #byHost = new Map<string, Instance>();
  readonly #byListedId = new Map<string, Instance>();
  #chars = 0;
  readonly #counts = new Map<string, { here: number; left: number; chars: number }>();

  constructor(instances: Iterable<Instance> = []) {
    for (const instance of instances) this.#put(instance);
  }

  get size(): number {
    return this.#byId.size;
  }

  get chars(): number {
    return this.#chars;
  }

  shareOf(cluster: string): { readonly size: number; readonly chars: number } {
    const { here, left, chars } = this.#counts.get(cluster) ?? NOBODY;
    return { size: here + left, chars };
  }

  find(cluster: string, instanceId: string): Instance | undefined {
    const key = keyOf(cluster, instanceId);
    return this.#byId.get(key) ?? this.#byListedId.get(key);
  }

  holder(cluster: string, host: string): Instance | undefined {
    return this.#byHost.get(keyOf(cluster, host));
  }

  firstLeft(cluster?: string): Instance | undefined {
    let first: Instance | undefined;
    let sinceMs = Number.POSITIVE_INFINITY;
    for (const one of this.#byId.values()) {
      if (one.standing.kind === 'here' || one.standing.sinceMs >= sinceMs) continue;
      if (cluster !== undefined && one.cluster !== cluster) continue;
      first = one;
      ({ sinceMs } = one.standing);
    }
    return first;
  }

  all(): Iterable<Instance> {
    return this.#byId.values();
  }

  counts(): InstanceCount[] {
    return [...this.#counts].flatMap(([cluster, { here, left }]) => [
      { cluster, standing: 'here' as const, count: here },
      { cluster, standing: 'left' as const, count: left },
    ]);
  }

  apply(change: RosterChange): MadeChange {
    const touched = [...change.drops, ...change.puts];
    const before = touched.flatMap(({ cluster, instanceId }) => {
      const known = this.#byId.get(keyOf(cluster, instanceId));
      return known ? [known] : [];
    });
    for (const instance of change.drops) this.#drop(instance);
    // All let go of their names first: one may take the name of the next.
    for (const instance of change.puts) this.#drop(instance);
    for (const instance of change.puts) this.#put(instance);
    const isKnown = ({ cluster, instanceId }: Instance) =>
      before.some((one) => one.cluster === cluster && one.instanceId === instanceId);
    const undo = { drops: change.puts.filter((one) => !isKnown(one)), puts: before, moves: [] };
    const freed = before
      .filter(({ cluster, host }) => this.holder(cluster, host) === undefined)
      .map(({ cluster, host }) => ({ cluster, host }));
    return { ...change, undo, freed };
  }

  #put(instance: Instance): void {
    const { cluster, instanceId, host, listedId, standing } = instance;
    this.#byId.set(keyOf(cluster, instanceId), instance);
    this.#byHost.set(keyOf(cluster, host), instance);
    if (listedId !== undefined) this.#byListedId.set(keyOf(cluster, listedId), instance);
    const counts = this.#counts.get(cluster) ?? { ...NOBODY };
    const chars = charsOf(instance);
    counts[standing.kind] += 1;
    counts.chars += chars;
    this.#chars += chars;
    this.#counts.set(cluster, counts);
  }

  #drop({ cluster, instanceId }: Instance): void {
    const known = this.#byId.get(keyOf(cluster, instanceId));
    if (!known) return;
    this.#byId.delete(keyOf(cluster, instanceId));
    forget(this.#byHost, keyOf(cluster, known.host), known);
    if (known.listedId !== undefined) forget(this.#byListedId, keyOf(cluster, known.listedId), known);
    const counts = this.#counts.get(cluster);
    if (!counts) return;
    const chars = charsOf(known);
    counts[known.standing.kind] -= 1;
    counts.chars -= chars;
    this.#chars -= chars;
  }
}

const NOBODY = { here: 0, left: 0, chars: 0 } as const;

/** What of an instance may be long. */
export function charsOf({ region, zone, tags }: Pick<Instance, 'region' | 'zone' | 'tags'>): number {
  return tags.reduce(
    (chars, [name, value]) => chars + name.length + value.length,
    region.length + zone.length,
  );
}

function forget(index: Map<string, Instance>, key: string, instance: Instance): void {
  if (index.get(key) === instance) index.delete(key);
}

/** No name has such a sign. */
function keyOf(cluster: string, name: string): string {
  return `${cluster}\0${name}`;
}
