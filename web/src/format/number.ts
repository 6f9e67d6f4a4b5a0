import { exactInstant } from './instant.ts';
import type { Quantity } from './quantity.ts';

/** Unknown is a dash, never zero. */
export const UNKNOWN = '–';
const THIN = '\u202f';
const SPACE = '\u00a0';

/** Later there is no date (ECMA-262, 21.4.1.1): an agent may send any number. */
const DATE_MAX_S = 8.64e12;

const decimalSteps = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const binarySteps = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/** Three significant digits: `0.124`, `9.61`, `41.0`, `412`; an exponent only below a millionth. */
export function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-6) return value.toExponential(2);
  if (size < 1) return value.toPrecision(3);
  if (size < 9.995) return value.toFixed(2);
  if (size < 99.95) return value.toFixed(1);
  return value.toFixed(0);
}

/** Of counts: whole numbers below a thousand stay whole, `4`, not `4.00`. */
function digits(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1000 ? String(value) : threeDigits(value);
}

interface Scaled {
  readonly value: number;
  readonly prefix: string;
}

function scale(value: number, base: 1000 | 1024): Scaled {
  const steps = base === 1000 ? decimalSteps : binarySteps;
  let scaled = value;
  let step = 0;
  // 999.5 would be written as 1000 at three digits: the next step is due.
  while (Math.abs(scaled) >= 999.5 && step < steps.length - 1) {
    scaled /= base;
    step += 1;
  }
  return { value: scaled, prefix: steps[step] ?? '' };
}

/** A count in full, digits grouped by a thin space: `18 412`. */
export function formatCount(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, THIN);
}

/** A number with the decimal prefix: `12.4 k`. */
export function formatShort(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const { value: scaled, prefix } = scale(value, 1000);
  return prefix ? `${digits(scaled)}${SPACE}${prefix}` : digits(scaled);
}

/**
 * A value with its unit, three significant digits: `2.10 GiB`, `8.40 MB/s`, `88.0 %`. Null, NaN: a dash.
 */
export function formatQuantity(value: number | null | undefined, quantity: Quantity): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  switch (quantity.kind) {
    case 'plain':
      return formatShort(value);
    case 'level':
      return withUnit(value, 1000, '');
    case 'named':
      return `${formatShort(value)}${SPACE}${quantity.units}`;
    case 'rate':
      return withUnit(value, 1000, '/s');
    case 'percent':
      return `${threeDigits(value)}${SPACE}%`;
    case 'seconds':
      return formatSeconds(value * (quantity.perUnit ?? 1));
    case 'date':
      return Math.abs(value) <= DATE_MAX_S ? formatDate(value * 1000) : UNKNOWN;
    case 'bytes':
      return formatBytes(value * quantity.perUnit, quantity);
    case 'scaled':
      return withUnit(value * quantity.perUnit, 1000, quantity.unit);
  }
}

function formatBytes(bytes: number, quantity: { readonly base: 1000 | 1024; readonly perSecond: boolean }) {
  if (quantity.perSecond) return withUnit(bytes, quantity.base, 'B/s');
  // Bytes themselves are counted.
  return Math.abs(bytes) < 999.5 ? `${digits(bytes)}${SPACE}B` : withUnit(bytes, quantity.base, 'B');
}

function withUnit(value: number, base: 1000 | 1024, unit: string): string {
  const scaled = scale(value, base);
  const words = scaled.prefix + unit;
  return words === '' ? threeDigits(scaled.value) : `${threeDigits(scaled.value)}${SPACE}${words}`;
}

function formatSeconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return `0${SPACE}s`;
  if (size < 0.001) return `${threeDigits(value * 1e6)}${SPACE}µs`;
  if (size < 1) return `${threeDigits(value * 1e3)}${SPACE}ms`;
  if (size < 120) return `${threeDigits(value)}${SPACE}s`;
  if (size < 7200) return `${threeDigits(value / 60)}${SPACE}min`;
  if (size < 172_800) return `${threeDigits(value / 3600)}${SPACE}h`;
  return `${threeDigits(value / 86_400)}${SPACE}d`;
}

const dates = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** Local day and minute: `19 Nov, 08:12`. */
export function formatDate(epochMs: number): string {
  return dates.format(epochMs);
}

/** The exact local time, for hovers: `19 Nov 2026, 08:12:41 UTC`. */
export function formatInstant(epochMs: number): string {
  return epochMs > 0 ? exactInstant(epochMs) : 'never';
}

/** The value as received with the agent's own units, for hovers. */
export function formatExact(value: number | null | undefined, units: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return 'not known';
  return units ? `${value} ${units}` : String(value);
}

/** Axis labels: as `formatQuantity`, but as short as they stay right: `1.5 GiB`, `0`. */
export function formatTick(value: number, quantity: Quantity): string {
  if (value === 0) return quantity.kind === 'percent' ? `0${SPACE}%` : '0';
  return formatQuantity(value, quantity)
    .replace(/(\.\d*?)0+(?=\D|$)/, '$1')
    .replace(/\.(?=\D|$)/, '');
}
