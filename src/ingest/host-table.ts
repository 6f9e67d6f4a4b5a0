import { FACT_CHARS_MAX, FACTS_PER_HOST_MAX, HOSTS_PER_WORKER_MAX } from '../limits.ts';
import { SEGMENT_ROWS } from '../live/columns.ts';
import type { KeyTable } from './key-table.ts';
import type { Announcement } from '../live/announcement.ts';
import type { LiveWriter } from '../live/writer.ts';

/** Gaps shorter than this belong to one burst of datagrams. */
const BURST_MS = 500;
const FIRST_GAP_MAX_MS = 900_000;
const READDRESS_MS = 10_000;

export interface HostState {
  readonly row: number;
  readonly cluster: string;
  /** The cluster's number, for what is shared out among clusters. */
  readonly owner: number;
  readonly name: string;
  address: string;
  agent: string;
  addressSinceMs: number;
  series: number;
  /** When the interval in the live row was last heard, ms since the epoch. */
  intervalHeardMs: number;
  /** Facts that changed and have not been told; new ones are told at once. */
  readonly unsaid: Set<string>;
  readonly facts: Map<string, string>;
  /** Record numbers by the record's name. */
  readonly records: Map<string, number>;
}

/** The hosts of one worker: by raw identity bytes on the way in, by cluster and name for everything else. */
export class HostTable {
  readonly hosts: (HostState | undefined)[] = [];
  readonly #byName = new Map<string, number>();
  readonly #live: LiveWriter;
  readonly #announce: (announcement: Announcement) => void;
  /** Clusters by number; one that leaves keeps its number for when it comes back. */
  readonly #owners = new Map<string, number>();
  #keys: KeyTable;
  /** Hosts with facts to tell. */
  readonly #changed = new Set<number>();

  constructor(keys: KeyTable, live: LiveWriter, announce: (announcement: Announcement) => void) {
    this.#keys = keys;
    this.#live = live;
    this.#announce = announce;
  }

  /** Host number by raw key, or -1. */
  find(key: Uint8Array, length: number): number {
    return this.#keys.find(key, length);
  }

  /** Host number by name, made when it is new; -1 when the table is full. */
  open(cluster: string, name: string, address: string, agent: string): number {
    const known = this.#byName.get(`${cluster}\0${name}`);
    if (known !== undefined) return known;
    if (this.#byName.size >= HOSTS_PER_WORKER_MAX) return -1;
    const row = this.#live.openHost();
    this.hosts[row] = {
      row,
      cluster,
      owner: this.#ownerOf(cluster),
      name,
      address,
      agent,
      addressSinceMs: 0,
      series: 0,
      intervalHeardMs: 0,
      unsaid: new Set(),
      facts: new Map(),
      records: new Map(),
    };
    this.#byName.set(`${cluster}\0${name}`, row);
    this.#announce({ kind: 'host', hostRow: row, cluster, name, address, agent });
    return row;
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
    const newAgent = agent !== '' && !state.agent.includes(agent);
    if (newAgent || state.address !== address)
      this.#describe(state, address, newAgent ? agent : '', arrivalMs);
  }

  /**
   * What a collectd packet says of its rhythm and its clock, ms. A host has the shortest interval of its
   * plugins: a longer one counts only when the shorter has not been heard for three of the longer.
   */
  setRhythm(host: number, intervalMs: number, skewMs: number, arrivalMs: number): void {
    const segment = this.#live.hostSegment(host);
    const i = host % SEGMENT_ROWS;
    segment.skewMs[i] = skewMs;
    if (intervalMs <= 0) return;
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

  /**
   * Keeps a fact. A new one is told at once, a change by `tellChanges`. False: the host has as many as it
   * may.
   */
  setFact(host: number, name: string, value: string): boolean {
    const state = this.hosts[host] as HostState;
    const text = value.slice(0, FACT_CHARS_MAX);
    const known = state.facts.get(name);
    if (known === text) return true;
    if (known === undefined && state.facts.size >= FACTS_PER_HOST_MAX) return false;
    state.facts.set(name, text);
    if (known === undefined) this.#announce({ kind: 'fact', hostRow: host, name, value: text });
    else {
      state.unsaid.add(name);
      this.#changed.add(host);
    }
    return true;
  }

  /** Tells facts that changed since the last call, each once however often it did. */
  tellChanges(): void {
    for (const host of this.#changed) {
      const state = this.hosts[host];
      for (const name of state?.unsaid ?? []) {
        this.#announce({ kind: 'fact', hostRow: host, name, value: state?.facts.get(name) ?? '' });
      }
      state?.unsaid.clear();
    }
    this.#changed.clear();
  }

  /** Forgets a cluster's hosts; their rows are not reused, so that nobody reads another's pulse. */
  removeCluster(cluster: string): void {
    this.#keys = this.#keys.without((host) => this.hosts[host]?.cluster !== cluster);
    for (const [key, host] of this.#byName) {
      if (this.hosts[host]?.cluster !== cluster) continue;
      this.#byName.delete(key);
      this.hosts[host] = undefined;
    }
  }

  #describe(state: HostState, address: string, agent: string, arrivalMs: number): void {
    if (agent !== '') state.agent = state.agent === '' ? agent : `${state.agent}, ${agent}`;
    else if (arrivalMs - state.addressSinceMs < READDRESS_MS) return;
    state.address = address;
    state.addressSinceMs = arrivalMs;
    const { row, cluster, name } = state;
    this.#announce({ kind: 'host', hostRow: row, cluster, name, address, agent: state.agent });
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
