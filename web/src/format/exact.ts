import type { Quantity } from './quantity.ts';

const SPACE = '\u00a0';
const THIN = '\u202f';

/** A number in the unit it is counted in, before any prefix: CSV columns and exact values have it. */
export function baseUnit(quantity: Quantity): string {
  switch (quantity.kind) {
    case 'plain':
    case 'level':
      return '';
    case 'named':
      return quantity.units;
    case 'rate':
      return '/s';
    case 'percent':
      return '%';
    case 'seconds':
    case 'date':
      return 's';
    case 'bytes':
      return quantity.perSecond ? 'B/s' : 'B';
    case 'scaled':
      return quantity.unit;
  }
}

/** In `baseUnit`. Twelve digits: what a double's binary tail adds behind them was never measured. */
export function baseValue(value: number, quantity: Quantity): number {
  const perUnit = 'perUnit' in quantity ? (quantity.perUnit ?? 1) : 1;
  return Number((value * perUnit).toPrecision(12));
}

/** All digits, with the unit: `2 254 857 728 B`, `9.613`. Not known: undefined. */
export function exactQuantity(value: number | null | undefined, quantity: Quantity): string | undefined {
  if (value === null || value === undefined || !Number.isFinite(value)) return undefined;
  const [whole = '', fraction] = String(baseValue(value, quantity)).split('.');
  const grouped = whole.includes('e') ? whole : whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  const unit = baseUnit(quantity);
  const digits = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return unit === '' ? digits : `${digits}${SPACE}${unit}`;
}
