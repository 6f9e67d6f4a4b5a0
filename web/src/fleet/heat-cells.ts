import { isProblem, markOf, severityRank } from './state.ts';
import { formatQuantity, UNKNOWN } from '../format/number.ts';
import { quantityOf } from '../format/quantity.ts';
import { isProcessor, PLAIN_LOAD, PROCESSOR_COUNT } from './measure.ts';
import type { MarkKind } from './state.ts';
import type { Measure } from './measure.ts';
import type { Quantity } from '../format/quantity.ts';
import type { HostView } from '../../../src/contract/api.ts';

export interface HostSample {
  readonly cluster: string;
  readonly host: string;
  readonly metric: string;
  readonly units: string;
  readonly value: number | null;
  /** When it was taken, on the server's clock. */
  readonly atMs: number;
}

export interface HostMeasure {
  /** As received; several series combined. */
  readonly value: number;
  /** Null: their number is not known. */
  readonly processors: number | null;
  readonly quantity: Quantity;
}

/** The hosts measured, by `hostKey`, and the server's time at which they are looked at. */
export interface MeasuredFleet {
  readonly hosts: ReadonlyMap<string, HostView>;
  readonly nowMs: number;
}

export function hostKey(cluster: string, host: string): string {
  return `${cluster}\n${host}`;
}

/** One figure a host from its samples. Hosts without a fresh, known value are left out. */
export function measureHosts(
  samples: readonly HostSample[],
  measure: Measure,
  fleet: MeasuredFleet,
): ReadonlyMap<string, HostMeasure> {
  const processors = countProcessors(samples);
  const sums = new Map<string, { sum: number; count: number; quantity: Quantity }>();
  for (const sample of samples) {
    if (sample.value === null || (measure.perProcessor && isProcessor(sample.metric))) continue;
    if (isStale(sample, measure, fleet)) continue;
    const key = hostKey(sample.cluster, sample.host);
    const seen = sums.get(key);
    if (seen) {
      seen.sum += sample.value;
      seen.count += 1;
    } else
      sums.set(key, {
        sum: sample.value,
        count: 1,
        quantity: quantityOf(sample.metric, sample.units.trim()),
      });
  }
  const measures = new Map<string, HostMeasure>();
  for (const [key, { sum, count, quantity }] of sums) {
    const value = measure.combine === 'sum' ? sum : sum / count;
    measures.set(key, { value, processors: processors.get(key) ?? null, quantity });
  }
  return measures;
}

/** gmond tells the number; of collectd's processors each has its series, whose names suffice. */
function countProcessors(samples: readonly HostSample[]): ReadonlyMap<string, number> {
  const told = new Map<string, number>();
  const counted = new Map<string, number>();
  for (const { cluster, host, metric, value } of samples) {
    if (!isProcessor(metric)) continue;
    const key = hostKey(cluster, host);
    if (metric !== PROCESSOR_COUNT) counted.set(key, (counted.get(key) ?? 0) + 1);
    else if (value !== null && value >= 1) told.set(key, value);
  }
  return new Map([...counted, ...told]);
}

function isStale(sample: HostSample, measure: Measure, { hosts, nowMs }: MeasuredFleet): boolean {
  const host = hosts.get(hostKey(sample.cluster, sample.host));
  if (!host || host.state === 'DOWN') return true;
  const ownMs = sample.metric.includes('/') ? 0 : measure.staleAfterMs;
  return nowMs - sample.atMs > Math.max(host.silence_limit_ms, ownMs);
}

/** What the colours of hosts shown together mean. */
export interface HeatScale {
  readonly label: string;
  readonly perProcessor: boolean;
  /** The value at the hot end. */
  readonly hotAt: number;
  /** Values can lie beyond a bound; not beyond the highest there is. */
  readonly bounded: boolean;
}

/**
 * The hot end is the measure's own bound, 100 for percentages, else the highest value. Load is taken per
 * processor only where every one of the hosts tells their number: their colours could not be compared.
 */
export function scaleOf(measures: readonly HostMeasure[], measure: Measure): HeatScale {
  if (measure.perProcessor && measures.some(({ processors }) => processors === null))
    return scaleOf(measures, PLAIN_LOAD);
  const { label, perProcessor } = measure;
  const bound = measure.hotAt ?? (measures.some(({ quantity }) => quantity.kind === 'percent') ? 100 : null);
  if (bound !== null) return { label, perProcessor, hotAt: bound, bounded: true };
  const highest = measures.reduce((most, { value }) => Math.max(most, value), measure.hotLeast);
  return { label, perProcessor, hotAt: highest || 1, bounded: false };
}

/** The value as the scale counts it. */
export function scaled(measured: HostMeasure, scale: HeatScale): number {
  return scale.perProcessor ? measured.value / (measured.processors ?? 1) : measured.value;
}

/** The measures of some of the hosts. */
export function measuresOf(
  hosts: readonly HostView[],
  measures: ReadonlyMap<string, HostMeasure>,
): HostMeasure[] {
  return hosts.flatMap((host) => measures.get(hostKey(host.cluster, host.name)) ?? []);
}

export interface HeatCell {
  readonly cluster: string;
  readonly host: string;
  readonly mark: MarkKind;
  /** 0…1 on the scale, more beyond its bound; null: not known. */
  readonly heat: number | null;
  /** The value as people read it. */
  readonly text: string;
}

export function hostMark(host: HostView): MarkKind {
  if (host.retired_reason !== null) return 'retired';
  const own = markOf(host.state);
  if (own !== 'ok') return own;
  const worst = markOf(host.worst_state);
  return isProblem(worst) ? worst : own;
}

/** Down first, then by value, the unknown last. */
export function heatCells(
  hosts: readonly HostView[],
  measures: ReadonlyMap<string, HostMeasure>,
  scale: HeatScale,
): HeatCell[] {
  const placed = hosts.map((host) => {
    const measured = measures.get(hostKey(host.cluster, host.name));
    const mark = hostMark(host);
    const value = measured && mark !== 'down' && mark !== 'retired' ? scaled(measured, scale) : null;
    return {
      cell: {
        cluster: host.cluster,
        host: host.name,
        mark,
        heat: value === null ? null : value / scale.hotAt,
        text: value === null || !measured ? UNKNOWN : formatQuantity(value, measured.quantity),
      },
      order: mark === 'down' ? Number.POSITIVE_INFINITY : (value ?? -1 - severityRank(mark)),
    };
  });
  placed.sort((a, b) => order(b.order, a.order) || a.cell.host.localeCompare(b.cell.host));
  return placed.map(({ cell }) => cell);
}

/** Infinity minus infinity is not a number. */
function order(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
