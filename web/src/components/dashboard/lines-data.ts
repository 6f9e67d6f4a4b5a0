import { useEffect, useMemo, useReducer, useState } from 'react';
import { useQueries } from '@tanstack/react-query';
import { visibleEnd } from '../../chart/columns.ts';
import { joinAnswers } from '../../chart/joined.ts';
import { LiveColumns } from '../../chart/live-columns.ts';
import { fillPattern, hostsOfPanel, lineNames } from '../../fleet/dashboard.ts';
import { refreshMs, spanOf } from '../../fleet/range.ts';
import { useFeedClient } from '../../live/feed-context.tsx';
import { queries } from '../../live/queries.ts';
import type { PanelSeries } from '../../../../src/contract/dashboard.ts';
import type { SeriesView } from '../../../../src/contract/api.ts';
import type { Selector } from '../../live/feed-client.ts';
import type { FeedTable } from '../../live/feed-table.ts';
import type { SeriesRequest } from '../../live/api.ts';
import type { PanelScope } from './panel-scope.ts';

const POINTS = 240;
/** More lines than this nobody tells apart, and a browser draws them slowly. */
const LINES_MAX = 50;
/** Single series follow the feed while they are few; more are read again with their history. */
const LIVE_LINES_MAX = 12;

export interface PanelLine {
  readonly name: string;
  readonly series: SeriesView;
  readonly scale: number;
  /** Index of what was asked for. */
  readonly answer: number;
}

/** The history of what a graph asks for, and what the feed adds to single series. */
export function usePanelLines(asked: readonly PanelSeries[], scope: PanelScope) {
  const { range } = scope.control;
  const requests = asked.map((one) => requestOf(one, scope));
  const results = useQueries({
    queries: requests.map((request) => queries.series(request, refreshMs(range))),
    combine: (all) => ({
      answers: all.map(({ data }) => data),
      error: all.find(({ error }) => error !== null)?.error ?? null,
      loading: all.some(({ data, error }) => data === undefined && error === null),
    }),
  });
  const { answers } = results;
  const { words } = scope;
  const { lines, leftOut } = useMemo(() => linesOf(asked, answers, words), [asked, answers, words]);
  const past = useMemo(
    () =>
      joinAnswers(
        answers,
        lines.map(({ answer, series, scale }) => ({
          answer,
          series: answers[answer]?.series.indexOf(series) ?? -1,
          scale,
        })),
      ),
    [answers, lines],
  );
  const follows = range.kind === 'last' && lines.length <= LIVE_LINES_MAX;
  const live = asked.map((one) => follows && one.aggregate === null);
  const tables = useFeedTables(requests.map((request, i) => (live[i] ? request : null)));
  const [columns, setColumns] = useState(() => ({ past, live: new LiveColumns(past) }));
  if (columns.past !== past) setColumns({ past, live: new LiveColumns(past) });
  const data = columns.live.take(
    lines.map(({ answer, series, scale }) => {
      const tail = tables[answer]?.tail(series.cluster, series.host, series.metric);
      if (!tail || !live[answer]) return NO_TAIL;
      if (scale === 1) return tail;
      return {
        times: tail.times,
        values: tail.values.map((value) => (value === null ? null : value * scale)),
      };
    }),
  );
  // A grid may end a row after the present; the answers' grids differ with the number of their series.
  const endS = (toS: number) =>
    answers.reduce((end, answer) => Math.max(end, visibleEnd(answer?.times ?? [], toS)), toS);
  return { ...results, lines, leftOut, data, endS };
}

const NO_TAIL = { times: [], values: [] };

function requestOf(one: PanelSeries, { chosen, control: { range } }: PanelScope): SeriesRequest {
  return {
    ...hostsOfPanel(one, chosen),
    metric: fillPattern(one.metric, chosen),
    ...spanOf(range),
    points: POINTS,
    ...(one.aggregate === null ? {} : { aggregate: one.aggregate }),
    ...(one.aggregate === null || one.by === null ? {} : { by: one.by }),
  };
}

function linesOf(
  asked: readonly PanelSeries[],
  answers: readonly ({ readonly series: readonly SeriesView[]; readonly left_out: number } | undefined)[],
  words: (text: string) => string,
): { lines: PanelLine[]; leftOut: number } {
  const all = asked.flatMap(({ label, scale, by, aggregate }, answer) => {
    const series = answers[answer]?.series ?? [];
    const names = lineNames(series, words(label), aggregate === null ? null : by);
    return series.map((one, i) => ({ name: names[i] ?? one.metric, series: one, scale, answer }));
  });
  const unasked = answers.reduce((sum, answer) => sum + (answer?.left_out ?? 0), 0);
  const lines = all.slice(0, LINES_MAX);
  return { lines, leftOut: unasked + all.length - lines.length };
}

/** A table for each selector that is not null, renewed once a second for all of them. */
function useFeedTables(selectors: readonly (Selector | null)[]): readonly (FeedTable | undefined)[] {
  const client = useFeedClient();
  const [tables, setTables] = useState<readonly (FeedTable | undefined)[]>([]);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const key = JSON.stringify(selectors.map((one) => one && selectorOf(one)));
  useEffect(() => {
    const wanted: readonly (Selector | null)[] = JSON.parse(key);
    const made = wanted.map((selector) => {
      if (!selector) return undefined;
      const { table, release } = client.subscribe(selector, true);
      return { table, offs: [table.watch(redraw), release] };
    });
    setTables(made.map((one) => one?.table));
    return () => {
      for (const one of made) for (const off of one?.offs ?? []) off();
    };
  }, [client, key]);
  return tables;
}

function selectorOf({ cluster, host, metric, fact = [] }: Selector): Selector {
  return { cluster, host, metric, fact };
}
