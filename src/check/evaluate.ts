import { breaches, describeBreach } from '../model/range.ts';
import type { Thresholds } from './definitions.ts';
import type { CheckState } from '../model/service-state.ts';
import type { Range } from '../model/range.ts';

/** One value to be judged, with the words for it. */
export interface Reading {
  readonly metric: string;
  /** A gauge, or a counter's rate per second; NaN where it is not known. */
  readonly value: number;
  readonly units: string;
}

export interface Verdict {
  readonly state: CheckState;
  readonly output: string;
}

/** Critical is tested before warning; a value that is not a number is UNKNOWN. Allocates nothing. */
export function stateOf(value: number, thresholds: Thresholds): CheckState {
  if (Number.isNaN(value)) return 'UNKNOWN';
  if (thresholds.critical && breaches(thresholds.critical, value)) return 'CRITICAL';
  if (thresholds.warning && breaches(thresholds.warning, value)) return 'WARNING';
  return 'OK';
}

/** The words beside the state: `load_one is 9.61 · critical above 8`. */
export function outputOf(reading: Reading, thresholds: Thresholds): string {
  const { metric, value } = reading;
  const state = stateOf(value, thresholds);
  const units = reading.units.trim() === '' ? '' : ` ${reading.units.trim()}`;
  switch (state) {
    case 'UNKNOWN':
      return `${metric} is not a number`;
    case 'OK':
      return `${metric} is ${formatValue(value)}${units}`;
    case 'WARNING':
      return breach(state, reading, units, thresholds.warning);
    case 'CRITICAL':
      return breach(state, reading, units, thresholds.critical);
  }
}

export function evaluate(reading: Reading, thresholds: Thresholds): Verdict {
  return { state: stateOf(reading.value, thresholds), output: outputOf(reading, thresholds) };
}

/** Two decimals, or three digits below one; whole numbers whole. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'infinite' : 'minus infinite';
  if (Number.isInteger(value)) return String(value);
  return String(Math.abs(value) >= 1 ? Number(value.toFixed(2)) : Number(value.toPrecision(3)));
}

function breach(state: CheckState, reading: Reading, units: string, range: Range | null): string {
  if (!range) return `${reading.metric} is ${formatValue(reading.value)}${units}`;
  const short = formatValue(reading.value);
  // 8.001 over a limit of 8 must not read as "8 · above 8".
  const onBound = Number(short) === range.start || Number(short) === range.end;
  const shown = onBound ? String(reading.value) : short;
  const words = `${state.toLowerCase()} ${describeBreach(range, reading.value)}`;
  return `${reading.metric} is ${shown}${units} · ${words}`;
}
