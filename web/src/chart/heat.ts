/**
 * The heat scale: slate, teal, green, amber, deep amber. Red says CRITICAL everywhere else: here it is kept
 * for what lies beyond the hot end.
 */
interface HeatColours {
  readonly stops: readonly [string, string, string, string, string];
  readonly beyond: string;
}
const dark: HeatColours = {
  stops: ['#1f3042', '#235a6b', '#3aa57a', '#e3a72f', '#d98324'],
  beyond: '#e5534b',
};
const light: HeatColours = {
  stops: ['#dbe6ee', '#a3cfd4', '#57b08a', '#e0a52d', '#c9760f'],
  beyond: '#d23b34',
};

export type Scheme = 'dark' | 'light';

/** A picture of the scale; `bounded`: values may lie beyond its hot end; `falling`: that is at the left. */
export function heatGradient(
  scheme: Scheme,
  { bounded, falling }: { readonly bounded: boolean; readonly falling: boolean },
): string {
  const { stops, beyond } = scheme === 'dark' ? dark : light;
  if (!bounded) return `linear-gradient(${falling ? 270 : 90}deg, ${stops.join(', ')})`;
  const placed = stops.map((stop, i) => `${stop} ${(i / (stops.length - 1)) * 92}%`);
  return `linear-gradient(90deg, ${placed.join(', ')}, ${beyond} 92%)`;
}

/** `value`: 0 is the cool end, 1 the hot one. */
export function heatColour(value: number, scheme: Scheme): string {
  const { stops, beyond } = scheme === 'dark' ? dark : light;
  if (value > 1) return beyond;
  const place = Math.min(0.9999, Math.max(0, value)) * (stops.length - 1);
  const index = Math.floor(place);
  const from = channels(stops[index] ?? stops[0]);
  const to = channels(stops[index + 1] ?? stops[0]);
  const mixed = from.map((channel, i) => Math.round(channel + ((to[i] ?? 0) - channel) * (place - index)));
  return `rgb(${mixed.join(',')})`;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
}

const HEAT_STEPS = 128;
/** How a cell looks, as a small number: a step of the heat scale below this one, or one of the following. */
export const LOOK_BEYOND = HEAT_STEPS;
export const LOOK_DOWN = HEAT_STEPS + 1;
/** Its value is not known. */
export const LOOK_HOLLOW = HEAT_STEPS + 2;
export const LOOK_RETIRED = HEAT_STEPS + 3;
/** No cell. */
export const LOOK_NOTHING = HEAT_STEPS + 4;

/** `heat`: 0…1 on the scale, more beyond its bound, NaN: not known. */
export function lookOf(heat: number): number {
  if (Number.isNaN(heat)) return LOOK_HOLLOW;
  if (heat > 1) return LOOK_BEYOND;
  return heat <= 0 ? 0 : Math.min(HEAT_STEPS - 1, Math.floor(heat * HEAT_STEPS));
}

export interface HeatLayout {
  readonly columns: number;
  readonly rows: number;
  /** Edge of a cell and the space after it, px. */
  readonly cell: number;
  readonly gap: number;
  readonly height: number;
}

/** Square cells as large as `cellMax`, smaller where `heightMax` would be passed. */
export function layoutHeat(
  count: number,
  box: {
    readonly width: number;
    readonly cellMax: number;
    readonly cellMin: number;
    readonly heightMax: number;
  },
): HeatLayout {
  for (let cell = box.cellMax; ; cell -= 1) {
    const gap = cell >= 16 ? 3 : cell >= 8 ? 2 : 1;
    const columns = Math.max(1, Math.floor((box.width + gap) / (cell + gap)));
    const rows = Math.ceil(count / columns);
    const height = Math.max(0, rows * (cell + gap) - gap);
    if (height <= box.heightMax || cell <= box.cellMin) return { columns, rows, cell, gap, height };
  }
}

/** The place at a point of the canvas, CSS pixels; null beside all of them. */
export function cellAt(
  point: { readonly x: number; readonly y: number },
  layout: HeatLayout,
  count: number,
): number | null {
  const pitch = layout.cell + layout.gap;
  const column = Math.floor(point.x / pitch);
  const place = Math.floor(point.y / pitch) * layout.columns + column;
  return column >= 0 && column < layout.columns && place >= 0 && place < count ? place : null;
}

/** Where a key leads from a place (null: none yet); null for keys that do not move. */
export function stepCell(
  key: string,
  from: number | null,
  grid: { readonly columns: number; readonly count: number },
): number | null {
  const last = grid.count - 1;
  if (last < 0) return null;
  const move = (by: number) => (from === null ? 0 : Math.min(last, Math.max(0, from + by)));
  switch (key) {
    case 'ArrowRight':
      return move(1);
    case 'ArrowLeft':
      return move(-1);
    case 'ArrowDown':
      return from !== null && from + grid.columns > last ? from : move(grid.columns);
    case 'ArrowUp':
      return from !== null && from < grid.columns ? from : move(-grid.columns);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
