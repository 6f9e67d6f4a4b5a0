import { formatQuantity } from '../evaluate.ts';
import { spanWords } from '../../model/duration.ts';
import { ratio } from './ratio.ts';
import type { SeriesFunction } from '../../contract/checks.ts';

type Compare = SeriesFunction & { readonly name: 'compare' };

/** Two means of a window: of now, and of `beforeMs` ago. NaN: there is too little of it. */
export interface Means {
  readonly now: number;
  readonly before: number;
}

/**
 * How far it has changed: in percent of before (of its amount, so more is positive), by how much, or to how
 * many times as much. What is as it was is 0 percent, once as much, also of 0; else nothing is told of 0.
 */
export function compareMeans({ now, before }: Means, as: Compare['as']): number {
  switch (as) {
    case 'difference':
      return now - before;
    case 'percent':
      return now === before ? 0 : ratio(now - before, Math.abs(before), true);
    case 'ratio':
      return now === before ? 1 : ratio(now, before, false);
  }
}

/** `load_one over 1 h is 25 % above that of 7 d before (5.2 against 4.16)`. */
export function compareWords(
  of: { readonly metric: string; readonly units: string; readonly rule: Compare },
  { now, before }: Means,
  value: number,
): string {
  const { metric, units, rule } = of;
  const [mean, then] = [now, before].map((one) => formatQuantity(one, units));
  const start = `${metric} over ${spanWords(rule.windowMs)} is`;
  const end = `of ${spanWords(rule.beforeMs)} before (${mean} against ${then})`;
  if (Number.isNaN(value))
    return `${start} ${mean} and was 0 ${spanWords(rule.beforeMs)} before: no ${rule.as}`;
  const side = value < 0 ? 'below' : 'above';
  switch (rule.as) {
    case 'percent':
      return `${start} ${formatQuantity(Math.abs(value), '%')} ${side} that ${end}`;
    case 'difference':
      return `${start} ${formatQuantity(Math.abs(value), units)} ${side} that ${end}`;
    case 'ratio':
      return `${start} ${formatQuantity(value, '')} times that ${end}`;
  }
}
