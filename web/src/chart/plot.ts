import uPlot from 'uplot';
import { axesOf } from './axes.ts';
import { lonely } from './columns.ts';
import { drawBand, drawLosses, drawMarks, drawThresholds } from './draw.ts';
import { lostSpans } from './losses.ts';
import { mergeMarks } from './marks.ts';
import { blend, chartInk, seriesDash } from './palette.ts';
import { stackColumns } from './stack.ts';
import { valueBounds } from './value-bounds.ts';
import type { ChartData } from './columns.ts';
import type { LostSpan } from './losses.ts';
import type { EventMark } from './marks.ts';
import type { Scheme } from './heat.ts';
import type { Threshold } from './value-bounds.ts';
import type { Quantity } from '../format/quantity.ts';
import type { EventView, LossView } from '../../../src/contract/api.ts';

export interface PlotOptions {
  readonly scheme: Scheme;
  readonly quantity: Quantity;
  readonly colours: readonly string[];
  readonly thresholds: readonly Threshold[];
  readonly stacked: boolean;
  /** Sizes times this. One on screen; pictures are drawn larger. */
  readonly magnify: number;
  /** Charts with the same key share their crosshair. */
  readonly syncKey: string | undefined;
  readonly onZoom: ((fromS: number, toS: number) => void) | undefined;
  readonly onReset: (() => void) | undefined;
  /** Null when the pointer left. At most once a frame. */
  readonly onCursor: (cursor: PlotCursor | null) => void;
}

export interface PlotCursor {
  /** Of the nearest row. */
  readonly index: number;
  /** Its place, px from the left of the host. */
  readonly leftPx: number;
  /** The half of the chart that place is in. */
  readonly half: 'left' | 'right';
  /** The line the pointer is at, where there are many. */
  readonly line: number | null;
  /** Of this chart, not only of one that shares its crosshair. */
  readonly own: boolean;
  readonly events: readonly EventView[];
  /** Data that was lost there, one a cluster. */
  readonly losses: readonly LossView[];
}

/** What is shown over `[fromS, toS]`; the columns may grow in place between two frames. */
export interface PlotFrame {
  readonly data: ChartData;
  readonly fromS: number;
  readonly toS: number;
  readonly events: readonly EventView[];
  readonly losses: readonly LossView[];
}

export interface Plot {
  /** Drawn once a frame however often it is called. */
  push(frame: PlotFrame): void;
  /** Puts the crosshair on a row, here and on the charts that share it; null takes it away. */
  point(index: number | null): void;
  /** The canvas, once it is drawn. */
  picture(): Promise<HTMLCanvasElement>;
  [Symbol.dispose](): void;
}

const EMPTY: PlotFrame = { data: { times: [], lines: [] }, fromS: 0, toS: 1, events: [], losses: [] };
/** From here on one line is followed and the others step back. */
const MANY_LINES = 6;
/** With more than these, dots and dashes would hide what they mark: the followed line stands out instead. */
const READABLE_LINES = 20;
/** Bands of more lines than this would hide each other. */
const BANDS_MAX = 3;
const MARKS_APART_PX = 7;
const MARK_REACH_PX = 6;
/** A hatched stretch is at least so wide. */
const LOST_PX = 5;

/** Draws on a canvas below `host`, at its size, until disposed. */
export function mountPlot(host: HTMLElement, options: PlotOptions): Plot {
  const size = () => ({ width: Math.max(60, host.clientWidth), height: Math.max(40, host.clientHeight) });
  const state: PlotState = {
    frame: EMPTY,
    marks: [],
    lost: [],
    line: null,
    own: false,
    byKey: false,
    dragged: false,
  };
  let drawing = 0;
  const reader = cursorReader(options, state);
  const plot = new uPlot(
    { ...plotOptions(options, state, reader.read), ...size() },
    [[], ...options.colours.map(() => [])],
    host,
  );
  const leave = listen(plot.over, options, state);
  const draw = () => {
    drawing = 0;
    plot.setData(columnsOf(state.frame.data, options));
  };
  const resize = new ResizeObserver(() => {
    const next = size();
    if (next.width !== plot.width || next.height !== plot.height) plot.setSize(next);
  });
  resize.observe(host);
  return {
    push(frame) {
      state.frame = frame;
      drawing ||= requestAnimationFrame(draw);
    },
    point(index) {
      const time = index === null ? undefined : state.frame.data.times[index];
      state.byKey = time !== undefined;
      const left = time === undefined ? -10 : plot.valToPos(time, 'x');
      plot.setCursor({ left, top: time === undefined ? -10 : 10 });
    },
    async picture() {
      cancelAnimationFrame(drawing);
      draw();
      // uPlot draws in a microtask of its own.
      await new Promise((resolve) => {
        setTimeout(resolve);
      });
      return plot.ctx.canvas;
    },
    [Symbol.dispose]() {
      cancelAnimationFrame(drawing);
      reader.stop();
      resize.disconnect();
      leave();
      plot.destroy();
    },
  };
}

interface PlotState {
  frame: PlotFrame;
  marks: readonly EventMark[];
  lost: readonly LostSpan[];
  line: number | null;
  own: boolean;
  byKey: boolean;
  /** A drag began here: the charts that share the crosshair are told of it as well. */
  dragged: boolean;
}

/** uPlot's columns: it only reads them. Piled lines are painted from the top of the pile down. */
function columnsOf(data: ChartData, { stacked, colours }: PlotOptions): uPlot.AlignedData {
  const lines = stacked ? stackColumns(data).toReversed() : data.lines;
  const missing: (null | undefined)[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- uPlot changes none of its arrays.
  const times = data.times as number[];
  return [times, ...colours.map((_, i) => lines[i] ?? missing)];
}

function plotOptions(
  options: PlotOptions,
  state: PlotState,
  readCursor: (plot: uPlot) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  const { colours, quantity, thresholds, scheme, magnify } = options;
  const followed = colours.length > MANY_LINES && !options.stacked;
  const brush = () => ({ scheme, px: devicePixelRatio * magnify });
  return {
    legend: { show: false },
    padding: [9 * magnify, 5 * magnify, 0, 0],
    cursor: {
      ...(options.syncKey === undefined ? {} : { sync: { key: options.syncKey, setSeries: false } }),
      drag: { x: options.onZoom !== undefined, y: false, setScale: false },
      points: colours.length > READABLE_LINES ? { show: false } : { size: 6 },
      y: false,
      ...(followed ? { focus: { prox: 24 } } : {}),
    },
    ...(followed ? { focus: { alpha: 0.25 } } : {}),
    scales: {
      x: { time: true, range: () => [state.frame.fromS, state.frame.toS] },
      y: {
        range: (_, low, high) => {
          const [least, most] = reach(state.frame, options, low, high);
          return valueBounds(least, most, quantity, thresholds);
        },
      },
    },
    axes: axesOf(options),
    series: [{}, ...colours.map((_, i) => lineOf(options, i))],
    hooks: {
      drawAxes: [
        (plot) => {
          state.lost = lostSpans(
            state.frame.losses,
            state.frame,
            (LOST_PX * magnify) / pxPerSecond(plot, state),
          );
          if (!options.stacked) drawLosses(plot, state.lost, brush());
          drawThresholds(plot, thresholds, brush());
          drawBands(plot, state.frame.data, options);
        },
      ],
      draw: [
        (plot) => {
          // Piled lines fill all below them.
          if (options.stacked) drawLosses(plot, state.lost, brush());
          const scale = pxPerSecond(plot, state);
          state.marks = mergeMarks(state.frame.events, state.frame, scale, MARKS_APART_PX * magnify);
          drawMarks(plot, state.marks, brush());
        },
      ],
      setCursor: [readCursor],
      setSeries: [
        (plot, index) => {
          state.line = index === null ? null : index - 1;
          readCursor(plot);
        },
      ],
      setSelect: [(plot) => zoom(plot, options, state)],
    },
  };
}

function pxPerSecond({ bbox }: uPlot, { frame }: PlotState): number {
  return bbox.width / devicePixelRatio / (frame.toS - frame.fromS);
}

function lineOf({ colours, stacked, scheme, magnify }: PlotOptions, place: number): uPlot.Series {
  const index = stacked ? colours.length - 1 - place : place;
  const colour = colours[index] ?? '#5b8def';
  const plain = stacked || colours.length > READABLE_LINES;
  const fill = stacked
    ? blend(colour, chartInk(scheme).ground, 0.45)
    : colours.length === 1
      ? `${colour}1f`
      : undefined;
  return {
    stroke: colour,
    width: (stacked || colours.length > READABLE_LINES ? 1.1 : 1.6) * magnify,
    // uPlot scales widths to the screen, not dashes.
    dash: plain ? [] : seriesDash(index).map((length) => length * magnify * devicePixelRatio),
    ...(fill === undefined ? {} : { fill }),
    // A lone sample has no line: it gets a dot.
    points: {
      show: false,
      filter: (plot, index) => lonely(plot.data[index] ?? []),
      size: 5 * magnify,
      fill: colour,
    },
  };
}

function hasBands(data: ChartData, { stacked }: PlotOptions): boolean {
  return data.bands !== undefined && !stacked && data.lines.length <= BANDS_MAX;
}

function drawBands(plot: uPlot, data: ChartData, options: PlotOptions): void {
  if (!hasBands(data, options)) return;
  data.bands?.forEach((band, i) => {
    if (band) drawBand(plot, data.times, band, options.colours[i] ?? '#5b8def');
  });
}

/** The lines' extremes, and their bands' where they are drawn. */
function reach(
  { data, fromS, toS }: PlotFrame,
  options: PlotOptions,
  low: number | null,
  high: number | null,
): [number | null, number | null] {
  if (low === null || high === null || !hasBands(data, options)) return [low, high];
  let [least, most] = [low, high];
  for (const band of data.bands ?? []) {
    if (!band) continue;
    data.times.forEach((time, i) => {
      if (time < fromS || time > toS) return;
      least = Math.min(least, band.lows[i] ?? least);
      most = Math.max(most, band.highs[i] ?? most);
    });
  }
  return [least, most];
}

/** Double click, and whether the pointer is on this chart. */
function listen(over: HTMLElement, options: PlotOptions, state: PlotState): () => void {
  const reset = () => options.onReset?.();
  const enter = () => {
    state.own = true;
    state.byKey = false;
  };
  const leave = () => {
    state.own = false;
  };
  const press = () => {
    state.dragged = true;
  };
  over.addEventListener('dblclick', reset);
  over.addEventListener('mousedown', press);
  over.addEventListener('pointerenter', enter);
  over.addEventListener('pointerleave', leave);
  return () => {
    over.removeEventListener('dblclick', reset);
    over.removeEventListener('mousedown', press);
    over.removeEventListener('pointerenter', enter);
    over.removeEventListener('pointerleave', leave);
  };
}

function cursorReader(options: PlotOptions, state: PlotState) {
  let frame = 0;
  let told = '';
  const tell = (plot: uPlot) => {
    frame = 0;
    const cursor = cursorOf(plot, state);
    const words = cursor ? wordsOf(cursor) : '';
    if (words === told) return;
    told = words;
    options.onCursor(cursor);
  };
  return {
    read: (plot: uPlot) => {
      frame ||= requestAnimationFrame(() => tell(plot));
    },
    stop: () => cancelAnimationFrame(frame),
  };
}

/** What is told of a cursor: it is told again when this changes. */
function wordsOf({ index, line, own, events, losses }: PlotCursor): string {
  const lost = losses.map(({ cluster, packets }) => `${cluster} ${packets}`);
  return [index, line, own, events.length, ...lost].join(' ');
}

function cursorOf(plot: uPlot, { frame, marks, lost, line, own, byKey }: PlotState): PlotCursor | null {
  const { left = -1, idx } = plot.cursor;
  const time = left < 0 || idx === null || idx === undefined ? undefined : frame.data.times[idx];
  if (time === undefined || idx === null || idx === undefined) return null;
  const atS = plot.posToVal(left, 'x');
  const near = marks.filter(({ timeS }) => Math.abs(plot.valToPos(timeS, 'x') - left) <= MARK_REACH_PX);
  return {
    index: idx,
    leftPx: plot.bbox.left / devicePixelRatio + plot.valToPos(time, 'x'),
    half: time * 2 < frame.fromS + frame.toS ? 'left' : 'right',
    line,
    own: own || byKey,
    events: near.flatMap((mark) => mark.events),
    losses: lost.flatMap((span) => (atS >= span.fromS && atS <= span.toS ? span.losses : [])),
  };
}

function zoom(plot: uPlot, options: PlotOptions, state: PlotState): void {
  const { left, width } = plot.select;
  const mine = state.dragged;
  state.dragged = false;
  if (width === 0) return;
  const fromS = Math.floor(plot.posToVal(left, 'x'));
  const toS = Math.ceil(plot.posToVal(left + width, 'x'));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (mine && width >= 4 && toS > fromS) options.onZoom?.(fromS, toS);
}
