import { hostKey } from './host-key.ts';
import { isProcessor, PROCESSOR_COUNT } from './measure.ts';
import { DOWN } from './host-order.ts';
import { quantityOf } from '../format/quantity.ts';
import type { Measure } from './measure.ts';
import type { Quantity } from '../format/quantity.ts';
import type { HostView } from '../../../src/contract/api.ts';

/** What is read of a subscription. */
export interface FeedColumns {
  readonly key: string;
  readonly namesVersion: number;
  readonly leftOut: number;
  readonly series: readonly {
    readonly cluster: string;
    readonly host: string;
    readonly metric: string;
    readonly units: string;
  }[];
  readonly values: Float64Array;
  readonly atMs: Float64Array;
}

/** Where the figures of hosts go. */
interface HostColumns {
  readonly values: Float64Array;
  readonly atMs: Float64Array;
  /** Those that are down have no figure: what they said last is not now. */
  readonly marks: Uint8Array;
}

interface Folded {
  /** Every host with a value could be divided. */
  readonly divided: boolean;
  readonly highest: number;
}

/** What a row adds to. */
const OF = 1;
const OVER = 2;
const TOLD = 4;
const EACH = 8;

/** The rows of a subscription, each with its host and part; found once, folded every second. */
export class MeasuredRows {
  readonly quantity: Quantity | undefined;
  readonly #measure: Measure;
  readonly #hostOf: Int32Array;
  readonly #parts: Uint8Array;
  /** Units of one measure may differ between agents: each row's value times this. */
  readonly #factors: Float64Array;
  /** Older than this a row's value is stale, ms. */
  readonly #limitMs: Float64Array;
  readonly #counts: Float64Array;
  readonly #divisors: Float64Array;
  readonly #divisorCounts: Float64Array;
  /** Of each host's first row. */
  readonly #hostFactors: Float64Array;
  #divided = false;

  constructor(
    table: FeedColumns,
    measure: Measure,
    fleet: { readonly hosts: readonly HostView[]; readonly indexOf: ReadonlyMap<string, number> },
  ) {
    const rows = table.series.length;
    this.#measure = measure;
    this.#hostOf = new Int32Array(rows);
    this.#parts = new Uint8Array(rows);
    this.#factors = new Float64Array(rows).fill(1);
    this.#limitMs = new Float64Array(rows);
    this.#counts = new Float64Array(fleet.hosts.length);
    this.#divisors = new Float64Array(fleet.hosts.length);
    this.#divisorCounts = new Float64Array(fleet.hosts.length);
    this.#hostFactors = new Float64Array(fleet.hosts.length).fill(1);
    const known = new Map<string, { part: number; quantity: Quantity }>();
    let quantity: Quantity | undefined;
    table.series.forEach(({ cluster, host, metric, units }, row) => {
      const index = fleet.indexOf.get(hostKey(cluster, host)) ?? -1;
      this.#hostOf[row] = index;
      const view = fleet.hosts[index];
      if (!view) return;
      const word = `${metric}\n${units}`;
      const kind = known.get(word) ?? {
        part: partOf(metric, measure),
        quantity: quantityOf(metric, units.trim()),
      };
      known.set(word, kind);
      this.#parts[row] = kind.part;
      if ((kind.part & OF) !== 0) quantity ??= kind.quantity;
      if (kind.quantity.kind === 'bytes') {
        this.#factors[row] = kind.quantity.perUnit;
        if ((kind.part & OF) !== 0) this.#hostFactors[index] = kind.quantity.perUnit;
      }
      this.#limitMs[row] = limitMs(view, metric, measure);
    });
    this.quantity = measure.over.kind === 'metric' ? { kind: 'level' } : quantity && perOne(quantity);
  }

  /** One figure a host into `out`, NaN where none is known and fresh. */
  fold(table: FeedColumns, nowMs: number, out: HostColumns): Folded {
    this.#gather(table, nowMs, out);
    const { over, combine } = this.#measure;
    const divided = over.kind !== 'processors' || this.#allDivide();
    this.#divided = divided && over.kind !== 'none';
    let highest = 0;
    for (let host = 0; host < out.values.length; host += 1) {
      const count = out.marks[host] === DOWN ? 0 : (this.#counts[host] ?? 0);
      let value = count === 0 ? Number.NaN : (out.values[host] ?? 0) / (combine === 'avg' ? count : 1);
      if (this.#divided) value /= this.#divisor(host);
      if (!Number.isFinite(value)) value = Number.NaN;
      out.values[host] = value;
      if (value > highest) highest = value;
    }
    return { divided, highest };
  }

  /** A figure from history, `raw` as the store has it, as `fold` would count it; `over`: what it is divided by. */
  counted(host: number, raw: number, over: number): number {
    const value = raw * (this.#hostFactors[host] ?? 1);
    if (!this.#divided) return value;
    return value / (this.#measure.over.kind === 'processors' ? this.#divisor(host) : over);
  }

  #gather(table: FeedColumns, nowMs: number, out: HostColumns): void {
    out.values.fill(0);
    out.atMs.fill(0);
    this.#counts.fill(0);
    this.#divisors.fill(0);
    this.#divisorCounts.fill(0);
    for (let row = 0; row < this.#hostOf.length; row += 1) {
      const host = this.#hostOf[row] ?? -1;
      if (host < 0) continue;
      const part = this.#parts[row] ?? 0;
      const value = (table.values[row] ?? Number.NaN) * (this.#factors[row] ?? 1);
      if ((part & ~OF) !== 0) this.#divide(host, part, value);
      if ((part & OF) === 0 || Number.isNaN(value)) continue;
      const atMs = table.atMs[row] ?? 0;
      if (nowMs - atMs > (this.#limitMs[row] ?? 0)) continue;
      out.values[host] = (out.values[host] ?? 0) + value;
      this.#counts[host] = (this.#counts[host] ?? 0) + 1;
      if (atMs > (out.atMs[host] ?? 0)) out.atMs[host] = atMs;
    }
  }

  /** A number of processors told wins over series counted: it is kept below zero until it is read. */
  #divide(host: number, part: number, value: number): void {
    const divisor = this.#divisors[host] ?? 0;
    if ((part & TOLD) !== 0) {
      if (value >= 1) this.#divisors[host] = -value;
    } else if ((part & EACH) !== 0) {
      if (divisor >= 0) this.#divisors[host] = divisor + 1;
    } else if (!Number.isNaN(value)) {
      this.#divisors[host] = divisor + value;
      this.#divisorCounts[host] = (this.#divisorCounts[host] ?? 0) + 1;
    }
  }

  #divisor(host: number): number {
    const divisor = this.#divisors[host] ?? 0;
    if (this.#measure.over.kind === 'processors') return Math.abs(divisor);
    const count = this.#divisorCounts[host] ?? 0;
    return count === 0 ? Number.NaN : divisor / count;
  }

  #allDivide(): boolean {
    for (let host = 0; host < this.#counts.length; host += 1) {
      if (this.#counts[host] !== 0 && this.#divisors[host] === 0) return false;
    }
    return true;
  }
}

function partOf(metric: string, measure: Measure): number {
  const { over } = measure;
  const of = isMeasured(metric, measure) ? OF : 0;
  switch (over.kind) {
    case 'none':
      return of;
    case 'processors':
      return of | (metric === PROCESSOR_COUNT ? TOLD : isProcessor(metric) ? EACH : 0);
    case 'metric':
      return of | (metric === over.metric ? OVER : 0);
  }
}

/** Only patterns of the table of measures and escaped names run here: none that somebody wrote. */
function isMeasured(metric: string, { metric: pattern, over, foreign }: Measure): boolean {
  if (foreign) return over.kind !== 'metric' || metric !== over.metric;
  return new RegExp(`^(?:${pattern})$`).test(metric);
}

function limitMs(host: HostView, metric: string, measure: Measure): number {
  return Math.max(host.silence_limit_ms, metric.includes('/') ? 0 : measure.staleAfterMs);
}

/** Values are counted in single bytes here. */
function perOne(quantity: Quantity): Quantity {
  return quantity.kind === 'bytes' ? { ...quantity, perUnit: 1 } : quantity;
}
