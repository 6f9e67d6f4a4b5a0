import { setImmediate } from 'node:timers/promises';
import type { SeriesAnswer } from '../contract/api.ts';

/** Numbers turned into text before the loop runs again: some 5 ms. */
const SLICE_VALUES = 20_000;

/** A series of an answer while its values are still a column; what is not finite becomes null. */
export interface SeriesColumn extends Omit<SeriesAnswer['series'][number], 'values' | 'lows' | 'highs'> {
  readonly column: Float64Array;
  readonly lows?: Float64Array;
  readonly highs?: Float64Array;
}

/**
 * An answer as JSON, piece by piece: a whole one of half a million numbers would hold up everyone for a
 * second, and stand in memory twice.
 */
export async function* seriesText(answer: {
  readonly times: readonly number[];
  readonly series: readonly SeriesColumn[];
  readonly leftOut: number;
}): AsyncGenerator<string, void, undefined> {
  let piece = `{"times":${JSON.stringify(answer.times)},"series":[`;
  let values = 0;
  for (const [i, { column, lows, highs, ...name }] of answer.series.entries()) {
    const band = lows && highs ? { lows: Array.from(lows), highs: Array.from(highs) } : {};
    const series = { ...name, values: Array.from(column), ...band };
    piece += (i === 0 ? '' : ',') + JSON.stringify(series);
    values += lows ? 3 * column.length : column.length;
    if (values < SLICE_VALUES) continue;
    yield piece;
    piece = '';
    values = 0;
    // oxlint-disable-next-line no-await-in-loop -- the pause is what it is for
    await setImmediate();
  }
  yield `${piece}],"left_out":${answer.leftOut}}`;
}
