import { isProblem, markOf, severityRank } from './state.ts';
import { formatQuantity, UNKNOWN } from '../format/number.ts';
import { quantityOf } from '../format/quantity.ts';
import { PROCESSORS } from './measure.ts';
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
}

export interface HostMeasure {
  /** As received; several series combined. */
  readonly value: number;
  /** Divided by the processors where the measure asks for it and their number is known. */
  readonly scaled: number;
  readonly quantity: Quantity;
}

export function hostKey(cluster: string, host: string): string {
  return `${cluster}\n${host}`;
}

/** One figure a host from its samples. Hosts without a known value are left out. */
export function measureHosts(
  samples: readonly HostSample[],
  measure: Measure,
): ReadonlyMap<string, HostMeasure> {
  const processors = new Map<string, number>();
  const sums = new Map<string, { sum: number; count: number; quantity: Quantity }>();
  for (const sample of samples) {
    if (sample.value === null) continue;
    const key = hostKey(sample.cluster, sample.host);
    if (measure.perProcessor && sample.metric === PROCESSORS) {
      processors.set(key, sample.value);
      continue;
    }
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
    measures.set(key, { value, scaled: value / Math.max(1, processors.get(key) ?? 1), quantity });
  }
  return measures;
}

export interface HeatCell {
  readonly cluster: string;
  readonly host: string;
  readonly mark: MarkKind;
  /** 0…1 on the scale; null: not known. */
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
  hotAt: number,
): HeatCell[] {
  const placed = hosts.map((host) => {
    const measured = measures.get(hostKey(host.cluster, host.name));
    const mark = hostMark(host);
    const known = measured !== undefined && mark !== 'down' && mark !== 'retired';
    return {
      cell: {
        cluster: host.cluster,
        host: host.name,
        mark,
        heat: known ? measured.scaled / hotAt : null,
        text: known ? formatQuantity(measured.scaled, measured.quantity) : UNKNOWN,
      },
      order: mark === 'down' ? Number.POSITIVE_INFINITY : known ? measured.scaled : -1 - severityRank(mark),
    };
  });
  placed.sort((a, b) => order(b.order, a.order) || a.cell.host.localeCompare(b.cell.host));
  return placed.map(({ cell }) => cell);
}

/** Infinity minus infinity is not a number. */
function order(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** Where the scale ends: the measure's own bound, 100 for percentages, else the highest value. */
export function hotEnd(measures: ReadonlyMap<string, HostMeasure>, measure: Measure): number {
  if (measure.hotAt !== null) return measure.hotAt;
  let highest = 0;
  for (const { scaled, quantity } of measures.values()) {
    if (quantity.kind === 'percent') return 100;
    if (scaled > highest) highest = scaled;
  }
  return highest || 1;
}
