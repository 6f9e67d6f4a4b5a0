import { axisFont } from './axes.ts';
import { summarise } from './columns.ts';
import { mountPlot } from './plot.ts';
import { chartInk } from './palette.ts';
import { spanWords, utcOffset } from '../format/instant.ts';
import { formatQuantity } from '../format/number.ts';
import type { PlotFrame, PlotOptions } from './plot.ts';

export interface PictureOptions extends Omit<
  PlotOptions,
  'magnify' | 'syncKey' | 'onZoom' | 'onReset' | 'onCursor'
> {
  readonly title: string;
  /** Where it is from: `web-0417 in web`. */
  readonly subtitle: string;
  readonly labels: readonly string[];
  readonly frame: PlotFrame;
  /** As on screen, px. */
  readonly width: number;
  readonly height: number;
}

/** Sharp wherever it is shown next. */
const DENSITY_MIN = 2;
const PAD = 16;
const HEAD = 64;
const ROW = 18;

/** What is shown, as an image: title, ground and legend included. */
export async function drawPicture(options: PictureOptions): Promise<Blob> {
  const density = Math.max(DENSITY_MIN, devicePixelRatio);
  const plotCanvas = await drawPlot(options, density);
  const legendRows = options.labels.length > 1 ? options.labels.length : 1;
  const canvas = document.createElement('canvas');
  canvas.width = (options.width + 2 * PAD) * density;
  canvas.height = (HEAD + options.height + PAD + legendRows * ROW + PAD) * density;
  const ctx = canvas.getContext('2d');
  if (!ctx) throw new Error('this browser has no canvas');
  ctx.scale(density, density);
  drawHead(ctx, options);
  ctx.drawImage(plotCanvas, PAD, HEAD, options.width, options.height);
  drawLegend(ctx, options, HEAD + options.height + PAD + 4);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('the picture is larger than this browser draws'));
    }, 'image/png');
  });
}

/** uPlot draws at the screen's own density: what is asked for beyond that is drawn larger. */
async function drawPlot(options: PictureOptions, density: number): Promise<HTMLCanvasElement> {
  const magnify = density / devicePixelRatio;
  const host = document.createElement('div');
  host.style.width = `${options.width * magnify}px`;
  host.style.height = `${options.height * magnify}px`;
  host.style.position = 'fixed';
  host.style.left = '-99999px';
  document.body.append(host);
  const plot = mountPlot(host, {
    ...options,
    magnify,
    syncKey: undefined,
    onZoom: undefined,
    onReset: undefined,
    onCursor: () => undefined,
  });
  plot.push(options.frame);
  const drawn = await plot.picture();
  const copy = document.createElement('canvas');
  copy.width = drawn.width;
  copy.height = drawn.height;
  copy.getContext('2d')?.drawImage(drawn, 0, 0);
  plot[Symbol.dispose]();
  host.remove();
  return copy;
}

function drawHead(ctx: CanvasRenderingContext2D, options: PictureOptions): void {
  const { title, subtitle, frame, scheme, width } = options;
  const ink = chartInk(scheme);
  ctx.fillStyle = ink.ground;
  ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
  ctx.textBaseline = 'alphabetic';
  ctx.fillStyle = ink.ink;
  ctx.font = '600 14px Inter, sans-serif';
  ctx.fillText(fit(ctx, title, width), PAD, PAD + 10);
  ctx.fillStyle = ink.axis;
  ctx.font = '11px Inter, sans-serif';
  const range = `${spanWords(frame.fromS, frame.toS)} ${utcOffset(frame.toS * 1000)}`;
  ctx.fillText(fit(ctx, subtitle, width), PAD, PAD + 26);
  ctx.fillText(fit(ctx, range, width), PAD, PAD + 40);
}

function drawLegend(ctx: CanvasRenderingContext2D, options: PictureOptions, top: number): void {
  const { labels, colours, frame, quantity, scheme, width } = options;
  const ink = chartInk(scheme);
  frame.data.lines.forEach((line, i) => {
    const { last, min, avg, max } = summarise(line);
    const y = top + i * ROW + 8;
    ctx.fillStyle = colours[i] ?? ink.accent;
    ctx.fillRect(PAD, y - 8, 8, 8);
    ctx.font = axisFont(11);
    const figures = Object.entries({ last, min, avg, max })
      .map(([name, value]) => `${name} ${formatQuantity(value, quantity)}`)
      .join('   ');
    const room = width - ctx.measureText(figures).width - 28;
    ctx.fillStyle = ink.ink;
    ctx.fillText(fit(ctx, labels[i] ?? options.title, Math.max(60, room)), PAD + 14, y);
    ctx.fillStyle = ink.axis;
    ctx.textAlign = 'right';
    ctx.fillText(figures, PAD + width, y);
    ctx.textAlign = 'left';
  });
}

/** Cut with an ellipsis where it would not fit. */
function fit(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  // Cut between letters as they are seen: an emoji may be several characters.
  const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  while (letters.length > 1 && ctx.measureText(`${letters.join('')}…`).width > width) letters.pop();
  return `${letters.join('')}…`;
}
