import { useMemo, useState } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { AskedFor, NothingMatches, PanelFrame, PanelTitle } from './panel-frame.tsx';
import { BODY_PX } from './panel-scope.ts';
import { usePanelLines } from './lines-data.ts';
import { Chart } from '../chart.tsx';
import { ChartLegend } from '../chart-legend.tsx';
import { summarise } from '../../chart/columns.ts';
import { namedColours, seriesColour } from '../../chart/palette.ts';
import { thresholdLines } from '../../chart/threshold.ts';
import { fillPattern, hostsOfPanel } from '../../fleet/dashboard.ts';
import { rangeSeconds } from '../../fleet/range.ts';
import { formatCount } from '../../format/number.ts';
import { quantityIn } from '../../format/quantity.ts';
import { useServerNow } from '../../live/feed-context.tsx';
import { useLosses } from '../../live/losses.ts';
import { queries } from '../../live/queries.ts';
import type { Panel } from '../../../../src/contract/dashboard.ts';
import type { PanelLine } from './lines-data.ts';
import type { PanelScope } from './panel-scope.ts';

type LinesPanelView = Extract<Panel, { type: 'graph' | 'stacked' }>;

/** Lines over time, each alone or piled up. */
export function LinesPanel({ panel, scope }: { readonly panel: LinesPanelView; readonly scope: PanelScope }) {
  const { lines, leftOut, data, endS, error, loading } = usePanelLines(panel.series, scope);
  const nowMs = useServerNow();
  const [cursor, setCursor] = useState<number | null>(null);
  const { range, zoom, reset } = scope.control;
  const losses = useLosses(clustersOf(panel, scope), range);
  const quantity = quantityIn(panel.units, measuredBy(lines[0]));
  const labels = useMemo(() => lines.map(({ name }) => name), [lines]);
  // oxlint-disable-next-line react/exhaustive-deps -- the object is a new one whenever its arrays grew.
  const summaries = useMemo(() => data.lines.map(summarise), [data]);
  const thresholds = useMemo(() => thresholdsOf(panel), [panel]);
  const colours = useColours(lines);
  const title = scope.words(panel.title);
  const px = BODY_PX[panel.height];
  const toS = range.kind === 'between' ? range.toS : nowMs / 1000;
  const drawn = lines.length > 0 || (loading && error === null);
  return (
    <PanelFrame title={title} untitled={drawn} error={error} stale={lines.length > 0}>
      {!drawn && error === null && (
        <NothingMatches px={px}>
          <AskedForLines panel={panel} scope={scope} />
        </NothingMatches>
      )}
      {drawn && (
        <>
          <Chart
            label={title}
            data={data}
            loading={loading}
            head={
              <PanelTitle
                title={title}
                aside={leftOut > 0 && `${formatCount(leftOut)} more lines not drawn`}
              />
            }
            fromS={toS - rangeSeconds(range)}
            toS={endS(toS)}
            lines={lines.length}
            labels={labels}
            stacked={panel.type === 'stacked'}
            quantity={quantity}
            height={px}
            syncKey={`dashboard ${scope.dashboard}`}
            thresholds={thresholds}
            colours={colours}
            events={scope.events}
            losses={losses}
            saved={{ title, names: [scope.dashboard, title] }}
            onZoom={zoom}
            onReset={reset}
            onCursor={setCursor}
          />
          {lines.length > 0 && (
            <div className="panel-legend">
              <ChartLegend
                labels={labels}
                summaries={summaries}
                data={data}
                cursor={cursor}
                quantity={quantity}
                colours={colours}
              />
            </div>
          )}
        </>
      )}
    </PanelFrame>
  );
}

/** All clusters that something is asked of. */
function clustersOf(panel: LinesPanelView, { chosen }: PanelScope): string {
  return [...new Set(panel.series.map(({ cluster }) => fillPattern(cluster, chosen)))].join('|');
}

function AskedForLines({ panel, scope }: { readonly panel: LinesPanelView; readonly scope: PanelScope }) {
  const [first] = panel.series;
  if (!first) return <>This panel asks for no series.</>;
  return <AskedFor {...hostsOfPanel(first, scope.chosen)} metric={fillPattern(first.metric, scope.chosen)} />;
}

/** What a line is made of. Several metrics folded into one go by what was asked for: the first of them. */
function measuredBy(line: PanelLine | undefined) {
  const { metric = '', units = '' } = line?.series ?? {};
  return { metric: metric.split('|')[0] ?? '', units };
}

/** Lines that the file lists have its order; those that an answer brought are known by their names. */
function useColours(lines: readonly PanelLine[]): readonly string[] {
  const scheme = useComputedColorScheme('dark');
  const { data: clusters } = useQuery(queries.clusters());
  return useMemo(() => {
    const listed = new Set(lines.map(({ answer }) => answer)).size === lines.length;
    if (listed) return lines.map((_, i) => seriesColour(i, scheme));
    const names = lines.map(({ name }) => name);
    return namedColours(
      names,
      scheme,
      clusters?.map(({ name }) => name),
    );
  }, [lines, scheme, clusters]);
}

function thresholdsOf({ warning, critical }: LinesPanelView) {
  return [
    ...thresholdLines(warning).map((line) => ({ ...line, state: 'warning' as const })),
    ...thresholdLines(critical).map((line) => ({ ...line, state: 'critical' as const })),
  ];
}
