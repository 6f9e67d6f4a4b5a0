import { SUMMED_METRICS_MAX } from '../../limits.ts';
import { SEGMENT_ROWS } from '../../live/columns.ts';
import { rawNumber } from '../../model/rate.ts';
import { RECORD_STATE } from '../record-table.ts';
import type { LiveWriter } from '../../live/writer.ts';
import type { Kind } from '../../model/kind.ts';
import type { HostTable } from '../host-table.ts';
import type { RecordTable } from '../record-table.ts';

/** A metric over hosts: raw values, as gmetad adds them, and how many. */
export interface Sum {
  readonly kind: Kind;
  sum: number;
  num: number;
}

/** By metric. */
export type MetricSums = Map<string, Sum>;
/** By cluster. */
export type ClusterSums = Map<string, MetricSums>;

/** What is summed: the records of one worker, and what of them is live. */
export interface Summed {
  readonly records: RecordTable;
  readonly hosts: HostTable;
  readonly live: LiveWriter;
  /** A host of the cluster that has been silent for longer does not count. */
  readonly silentMs: (cluster: string) => number;
}

/**
 * One round over a worker's gmond metrics: each counts while its host is heard and its own dmax has not
 * passed. A round is made in pieces, because the sockets wait meanwhile.
 */
export class SumsRound {
  readonly #summed: Summed;
  readonly #nowMs: number;
  readonly #sums: ClusterSums = new Map();
  /** By cluster. */
  readonly #silentMs = new Map<string, number>();
  #next = 0;
  #metrics = 0;

  constructor(summed: Summed, nowMs: number) {
    this.#summed = summed;
    this.#nowMs = nowMs;
  }

  /** Looks at up to `count` records; the sums once all have been seen. */
  go(count: number): ClusterSums | undefined {
    const { records } = this.#summed;
    const end = Math.min(records.count, this.#next + count);
    for (; this.#next < end; this.#next += 1) this.#look(this.#next);
    return this.#next >= records.count ? this.#sums : undefined;
  }

  #look(record: number): void {
    const { records, hosts, live } = this.#summed;
    if (records.state[record] !== RECORD_STATE.series) return;
    const description = records.descriptions[record];
    const host = hosts.hosts[records.host[record] as number];
    const kind = description?.sources[0]?.kind;
    if (!host || kind === undefined || description?.protocol !== 'ganglia') return;
    const heardMs = live.hostSegment(host.row).lastSeenMs[host.row % SEGMENT_ROWS] as number;
    if (this.#nowMs - heardMs >= this.#silent(host.cluster)) return;
    const row = records.row[record] as number;
    const segment = live.segment(row);
    const i = row % SEGMENT_ROWS;
    const arrivalMs = segment.arrivalMs[i] as number;
    const { dmaxS, metric } = description;
    if (!(arrivalMs > 0) || (dmaxS > 0 && this.#nowMs - arrivalMs > dmaxS * 1000)) return;
    const value = rawNumber(kind, segment.rawHi[i] as number, segment.rawLo[i] as number);
    if (Number.isFinite(value)) this.#add(host.cluster, metric, kind, value);
  }

  #silent(cluster: string): number {
    const known = this.#silentMs.get(cluster);
    if (known !== undefined) return known;
    const ms = this.#summed.silentMs(cluster);
    this.#silentMs.set(cluster, ms);
    return ms;
  }

  #add(cluster: string, metric: string, kind: Kind, value: number): void {
    let metrics = this.#sums.get(cluster);
    if (!metrics) this.#sums.set(cluster, (metrics = new Map()));
    let sum = metrics.get(metric);
    if (!sum) {
      if (this.#metrics >= SUMMED_METRICS_MAX) return;
      this.#metrics += 1;
      metrics.set(metric, (sum = { kind, sum: 0, num: 0 }));
    }
    if (sum.kind !== kind) return; // Hosts that differ about a metric: the first one's word holds.
    sum.sum += value;
    sum.num += 1;
  }
}

/** The metrics of all clusters together, for the grid. */
export function overClusters(sums: ClusterSums): Map<string, { sum: number; num: number }> {
  const all = new Map<string, { sum: number; num: number }>();
  for (const metrics of sums.values()) addTo(all, metrics);
  return all;
}

export function addTo(
  all: Map<string, { sum: number; num: number }>,
  more: ReadonlyMap<string, { readonly sum: number; readonly num: number }>,
): void {
  for (const [metric, { sum, num }] of more) {
    const known = all.get(metric);
    if (known) {
      known.sum += sum;
      known.num += num;
    } else if (all.size < SUMMED_METRICS_MAX) all.set(metric, { sum, num });
  }
}
