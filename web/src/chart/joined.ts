import { bridge } from './columns.ts';
import type { ChartData } from './columns.ts';
import type { SeriesAnswer } from '../../../src/contract/api.ts';

export interface JoinedLine {
  /** Index of the answer. */
  readonly answer: number;
  /** Index of the series in it. */
  readonly series: number;
  readonly scale: number;
}

/**
 * Lines of several answers on one time axis. Answers asked for in neighbouring seconds have the same rows
 * save for one that came or went at an end: those of an answer that lacks a row are drawn through.
 */
export function joinAnswers(
  answers: readonly (SeriesAnswer | undefined)[],
  lines: readonly JoinedLine[],
): ChartData {
  const rows = new Set<number>();
  for (const answer of answers) for (const time of answer?.times ?? []) rows.add(time);
  const times = [...rows].toSorted((a, b) => a - b);
  const places = answers.map((answer) => new Map(answer?.times.map((time, i) => [time, i])));
  return {
    times,
    lines: lines.map((line) => {
      const values = answers[line.answer]?.series[line.series]?.values ?? [];
      const place = places[line.answer];
      return bridge(
        times,
        times.map((time) => {
          const value = values[place?.get(time) ?? -1] ?? null;
          return value === null ? null : value * line.scale;
        }),
      );
    }),
  };
}
