import type { Protocol } from '../model/record.ts';
import type { Source } from './senders/source.ts';
import type { StatsdType } from '../wire/statsd/sample.ts';

/** `unknown`: the datagram was not recognised. */
export type PacketProtocol = Protocol | 'unknown';
/** `journal`: taken over from a run that was ended before it had stored them. */
export type ValueProtocol = PacketProtocol | 'journal';

/** What one group's datagrams brought, by protocol; plain numbers, because it is counted per datagram. */
export class GroupTally {
  readonly packets: Record<ValueProtocol, number> = tally();
  readonly values: Record<ValueProtocol, number> = tally();
  /** What agents had to say, taken as events. */
  notifications = 0;
  /** Samples of statsd, of which only what they come to in an interval are values. */
  readonly statsd: Record<StatsdType, number> = {
    counter: 0,
    gauge: 0,
    timer: 0,
    histogram: 0,
    distribution: 0,
    set: 0,
  };
}

function tally(): Record<ValueProtocol, number> {
  return { collectd: 0, ganglia: 0, statsd: 0, graphite: 0, influx: 0, plugin: 0, unknown: 0, journal: 0 };
}

/**
 * One worker's counters. Values balance at any moment:
 * received = stored + pending + coalesced + rejected + lost.
 * Maps, not objects, because group names and reasons come from outside.
 */
export class Books {
  readonly groups = new Map<string, GroupTally>();
  /** By group, protocol, reason. */
  readonly packetsRejected = new Counter();
  /** By group, reason. */
  readonly valuesRejected = new Counter();
  /** By reason. */
  readonly valuesLost = new Counter();
  /** By reason: answers of the store that were not success. */
  readonly storeErrors = new Counter();
  received = 0;
  stored = 0;
  coalesced = 0;
  rejected = 0;
  lost = 0;
  /** Of those received, the ones an earlier run had received. */
  takenOver = 0;
  writes = 0;
  pointsWritten = 0;
  /** Hosts and records that left because they were silent for too long. */
  hostsExpired = 0;
  recordsExpired = 0;
  /** Why the store did not take what it was given last; empty while it takes points. */
  storeFault = '';
  /** Who sent what is in hand; undefined: nobody, it comes from the journal or of itself. */
  source: Source | undefined;

  group(name: string): GroupTally {
    let found = this.groups.get(name);
    if (!found) {
      found = new GroupTally();
      this.groups.set(name, found);
    }
    return found;
  }

  /** Values of an earlier run are received here and now, so that this run's books balance. */
  takeOver(group: string, values: number): void {
    this.received += values;
    this.takenOver += values;
    this.group(group).values.journal += values;
  }

  rejectPacket(group: string, protocol: PacketProtocol, reason: string): void {
    this.packetsRejected.add(1, group, protocol, reason);
    this.source?.refuse('packet', reason, 1);
  }

  rejectValues(group: string, reason: string, values: number): void {
    this.rejected += values;
    this.valuesRejected.add(values, group, reason);
    this.source?.refuse('value', reason, values);
  }

  lose(reason: string, values: number): void {
    if (values === 0) return;
    this.lost += values;
    this.valuesLost.add(values, reason);
  }
}

/** A counter by labels. */
export class Counter {
  readonly #counts = new Map<string, number>();

  add(n: number, ...labels: readonly string[]): void {
    const key = labels.length === 1 ? (labels[0] as string) : labels.join('\0');
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + n);
  }

  get(...labels: readonly string[]): number {
    return this.#counts.get(labels.join('\0')) ?? 0;
  }

  /** [labels, count] pairs; the labels cannot contain a NUL. */
  entries(): [string[], number][] {
    return [...this.#counts].map(([key, count]) => [key.split('\0'), count]);
  }
}
