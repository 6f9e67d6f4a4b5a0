import { formatTick } from '../format/number.ts';
import type { ThresholdLine } from './threshold.ts';
import type { Quantity } from '../format/quantity.ts';

export interface Threshold extends ThresholdLine {
  readonly state: 'warning' | 'critical';
  /** The service it is of, where several judge one line. */
  readonly service?: string;
}

/** A threshold this many times above the data would press it flat: it is told in words instead. */
const FAR = 3;

/**
 * The value axis' ends. Amounts start at zero; percentages that use their scale show all of it; times of day
 * do neither. Null: no data.
 */
export function valueBounds(
  low: number | null,
  high: number | null,
  quantity: Quantity,
  thresholds: readonly Threshold[],
): [number, number] {
  if (low === null || high === null) return [0, 1];
  if (quantity.kind === 'date') return [low - 1, high + 1];
  const near = thresholds.map((t) => t.value).filter((value) => value <= Math.max(high * FAR, 0));
  const top = Math.max(high, ...near);
  const max = quantity.kind === 'percent' && top > 25 && top <= 100 ? 100 : top * 1.08;
  const min = low < 0 ? low * 1.08 : 0;
  return [min, max > min ? max : min + 1];
}

/** Thresholds above the axis, in words: `warning above 16`. */
export function thresholdNotes(
  summaries: readonly { readonly min: number | null; readonly max: number | null }[],
  quantity: Quantity,
  thresholds: readonly Threshold[],
): string[] {
  const known = summaries.flatMap(({ min, max }) => (min === null || max === null ? [] : [{ min, max }]));
  const low = known.length === 0 ? null : Math.min(...known.map(({ min }) => min));
  const high = known.length === 0 ? null : Math.max(...known.map(({ max }) => max));
  const top = high === null ? Number.NEGATIVE_INFINITY : valueBounds(low, high, quantity, thresholds)[1];
  const notes = thresholds
    .filter(({ value }) => value > top)
    .map(({ state, side, value, service }) => {
      const words = `${state} ${side} ${formatTick(value, quantity)}`;
      return service === undefined ? words : `${service}: ${words}`;
    });
  return [...new Set(notes)];
}
