import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { NoHostMatches, NothingMatches, PanelFrame } from './panel-frame.tsx';
import { BODY_PX } from './panel-scope.ts';
import { HeatMap } from '../heat-map.tsx';
import { HeatLegend } from '../measure-choice.tsx';
import { fillPattern, hostsOfPanel } from '../../fleet/dashboard.ts';
import { isLowBad } from '../../fleet/measure.ts';
import { formatCount } from '../../format/number.ts';
import { useHostFigures } from '../../live/fleet-measure.ts';
import { queries } from '../../live/queries.ts';
import type { Panel } from '../../../../src/contract/dashboard.ts';
import type { HostView } from '../../../../src/contract/api.ts';
import type { Measure } from '../../fleet/measure.ts';
import type { PanelScope } from './panel-scope.ts';

type HeatPanelView = Extract<Panel, { type: 'heatmap' }>;

const NO_HOSTS: readonly HostView[] = [];
/** gmond repeats its rarest metrics every twenty minutes. */
const STALE_AFTER_MS = 25 * 60_000;

/** Hosts as cells, the hottest first. */
export function HeatPanel({ panel, scope }: { readonly panel: HeatPanelView; readonly scope: PanelScope }) {
  const asked = hostsOfPanel(panel, scope.chosen);
  const { cluster } = asked;
  const hosts = useQuery(queries.hostsMatching(asked));
  const metric = fillPattern(panel.metric, scope.chosen);
  const title = scope.words(panel.title);
  const measure = useMemo(() => measureOfPanel(metric, panel.over, title), [metric, panel.over, title]);
  const figures = useHostFigures(cluster, hosts.data ?? NO_HOSTS, { measure, trouble: undefined });
  const px = BODY_PX[panel.height];
  const count = hosts.data?.length ?? 0;
  return (
    <PanelFrame
      title={title}
      aside={count > 0 && (count === 1 ? '1 host' : `${formatCount(count)} hosts`)}
      error={hosts.error}
      stale={hosts.data !== undefined}
    >
      {count === 0 ? (
        <NothingMatches px={px}>{hosts.data && <NoHostMatches {...asked} />}</NothingMatches>
      ) : (
        <div style={{ minHeight: px }}>
          <HeatMap
            label={`${title} of ${count} hosts. Arrows move, Enter opens a host.`}
            figures={figures}
            sort="value"
            shown={null}
            cellMax={44}
            heightMax={px}
          />
          <HeatLegend figures={figures} className="heat-panel-legend" />
        </div>
      )}
    </PanelFrame>
  );
}

function measureOfPanel(metric: string, over: string, label: string): Measure {
  return {
    id: `${metric} ${over}`,
    label,
    metric,
    foreign: true,
    over: over === '' ? { kind: 'none' } : { kind: 'metric', metric: over },
    hotAt: null,
    hotLeast: 0,
    staleAfterMs: STALE_AFTER_MS,
    combine: 'avg',
    ...(isLowBad(metric) && { falling: true }),
  };
}
