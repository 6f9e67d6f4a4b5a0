import {
  PERCENTILES_MAX,
  STATSD_IDLE_MS,
  STATSD_KEY_BYTES_MAX,
  STATSD_LINE_BYTES_MAX,
  STATSD_SLICE_MS,
} from '../../limits.ts';
import { bucketName } from '../../wire/statsd/bucket-name.ts';
import { decodeStatsd } from '../../wire/statsd/decode.ts';
import { emptySample } from '../../wire/statsd/sample.ts';
import { GroupBuckets } from './buckets.ts';
import { KeyTable } from '../key-table.ts';
import { CounterMeter, GaugeMeter, kindOf, SetMeter, TimerMeter } from './meter.ts';
import { Outlets } from './outlets.ts';
import { hostText } from '../named-records.ts';
import { IdentityKey } from '../identity.ts';
import type { Arrival } from '../arrival.ts';
import type { Books } from '../books.ts';
import type { Bucket, Moment } from './buckets.ts';
import type { Group } from '../group.ts';
import type { HostRefusal, HostState, HostTable } from '../host-table.ts';
import type { Meter } from './meter.ts';
import type { NamedRecords } from '../named-records.ts';
import type { RecordTable } from '../record-table.ts';
import type { Samples } from '../samples.ts';
import type { StatsdFault, StatsdSample, StatsdSink } from '../../wire/statsd/sample.ts';

/** Keys of groups that take a packet's word for its host, and of those that do not. */
const BELIEVING_SPACE = 1;
const ASKING_SPACE = 2;
/** A timer has the most stats: its own and two a percentile. */
const STATS_MAX = 8 + 2 * PERCENTILES_MAX;
/** Buckets settled between two looks at the clock. */
const SETTLED_AT_ONCE = 64;
/** A bucket lives for so many intervals without a sample, however long they are. */
const IDLE_INTERVALS = 3;

export interface StatsdIntakeOptions {
  readonly books: Books;
  readonly hosts: HostTable;
  readonly records: RecordTable;
  readonly samples: Samples;
  readonly named: NamedRecords;
  /** Two secret words. */
  readonly keys: readonly [number, number];
  readonly random: () => number;
  readonly nowMs: () => number;
  /** A clock that is never set, ms. */
  readonly ticksMs: () => number;
}

/**
 * Lines of statsd into buckets, and buckets into values: every flush interval of a group each of its buckets
 * is settled, in slices, so that datagrams do not have to wait for a group with many.
 *
 * What a line says of a bucket (its sender, its name, its tags) is looked up as raw bytes; names are only put
 * together for spellings that are new.
 */
export class StatsdIntake implements StatsdSink {
  readonly #o: StatsdIntakeOptions;
  readonly #outlets: Outlets;
  readonly #sample = emptySample();
  readonly #member = new Uint8Array(STATSD_LINE_BYTES_MAX);
  readonly #settled = new Float64Array(STATS_MAX);
  /** By the group's index. */
  readonly #groups: (GroupBuckets | undefined)[] = [];
  readonly #keys: KeyTable;
  readonly #key = new IdentityKey();
  /** Buckets by id; ids that are free. */
  readonly #buckets: (Bucket | undefined)[] = [];
  readonly #freeIds: number[] = [];
  /** The datagram in hand: where the key of its sender ends, and the host that was heard last. */
  #group: GroupBuckets | undefined;
  #from: Arrival | undefined;
  #senderLength = 0;
  #touched: HostState | undefined;
  /** The line in hand, by where its name begins, and its bucket. */
  #lineAt = -1;
  #bucket: Bucket | undefined;
  /** Which group's turn it is to be settled first. */
  #turn = 0;

  constructor(options: StatsdIntakeOptions) {
    this.#o = options;
    this.#outlets = new Outlets(options);
    this.#keys = new KeyTable(...options.keys);
  }

  /** Takes one datagram. */
  accept(group: Group, groupIndex: number, from: Arrival): void {
    this.#group = this.#groups[groupIndex] ??= new GroupBuckets(group, this.#now());
    this.#from = from;
    this.#key.begin(group.rules.hostName === 'packet' ? BELIEVING_SPACE : ASKING_SPACE, groupIndex);
    this.#key.addText(from.name ?? from.address);
    this.#senderLength = this.#key.length;
    this.#touched = undefined;
    this.#lineAt = -1;
    group.tally.packets.statsd += 1;
    decodeStatsd(from.buffer, from.start, from.end, this.#sample, this);
  }

  /** One value of the datagram in hand. */
  sample(sample: StatsdSample): void {
    const { group } = this.#group as GroupBuckets;
    if (sample.nameAt !== this.#lineAt) {
      this.#lineAt = sample.nameAt;
      const known = this.#find(sample);
      this.#bucket = known ? this.#admitted(known) : this.#open(sample);
    }
    const bucket = this.#bucket;
    if (!bucket) return;
    if (bucket.meter.kind !== kindOf(sample.type)) return this.fault('type-mismatch');
    group.tally.statsd[sample.type] += 1;
    if (bucket.host !== this.#touched) this.#touch(bucket.host);
    bucket.meter.add(sample);
    bucket.heard = true;
  }

  fault(reason: StatsdFault | 'type-mismatch' | 'limit-buckets' | HostRefusal): void {
    this.#o.books.rejectPacket((this.#group as GroupBuckets).group.rules.name, 'statsd', reason);
  }

  /** Settles buckets that are due, for a moment at most; a few times a second. */
  tick(): void {
    const untilMs = this.#o.ticksMs() + STATSD_SLICE_MS;
    const n = this.#groups.length;
    this.#turn += 1;
    for (let i = 0; i < n; i += 1) {
      const buckets = this.#groups[(this.#turn + i) % n];
      if (buckets && !this.#advance(buckets, untilMs)) return;
    }
  }

  /** Settles what a group has heard and forgets its buckets, `rest` being the sockets' turn in between. */
  async remove(groupIndex: number, rest: () => Promise<void>): Promise<void> {
    const buckets = this.#groups[groupIndex];
    if (!buckets) return;
    // No round is to take them any more.
    this.#groups[groupIndex] = undefined;
    let n = 0;
    for (let bucket = buckets.list.at(-1); bucket; bucket = buckets.list.at(-1)) {
      if (bucket.heard) this.#settle(buckets, bucket, this.#now());
      // One whose host has left is forgotten by that.
      if (buckets.list.at(-1) === bucket) this.#forget(buckets, bucket);
      n += 1;
      // oxlint-disable-next-line no-await-in-loop -- all at once would keep the sockets waiting
      if (n % SETTLED_AT_ONCE === 0) await rest();
    }
  }

  /** Settles what was heard of a host that leaves, and forgets its buckets. */
  forgetHost(host: HostState): void {
    const now = this.#now();
    for (const buckets of this.#groups) {
      if (buckets?.group.rules.name !== host.cluster) continue;
      for (const bucket of buckets.list.filter((one) => one.host === host)) {
        if (bucket.heard) this.#settle(buckets, bucket, now);
        this.#forget(buckets, bucket);
      }
    }
  }

  /** Settles everything that was heard, at the end. */
  stop(): void {
    for (const buckets of this.#groups) if (buckets) this.#settleHeard(buckets);
  }

  /** The bucket that the line was found under before. */
  #find(sample: StatsdSample): Bucket | undefined {
    const key = this.#key;
    key.length = this.#senderLength;
    key.addLong(sample.buffer, sample.nameAt, sample.nameLength);
    key.addLong(sample.buffer, sample.tagsAt, sample.tagsLength);
    const id = this.#keys.find(key.bytes, key.length);
    const bucket = id < 0 ? undefined : this.#buckets[id];
    if (!bucket || this.#isThere(bucket.host)) return bucket;
    this.#forget(this.#group as GroupBuckets, bucket);
    return undefined;
  }

  /** A bucket that is known, if the sender may write its host. */
  #admitted(bucket: Bucket): Bucket | undefined {
    const refusal = this.#o.hosts.refusal(bucket.host.row);
    return refusal === undefined ? bucket : this.#refuse(refusal);
  }

  /** The bucket of a line whose spelling is new, made when there is none; undefined: it may not be. */
  #open(sample: StatsdSample): Bucket | undefined {
    const buckets = this.#group as GroupBuckets;
    const from = this.#from as Arrival;
    // One that goes on inventing names must not cost more than the look for them.
    if (buckets.hasSpent(this.#o.books.source)) return this.#refuse('limit-buckets');
    const isBelieved = buckets.group.rules.hostName === 'packet';
    const named = bucketName(sample, !isBelieved);
    if (typeof named === 'string') return this.#refuse(named);
    const host = this.#hostOf(buckets.group, named.host, from);
    if (typeof host === 'string') return this.#refuse(host);
    const bucket = this.#bucketOf(buckets, host, `statsd/${named.name}`, sample);
    if (!bucket) return undefined;
    if (this.#keys.keyBytes < STATSD_KEY_BYTES_MAX) {
      this.#keys.bind(this.#key.bytes, this.#key.length, bucket.id);
    }
    return bucket;
  }

  #bucketOf(
    buckets: GroupBuckets,
    host: HostState,
    metric: string,
    sample: StatsdSample,
  ): Bucket | undefined {
    const known = buckets.find(host, metric);
    if (known?.host === host) return known;
    if (known) this.#forget(buckets, known);
    const { source } = this.#o.books;
    if (buckets.isFull) return this.#refuse('limit-buckets');
    const id = this.#freeIds.pop() ?? this.#buckets.length;
    const meter = this.#meterOf(buckets, sample, { host, metric });
    const units = sample.type === 'timer' ? 'ms' : '';
    const bucket = buckets.add({ id, metric, host, source, meter, units }, this.#o.ticksMs());
    this.#buckets[id] = bucket;
    return bucket;
  }

  #meterOf(buckets: GroupBuckets, { type }: StatsdSample, of: Pick<Bucket, 'host' | 'metric'>): Meter {
    const { values, members } = buckets.holdingOf(this.#o.books.source);
    switch (kindOf(type)) {
      case 'counter':
        return new CounterMeter();
      case 'gauge':
        return new GaugeMeter(this.#outlets.lastOf(of));
      case 'timer':
        return new TimerMeter(values, this.#o.random);
      case 'set':
        return new SetMeter(members, this.#o.keys, this.#member);
    }
  }

  #refuse(reason: StatsdFault | 'limit-buckets' | HostRefusal): undefined {
    this.fault(reason);
    return undefined;
  }

  /** The host a line is of, made when it is new: the one it names, else its sender. */
  #hostOf(group: Group, said: string, { address, name }: Arrival): HostState | HostRefusal {
    const { hosts } = this.#o;
    const text = hostText(said === '' ? (name ?? address) : said);
    const number = hosts.open(group.rules.name, text, address, 'statsd');
    if (typeof number === 'string') return number;
    const host = hosts.hosts[number] as HostState;
    this.#touch(host);
    return host;
  }

  /** A host that others speak for has the address it was known by first. */
  #touch(host: HostState): void {
    const { address, name, arrivalMs } = this.#from as Arrival;
    const isSender = host.name === (name ?? address);
    this.#touched = host;
    this.#o.hosts.touch(host.row, isSender ? address : host.address, 'statsd', arrivalMs);
  }

  #now(): Moment {
    return { epochMs: this.#o.nowMs(), ticksMs: this.#o.ticksMs() };
  }

  #isThere(host: HostState): boolean {
    return this.#o.hosts.hosts[host.row] === host;
  }

  /** Goes on with a group's round, or begins one that is due. False: the time was up before its end. */
  #advance(buckets: GroupBuckets, untilMs: number): boolean {
    if (buckets.cursor < 0 && !buckets.begin(this.#now())) return true;
    while (buckets.cursor >= 0) {
      const now = this.#now();
      for (let n = 0; n < SETTLED_AT_ONCE && buckets.cursor >= 0; n += 1) {
        const bucket = buckets.list[buckets.cursor];
        buckets.cursor -= 1;
        // The list may have become shorter between two slices.
        if (bucket) this.#settle(buckets, bucket, now);
      }
      if (this.#o.ticksMs() >= untilMs) return false;
    }
    return true;
  }

  #settleHeard(buckets: GroupBuckets): void {
    const now = this.#now();
    for (const bucket of buckets.list.filter(({ heard }) => heard)) this.#settle(buckets, bucket, now);
  }

  /**
   * Sends out what a bucket's interval comes to. Without samples: a counter counted nothing, a gauge is what
   * it was, which is not news; timers and sets have nothing to say. After a while of that it is forgotten.
   */
  #settle(buckets: GroupBuckets, bucket: Bucket, now: Moment): void {
    const { books } = this.#o;
    const { heard, meter } = bucket;
    const { percentiles, flushMs } = buckets.group.rules.statsd;
    const idleMs = now.ticksMs - bucket.heardMs;
    const isDead = !heard && idleMs >= Math.max(STATSD_IDLE_MS, IDLE_INTERVALS * flushMs);
    if (isDead || !this.#isThere(bucket.host)) return this.#forget(buckets, bucket);
    const seconds = Math.max(1, now.ticksMs - bucket.settledMs) / 1000;
    bucket.settledMs = now.ticksMs;
    if (!heard && (meter.kind === 'timer' || meter.kind === 'set')) return;
    if (!heard && meter.kind === 'gauge' && !this.#outlets.isShown(bucket)) return;
    if (heard) bucket.heardMs = now.ticksMs;
    bucket.heard = false;
    const stats = buckets.statsOf(meter.kind);
    if (bucket.stats !== stats) {
      bucket.stats = stats;
      bucket.outlets.length = 0;
    }
    meter.settle(this.#settled, seconds, percentiles);
    const isNews = heard || meter.kind === 'counter';
    books.source = bucket.source;
    this.#outlets.send(buckets, bucket, this.#settled, { nowMs: now.epochMs, isNews });
    books.source = undefined;
  }

  #forget(buckets: GroupBuckets, bucket: Bucket): void {
    buckets.remove(bucket);
    this.#freeId(bucket);
  }

  #freeId({ id }: Bucket): void {
    this.#keys.remove(id);
    this.#buckets[id] = undefined;
    this.#freeIds.push(id);
  }
}
