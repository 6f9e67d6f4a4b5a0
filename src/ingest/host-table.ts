import { HOSTS_PER_WORKER_MAX } from '../limits.ts';
import { SEGMENT_ROWS } from '../live/columns.ts';
import { Addresses } from './senders/addresses.ts';
import { HostFacts, NONE_PINNED } from './host-facts.ts';
import type { KeyTable } from './key-table.ts';
import type { KeyView } from './key-arena.ts';
import type { Announcement } from '../live/announcement.ts';
import type { LiveWriter } from '../live/writer.ts';
import type { Members } from './members.ts';
import type { Membership } from '../model/instance.ts';
import type { Source } from './senders/source.ts';

/** Gaps shorter than this belong to one burst of datagrams. */
const BURST_MS = 500;
const FIRST_GAP_MAX_MS = 900_000;
const READDRESS_MS = 10_000;

/** Why a sender may not write a host, in words of packets. */
export type HostRefusal = 'limit-hosts' | 'not-its-host' | 'host-moving';

/** The same in words of values. */
export function inValues(refusal: HostRefusal): string {
  return refusal.replaceAll('-', '_');
}

export interface HostState {
  readonly row: number;
  readonly generation: number;
  /** The row is not to be given again when the host has left. */
  isRowKept: boolean;
  readonly cluster: string;
  /** The cluster's number, for what is shared out among clusters. */
  readonly owner: number;
  readonly name: string;
  address: string;
  agent: string;
  addressSinceMs: number;
  /** Where more than one address was heard lately. */
  addresses: Addresses | undefined;
  /** Who brought it into being, and who wrote it last; undefined: nobody in this run. */
  readonly opener: Source | undefined;
  writer: Source | undefined;
  factChars: number;
  series: number;
  /** Records that came back from before a restart, and that no packet has named yet. */
  unmet: number;
  /** When the interval in the live row was last heard, ms since the epoch. */
  intervalHeardMs: number;
  /** It is being written and forgotten, as its name is to be another's. */
  isMoving: boolean;
  /** Facts that changed and have not been told; new ones are told at once. */
  readonly unsaid: Set<string>;
  readonly facts: Map<string, string>;
  /** Names of the facts that it registered with. */
  pinned: ReadonlySet<string>;
  /** Record numbers by the record's name. */
  readonly records: Map<string, number>;
}

export interface HostTableOptions {
  readonly keys: KeyTable;
  readonly live: LiveWriter;
  readonly announce: (announcement: Announcement) => void;
  readonly members: Members;
}

/** The hosts of one worker: by raw identity bytes on the way in, by cluster and name for everything else. */
export class HostTable {
  readonly hosts: (HostState | undefined)[] = [];
  /** Who sent what is in hand; undefined: nobody, it comes back after a restart. */
  source: Source | undefined;
  readonly #byName = new Map<string, number>();
  readonly #live: LiveWriter;
  readonly #announce: (announcement: Announcement) => void;
  /** Clusters by number; one that leaves keeps its number for when it comes back. */
  readonly #owners = new Map<string, number>();
  readonly #keys: KeyTable;
  readonly #facts: HostFacts;
  readonly #members: Members;
  /** Hosts of which more than one address was heard lately. */
  readonly #shared = new Set<HostState>();

  constructor({ keys, live, announce, members }: HostTableOptions) {
    this.#keys = keys;
    this.#live = live;
    this.#announce = announce;
    this.#members = members;
    this.#facts = new HostFacts(announce);
  }

  /** Looks at the raw key that a host was bound to last; false: it has none. */
  newestKey(host: number, out: KeyView): boolean {
    return this.#keys.newest(host, out);
  }

  /** Host number by raw key, or -1. */
  find(key: Uint8Array, length: number): number {
    return this.#keys.find(key, length);
  }

  /** Why the sender in hand may not write that host now; undefined: it may, or nobody is in hand. */
  refusal(host: number): HostRefusal | undefined {
    const { source } = this;
    if (!source) return undefined;
    const state = this.hosts[host] as HostState;
    if (state.isMoving) return 'host-moving';
    return source.rights === undefined || source.rights.may(state) ? undefined : 'not-its-host';
  }

  /** The same of a host that may be new. */
  refusalOf(cluster: string, name: string): HostRefusal | undefined {
    if (this.#isSetAside(cluster, name)) return 'not-its-host';
    const known = this.#byName.get(`${cluster}\0${name}`);
    if (known !== undefined) return this.refusal(known);
    return this.source?.rights?.mayName(name) === false ? 'not-its-host' : undefined;
  }

  /** Host number by name, made when it is new; or why it is not: the sender's, or the whole table's room. */
  open(cluster: string, name: string, address: string, agent: string): number | HostRefusal {
    if (this.#isSetAside(cluster, name)) return 'not-its-host';
    const known = this.#byName.get(`${cluster}\0${name}`);
    if (known !== undefined) return this.refusal(known) ?? known;
    const { source } = this;
    if (source?.rights?.mayName(name) === false) return 'not-its-host';
    // Nobody has more than is left for all others.
    if ((source?.hosts ?? 0) >= HOSTS_PER_WORKER_MAX - this.#byName.size) return 'limit-hosts';
    if (source) source.hosts += 1;
    const { row, generation } = this.#live.openHost();
    const state: HostState = {
      row,
      generation,
      isRowKept: false,
      cluster,
      owner: this.#ownerOf(cluster),
      name,
      address,
      agent,
      addressSinceMs: 0,
      addresses: undefined,
      opener: source,
      writer: undefined,
      factChars: 0,
      series: 0,
      unmet: 0,
      intervalHeardMs: 0,
      isMoving: false,
      unsaid: new Set(),
      facts: new Map(),
      pinned: NONE_PINNED,
      records: new Map(),
    };
    this.hosts[row] = state;
    this.#byName.set(`${cluster}\0${name}`, row);
    this.#announce({ kind: 'host', hostRow: row, generation, cluster, name, address, agent });
    const member = this.#members.of(cluster).find(name);
    if (member) this.#facts.pin(state, member.facts);
    return row;
  }

  /** Whether somebody would write what an instance left behind when another took its name. */
  #isSetAside(cluster: string, name: string): boolean {
    const until = name.indexOf('~');
    if (until < 1 || !this.source) return false;
    const members = this.#members.of(cluster);
    // Of two in a list that have one name, one is here under such a name.
    const own = members.find(name);
    return own ? own.standing.kind === 'left' : members.find(name.slice(0, until)) !== undefined;
  }

  #ownerOf(cluster: string): number {
    const owner = this.#owners.get(cluster) ?? this.#owners.size;
    this.#owners.set(cluster, owner);
    return owner;
  }

  bind(key: Uint8Array, length: number, host: number): void {
    this.#keys.bind(key, length, host);
  }

  /**
   * A packet of the host came in: its pulse, and its address or agent (empty: not told) where they changed.
   */
  touch(host: number, address: string, agent: string, arrivalMs: number): void {
    const segment = this.#live.hostSegment(host);
    const i = host % SEGMENT_ROWS;
    const before = segment.lastSeenMs[i] as number;
    if (before > 0) segment.gapMs[i] = usualGap(segment.gapMs[i] as number, arrivalMs - before);
    segment.lastSeenMs[i] = arrivalMs;
    segment.packets[i] = (segment.packets[i] as number) + 1;
    const state = this.hosts[host] as HostState;
    if (state.writer !== this.source) this.#writes(state);
    const newAgent = agent !== '' && agent !== state.agent && !state.agent.includes(agent);
    if (newAgent || state.address !== address || state.addresses)
      this.#describe(state, address, newAgent ? agent : '', arrivalMs);
  }

  #writes(state: HostState): void {
    if (state.writer) state.writer.writes -= 1;
    this.source?.writesHost(state);
    state.writer = this.source;
  }

  /** Its clock minus ours, as a packet has it. */
  setSkew(host: number, skewMs: number): void {
    this.#live.hostSegment(host).skewMs[host % SEGMENT_ROWS] = skewMs;
    if (this.source) this.source.skewMs = skewMs;
  }

  /**
   * What a collectd packet says of its rhythm, ms. A host has the shortest interval of its plugins: a longer
   * one counts only when the shorter has not been heard for three of the longer.
   */
  setRhythm(host: number, intervalMs: number, arrivalMs: number): void {
    if (intervalMs <= 0) return;
    const segment = this.#live.hostSegment(host);
    const i = host % SEGMENT_ROWS;
    const state = this.hosts[host] as HostState;
    const known = segment.intervalMs[i] as number;
    if (known > 0 && intervalMs > known && arrivalMs - state.intervalHeardMs < 3 * intervalMs) return;
    segment.intervalMs[i] = intervalMs;
    state.intervalHeardMs = arrivalMs;
  }

  /** Restores a pulse from before a restart. */
  restorePulse(host: number, pulse: { lastSeenMs: number; intervalMs: number; gapMs: number }): void {
    const segment = this.#live.hostSegment(host);
    const i = host % SEGMENT_ROWS;
    segment.lastSeenMs[i] = pulse.lastSeenMs;
    segment.intervalMs[i] = pulse.intervalMs;
    segment.gapMs[i] = pulse.gapMs;
  }

  /** An earlier run had heard it then, epoch ms; what is known already stays. */
  wasHeard(host: number, heardMs: number): void {
    const { lastSeenMs } = this.#live.hostSegment(host);
    const i = host % SEGMENT_ROWS;
    if ((lastSeenMs[i] as number) < heardMs) lastSeenMs[i] = heardMs;
  }

  /** Keeps a fact. False: the host has as many as it may, or there is no room for its words. */
  setFact(host: number, name: string, value: string): boolean {
    return this.#facts.set(this.hosts[host] as HostState, name, value, this.source);
  }

  /** A host registered with these facts and no others, from now on. */
  pinFacts(state: HostState, facts: Membership['facts']): void {
    this.#facts.pin(state, facts);
  }

  /** Tells facts that changed since the last call, and conflicts that are over. `nowMs`: epoch. */
  tellChanges(nowMs: number): void {
    for (const state of this.#shared) this.#settle(state, nowMs);
    this.#facts.tellChanges();
  }

  /** The host of that name. */
  named(cluster: string, name: string): HostState | undefined {
    return this.hosts[this.#byName.get(`${cluster}\0${name}`) ?? -1];
  }

  /** A cluster's hosts. */
  of(cluster: string): HostState[] {
    return this.hosts.filter((state) => state?.cluster === cluster) as HostState[];
  }

  /** Nobody finds the host any more: its next packet makes another one. Its row is taken until `close`. */
  remove(state: HostState): void {
    this.#keys.remove(state.row);
    this.#byName.delete(`${state.cluster}\0${state.name}`);
    this.#letGo(state);
    this.hosts[state.row] = undefined;
  }

  /** Gives back the row of a host that was removed, when nothing of it is left. */
  close(state: HostState): void {
    this.#live.closeHost(state.row);
  }

  /** A fact that is not heard any more. */
  removeFact(state: HostState, name: string): void {
    this.#facts.remove(state, name);
  }

  /** What a host that leaves took of its senders' shares. */
  #letGo(state: HostState): void {
    const { opener, writer } = state;
    this.#shared.delete(state);
    this.#facts.letGo(state);
    if (opener) opener.hosts -= 1;
    if (writer) writer.writes -= 1;
  }

  #describe(state: HostState, address: string, agent: string, arrivalMs: number): void {
    const moved = (state.address !== address || state.addresses) && this.#moves(state, address, arrivalMs);
    if (agent !== '') state.agent = state.agent === '' ? agent : `${state.agent}, ${agent}`;
    if (moved || agent !== '') this.#tell(state);
  }

  /** Whether an address that was heard changes what is told of the host. */
  #moves(state: HostState, address: string, arrivalMs: number): boolean {
    state.addresses ??= new Addresses(state.address, arrivalMs);
    this.#shared.add(state);
    const isConflict = state.addresses.hear(address, arrivalMs);
    if (!this.#isToHave(state, address, arrivalMs)) return isConflict;
    state.address = address;
    state.addressSinceMs = arrivalMs;
    return true;
  }

  /** Whether a host is shown with that address from now on: what it registered from before all others. */
  #isToHave(state: HostState, address: string, arrivalMs: number): boolean {
    if (state.address === address) return false;
    const members = this.#members.of(state.cluster);
    const wasOwn = members.hostsAt(state.address)?.has(state.name) === true;
    const isOwn = members.hostsAt(address)?.has(state.name) === true;
    if (wasOwn !== isOwn) return isOwn;
    const isSettled = (state.addresses?.sinceMs ?? 0) === 0;
    return isSettled && arrivalMs - state.addressSinceMs >= READDRESS_MS;
  }

  /** One address is left: the host has that one. */
  #settle(state: HostState, nowMs: number): void {
    const only = state.addresses?.only(nowMs);
    if (only === undefined) return;
    const isNews = state.addresses?.words !== undefined || state.address !== only;
    state.addresses = undefined;
    this.#shared.delete(state);
    state.address = only;
    if (isNews) this.#tell(state);
  }

  #tell({ row, generation, cluster, name, address, agent, addresses }: HostState): void {
    const words = addresses?.words;
    const conflict = words === undefined ? {} : { conflict: words };
    const host = { hostRow: row, generation, cluster, name, address, agent };
    this.#announce({ kind: 'host', ...host, ...conflict });
  }
}

/**
 * The usual pause between a host's bursts, ms: a moving average that an outage raises by half at most, so
 * that a host which was away is not given a longer silence limit for it.
 */
export function usualGap(usualMs: number, gapMs: number): number {
  if (gapMs < BURST_MS) return usualMs;
  if (usualMs === 0) return Math.min(gapMs, FIRST_GAP_MAX_MS);
  const step = 0.2 * (gapMs - usualMs);
  return usualMs + Math.min(step, 0.5 * usualMs);
}
