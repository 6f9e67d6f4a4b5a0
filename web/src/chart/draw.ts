import type uPlot from 'uplot';
import { chartInk, stateInk } from './palette.ts';
import type { Band } from './columns.ts';
import type { LostSpan } from './losses.ts';
import type { EventMark } from './marks.ts';
import type { Scheme } from './heat.ts';
import type { Threshold } from './value-bounds.ts';

/** What is drawn on the canvas beside uPlot's lines. `px`: canvas pixels of one as meant. */
interface Brush {
  readonly scheme: Scheme;
  readonly px: number;
}

/** Dashed, where the axis reaches. */
export function drawThresholds(plot: uPlot, thresholds: readonly Threshold[], { scheme, px }: Brush): void {
  const ink = chartInk(scheme);
  const { ctx, bbox } = plot;
  const scale = plot.scales['y'];
  ctx.save();
  ctx.lineWidth = px;
  ctx.setLineDash([4 * px, 4 * px]);
  for (const threshold of thresholds) {
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

/** Between two strokes of the hatching, and what one is wide. */
const HATCH_PX = 7;
const HATCH_STROKE_PX = 1.2;

/** Periods of lost data, hatched from the lower left to the upper right, behind everything. */
export function drawLosses(plot: uPlot, spans: readonly LostSpan[], { scheme, px }: Brush): void {
  const { ctx, bbox } = plot;
  const ink = chartInk(scheme);
  for (const { fromS, toS } of spans) {
    const left = Math.max(bbox.left, plot.valToPos(fromS, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(toS, 'x', true));
    if (right <= left) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.fillStyle = `${ink.axis}14`;
    ctx.fill();
    ctx.strokeStyle = `${ink.axis}8c`;
    ctx.lineWidth = HATCH_STROKE_PX * px;
    ctx.beginPath();
    // It begins at its left edge: a graph that glides takes its hatching along.
    for (let x = left - bbox.height; x < right; x += HATCH_PX * px) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
}

/** From a consolidated line's lows to its highs, softly. */
export function drawBand(plot: uPlot, times: readonly number[], band: Band, colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = `${colour}33`;
  for (const [start, end] of stretches(band)) {
    ctx.beginPath();
    for (let i = start; i <= end; i += 1) lineTo(plot, times[i], band.highs[i]);
    for (let i = end; i >= start; i -= 1) lineTo(plot, times[i], band.lows[i]);
    ctx.fill();
  }
  ctx.restore();
}

function lineTo(plot: uPlot, time: number | undefined, value: number | null | undefined): void {
  if (time === undefined || typeof value !== 'number') return;
  plot.ctx.lineTo(plot.valToPos(time, 'x', true), plot.valToPos(value, 'y', true));
}

/** First and last index where both are known; what is only drawn through does not part them. */
function stretches({ lows, highs }: Band): [number, number][] {
  const found: [number, number][] = [];
  let start = -1;
  for (let i = 0; i <= lows.length; i += 1) {
    const open = i < lows.length && lows[i] !== null && highs[i] !== null;
    if (open && start < 0) start = i;
    if (!open && start >= 0) {
      found.push([start, i - 1]);
      start = -1;
    }
  }
  return found;
}

/** Deploys and notes: a dotted line under a dot. Changes of state: a tick at the foot. */
export function drawMarks(plot: uPlot, marks: readonly EventMark[], brush: Brush): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark.timeS, 'x', true)) + 0.5;
    if (mark.kind === 'state') {
      ctx.fillStyle = stateInk(mark.state, brush.scheme);
      const height = 7 * brush.px;
      ctx.fillRect(x - 1.5 * brush.px, bbox.top + bbox.height - height, 3 * brush.px, height);
    } else drawPosted(ctx, x, mark, bbox, brush);
  }
  ctx.restore();
}

function drawPosted(
  ctx: CanvasRenderingContext2D,
  x: number,
  mark: EventMark,
  bbox: uPlot.BBox,
  { scheme, px }: Brush,
): void {
  const ink = chartInk(scheme);
  ctx.strokeStyle = ink.accent;
  ctx.fillStyle = ink.accent;
  ctx.lineWidth = 1.4 * px;
  ctx.setLineDash([2 * px, 3 * px]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.arc(x, bbox.top, (mark.events.length > 1 ? 5 : 4) * px, 0, 2 * Math.PI);
  ctx.fill();
}
