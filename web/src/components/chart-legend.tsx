import { useComputedColorScheme } from '@mantine/core';
import { valueNear } from '../chart/readout.ts';
import { seriesColour } from '../chart/palette.ts';
import { exactQuantity } from '../format/exact.ts';
import { formatDuration } from '../format/duration.ts';
import { formatQuantity } from '../format/number.ts';
import { exactInstant } from '../format/instant.ts';
import type { ChartData, LineSummary } from '../chart/columns.ts';
import type { Freshness } from '../fleet/freshness.ts';
import type { Quantity } from '../format/quantity.ts';

/** More lines may have to be scrolled: the keyboard needs a way to them. */
const SEEN_AT_ONCE = 5;

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
  const time = cursor === null ? undefined : data.times[cursor];
  const valueOf = (line: number) =>
    cursor === null || time === undefined ? (summaries[line]?.last ?? null) : valueNear(data, line, cursor);
  return (
    <div className="legend-frame" tabIndex={labels.length > SEEN_AT_ONCE ? 0 : undefined}>
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
          {labels.map((label, i) => (
            // oxlint-disable-next-line react/no-array-index-key -- names may be the same.
            <tr key={i} data-stale={(time === undefined && ages?.[i]?.kind === 'stale') || undefined}>
              <th scope="row" title={label}>
                <span className="row">
                  <i style={{ background: colours?.[i] ?? seriesColour(i, scheme) }} aria-hidden="true" />
                  <bdi className="ellipsis">{label}</bdi>
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
    </div>
  );
}

/** `· 5 min old`, of a value that is not fresh any more. */
export function StaleWords({ age }: { readonly age: Freshness | undefined }) {
  if (age?.kind !== 'stale') return null;
  return <small className="sub nowrap">· {formatDuration(age.ageMs)} old</small>;
}
