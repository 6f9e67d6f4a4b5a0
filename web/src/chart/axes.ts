import type uPlot from 'uplot';
import { chartInk } from './palette.ts';
import { formatTick } from '../format/number.ts';
import type { Scheme } from './heat.ts';
import type { Quantity } from '../format/quantity.ts';

interface AxisOptions {
  readonly scheme: Scheme;
  readonly quantity: Quantity;
  /** Sizes times this: a picture is drawn larger than the screen. */
  readonly magnify: number;
}

const FONT_PX = 11;
/** A figure's share of the font's size. */
const CHAR_SHARE = 0.605;
const decimalSteps = Array.from({ length: 24 }, (_, i) =>
  [1, 2, 2.5, 5].map((n) => n * 10 ** (i - 6)),
).flat();
const binarySteps = Array.from({ length: 70 }, (_, i) => 2 ** (i - 8));

/** Whole pixels: uPlot scales a font to the screen by the digits before `px`, and would take 10.5 for 5. */
export function axisFont(px: number): string {
  return `${Math.round(px)}px "JetBrains Mono", monospace`;
}

/** Time below, values at the left: a label less rather than two that touch. */
export function axesOf({ scheme, quantity, magnify }: AxisOptions): uPlot.Axis[] {
  const ink = chartInk(scheme);
  const charPx = FONT_PX * magnify * CHAR_SHARE;
  const look = {
    stroke: ink.axis,
    font: axisFont(FONT_PX * magnify),
    ticks: { show: false },
    grid: { stroke: ink.grid, width: magnify },
  };
  return [
    {
      ...look,
      grid: { show: false },
      size: 20 * magnify,
      gap: 5 * magnify,
      space: (_plot, _axis, fromS, toS, px) => timeSpace(toS - fromS, px / charPx) * charPx,
      incrs: timeSteps,
      values: (plot, splits, _axis, _space, stepS) => timeLabels(plot, splits, stepS, charPx),
    },
    {
      ...look,
      size: (plot, labels, _axis, cycle) => labelWidth(plot, labels, cycle, { charPx, magnify }),
      gap: 6 * magnify,
      space: 26 * magnify,
      ...stepsOf(quantity),
      values: (_, splits) => splits.map((value) => formatTick(value, quantity)),
    },
  ];
}

/** Powers of two of memory; of durations in seconds, whole minutes, hours and days; of bits, round ones. */
function stepsOf(quantity: Quantity): { incrs?: number[] } {
  if (quantity.kind === 'bytes' && quantity.base === 1024) return { incrs: binarySteps };
  if (quantity.kind === 'scaled') return { incrs: decimalSteps.map((step) => step / quantity.perUnit) };
  if (quantity.kind === 'seconds' && (quantity.perUnit ?? 1) === 1) return { incrs: durationSteps };
  return {};
}

/** As wide as the longest label: figures stand at the edge of the card, whatever their unit. */
function labelWidth(
  plot: uPlot,
  labels: string[] | null,
  cycle: number,
  { charPx, magnify }: { readonly charPx: number; readonly magnify: number },
): number {
  // uPlot asks again until the layout settles; the second answer ends it.
  const longest = (labels ?? []).reduce((most, label) => Math.max(most, label.length), 2);
  const wanted = Math.ceil(longest * charPx + 8 * magnify);
  return cycle > 1 ? Math.max(wanted, plot.bbox.left / devicePixelRatio) : wanted;
}

const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const minutes = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const months = new Intl.DateTimeFormat('en-GB', { month: 'short', year: '2-digit' });

/** The longest step whose labels need seconds. */
const HALF_MINUTE_S = 30;
const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;
const timeSteps = [
  ...[1, MINUTE_S].flatMap((unit) => [1, 2, 5, 10, 15, 20, 30].map((n) => n * unit)),
  ...[1, 2, 3, 4, 6, 8, 12].map((n) => n * HOUR_S),
  ...[1, 2, 3, 4, 7, 14, 30, 60, 90, 120, 180, 365, 730, 1825, 3650].map((n) => n * DAY_S),
];
const durationSteps = [
  ...Array.from({ length: 9 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** (i - 8))).flat(),
  ...timeSteps.filter((step) => step >= 10),
  ...[7300, 18_250, 36_500].map((n) => n * DAY_S),
];

/**
 * Letters from one label to the next on an axis that has room for so many: `08:12` or `19 Nov` and some, more
 * where seconds have to be told.
 */
export function timeSpace(spanS: number, letters: number): number {
  const usual = spanS < 3 * DAY_S ? 7.5 : 8.5;
  const leastStepS = (usual * spanS) / letters;
  return leastStepS <= HALF_MINUTE_S ? 10.5 : usual;
}

/** A label that would be cut at the right edge, or reach below the value axis, is left out. */
function timeLabels(plot: uPlot, splits: number[], stepS: number, charPx: number): string[] {
  const format = stepS < MINUTE_S ? seconds : stepS < DAY_S ? minutes : stepS < 28 * DAY_S ? days : months;
  return splits.map((second) => {
    const atMs = second * 1000;
    const midnight = stepS >= HOUR_S && stepS < DAY_S && new Date(atMs).getHours() === 0;
    const label = (midnight ? days : format).format(atMs);
    const fromLeft = plot.valToPos(second, 'x');
    const fromRight = plot.bbox.width / devicePixelRatio - fromLeft;
    return Math.min(fromLeft, fromRight) < (label.length * charPx) / 2 - 3 ? '' : label;
  });
}
