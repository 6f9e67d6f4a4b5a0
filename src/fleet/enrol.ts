import { ADDRESSES_PER_INSTANCE_MAX, INSTANCE_CHARS_MAX, INSTANCES_MAX } from '../limits.ts';
import { canonicalAddress, plainAddress } from '../model/address.ts';
import { printable } from '../model/printable.ts';
import { hostNameFault, instanceIdFault, tagsFault } from './names.ts';
import { takeName } from './take-name.ts';
import type { Departure, Instance, Registration, RegistrationRefusal } from './instance.ts';
import { charsOf } from './roster.ts';
import type { RosterChange, RosterView } from './roster.ts';

/** What decisions ask of the world. Times: epoch ms. */
export interface Surroundings {
  readonly nowMs: number;
  /** When a host was last heard; 0: never. */
  readonly heardMs: (cluster: string, host: string) => number;
  /** How many instances there may be; INSTANCES_MAX unless told. */
  readonly max?: number;
  /** How long their tags may be, all together; INSTANCE_CHARS_MAX unless told. */
  readonly maxChars?: number;
}

export type RegistrationDecision =
  | {
      readonly ok: true;
      readonly instance: Instance;
      readonly isNew: boolean;
      readonly replaced: string | null;
      readonly change: RosterChange;
    }
  | { readonly ok: false; readonly refusal: RegistrationRefusal; readonly message: string };

export type DepartureDecision =
  | { readonly ok: true; readonly instance: Instance; readonly isNew: boolean; readonly change: RosterChange }
  | {
      readonly ok: false;
      readonly refusal: 'instance_unknown' | 'two_instances';
      readonly message: string;
    };

/** What decisions on registrations ask of the group as well. */
export interface Enrolling extends Surroundings {
  readonly hostName: 'packet' | 'rdns' | 'address';
  /** Whether its senders are bound to their addresses. */
  readonly isBinding?: boolean;
  /** The usual time between two packets of a host, ms; 0: not known. */
  readonly gapMs?: (cluster: string, host: string) => number;
}

/** An instance heard no longer ago is still running where it was; one that sends less often has more time. */
const IN_USE_MS = 60_000;
const IN_USE_MAX_MS = 600_000;
/** A group that has more than half of all room has no more of it than this. */
const GREEDY_SHARE = 0.9;
const NO_DROPS = { drops: [] };
/** Of what nobody is called, an answer repeats the beginning. */
const NAME_CHARS_SHOWN = 100;
const NOTHING: RosterChange = { drops: [], puts: [], moves: [] };

/**
 * What a registration comes to. `hostName`: the group's; where it is `address`, hosts are called by their
 * addresses.
 */
export function decideRegistration(
  roster: RosterView,
  wish: Registration,
  around: Enrolling,
): RegistrationDecision {
  const { cluster } = wish;
  const from = plainAddress(wish.from);
  const isGiven = around.hostName !== 'address';
  const host = isGiven ? wish.host : from;
  const fault = namesFault(wish, isGiven ? host : undefined);
  if (fault) return { ok: false, ...fault };
  const { known, instanceId } = whoIs(roster, wish, { host, from });
  if (known && isInUse(known, from, around)) {
    const where =
      known.registeredFrom === '' ? 'a list has it elsewhere' : `registered from ${known.registeredFrom}`;
    const message = `${instanceId} is heard as ${known.host} right now, and ${where}`;
    return { ok: false, refusal: 'instance_in_use', message };
  }
  const room = known ? NO_DROPS : roomFor(roster, cluster, around);
  if (!room) {
    const message = 'as many instances are here as the server keeps';
    return { ok: false, refusal: 'too_many_instances', message };
  }
  const self = known?.instanceId ?? instanceId;
  const taken = takeName(roster, { cluster, instanceId: self, host, former: known?.host }, around);
  const instance = registered(wish, { known, instanceId, host, from, nowMs: around.nowMs });
  if (!hasRoom(roster, { known, next: instance }, around)) {
    const message = 'the tags of all instances are as long as the server keeps';
    return { ok: false, refusal: 'too_many_instances', message };
  }
  const puts = taken.aside ? [taken.aside, instance] : [instance];
  // Whoever has just been set aside is not the one that goes for want of room.
  const drops = room.drops.filter(({ instanceId: id }) => id !== taken.aside?.instanceId);
  if (known && self !== instanceId) drops.push(known);
  return {
    ok: true,
    instance,
    isNew: known === undefined || known.registeredMs === 0 || known.standing.kind === 'left',
    replaced: taken.aside?.instanceId ?? null,
    change: { drops, puts, moves: taken.moves },
  };
}

/** What is refused by rule. `host`: undefined where the server gave it. */
function namesFault(
  wish: Registration,
  host: string | undefined,
): { readonly refusal: RegistrationRefusal; readonly message: string } | undefined {
  const ofHost = host === undefined ? undefined : hostNameFault(host);
  if (ofHost !== undefined) return { refusal: 'bad_host_name', message: ofHost };
  const ofId = wish.instanceId === undefined ? undefined : instanceIdFault(wish.instanceId);
  if (ofId !== undefined) return { refusal: 'bad_instance_id', message: ofId };
  const ofTags = tagsFault(wish);
  return ofTags === undefined ? undefined : { refusal: 'bad_tags', message: ofTags };
}

interface Who {
  readonly known: Instance | undefined;
  readonly instanceId: string;
}

/**
 * Without an id of its own it is whoever is here by that name; a list may have given it another id. With one,
 * it may be known by its name alone until now.
 */
function whoIs(
  roster: RosterView,
  { cluster, instanceId }: Registration,
  { host, from }: { readonly host: string; readonly from: string },
): Who {
  const holder = roster.holder(cluster, host);
  const here = holder?.standing.kind === 'here' ? holder : undefined;
  if (instanceId === undefined) {
    const known = here ?? roster.find(cluster, host);
    return { known, instanceId: known?.instanceId ?? host };
  }
  const found = roster.find(cluster, instanceId);
  if (found) return { known: found, instanceId: found.instanceId };
  return { known: here && isNameless(here, from) ? here : undefined, instanceId };
}

/** A list, or a registration from the same address, knew nothing of it but its host's name. */
function isNameless({ instanceId, host, registeredMs, registeredFrom }: Instance, from: string): boolean {
  return instanceId === host && (registeredMs === 0 || registeredFrom === from);
}

/** Whoever has the token of a group must not become another instance of it while that one is running. */
function isInUse(known: Instance, from: string, around: Enrolling): boolean {
  const { standing, registeredFrom, addresses, cluster, host } = known;
  const { nowMs, heardMs, isBinding, gapMs } = around;
  const listedAt = isBinding ? addresses : [];
  const at = registeredFrom === '' ? listedAt : [registeredFrom];
  const isElsewhere = at.length > 0 && !at.some((one) => (canonicalAddress(one) ?? one) === from);
  if (standing.kind === 'left' || !isElsewhere) return false;
  const usedMs = Math.min(2 * (gapMs?.(cluster, host) ?? 0), IN_USE_MAX_MS);
  return nowMs - heardMs(cluster, host) <= Math.max(IN_USE_MS, usedMs);
}

/** For whoever is new; who left first makes way. A group whose token is abused leaves others theirs. */
function roomFor(
  roster: RosterView,
  cluster: string,
  { max = INSTANCES_MAX }: Surroundings,
): { readonly drops: readonly Instance[] } | undefined {
  const isGreedy = roster.shareOf(cluster).size > max / 2;
  if (roster.size < (isGreedy ? max * GREEDY_SHARE : max)) return NO_DROPS;
  const first = roster.firstLeft(isGreedy ? cluster : undefined);
  return first && { drops: [first] };
}

/** Whether there is room for what it says of itself. Who says no more than before has it in any case. */
export function hasRoom(
  roster: RosterView,
  { known, next }: { readonly known: Instance | undefined; readonly next: Instance },
  { maxChars = INSTANCE_CHARS_MAX }: Surroundings,
): boolean {
  const more = charsOf(next) - (known ? charsOf(known) : 0);
  const isGreedy = roster.shareOf(next.cluster).chars > maxChars / 2;
  return more <= 0 || roster.chars + more <= (isGreedy ? maxChars * GREEDY_SHARE : maxChars);
}

interface Registered {
  readonly known: Instance | undefined;
  readonly instanceId: string;
  readonly host: string;
  readonly from: string;
  readonly nowMs: number;
}

/** What it does not say of itself stays as a list has it. */
function registered(wish: Registration, { known, instanceId, host, from, nowMs }: Registered): Instance {
  const isHere = known?.standing.kind === 'here';
  const lists = known?.lists ?? [];
  // Of a listed one, the list says when an address is another's.
  const others = lists.length > 0 ? (known?.addresses ?? []).filter((address) => address !== from) : [];
  const tags = Object.entries(wish.tags ?? {});
  return {
    cluster: wish.cluster,
    instanceId,
    host,
    standing: known && isHere ? known.standing : { kind: 'here', says: saidBy(lists) },
    sinceMs: known && isHere ? known.sinceMs : nowMs,
    region: orElse(wish.region, known?.region),
    zone: orElse(wish.zone, known?.zone),
    tags: tags.length > 0 ? tags : (known?.tags ?? []),
    addresses: [from, ...others].slice(0, ADDRESSES_PER_INSTANCE_MAX),
    registeredMs: nowMs,
    registeredFrom: from,
    lists,
    ...listedAs(known, instanceId),
  };
}

/** Lists that had it all the while say nothing new of it: that they have it is to be known all the same. */
function saidBy(lists: readonly string[]): string {
  return lists.length === 0 ? '' : `on list ${lists.join(', ')}`;
}

/** Where it has got an id only now, lists may go on calling it by its name. */
function listedAs(known: Instance | undefined, instanceId: string): Pick<Instance, 'listedId'> {
  const listedId = known?.listedId ?? known?.instanceId;
  return listedId === undefined || listedId === instanceId ? {} : { listedId };
}

function orElse(said: string | undefined, known: string | undefined): string {
  return said === undefined || said === '' ? (known ?? '') : said;
}

/** What a departure comes to. One that left before has left already, for the reason it left for. */
export function decideDeparture(
  roster: RosterView,
  wish: Departure,
  around: Surroundings,
): DepartureDecision {
  const known = departing(roster, wish) ?? stranger(roster, wish, around);
  if (!known) {
    const name = printable(wish.instanceId ?? wish.host ?? '').slice(0, NAME_CHARS_SHOWN);
    const message = `no instance ${name} is known in ${wish.cluster}`;
    return { ok: false, refusal: 'instance_unknown', message };
  }
  if (known.standing.kind === 'left') return { ok: true, instance: known, isNew: false, change: NOTHING };
  const other = wish.host === undefined ? undefined : roster.holder(wish.cluster, wish.host);
  if (other && other !== known) {
    const message = `${known.instanceId} is ${known.host}, and ${other.host} is another instance: ${other.instanceId}`;
    return { ok: false, refusal: 'two_instances', message };
  }
  const said = printable(wish.reason).replaceAll(/\s+/gu, ' ').trim();
  const reason = said === '' ? 'deregistered' : `deregistered: ${said}`;
  const standing = { kind: 'left', reason, sinceMs: around.nowMs } as const;
  const instance: Instance = { ...known, standing, lostBy: [] };
  return { ok: true, instance, isNew: true, change: { ...NOTHING, puts: [instance] } };
}

function departing(roster: RosterView, { cluster, instanceId, host }: Departure): Instance | undefined {
  if (instanceId !== undefined) return roster.find(cluster, instanceId);
  return host === undefined ? undefined : roster.holder(cluster, host);
}

/**
 * A host that is heard and says goodbye, though nobody knows that it registered: fleet.db may have been lost
 * since. Nobody is to be woken for it.
 */
function stranger(
  roster: RosterView,
  { cluster, instanceId, host = '', from }: Departure,
  { nowMs, heardMs, max = INSTANCES_MAX }: Surroundings,
): Instance | undefined {
  if (hostNameFault(host) !== undefined || roster.holder(cluster, host) || roster.size >= max)
    return undefined;
  if (instanceId !== undefined && instanceIdFault(instanceId) !== undefined) return undefined;
  if (heardMs(cluster, host) === 0) return undefined;
  return {
    cluster,
    host,
    instanceId: instanceId ?? host,
    standing: { kind: 'here', says: '' },
    sinceMs: nowMs,
    region: '',
    zone: '',
    tags: [],
    addresses: [],
    registeredMs: nowMs,
    registeredFrom: plainAddress(from),
    lists: [],
  };
}
