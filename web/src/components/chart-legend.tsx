import { useMemo, useState } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { legendOrder } from '../chart/legend-order.ts';
import { valueNear } from '../chart/readout.ts';
import { seriesColour } from '../chart/palette.ts';
import { exactQuantity } from '../format/exact.ts';
import { formatDuration } from '../format/duration.ts';
import { formatQuantity } from '../format/number.ts';
import { exactInstant } from '../format/instant.ts';
import { useServerNow } from '../live/feed-context.tsx';
import type { ChartData, LineSummary } from '../chart/columns.ts';
import type { Freshness } from '../fleet/freshness.ts';
import type { Quantity } from '../format/quantity.ts';

/** More are unfolded on demand, and stand by their last value. */
const FOLDED = 6;
/** Their order stays for so long: rows that swap places each second cannot be read. */
const ORDER_MS = 30_000;

/** Below a chart of several lines: what is under the crosshair, or the newest, and the range's extremes. */
export function ChartLegend(props: {
  readonly labels: readonly string[];
  readonly summaries: readonly LineSummary[];
  readonly data: ChartData;
  /** A row of the data. */
  readonly cursor: number | null;
  readonly quantity: Quantity;
  readonly ages?: readonly Freshness[];
  readonly colours?: readonly string[];
}) {
  const { labels, ages, summaries, data, cursor, quantity, colours } = props;
  const scheme = useComputedColorScheme('dark');
  const [unfolded, setUnfolded] = useState(false);
  const order = useOrder(labels, summaries);
  const shown = unfolded ? order : order.slice(0, FOLDED);
  const left = order.length - FOLDED;
  const time = cursor === null ? undefined : data.times[cursor];
  const valueOf = (line: number) =>
    cursor === null || time === undefined ? (summaries[line]?.last ?? null) : valueNear(data, line, cursor);
  return (
    <div className="legend-frame">
      <table className="legend">
        <thead>
          <tr>
            <th scope="col">
              {time === undefined ? (
                <span className="hidden-text">Line</span>
              ) : (
                exactInstant(time * 1000).split(', ')[1]
              )}
            </th>
            <th scope="col">{time === undefined ? 'last' : 'here'}</th>
            <th scope="col">min</th>
            <th scope="col">avg</th>
            <th scope="col">max</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((i) => (
            <tr key={i} data-stale={(time === undefined && ages?.[i]?.kind === 'stale') || undefined}>
              <th scope="row" title={labels[i]}>
                <span className="row">
                  <i style={{ background: colours?.[i] ?? seriesColour(i, scheme) }} aria-hidden="true" />
                  <bdi className="ellipsis">{labels[i]}</bdi>
                  <StaleWords age={ages?.[i]} />
                </span>
              </th>
              <td title={exactQuantity(valueOf(i), quantity)}>{formatQuantity(valueOf(i), quantity)}</td>
              {(['min', 'avg', 'max'] as const).map((which) => (
                <td key={which} title={exactQuantity(summaries[i]?.[which], quantity)}>
                  {formatQuantity(summaries[i]?.[which], quantity)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <button
          type="button"
          className="button button-bare legend-more"
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
        >
          {unfolded ? `Only the highest ${FOLDED}` : `${left} more`}
        </button>
      )}
    </div>
  );
}

/** Lines in their own order while all are seen; else the highest first, as they were a short while ago. */
function useOrder(labels: readonly string[], summaries: readonly LineSummary[]): readonly number[] {
  const slice = Math.floor(useServerNow(ORDER_MS) / ORDER_MS);
  const known = summaries.filter(({ last }) => last !== null).length;
  return useMemo(
    () =>
      legendOrder(
        labels.map((_, i) => summaries[i]?.last ?? null),
        FOLDED,
      ),
    // oxlint-disable-next-line react/exhaustive-deps -- by the values of now and then, not of each second.
    [labels, known, slice],
  );
}

/** `· 5 min old`, of a value that is not fresh any more. */
export function StaleWords({ age }: { readonly age: Freshness | undefined }) {
  if (age?.kind !== 'stale') return null;
  return <small className="sub nowrap">· {formatDuration(age.ageMs)} old</small>;
}
