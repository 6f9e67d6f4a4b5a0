import { ADDRESSES_PER_INSTANCE_MAX, INSTANCES_MAX } from '../limits.ts';
import { asideName } from '../model/instance.ts';
import { hasRoom } from './enrol.ts';
import { takeName } from './take-name.ts';
import type { Instance, ListChange, ListedInstance } from './instance.ts';
import type { RosterChange, RosterView } from './roster.ts';
import type { Standing } from '../model/instance.ts';
import type { Surroundings } from './enrol.ts';

/** What an entry of a list comes to; `full`: there is no room for one more instance. */
export type ListedDecision = RosterChange | 'full' | undefined;

/** What an instance that a list says is here comes to; undefined: nothing that is not known. */
export function decideListed(
  roster: RosterView,
  { list, entry }: { readonly list: string; readonly entry: ListedInstance },
  around: Surroundings,
): ListedDecision {
  const known = knownAs(roster, entry);
  if (known) return renewed(roster, { list, entry, known }, around);
  const { max = INSTANCES_MAX, nowMs } = around;
  const drops = roster.size < max ? [] : [roster.firstLeft()].filter((first) => first !== undefined);
  if (roster.size >= max && drops.length === 0) return 'full';
  const { cluster, instanceId } = entry;
  const { host, aside, moves } = nameFor(roster, entry, around);
  const listed: Instance = {
    cluster,
    instanceId,
    host,
    standing: { kind: 'here', says: entry.says },
    sinceMs: nowMs,
    region: entry.region,
    zone: entry.zone,
    tags: entry.tags,
    addresses: entry.addresses.slice(0, ADDRESSES_PER_INSTANCE_MAX),
    registeredMs: 0,
    registeredFrom: '',
    lists: [list],
  };
  if (!hasRoom(roster, { known: undefined, next: listed }, around)) return 'full';
  const isDropped = (one: Instance) => one.instanceId !== aside?.instanceId;
  return { drops: drops.filter(isDropped), puts: aside ? [aside, listed] : [listed], moves };
}

/** One that registered without an id is the one that a list calls by the same host name. */
function knownAs(roster: RosterView, { cluster, instanceId, host }: ListedInstance): Instance | undefined {
  const known = roster.find(cluster, instanceId);
  if (known || host === null) return known;
  const holder = roster.holder(cluster, host);
  const isNameless = holder?.instanceId === holder?.host && holder?.listedId === undefined;
  return holder?.standing.kind === 'here' && holder.registeredMs > 0 && isNameless ? holder : undefined;
}

/**
 * The name of one that never registered: as the list has it. What another has that is here is not taken from
 * it by a list; then, and where the list has none, something stands for it until it registers.
 */
function nameFor(
  roster: RosterView,
  { cluster, instanceId, host: listed, addresses }: ListedInstance,
  around: Surroundings,
): ReturnType<typeof takeName> & { readonly host: string } {
  const host = listed ?? addresses[0] ?? instanceId;
  const holder = roster.holder(cluster, host);
  if (holder?.standing.kind === 'here') {
    return { host: asideName(host, instanceId), aside: null, moves: [] };
  }
  return { host, ...takeName(roster, { cluster, instanceId, host, former: undefined }, around) };
}

/**
 * Whether an instance is here because the list has it. One that left by its own word, or for another that has
 * its name, stays away while lists lag behind, though one may show it only now for the first time: all that
 * have it have to have lost it since. One that a list says has left is here once a list has it again.
 */
export function isHereBy({ standing, lists, lostBy }: Instance, list: string): boolean {
  if (standing.kind === 'here') return true;
  return lostBy ? [...lists, list].every((name) => lostBy.includes(name)) : !lists.includes(list);
}

interface Renewal {
  readonly list: string;
  readonly entry: ListedInstance;
  readonly known: Instance;
}

function renewed(
  roster: RosterView,
  { list, entry, known }: Renewal,
  around: Surroundings,
): RosterChange | 'full' | undefined {
  const { standing, cluster, instanceId } = known;
  const lists = known.lists.includes(list) ? known.lists : [...known.lists, list];
  if (!isHereBy(known, list)) {
    return lists === known.lists ? undefined : { drops: [], puts: [{ ...known, lists }], moves: [] };
  }
  const isHere = standing.kind === 'here';
  const named = rename(roster, { entry, known }, around);
  const addresses = [known.registeredFrom, ...entry.addresses].filter((address) => address !== '');
  const next: Instance = {
    ...known,
    host: named.host,
    standing: { kind: 'here', says: entry.says },
    sinceMs: isHere ? known.sinceMs : around.nowMs,
    region: entry.region === '' ? known.region : entry.region,
    zone: entry.zone === '' ? known.zone : entry.zone,
    tags: entry.tags.length === 0 ? known.tags : entry.tags,
    addresses: [...new Set(addresses)].slice(0, ADDRESSES_PER_INSTANCE_MAX),
    lists,
    lostBy: undefined,
    ...(entry.instanceId === instanceId ? {} : { listedId: entry.instanceId }),
  };
  if (isSame(known, next) && named.moves.length === 0) return undefined;
  if (!hasRoom(roster, { known, next }, around)) return 'full';
  const aside = named.aside && named.aside.cluster === cluster ? [named.aside] : [];
  return { drops: [], puts: [...aside, next], moves: named.moves };
}

/** One that registered is called as it said; of the others the list may know better now. */
function rename(
  roster: RosterView,
  { entry, known }: Pick<Renewal, 'entry' | 'known'>,
  around: Surroundings,
): ReturnType<typeof takeName> & { readonly host: string } {
  const { cluster, instanceId, host: former } = known;
  const host = entry.host ?? former;
  const isTaken = roster.holder(cluster, host)?.standing.kind === 'here';
  if (known.registeredMs > 0 || host === former || isTaken) return { host: former, aside: null, moves: [] };
  return { host, ...takeName(roster, { cluster, instanceId, host, former }, around) };
}

/** Whether a renewal has brought nothing: a list of 100 000 is looked through whole at each start. */
function isSame(known: Instance, next: Instance): boolean {
  const { standing: before } = known;
  const { standing: after } = next;
  return (
    before.kind === 'here' &&
    after.kind === 'here' &&
    before.says === after.says &&
    known.host === next.host &&
    known.listedId === next.listedId &&
    known.region === next.region &&
    known.zone === next.zone &&
    isSameTexts(known.lists, next.lists) &&
    isSameTexts(known.addresses, next.addresses) &&
    isSameTexts(known.tags.flat(), next.tags.flat())
  );
}

function isSameTexts(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((text, i) => text === others[i]);
}

/** What it comes to that a list has an instance no more; undefined: nothing. */
export function decideGone(
  roster: RosterView,
  { list, gone }: { readonly list: string; readonly gone: ListChange['gone'][number] },
  { nowMs }: Pick<Surroundings, 'nowMs'>,
): { readonly change: RosterChange; readonly left: Instance | undefined } | undefined {
  const known = roster.find(gone.cluster, gone.instanceId);
  if (!known?.lists.includes(list)) return undefined;
  const lists = known.lists.filter((name) => name !== list);
  const leaves = known.standing.kind === 'here' && lists.length === 0 && gone.reason !== null;
  const { lostBy } = known;
  const next: Instance = {
    ...known,
    lists,
    ...(lostBy && !lostBy.includes(list) && { lostBy: [...lostBy, list] }),
    standing: leaves
      ? { kind: 'left', reason: gone.reason ?? '', sinceMs: nowMs }
      : unlisted(known.standing, lists),
  };
  return { change: { drops: [], puts: [next], moves: [] }, left: leaves ? next : undefined };
}

/** What a list said of it is nobody's word once no list has it. */
function unlisted(standing: Standing, lists: readonly string[]): Standing {
  return standing.kind === 'here' && lists.length === 0 ? { kind: 'here', says: '' } : standing;
}
