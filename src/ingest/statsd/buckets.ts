import {
  STATSD_BUCKETS_PER_GROUP_MAX,
  STATSD_BUCKETS_PER_SOURCE_MAX,
  STATSD_MEMBERS_PER_GROUP_MAX,
  STATSD_VALUES_PER_GROUP_MAX,
} from '../../limits.ts';
import { RoomShare, WholeRoom } from './room.ts';
import { statsOf } from './meter.ts';
import type { Group } from '../group.ts';
import type { HostState } from '../host-table.ts';
import type { Meter, MeterKind, Stat } from './meter.ts';
import type { Source } from '../senders/source.ts';

/** Where one stat of a bucket goes: a record of its host, as long as the host has it under that name. */
export interface Outlet {
  readonly record: number;
  readonly metric: string;
}

export interface Bucket {
  /** By which raw spellings find it. */
  readonly id: number;
  /** `statsd/<bucket>[,tag=value…]`. */
  readonly metric: string;
  readonly host: HostState;
  /** Who sent its first sample: the records count against its budget. */
  readonly source: Source | undefined;
  readonly meter: Meter;
  /** Of the samples, where their type tells. */
  readonly units: string;
  /** Samples came since it was settled last. */
  heard: boolean;
  /** When it was last settled, and last settled with samples; ms that are never set back. */
  settledMs: number;
  heardMs: number;
  /** What is made of it, and where each goes; empty until it is settled first. */
  stats: readonly Stat[];
  readonly outlets: (Outlet | undefined)[];
  /** Its place in the group's list. */
  place: number;
}

/** What a group has of one sender: its buckets' number, and what they may keep. */
interface Holding {
  buckets: number;
  /** Room for timers' values, and for sets' members. */
  readonly values: RoomShare;
  readonly members: RoomShare;
}

/** A moment on both clocks, ms: the wall's, and one that is never set. */
export interface Moment {
  readonly epochMs: number;
  readonly ticksMs: number;
}

export type NewBucket = Pick<Bucket, 'id' | 'metric' | 'host' | 'source' | 'meter' | 'units'>;

/** The buckets of one group. */
export class GroupBuckets {
  readonly group: Group;
  readonly list: Bucket[] = [];
  readonly #values = new WholeRoom(STATSD_VALUES_PER_GROUP_MAX);
  readonly #members = new WholeRoom(STATSD_MEMBERS_PER_GROUP_MAX);
  readonly #byName = new Map<string, Bucket>();
  readonly #holdings = new Map<Source | undefined, Holding>();
  #percentiles = '';
  #stats = statsOf([]);
  /** When the round under way, or the last one, was due and when it began; ms that are never set back. */
  dueMs: number;
  begunMs: number;
  /** The bucket to be settled next in the round under way, from the last one down; -1: none. */
  cursor = -1;

  constructor(group: Group, now: Moment) {
    this.group = group;
    this.dueMs = onTheSecond(now.ticksMs, now);
    this.begunMs = now.ticksMs;
  }

  /** Begins a round where one is due; after a stall one, not several. */
  begin(now: Moment): boolean {
    const { flushMs } = this.group.rules.statsd;
    const nowMs = now.ticksMs;
    const lateMs = nowMs - this.dueMs - flushMs;
    if (lateMs < 0) return false;
    this.dueMs = onTheSecond(lateMs < flushMs ? this.dueMs + flushMs : nowMs, now);
    this.begunMs = nowMs;
    this.cursor = this.list.length - 1;
    return true;
  }

  /** The bucket of that name, be it of the host itself or of one of its name that has left. */
  find(host: HostState, metric: string): Bucket | undefined {
    return this.#byName.get(nameOf(host, metric));
  }

  get isFull(): boolean {
    return this.list.length >= STATSD_BUCKETS_PER_GROUP_MAX;
  }

  /** Whether the sender has as many buckets as it may. */
  hasSpent(source: Source | undefined): boolean {
    return (this.#holdings.get(source)?.buckets ?? 0) >= STATSD_BUCKETS_PER_SOURCE_MAX;
  }

  /** What the sender has in the group; to be asked for where a bucket is added next. */
  holdingOf(source: Source | undefined): Holding {
    const known = this.#holdings.get(source);
    if (known) return known;
    const [values, members] = [new RoomShare(this.#values), new RoomShare(this.#members)];
    const holding = { buckets: 0, values, members };
    this.#holdings.set(source, holding);
    return holding;
  }

  add(made: NewBucket, nowMs: number): Bucket {
    const place = this.list.length;
    const times = { heard: false, settledMs: this.begunMs, heardMs: nowMs };
    const bucket: Bucket = { ...made, ...times, stats: [], outlets: [], place };
    this.list.push(bucket);
    this.#byName.set(nameOf(made.host, made.metric), bucket);
    this.holdingOf(made.source).buckets += 1;
    return bucket;
  }

  /** Forgets one; the last of the list takes its place, which a round that runs down has passed. */
  remove(bucket: Bucket): void {
    const last = this.list.pop() as Bucket;
    if (last !== bucket) {
      this.list[bucket.place] = last;
      last.place = bucket.place;
    }
    bucket.meter.release();
    this.#byName.delete(nameOf(bucket.host, bucket.metric));
    const holding = this.holdingOf(bucket.source);
    holding.buckets -= 1;
    if (holding.buckets === 0) this.#holdings.delete(bucket.source);
  }

  /** What is made of buckets of that kind; the same list while the group asks for the same percentiles. */
  statsOf(kind: MeterKind): readonly Stat[] {
    const { percentiles } = this.group.rules.statsd;
    const said = percentiles.join(' ');
    if (said !== this.#percentiles) {
      this.#percentiles = said;
      this.#stats = statsOf(percentiles);
    }
    return this.#stats[kind];
  }
}

function nameOf(host: HostState, metric: string): string {
  return `${host.name}\0${metric}`;
}

/**
 * The moment nearest to `dueMs` at which a second of the wall clock begins. Values are of the nearest whole
 * second: rounds of one second that began between two of them would now and then share one.
 */
function onTheSecond(dueMs: number, { epochMs, ticksMs }: Moment): number {
  const dueEpochMs = epochMs - (ticksMs - dueMs);
  return dueMs + Math.round(dueEpochMs / 1000) * 1000 - dueEpochMs;
}
