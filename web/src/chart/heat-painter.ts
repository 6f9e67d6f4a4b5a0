import { heatColour, LOOK_BEYOND, LOOK_DOWN, LOOK_NOTHING, LOOK_RETIRED } from './heat.ts';
import type { HeatLayout, Scheme } from './heat.ts';

export interface HeatShape {
  readonly layout: HeatLayout;
  /** CSS pixels. */
  readonly width: number;
  readonly ratio: number;
  readonly scheme: Scheme;
}

/**
 * Paints cells by copying small pictures: each look is drawn once, and a cell is its pixels in one image, of
 * which only the rows that changed go to the canvas.
 */
export class HeatPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #stamps = new Map<number, Uint32Array>();
  #shape = '';
  #shaped: HeatShape | undefined;
  #image: ImageData | undefined;
  #pixels = new Uint32Array();
  /** What each place shows. */
  #shown: Uint8Array = new Uint8Array();
  /** A cell's edge on the canvas. */
  #edge = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** `looks`: one for each place, in order. Answers how many cells were painted. */
  paint(looks: Uint8Array, shape: HeatShape): number {
    this.#fit(shape);
    const context = this.#canvas.getContext('2d');
    const image = this.#image;
    if (!context || !image) return 0;
    const { layout, ratio } = shape;
    const pitch = layout.cell + layout.gap;
    const places = Math.max(looks.length, this.#shown.length);
    if (this.#shown.length < places) this.#shown = grown(this.#shown, places);
    let painted = 0;
    let top = image.height;
    let bottom = 0;
    for (let place = 0; place < places; place += 1) {
      const look = place < looks.length ? (looks[place] ?? LOOK_NOTHING) : LOOK_NOTHING;
      if (this.#shown[place] === look) continue;
      this.#shown[place] = look;
      const x = Math.round((place % layout.columns) * pitch * ratio);
      const y = Math.round(Math.floor(place / layout.columns) * pitch * ratio);
      this.#stampAt(look, x, y);
      if (y < top) top = y;
      if (y + this.#edge > bottom) bottom = y + this.#edge;
      painted += 1;
    }
    if (painted > 0) context.putImageData(image, 0, 0, 0, top, image.width, Math.max(0, bottom - top));
    return painted;
  }

  #fit(shape: HeatShape): void {
    const { layout, width, ratio, scheme } = shape;
    const key = [layout.columns, layout.cell, layout.height, width, ratio, scheme].join(' ');
    if (key === this.#shape) return;
    this.#shape = key;
    this.#shaped = shape;
    this.#canvas.width = Math.max(1, Math.round(width * ratio));
    this.#canvas.height = Math.max(1, Math.ceil(layout.height * ratio));
    this.#image = new ImageData(this.#canvas.width, this.#canvas.height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.#shown = new Uint8Array();
    this.#stamps.clear();
    this.#edge = Math.max(1, Math.round(layout.cell * ratio));
  }

  #stampAt(look: number, x: number, y: number): void {
    const edge = this.#edge;
    const width = this.#canvas.width;
    const rows = Math.min(edge, this.#canvas.height - y);
    const across = Math.min(edge, width - x);
    const stamp = this.#stamp(look);
    const pixels = this.#pixels;
    for (let row = 0; row < rows; row += 1) {
      const to = (y + row) * width + x;
      const from = row * edge;
      for (let i = 0; i < across; i += 1) pixels[to + i] = stamp[from + i] ?? 0;
    }
  }

  #stamp(look: number): Uint32Array {
    const known = this.#stamps.get(look);
    if (known) return known;
    const made = this.#shaped ? drawStamp(look, this.#edge, this.#shaped) : new Uint32Array(this.#edge ** 2);
    this.#stamps.set(look, made);
    return made;
  }
}

function grown(shown: Uint8Array, places: number): Uint8Array {
  const next = new Uint8Array(places).fill(LOOK_NOTHING);
  next.set(shown);
  return next;
}

function drawStamp(look: number, edge: number, { layout, ratio, scheme }: HeatShape): Uint32Array {
  const canvas = document.createElement('canvas');
  canvas.width = edge;
  canvas.height = edge;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context || look === LOOK_NOTHING) return new Uint32Array(edge * edge);
  drawLook(context, look, { edge, ratio, scheme, radius: Math.min(3, layout.cell / 4) * ratio });
  return new Uint32Array(context.getImageData(0, 0, edge, edge).data.buffer);
}

interface Look {
  readonly edge: number;
  readonly ratio: number;
  readonly radius: number;
  readonly scheme: Scheme;
}

function drawLook(context: CanvasRenderingContext2D, look: number, place: Look): void {
  const { edge, ratio, radius, scheme } = place;
  const filled = look <= LOOK_DOWN;
  const inset = filled ? 0 : ratio / 2;
  context.beginPath();
  context.roundRect(inset, inset, edge - 2 * inset, edge - 2 * inset, radius);
  if (!filled) {
    context.strokeStyle = scheme === 'dark' ? '#5d6977' : '#94a0ae';
    context.lineWidth = ratio;
    context.setLineDash(look === LOOK_RETIRED ? [2 * ratio, 2 * ratio] : []);
    context.stroke();
    return;
  }
  context.fillStyle = fillOf(look, scheme);
  context.fill();
  if (look === LOOK_DOWN && edge >= 6 * ratio) drawCross(context, place);
}

function fillOf(look: number, scheme: Scheme): string {
  if (look === LOOK_DOWN) return scheme === 'dark' ? '#8d2f35' : '#7b2227';
  return heatColour(look === LOOK_BEYOND ? 2 : (look + 0.5) / LOOK_BEYOND, scheme);
}

function drawCross(context: CanvasRenderingContext2D, { edge, ratio }: Look): void {
  const near = edge * 0.28;
  const far = edge - near;
  context.strokeStyle = '#fff';
  context.lineWidth = Math.max(1.2 * ratio, edge / 12);
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(near, near);
  context.lineTo(far, far);
  context.moveTo(far, near);
  context.lineTo(near, far);
  context.stroke();
}
