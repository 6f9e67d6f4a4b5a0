import { axisFont } from './axes.ts';
import { LEGEND_FIGURES, LEGEND_MARK, legendOf } from './picture-legend.ts';
import { lossesWithin } from './losses.ts';
import { mountPlot } from './plot.ts';
import { chartInk } from './palette.ts';
import { spanWords, utcOffset } from '../format/instant.ts';
import type { PictureLegend } from './picture-legend.ts';
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
const LEGEND_PX = 11;
/** Title and range of a narrow chart are cut otherwise. */
const WIDTH_MIN = 560;

/** What is shown, as an image: title, ground and legend included. As wide as the legend needs at least. */
export async function drawPicture(shown: PictureOptions): Promise<Blob> {
  const density = Math.max(DENSITY_MIN, devicePixelRatio);
  const canvas = document.createElement('canvas');
  const ctx = canvas.getContext('2d');
  if (!ctx) throw new Error('this browser has no canvas');
  ctx.font = axisFont(LEGEND_PX);
  const legend = legendOf(shown.frame.data.lines, shown.quantity, (text) => ctx.measureText(text).width);
  const options = { ...shown, width: Math.ceil(Math.max(shown.width, WIDTH_MIN, legend.least)) };
  const plotCanvas = await drawPlot(options, density);
  const legendRows = options.frame.data.lines.length + 1;
  canvas.width = (options.width + 2 * PAD) * density;
  canvas.height = (HEAD + options.height + PAD + legendRows * ROW + PAD) * density;
  ctx.scale(density, density);
  drawHead(ctx, options);
  ctx.drawImage(plotCanvas, PAD, HEAD, options.width, options.height);
  drawLegend(ctx, options, { legend, top: HEAD + options.height + PAD + 4 });
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
  const lost = lossesWithin(frame.losses, frame.fromS, frame.toS).length > 0 ? ' · hatched: data lost' : '';
  const range = `${spanWords(frame.fromS, frame.toS)} ${utcOffset(frame.toS * 1000)}${lost}`;
  ctx.fillText(fit(ctx, subtitle, width), PAD, PAD + 26);
  ctx.fillText(fit(ctx, range, width), PAD, PAD + 40);
}

function drawLegend(
  ctx: CanvasRenderingContext2D,
  options: PictureOptions,
  { legend, top }: { readonly legend: PictureLegend; readonly top: number },
): void {
  const { labels, colours, scheme, width } = options;
  const ink = chartInk(scheme);
  const figuresAt = (texts: readonly string[], y: number) => {
    ctx.textAlign = 'right';
    texts.forEach((text, i) => ctx.fillText(text, PAD + width - (legend.rights[i] ?? 0), y));
    ctx.textAlign = 'left';
  };
  ctx.font = axisFont(LEGEND_PX);
  ctx.fillStyle = ink.axis;
  figuresAt(LEGEND_FIGURES, top + 8);
  legend.figures.forEach((texts, i) => {
    const y = top + (i + 1) * ROW + 8;
    ctx.fillStyle = colours[i] ?? ink.accent;
    ctx.fillRect(PAD, y - 8, 8, 8);
    ctx.fillStyle = ink.ink;
    ctx.fillText(fit(ctx, labels[i] ?? options.title, legend.nameRoom(width)), PAD + LEGEND_MARK, y);
    figuresAt(texts, y);
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
