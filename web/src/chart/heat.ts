/** The heat scale: slate, teal, green, amber, red. Values outside 0…1 take its ends. */
type Stops = readonly [string, string, string, string, string];
const darkStops: Stops = ['#1f3042', '#235a6b', '#3aa57a', '#e3a72f', '#e5534b'];
const lightStops: Stops = ['#dbe6ee', '#a3cfd4', '#57b08a', '#e0a52d', '#d23b34'];

export type Scheme = 'dark' | 'light';

export function heatStops(scheme: Scheme): Stops {
  return scheme === 'dark' ? darkStops : lightStops;
}

export function heatColour(value: number, scheme: Scheme): string {
  const stops = heatStops(scheme);
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
