import { FACT_CHARS_MAX, FACTS_PER_HOST_MAX, HOSTS_PER_WORKER_MAX } from '../limits.ts';
import { SEGMENT_ROWS } from '../live/columns.ts';
import { KeyTable } from './key-table.ts';
import type { Announcement } from '../live/announcement.ts';
import type { LiveWriter } from '../live/writer.ts';

/** Gaps shorter than this belong to one burst of datagrams. */
const BURST_MS = 500;
const FIRST_GAP_MAX_MS = 900_000;
const READDRESS_MS = 10_000;

export interface HostState {
  readonly row: number;
  readonly cluster: string;
  readonly name: string;
  address: string;
  agent: string;
  addressSinceMs: number;
  series: number;
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
  #keys: KeyTable;

  constructor(seed: number, live: LiveWriter, announce: (announcement: Announcement) => void) {
    this.#keys = new KeyTable(seed);
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
      name,
      address,
      agent,
      addressSinceMs: 0,
      series: 0,
      facts: new Map(),
      records: new Map(),
    };
    this.#byName.set(`${cluster}\0${name}`, row);
    this.#announce({ kind: 'host', hostRow: row, cluster, name, address, agent });
    return row;
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

  /** What a collectd packet says of its rhythm and its clock, ms. */
  setRhythm(host: number, intervalMs: number, skewMs: number): void {
    const segment = this.#live.hostSegment(host);
    const i = host % SEGMENT_ROWS;
    if (intervalMs > 0) segment.intervalMs[i] = intervalMs;
    segment.skewMs[i] = skewMs;
  }

  /** Restores a pulse from before a restart. */
  restorePulse(host: number, pulse: { lastSeenMs: number; intervalMs: number; gapMs: number }): void {
    const segment = this.#live.hostSegment(host);
    const i = host % SEGMENT_ROWS;
    segment.lastSeenMs[i] = pulse.lastSeenMs;
    segment.intervalMs[i] = pulse.intervalMs;
    segment.gapMs[i] = pulse.gapMs;
  }

  /** Keeps a fact and tells when it is new or changed. False: the host has as many facts as it may. */
  setFact(host: number, name: string, value: string): boolean {
    const state = this.hosts[host] as HostState;
    const text = value.slice(0, FACT_CHARS_MAX);
    if (state.facts.get(name) === text) return true;
    if (!state.facts.has(name) && state.facts.size >= FACTS_PER_HOST_MAX) return false;
    state.facts.set(name, text);
    this.#announce({ kind: 'fact', hostRow: host, name, value: text });
    return true;
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
