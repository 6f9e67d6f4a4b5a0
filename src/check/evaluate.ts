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
export function outputOf({ metric, value, units }: Reading, thresholds: Thresholds): string {
  if (Number.isNaN(value)) return `${metric} is not a number`;
  return outputWith((shown) => `${metric} is ${shown}`, { value, units }, thresholds);
}

/** The same about a value that is told otherwise; `words`: with the value as it is to be shown. */
export function outputWith(
  words: (shown: string) => string,
  { value, units }: Pick<Reading, 'value' | 'units'>,
  thresholds: Thresholds,
): string {
  const state = stateOf(value, thresholds);
  switch (state) {
    case 'UNKNOWN':
      return words('');
    case 'OK':
      return words(formatQuantity(value, units));
    case 'WARNING':
      return breach(words, { value, units }, { state, range: thresholds.warning });
    case 'CRITICAL':
      return breach(words, { value, units }, { state, range: thresholds.critical });
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

/** Units that are read better in kilo, mega and giga. */
const SCALED = /^bytes?(\/s(?:ec)?)?$/i;
/** Hours are told in minutes, too: their bounds need a unit. */
const HOURS = 'h';
const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** A value with its units: `76.5 %`, `29.7 GB` for 29700000000 bytes. Decimal prefixes, three digits. */
export function formatQuantity(value: number, units: string): string {
  const written = units.trim();
  const scaled = SCALED.exec(written);
  if (!scaled || Math.abs(value) < 1000 || !Number.isFinite(value)) {
    return written === '' ? formatValue(value) : `${formatValue(value)} ${written}`;
  }
  const power = Math.min(PREFIXES.length - 1, Math.floor(Math.log10(Math.abs(value)) / 3));
  const number = Number((value / 1000 ** power).toPrecision(3));
  return `${number} ${PREFIXES[power] ?? ''}B${scaled[1] === undefined ? '' : '/s'}`;
}

function breach(
  words: (shown: string) => string,
  { value, units }: Pick<Reading, 'value' | 'units'>,
  { state, range }: { readonly state: CheckState; readonly range: Range | null },
): string {
  const short = formatQuantity(value, units);
  if (!range) return words(short);
  const isScaled = SCALED.test(units.trim()) || units === HOURS;
  const bound = (n: number) => (isScaled ? formatQuantity(n, units) : String(n));
  // 8.001 over a limit of 8 must not read as "8 · above 8".
  const onBound = [range.start, range.end].some((n) => formatQuantity(n, units) === short);
  const exact = units.trim() === '' ? String(value) : `${value} ${units.trim()}`;
  return `${words(onBound ? exact : short)} · ${state.toLowerCase()} ${describeBreach(range, value, bound)}`;
}
