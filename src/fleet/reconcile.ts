import { fingerprint } from './fingerprint.ts';
import { KnownInstances } from './known-instances.ts';
import { instanceKey } from './list-reading.ts';
import { isHereBy } from './take-list.ts';
import type { Instance, ListChange, ListedInstance } from './instance.ts';
import type { ListReading, ListSpeaker, Naming } from './list-reading.ts';

/** What a list lost is held against these. */
export interface ListRules extends ListSpeaker {
  /** The part of a group's instances, and of all, 0 … 1, that may be gone at once. */
  readonly shrinkMax: number;
}

/** What is gone from a list, and is too much at once to be believed unasked. */
export interface Hold {
  /** Another one whenever other instances are missing. */
  readonly digest: string;
  readonly sinceMs: number;
  /** Instances the list had, and how many of them are missing in each group that misses some. */
  readonly of: number;
  readonly groups: readonly { readonly group: string; readonly gone: number; readonly of: number }[];
  readonly missing: readonly Missing[];
}

export interface Missing {
  readonly cluster: string;
  readonly instanceId: string;
  readonly host: string;
  readonly reason: string;
}

export interface Reconciled {
  readonly change: ListChange;
  /** Those of it are not in `change`. */
  readonly hold: Hold | undefined;
  /** What each instance was said to be like, for the next reading. */
  readonly prints: ReadonlyMap<string, number>;
}

export interface ReconcileState {
  readonly known: Iterable<Instance>;
  /** Of the reading before; empty after a start: then all of it is told anew. */
  readonly prints: ReadonlyMap<string, number>;
  readonly held: Hold | undefined;
}

/** Fewer are gone any day. */
const HELD_MIN = 3;

/**
 * Holds a list against what is known. Level-based: the same list twice changes nothing, whatever happened
 * between, and nobody is gone whom the list did not have. What a list says of an instance, that it is
 * terminated, is believed; what it only leaves out is held where it is too much at once. Faults that show
 * here alone are added to the reading's.
 */
export function reconcile(
  reading: ListReading,
  rules: ListRules,
  state: ReconcileState,
  nowMs: number,
): Reconciled {
  const known = new KnownInstances(state.known);
  const meant = meantBy(reading, known);
  const losses = lossesOf({ meant, unclear: reading.unclear }, rules, known);
  const hold = holdOf(losses, rules, state.held, nowMs);
  const gone = hold ? losses.gone : [...losses.gone, ...losses.missing.map(goneOf)];
  const { listed, prints } = listedOf({ meant, reading }, { rules, known, gone, before: state.prints });
  return { change: { list: rules.list, listed, gone }, hold, prints };
}

interface Meant {
  readonly naming: Naming;
  readonly was: Instance | undefined;
}

/**
 * What the list says of each instance, by its key. Of two items it is enough that one says it is here; one
 * without an id is about whoever the list calls so.
 */
function meantBy({ named }: ListReading, known: KnownInstances): ReadonlyMap<string, Meant> {
  const meant = new Map<string, Meant>();
  const nameless: Naming[] = [];
  const take = (naming: Naming, was: Instance | undefined, key: string) => {
    const other = meant.get(key);
    if (!other || (naming.isHere && !other.naming.isHere)) meant.set(key, { naming, was });
  };
  for (const naming of named.values()) {
    const was = known.meantBy(naming);
    const isCalledSo = was === undefined || was.instanceId === naming.instance.instanceId;
    if (naming.hasId) take(naming, was, isCalledSo ? naming.key : instanceKey(was));
    else nameless.push(naming);
  }
  if (nameless.length === 0) return meant;
  const byName = new Map<string, string>();
  for (const [key, { naming }] of meant)
    if (naming.isHere && naming.name !== null) byName.set(naming.name, key);
  for (const naming of nameless) {
    const was = known.meantBy(naming);
    const own = was ? instanceKey(was) : naming.key;
    take(naming, was, byName.get(naming.name ?? '') ?? own);
  }
  return meant;
}

type Gone = ListChange['gone'][number];

interface Losses {
  /** What the list itself says has left, and what is the list's no more. */
  readonly gone: readonly Gone[];
  /** Those that are here and that the list leaves out. */
  readonly missing: readonly Missing[];
  /** Those that are here and that the list had, by group. */
  readonly had: ReadonlyMap<string, number>;
}

function lossesOf(
  said: { readonly meant: ReadonlyMap<string, Meant>; readonly unclear: ReadonlySet<string> },
  { list, speaksFor }: ListRules,
  known: KnownInstances,
): Losses {
  const gone: Gone[] = [];
  const missing: Missing[] = [];
  const had = new Map<string, number>();
  for (const [key, { cluster, instanceId, listedId = instanceId, host, lists, standing }] of known.all) {
    if (!lists.includes(list)) continue;
    const isHere = standing.kind === 'here';
    if (!speaksFor(cluster)) {
      gone.push({ cluster, instanceId, reason: null });
      continue;
    }
    if (isHere) had.set(cluster, (had.get(cluster) ?? 0) + 1);
    const naming = said.meant.get(key)?.naming;
    if (naming?.isHere || [instanceId, listedId, host].some((name) => said.unclear.has(name))) continue;
    if (!isHere) gone.push({ cluster, instanceId, reason: null });
    else if (naming) gone.push({ cluster, instanceId, reason: naming.instance.says });
    else missing.push({ cluster, instanceId, host, reason: `gone from list ${list}` });
  }
  return { gone, missing: withMoves(missing, said.meant, list), had };
}

/** Who is in another group now is told so, and counts as missing: all may have been moved by mistake. */
function withMoves(
  missing: readonly Missing[],
  meant: ReadonlyMap<string, Meant>,
  list: string,
): readonly Missing[] {
  if (missing.length === 0) return missing;
  const groups = new Map<string, string>();
  for (const { naming } of meant.values()) {
    const { instance, isHere, hasId } = naming;
    if (isHere && hasId) groups.set(instance.instanceId, instance.cluster);
  }
  return missing.map((one) => {
    const group = groups.get(one.instanceId);
    return group === undefined ? one : { ...one, reason: `list ${list} has it in group ${group}` };
  });
}

function goneOf({ cluster, instanceId, reason }: Missing): Gone {
  return { cluster, instanceId, reason };
}

function holdOf(
  { missing, had }: Losses,
  { shrinkMax }: ListRules,
  before: Hold | undefined,
  nowMs: number,
): Hold | undefined {
  const of = [...had.values()].reduce((sum, count) => sum + count, 0);
  const groups = [...Map.groupBy(missing, ({ cluster }) => cluster)].map(([group, some]) => {
    return { group, gone: some.length, of: had.get(group) ?? 0 };
  });
  const isTooMuch = (part: number, whole: number) => part >= HELD_MIN && part > shrinkMax * whole;
  const isHeld = isTooMuch(missing.length, of) || groups.some(({ gone, of }) => isTooMuch(gone, of));
  if (!isHeld) return undefined;
  return { digest: digestOf(missing), sinceMs: before?.sinceMs ?? nowMs, of, groups, missing };
}

function digestOf(missing: readonly Missing[]): string {
  const keys = missing.map(instanceKey).toSorted();
  return fingerprint(keys).toString(16).padStart(14, '0');
}

interface Listing {
  readonly rules: ListRules;
  readonly known: KnownInstances;
  readonly gone: readonly Gone[];
  readonly before: ReadonlyMap<string, number>;
}

/** What the roster is to be told of those that the list has. */
function listedOf(
  { meant, reading }: { readonly meant: ReadonlyMap<string, Meant>; readonly reading: ListReading },
  { rules, known, gone, before }: Listing,
): { readonly listed: readonly ListedInstance[]; readonly prints: ReadonlyMap<string, number> } {
  const leaving = new Set(gone.filter(({ reason }) => reason !== null).map(instanceKey));
  const given = new Set<string>();
  const listed: ListedInstance[] = [];
  const prints = new Map<string, number>();
  for (const [key, { naming, was }] of meant) {
    const isNew = !was?.lists.includes(rules.list);
    if (!naming.isHere) continue;
    if (was && !isHereBy(was, rules.list)) {
      if (isNew) listed.push(asTold(naming, was, true));
      continue;
    }
    const holder = known.holder(naming);
    const isHeld = holder !== undefined && holder !== was && holder.standing.kind === 'here';
    const isTaken =
      naming.name !== null && ((isHeld && !leaving.has(instanceKey(holder))) || given.has(naming.name));
    if (isTaken) reading.fault('same-host', naming.instance.instanceId);
    else if (naming.name !== null) given.add(naming.name);
    const instance = asTold(naming, was, isTaken);
    // Told with another name, it is told another thing.
    const print = instance.host === naming.instance.host ? naming.print : -naming.print;
    prints.set(key, print);
    if (isNew || before.get(key) !== print) listed.push(instance);
  }
  return { listed, prints };
}

/** Without a name that is another's, and under the id that the instance has where the list gives none. */
function asTold({ instance, hasId }: Naming, was: Instance | undefined, isTaken: boolean): ListedInstance {
  const instanceId = hasId || !was ? instance.instanceId : was.instanceId;
  const host = isTaken || isCalledOtherwise(instance, was) ? null : instance.host;
  const isSame = instanceId === instance.instanceId && host === instance.host;
  return isSame ? instance : { ...instance, instanceId, host };
}

/** What an instance registered as is what its agent calls it, whatever a list calls it. */
function isCalledOtherwise({ host }: ListedInstance, was: Instance | undefined): boolean {
  return was !== undefined && was.registeredMs > 0 && was.host !== host;
}
