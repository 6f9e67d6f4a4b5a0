import type { ChartData, Column } from './columns.ts';

/**
 * Lines piled up: each column becomes its upper edge, negative values pile downwards. A gap adds nothing to
 * the lines above it; where a line is only drawn through, it counts as the straight line that is drawn.
 */
export function stackColumns({ times, lines }: ChartData): Column[] {
  const above = Array.from(times, () => 0);
  const below = Array.from(times, () => 0);
  return lines.map((line) =>
    drawnThrough(times, line).map((value, i) => {
      if (typeof value !== 'number') return value;
      const pile = value < 0 ? below : above;
      pile[i] = (pile[i] ?? 0) + value;
      return pile[i];
    }),
  );
}

/** `undefined` between two known values becomes the value there. */
function drawnThrough(times: readonly number[], line: Column): Column {
  const out = line.slice();
  let before = -1;
  for (let i = 0; i < out.length; i += 1) {
    const value = out[i];
    if (value === null) before = -1;
    if (typeof value !== 'number') continue;
    if (before >= 0) fill(times, out, before, i);
    before = i;
  }
  return out;
}

function fill(times: readonly number[], line: Column, from: number, to: number): void {
  const [fromS = 0, toS = 1] = [times[from], times[to]];
  const low = line[from] ?? 0;
  const high = line[to] ?? 0;
  for (let i = from + 1; i < to; i += 1) {
    const time = times[i] ?? fromS;
    line[i] = low + ((high - low) * (time - fromS)) / (toS - fromS || 1);
  }
}
