import { baseUnit, baseValue } from '../format/exact.ts';
import { lossesWithin, lostCount } from './losses.ts';
import type { ChartData } from './columns.ts';
import type { Quantity } from '../format/quantity.ts';
import type { LossView } from '../../../src/contract/api.ts';

export interface Shown {
  readonly data: ChartData;
  readonly fromS: number;
  readonly toS: number;
  readonly labels: readonly string[];
  readonly quantity: Quantity;
  /** Within the range. */
  readonly losses: readonly LossView[];
}

/**
 * RFC 4180: what is shown, a row a time and a column a line, values in the unit the header names; where data
 * was lost, a last column with how many datagrams a row's time lacks.
 */
export function csvOf({ data, fromS, toS, labels, quantity, losses }: Shown): string {
  const unit = baseUnit(quantity);
  const names = data.lines.map((_, i) => labels[i] ?? `line ${i + 1}`);
  const head = ['time', 'epoch_s', ...names.map((name) => (unit === '' ? name : `${name} (${unit})`))];
  if (losses.length > 0) head.push('lost_datagrams');
  const rows = [head.map(cell)];
  data.times.forEach((time, i) => {
    if (time < fromS || time > toS) return;
    const values = data.lines.map((line) => valueCell(line[i], quantity));
    const before = data.times[i - 1] ?? fromS;
    const lost = losses.length > 0 ? [String(lostCount(lossesWithin(losses, before, time)))] : [];
    rows.push([new Date(time * 1000).toISOString(), String(time), ...values, ...lost]);
  });
  return `${rows.map((row) => row.join(',')).join('\r\n')}\r\n`;
}

function valueCell(value: number | null | undefined, quantity: Quantity): string {
  return typeof value === 'number' && Number.isFinite(value) ? String(baseValue(value, quantity)) : '';
}

/**
 * A name as a cell. One that a spreadsheet would run as a formula begins with an apostrophe: names come from
 * whoever may send a datagram.
 */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** `web-web-0417-load_one-20261119T081200Z-20261119T091200Z.csv`: any system takes it. */
export function fileName(
  names: readonly string[],
  range: { readonly fromS: number; readonly toS: number },
  ending: 'csv' | 'png',
): string {
  const parts = names.map((name) => name.replace(/[^\w.-]+/g, '_').replace(/^[.-]+/, '')).filter(Boolean);
  return `${parts.join('-').slice(0, 160)}-${stamp(range.fromS)}-${stamp(range.toS)}.${ending}`;
}

function stamp(epochS: number): string {
  return new Date(Math.round(epochS) * 1000).toISOString().replace(/[-:]|\.000/g, '');
}
