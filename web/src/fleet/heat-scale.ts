import { PLAIN_LOAD } from './measure.ts';
import { formatTick } from '../format/number.ts';
import type { Measure } from './measure.ts';
import type { Quantity } from '../format/quantity.ts';

/** What the colours of hosts shown together mean. */
export interface HeatScale {
  readonly label: string;
  readonly quantity: Quantity;
  /** The value at the hot end. */
  readonly hotAt: number;
  /** Values can lie beyond a bound; not beyond the highest there is. */
  readonly bounded: boolean;
  /** Zero is the hot end, and `hotAt` the cool one. */
  readonly falling: boolean;
}

const PLAIN: Quantity = { kind: 'level' };

/**
 * The hot end is the measure's own bound, 100 for percentages, else the highest value, rounded up so that
 * colours do not change with every sample. Load is taken per processor only where every host tells their
 * number: their colours could not be compared.
 */
export function scaleOf(
  measure: Measure,
  seen: { readonly quantity: Quantity | undefined; readonly highest: number; readonly divided: boolean },
): HeatScale {
  const { quantity = PLAIN } = seen;
  if (measure.over.kind === 'processors' && !seen.divided) return scaleOf(PLAIN_LOAD, seen);
  const { label } = measure;
  const bound = measure.hotAt ?? (quantity.kind === 'percent' ? 100 : null);
  const falling = measure.falling === true;
  if (bound !== null) return { label, quantity, hotAt: bound, bounded: !falling, falling };
  const base = quantity.kind === 'bytes' ? quantity.base : 1000;
  const hotAt = roundUp(Math.max(seen.highest, measure.hotLeast), base);
  return { label, quantity, hotAt, bounded: false, falling };
}

/** 0…1 from the cool end to the hot one, more beyond it; NaN where the value is. */
export function heatOf(value: number, { hotAt, falling }: HeatScale): number {
  const share = value / hotAt;
  return falling ? 1 - Math.max(0, share) : share;
}

/** What colours mean: `load per CPU, red from 2`; `memory free, up to 64 GiB`. */
export function scaleWords({ label, quantity, hotAt, bounded, falling }: HeatScale): string {
  const end = formatTick(hotAt, quantity);
  if (falling) return `${label}, least is hot, cool at ${end}`;
  return bounded ? `${label}, red from ${end}` : `${label}, hot at ${end}`;
}

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** The next number people count in, of thousands or of 1024: `8.4` → `10`, `130` → `150`; 1 for nothing. */
export function roundUp(value: number, base: 1000 | 1024 = 1000): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const thousands = base ** Math.floor(Math.log(value) / Math.log(base));
  const scaled = value / thousands;
  const ten = 10 ** Math.floor(Math.log10(scaled));
  const step = STEPS.find((candidate) => candidate * ten >= scaled * (1 - 1e-9)) ?? 10;
  return step * ten * thousands;
}
