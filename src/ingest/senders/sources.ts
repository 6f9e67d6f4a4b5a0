import { SOURCES_PER_WORKER_MAX, STRANGERS_PER_WORKER_MAX } from '../../limits.ts';
import { plainAddress } from '../../model/address.ts';
import { Networks } from './networks.ts';
import { Rights } from './rights.ts';
import { Source } from './source.ts';
import type { Group, GroupRules } from '../group.ts';

/** Where the senders of a group are booked that find no place of their own. */
export const OTHERS = '*';
/** A sender that was silent for so long gives way when the table is full. */
const SILENT_MS = 600_000;
/** So many are looked at for one that was. */
const LOOKED_AT = 4;

/** A group's senders. */
interface Senders {
  readonly byAddress: Map<string, Source>;
  /** Who sent last: senders send in bursts, and this costs a tenth of looking one up. */
  last: Source | undefined;
  others: Source | undefined;
  rules: GroupRules;
  allow: Networks | undefined;
  spoof: Networks | undefined;
}

interface SourcesMax {
  readonly known: number;
  readonly strangers: number;
}

interface Place {
  readonly source: Source;
  readonly senders: Senders;
}

/**
 * Who sends to the groups of one worker. Forged addresses must not drive out honest ones: a sender is a
 * stranger until something of it was taken, and strangers give way to strangers only. The known stay until
 * they have been silent for long; when there is no room, a new sender is one of its group's `others`.
 */
export class Sources {
  readonly #groups: (Senders | undefined)[] = [];
  readonly #known: Place[] = [];
  readonly #strangers: (Place | undefined)[] = [];
  readonly #maxKnown: number;
  readonly #maxStrangers: number;
  readonly #ownHost: string | undefined;
  #nextStranger = 0;
  #hand = 0;

  /** `ownHost`: what this server calls its own machine. */
  constructor(max: SourcesMax = LIMITS, ownHost?: string) {
    this.#maxKnown = max.known;
    this.#maxStrangers = max.strangers;
    this.#ownHost = ownHost;
  }

  /**
   * The sender of a datagram for the group with that index, judged by the group's rules and instances as they
   * are now.
   */
  of(group: Group, index: number, address: string, nowMs: number): Source {
    const { rules } = group;
    const { version } = group.members;
    let senders = this.#groups[index];
    if (senders?.rules !== rules) senders = this.#hold(index, rules);
    const { last } = senders;
    if (last && last.address === address && last.rules === rules && last.membersVersion === version) {
      return last;
    }
    const source = senders.byAddress.get(address) ?? this.#meet(senders, plainAddress(address), nowMs);
    const isOther = source === senders.others;
    if (!isOther) senders.last = source;
    const hasNewRules = source.rules !== rules || isOther;
    if (hasNewRules || source.membersVersion !== version) this.#place(source, group, plainAddress(address));
    if (hasNewRules) judge(source, senders, address);
    return source;
  }

  /** Something of it was taken. */
  know(index: number, source: Source): void {
    const senders = this.#groups[index];
    if (source.known || !senders || source === senders.others) return;
    if (!this.#hasRoom(source.lastMs)) return;
    source.known = true;
    this.#known.push({ source, senders });
  }

  /** Whose address it is. */
  #place(source: Source, { rules, members }: Group, address: string): void {
    source.membersVersion = members.version;
    source.registeredName = members.nameOf(address);
    // The server's own figures come from here.
    const own = isOwn(address, rules) ? this.#ownHost : undefined;
    source.rights = rules.binding ? new Rights(members, address, own) : undefined;
  }

  /** Every sender of a group, those without a place of their own last. */
  *list(index: number): Generator<Source> {
    const senders = this.#groups[index];
    if (!senders) return;
    yield* senders.byAddress.values();
    if (senders.others) yield senders.others;
  }

  count(index: number): number {
    return this.#groups[index]?.byAddress.size ?? 0;
  }

  /** A group left. */
  remove(index: number): void {
    const gone = this.#groups[index];
    if (!gone) return;
    this.#groups[index] = undefined;
    const left = this.#known.filter(({ senders }) => senders !== gone);
    this.#known.splice(0, Infinity, ...left);
    for (const [i, place] of this.#strangers.entries()) {
      if (place?.senders === gone) this.#strangers[i] = undefined;
    }
  }

  #hold(index: number, rules: GroupRules): Senders {
    const { allow, spoof } = rules.trust;
    const compiled = {
      rules,
      allow: allow.length === 0 ? undefined : new Networks(allow),
      spoof: typeof spoof === 'string' ? undefined : new Networks(spoof),
    };
    const known = this.#groups[index];
    const senders: Senders = known
      ? Object.assign(known, compiled)
      : { byAddress: new Map(), last: undefined, others: undefined, ...compiled };
    this.#groups[index] = senders;
    return senders;
  }

  /** A sender that is not in the table, or not under this spelling. */
  #meet(senders: Senders, address: string, nowMs: number): Source {
    const met = senders.byAddress.get(address);
    if (met) return met;
    if (!this.#hasRoom(nowMs)) {
      senders.others ??= new Source(OTHERS, nowMs);
      return senders.others;
    }
    const source = new Source(address, nowMs);
    senders.byAddress.set(address, source);
    const before = this.#strangers[this.#nextStranger];
    if (before && !before.source.known) letGo(before);
    this.#strangers[this.#nextStranger] = { source, senders };
    this.#nextStranger = (this.#nextStranger + 1) % this.#maxStrangers;
    return source;
  }

  /** Whether another sender can be known; one that was silent for long is let go for it. */
  #hasRoom(nowMs: number): boolean {
    const known = this.#known;
    if (known.length < this.#maxKnown) return true;
    for (let n = 0; n < LOOKED_AT; n += 1) {
      this.#hand = (this.#hand + 1) % known.length;
      const { source, senders } = known[this.#hand] as Place;
      if (nowMs - source.lastMs < SILENT_MS) continue;
      letGo({ source, senders });
      known[this.#hand] = known.at(-1) as Place;
      known.pop();
      return true;
    }
    return false;
  }
}

function letGo({ source, senders }: Place): void {
  senders.byAddress.delete(source.address);
  if (senders.last === source) senders.last = undefined;
}

const LIMITS = { known: SOURCES_PER_WORKER_MAX, strangers: STRANGERS_PER_WORKER_MAX };

function isOwn(address: string, { ownAddresses }: GroupRules): boolean {
  return address.startsWith('127.') || address === '::1' || ownAddresses.includes(address);
}

function judge(source: Source, { rules, allow, spoof }: Senders, address: string): void {
  source.rules = rules;
  source.allowed = allow?.has(address) ?? true;
  source.maySpoof = spoof?.has(address) ?? rules.trust.spoof === 'allow';
}
