import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { AskedFor, NothingMatches, PanelFrame } from './panel-frame.tsx';
import { BODY_PX } from './panel-scope.ts';
import { hostsByKey, liveValues } from './live-values.ts';
import { Sparkline } from '../sparkline.tsx';
import { fillPattern, foldedWords, foldValues, hostsOfPanel, stateOfValue } from '../../fleet/dashboard.ts';
import { refreshMs, spanOf } from '../../fleet/range.ts';
import { exactQuantity } from '../../format/exact.ts';
import { formatCount, formatQuantity } from '../../format/number.ts';
import { quantityIn } from '../../format/quantity.ts';
import { useFeedTable, useServerNow, useTableVersion } from '../../live/feed-context.tsx';
import { queries } from '../../live/queries.ts';
import { Mark } from '../../ui/mark.tsx';
import type { Panel } from '../../../../src/contract/dashboard.ts';
import type { HostSelector } from '../../fleet/dashboard.ts';
import type { PanelScope } from './panel-scope.ts';

type ValuePanelView = Extract<Panel, { type: 'value' }>;

const SPARK_POINTS = 80;
/** A number of series has no unit of theirs. */
const COUNTED = { metric: '', units: '' };

/** One figure as of now, and how it came to be. */
export function ValuePanel({ panel, scope }: { readonly panel: ValuePanelView; readonly scope: PanelScope }) {
  const { chosen } = scope;
  const asked = { ...hostsOfPanel(panel, chosen), metric: fillPattern(panel.metric, chosen) };
  const table = useFeedTable(asked);
  const version = useTableVersion(table);
  const hosts = useQuery(queries.hostsMatching(asked));
  const byKey = useMemo(() => hostsByKey(hosts.data ?? []), [hosts.data]);
  const nowMs = useServerNow();
  const spark = useSpark(asked, panel, scope);
  const live = liveValues(table, byKey, nowMs).all;
  const { values } = live;
  const value = foldValues(values, panel.aggregate);
  const quantity = quantityIn(panel.units, panel.aggregate === 'count' ? COUNTED : live);
  const state = stateOfValue(value, panel);
  const px = BODY_PX[panel.height];
  const nothing = version > 0 && table.series.length === 0;
  return (
    <PanelFrame title={scope.words(panel.title)} refused={table.error}>
      {nothing && !table.error ? (
        <NothingMatches px={px}>
          <AskedFor {...asked} />
        </NothingMatches>
      ) : (
        <div className="value-panel" style={{ minHeight: px }}>
          <p className="row value-figure" data-height={panel.height}>
            {state !== 'none' && <Mark kind={state} />}
            <b
              className={state === 'none' || state === 'ok' ? '' : `ink-${state}`}
              title={exactQuantity(value, quantity)}
            >
              {formatQuantity(version === 0 ? null : value, quantity)}
            </b>
          </p>
          <p className="sub ellipsis">
            {foldedWords(panel.aggregate, values.length) || '\u00a0'}
            {table.leftOut > 0 && `, ${formatCount(table.leftOut)} left out`}
          </p>
          <Sparkline values={spark} height={panel.height === 'small' ? 32 : px - 84} />
        </div>
      )}
    </PanelFrame>
  );
}

function useSpark(
  asked: HostSelector & { readonly metric: string },
  { aggregate }: ValuePanelView,
  { control: { range } }: PanelScope,
): readonly (number | null)[] {
  const answer = useQuery(
    queries.series(
      {
        ...asked,
        ...spanOf(range),
        points: SPARK_POINTS,
        aggregate,
      },
      Math.max(30_000, refreshMs(range)),
    ),
  );
  const values = answer.data?.series[0]?.values ?? [];
  // The newest row may not have begun to fill.
  return values.at(-1) === null ? values.slice(0, -1) : values;
}
