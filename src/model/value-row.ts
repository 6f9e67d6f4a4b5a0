import { TEST_VALUES_MAX } from '../limits.ts';

export type ValueRow =
  | { readonly ok: true; readonly values: readonly (number | null)[] }
  | { readonly ok: false; readonly fault: string };

/** A value, `_` (missing) or `nan`; then how often more it changes by how much, or how often it stands. */
const ITEM = /^(_|nan|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:([+-](?:\d+\.?\d*|\.\d+)))?(?:x(\d{1,7}))?$/i;

/**
 * Values over time in short: `1 9x6 _ 0+10x5` is 1, six times 9, a sample that is missing, and 0 10 20 30 40
 * 50 (from 0 on, five steps more). `nan` is a sample that is not a number. Total: what is wrong comes back in
 * words.
 */
export function parseValueRow(text: string): ValueRow {
  const values: (number | null)[] = [];
  for (const item of text.split(/\s+/)) {
    if (item === '') continue;
    const [, first = '', step, times] = ITEM.exec(item) ?? [];
    if (first === '') return fault(item, 'is no value; expected like 1, 9x6, 0+10x5, _ or nan');
    if (step !== undefined && times === undefined)
      return fault(item, `needs a number of steps, like ${item}x5`);
    if (step !== undefined && !/\d/.test(first))
      return fault(item, 'has a step, but no number to begin with');
    const count = step === undefined ? Number(times ?? 1) : Number(times) + 1;
    if (count < 1) return fault(item, 'is there no time at all');
    if (values.length + count > TEST_VALUES_MAX)
      return fault(item, `makes more than ${TEST_VALUES_MAX} values`);
    const start = first === '_' ? null : Number(first.toLowerCase() === 'nan' ? Number.NaN : first);
    for (let i = 0; i < count; i += 1) {
      values.push(start === null || step === undefined ? start : rounded(start + i * Number(step)));
    }
  }
  return values.length === 0 ? { ok: false, fault: 'holds no value' } : { ok: true, values };
}

/** Steps of 0.1 come to 0.3 and not to 0.30000000000000004. */
function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(15)) : value;
}

function fault(item: string, what: string): ValueRow {
  return { ok: false, fault: `"${item.length > 40 ? `${item.slice(0, 39)}…` : item}" ${what}` };
}
