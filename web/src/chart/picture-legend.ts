import { summarise } from './columns.ts';
import { formatQuantity } from '../format/number.ts';
import type { Column } from './columns.ts';
import type { Quantity } from '../format/quantity.ts';

export const LEGEND_FIGURES = ['last', 'min', 'avg', 'max'] as const;
/** Before a name: its colour. */
export const LEGEND_MARK = 14;
const COLUMN_GAP = 18;
/** A name has at least so much room; a longer one is cut. */
const NAME_MIN = 220;

export interface PictureLegend {
  /** By line, in the order of `LEGEND_FIGURES`. */
  readonly figures: readonly (readonly string[])[];
  /** Right edges of the figures' columns, from the right of the picture. */
  readonly rights: readonly number[];
  /** What names, colours and all, have beside the figures at `width`. */
  readonly nameRoom: (width: number) => number;
  /** A narrower picture would have no room for the names. */
  readonly least: number;
}

/**
 * Columns as wide as their widest figure; names have what is left. `measure`: px of a text in the legend's
 * font.
 */
export function legendOf(
  lines: readonly Column[],
  quantity: Quantity,
  measure: (text: string) => number,
): PictureLegend {
  const figures = lines.map((line) => {
    const summary = summarise(line);
    return LEGEND_FIGURES.map((name) => formatQuantity(summary[name], quantity));
  });
  const widths = LEGEND_FIGURES.map((name, i) =>
    Math.ceil(Math.max(measure(name), ...figures.map((row) => measure(row[i] ?? '')))),
  );
  const after = (i: number) => widths.slice(i + 1).reduce((sum, width) => sum + width + COLUMN_GAP, 0);
  const all = widths.reduce((sum, width) => sum + width + COLUMN_GAP, 0);
  return {
    figures,
    rights: widths.map((_, i) => after(i)),
    nameRoom: (width) => width - all - LEGEND_MARK,
    least: all + LEGEND_MARK + NAME_MIN,
  };
}
