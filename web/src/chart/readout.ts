import { exactQuantity } from '../format/exact.ts';
import { formatQuantity, UNKNOWN } from '../format/number.ts';
import type { ChartData } from './columns.ts';
import type { Quantity } from '../format/quantity.ts';

/** One line's own value where the crosshair is. */
export interface Reading {
  readonly line: number;
  readonly label: string;
  readonly value: number | null;
}

export interface Readout {
  /** The highest first; piled ones from the top of the pile. */
  readonly readings: readonly Reading[];
  /** Lines beyond the ones told. */
  readonly more: number;
  /** Of piled lines. */
  readonly sum: number | null;
}

/** More lines than this are not read at a glance. */
export const READINGS_MAX = 12;

/**
 * What the lines say at a row. A line without a sample of that second is read at its nearest one that it is
 * drawn through to.
 */
export function readAt(
  data: ChartData,
  index: number,
  options: {
    readonly labels: readonly string[];
    readonly stacked: boolean;
    /** The line the pointer is at: told with its neighbours. */
    readonly line: number | null;
  },
): Readout {
  const all = data.lines.map((_, line) => ({
    line,
    label: options.labels[line] ?? '',
    value: valueNear(data, line, index),
  }));
  const ordered = options.stacked
    ? all.toReversed()
    : all.toSorted((a, b) => (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY));
  const followed = ordered.findIndex(({ line }) => line === options.line);
  const start = Math.max(0, Math.min(followed - READINGS_MAX / 2, ordered.length - READINGS_MAX));
  const told = ordered.slice(start, start + READINGS_MAX);
  const known = all.flatMap(({ value }) => (value === null ? [] : [value]));
  const sum = options.stacked && known.length > 1 ? known.reduce((total, value) => total + value, 0) : null;
  return { readings: told, more: ordered.length - told.length, sum };
}

/** Null in a gap. */
export function valueNear(data: ChartData, line: number, index: number): number | null {
  const column = data.lines[line] ?? [];
  for (let away = 0; away <= column.length; away += 1) {
    const [before, after] = [column[index - away], column[index + away]];
    if (typeof before === 'number') return before;
    if (typeof after === 'number') return after;
    if (before === null || after === null) return null;
  }
  return null;
}

/** A value as it is said: short, and in full where that says more. */
export function valueWords(
  value: number | null,
  quantity: Quantity,
): { readonly short: string; readonly exact: string } {
  const short = formatQuantity(value, quantity);
  const exact = exactQuantity(value, quantity) ?? UNKNOWN;
  return { short, exact: plain(exact) === plain(short) ? '' : exact };
}

function plain(text: string): string {
  return text
    .replace(/[\s\u00a0\u202f]/g, '')
    .replace(/(\.\d*?)0+(?=\D|$)/, '$1')
    .replace(/\.(?=\D|$)/, '');
}
