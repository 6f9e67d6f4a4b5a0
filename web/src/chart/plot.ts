import uPlot from 'uplot';
import { lonely } from './columns.ts';
import { chartInk } from './palette.ts';
import { valueBounds } from './value-bounds.ts';
import { formatTick } from '../format/number.ts';
import type { ChartData } from './columns.ts';
import type { Scheme } from './heat.ts';
import type { Threshold } from './value-bounds.ts';
import type { Quantity } from '../format/quantity.ts';

export interface PlotOptions {
  readonly scheme: Scheme;
  readonly quantity: Quantity;
  readonly colours: readonly string[];
  readonly thresholds: readonly Threshold[];
  /** Charts with the same key share their crosshair. */
  readonly syncKey: string;
  readonly onZoom: ((fromS: number, toS: number) => void) | undefined;
  readonly onReset: (() => void) | undefined;
  /** The time under the pointer, epoch seconds; null when it left. At most once a frame. */
  readonly onCursor: (index: number | null) => void;
}

export interface Plot {
  /** Shows `data` over `[fromS, toS]`; drawn once a frame however often it is called. */
  push(data: ChartData, fromS: number, toS: number): void;
  [Symbol.dispose](): void;
}

/** Of the axis font's figures. */
const LABEL_CHAR_PX = 6.4;
const AXIS_FONT = '10.5px "JetBrains Mono", monospace';
const binarySteps = Array.from({ length: 70 }, (_, i) => 2 ** (i - 8));

/** Draws on a canvas below `host`, at its size, until disposed. */
export function mountPlot(host: HTMLElement, options: PlotOptions): Plot {
  const size = () => ({ width: Math.max(60, host.clientWidth), height: Math.max(40, host.clientHeight) });
  let bounds: [number, number] = [0, 1];
  let latest: ChartData | undefined;
  let frame = 0;
  const plot = new uPlot(
    { ...plotOptions(options, () => bounds), ...size() },
    [[], ...options.colours.map(() => [])],
    host,
  );
  const reset = () => options.onReset?.();
  plot.over.addEventListener('dblclick', reset);
  const draw = () => {
    frame = 0;
    if (latest) plot.setData([[...latest.times], ...latest.lines.map((line) => [...line])]);
  };
  const resize = new ResizeObserver(() => {
    const next = size();
    if (next.width !== plot.width || next.height !== plot.height) plot.setSize(next);
  });
  resize.observe(host);
  return {
    push(data, fromS, toS) {
      latest = data;
      bounds = [fromS, toS];
      frame ||= requestAnimationFrame(draw);
    },
    [Symbol.dispose]() {
      cancelAnimationFrame(frame);
      resize.disconnect();
      plot.destroy();
    },
  };
}

type Sized = 'width' | 'height';

function plotOptions(options: PlotOptions, bounds: () => [number, number]): Omit<uPlot.Options, Sized> {
  const { colours, quantity, thresholds } = options;
  return {
    legend: { show: false },
    padding: [8, 4, 0, 0],
    cursor: {
      sync: { key: options.syncKey, setSeries: false },
      drag: { x: options.onZoom !== undefined, y: false, setScale: false },
      points: { size: 6 },
      y: false,
    },
    scales: {
      x: { time: true, range: () => bounds() },
      y: { range: (_, low, high) => valueBounds(low, high, quantity, thresholds) },
    },
    axes: axesOf(options),
    series: [{}, ...colours.map((colour) => lineOf(colour, colours.length === 1))],
    hooks: {
      drawAxes: [(plot) => drawThresholds(plot, options)],
      setCursor: [cursorReader(options.onCursor)],
      setSelect: [(plot) => zoom(plot, options)],
    },
  };
}

function lineOf(colour: string, alone: boolean): uPlot.Series {
  return {
    stroke: colour,
    width: 1.6,
    ...(alone ? { fill: `${colour}1f` } : {}),
    // A lone sample has no line: it gets a dot.
    points: { show: false, filter: (plot, index) => lonely(plot.data[index] ?? []), size: 5, fill: colour },
  };
}

function axesOf(options: PlotOptions): uPlot.Axis[] {
  const ink = chartInk(options.scheme);
  const look = {
    stroke: ink.axis,
    font: AXIS_FONT,
    ticks: { show: false },
    grid: { stroke: ink.grid, width: 1 },
  };
  const { quantity } = options;
  const binary = quantity.kind === 'bytes' && quantity.base === 1024;
  return [
    {
      ...look,
      grid: { show: false },
      size: 20,
      gap: 5,
      space: timeSpace,
      incrs: timeSteps,
      values: timeLabels,
    },
    {
      ...look,
      size: labelWidth,
      gap: 6,
      space: 34,
      ...(binary ? { incrs: binarySteps } : {}),
      values: (_, splits) => splits.map((value) => formatTick(value, quantity)),
    },
  ];
}

/** As wide as the longest label: figures stand at the edge of the card, whatever their unit. */
function labelWidth(plot: uPlot, labels: string[] | null, _axis: number, cycle: number): number {
  // uPlot asks again until the layout settles; the second answer ends it.
  const longest = (labels ?? []).reduce((most, label) => Math.max(most, label.length), 2);
  const wanted = Math.ceil(longest * LABEL_CHAR_PX) + 8;
  return cycle > 1 ? Math.max(wanted, plot.bbox.left / devicePixelRatio) : wanted;
}

const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const minutes = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const months = new Intl.DateTimeFormat('en-GB', { month: 'short', year: '2-digit' });

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;
const timeSteps = [
  ...[1, MINUTE_S].flatMap((unit) => [1, 2, 5, 10, 15, 20, 30].map((n) => n * unit)),
  ...[1, 2, 3, 4, 6, 8, 12].map((n) => n * HOUR_S),
  ...[1, 2, 3, 4, 7, 14, 30, 60, 90, 120, 180, 365, 730, 1825, 3650].map((n) => n * DAY_S),
];

/** Room for a label of the range's format, and some: `08:12:41`, `08:12` or `19 Nov`. */
function timeSpace(_plot: uPlot, _axis: number, fromS: number, toS: number): number {
  const spanS = toS - fromS;
  return LABEL_CHAR_PX * (spanS < 6 * MINUTE_S ? 10.5 : spanS < 3 * DAY_S ? 7 : 8.5);
}

/** A label that would be cut at the right edge, or reach below the value axis, is left out. */
function timeLabels(plot: uPlot, splits: number[], _axis: number, _space: number, stepS: number): string[] {
  const format = stepS < MINUTE_S ? seconds : stepS < DAY_S ? minutes : stepS < 28 * DAY_S ? days : months;
  return splits.map((second) => {
    const atMs = second * 1000;
    const midnight = stepS >= HOUR_S && stepS < DAY_S && new Date(atMs).getHours() === 0;
    const label = (midnight ? days : format).format(atMs);
    const fromLeft = plot.valToPos(second, 'x');
    const fromRight = plot.bbox.width / devicePixelRatio - fromLeft;
    return Math.min(fromLeft, fromRight) < (label.length * LABEL_CHAR_PX) / 2 - 3 ? '' : label;
  });
}

function drawThresholds(plot: uPlot, options: PlotOptions): void {
  const ink = chartInk(options.scheme);
  const { ctx, bbox } = plot;
  const scale = plot.scales['y'];
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const threshold of options.thresholds) {
    if (threshold.value > (scale?.max ?? 0) || threshold.value < (scale?.min ?? 0)) continue;
    const y = Math.round(plot.valToPos(threshold.value, 'y', true)) + 0.5;
    ctx.strokeStyle = ink[threshold.state];
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

function cursorReader(onCursor: (index: number | null) => void): (plot: uPlot) => void {
  let frame = 0;
  let told: number | null = null;
  return (plot) => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      const index = (plot.cursor.left ?? -1) < 0 ? null : (plot.cursor.idx ?? null);
      if (index === told) return;
      told = index;
      onCursor(index);
    });
  };
}

function zoom(plot: uPlot, options: PlotOptions): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  const fromS = Math.floor(plot.posToVal(left, 'x'));
  const toS = Math.ceil(plot.posToVal(left + width, 'x'));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (toS > fromS) options.onZoom?.(fromS, toS);
}
