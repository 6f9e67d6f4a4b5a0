import { lossWords } from '../chart/losses.ts';
import { eventWords } from '../chart/marks.ts';
import { readAt, valueWords } from '../chart/readout.ts';
import { formatClock } from '../format/clock.ts';
import { exactInstant } from '../format/instant.ts';
import { formatQuantity } from '../format/number.ts';
import { markOf } from '../fleet/state.ts';
import { Mark } from '../ui/mark.tsx';
import type { ChartData } from '../chart/columns.ts';
import type { PlotCursor } from '../chart/plot.ts';
import type { Quantity } from '../format/quantity.ts';
import type { EventView, LossView } from '../../../src/contract/api.ts';

export interface Told {
  readonly data: ChartData;
  readonly labels: readonly string[];
  readonly quantity: Quantity;
  readonly stacked: boolean;
  readonly colours: readonly string[];
}

/** Events under the pointer that are told one by one. */
const EVENTS_MAX = 4;

/** What stands under the crosshair: the time, every line's own value, and what happened there. */
export function ChartTip({ cursor, ...told }: Told & { readonly cursor: PlotCursor }) {
  const { data, labels, quantity, stacked, colours } = told;
  const { readings, more, sum } = readAt(data, cursor.index, { labels, stacked, line: cursor.line });
  const time = data.times[cursor.index];
  if (time === undefined) return null;
  return (
    <div
      className="chart-tip"
      style={{ left: cursor.leftPx }}
      data-half={cursor.half}
      data-line={cursor.line !== null || undefined}
      aria-hidden="true"
    >
      <p className="sub nowrap">{exactInstant(time * 1000)}</p>
      <ul className="chart-tip-values">
        {readings.map(({ line, label, value }) => {
          const { short, exact } = valueWords(value, quantity);
          return (
            <li key={line} data-chosen={line === cursor.line || undefined}>
              {data.lines.length > 1 && (
                <>
                  <i style={{ background: colours[line] }} />
                  <bdi className="ellipsis">{label}</bdi>
                </>
              )}
              <b className="mono">{short}</b>
              <span className="mono dim">{exact}</span>
            </li>
          );
        })}
      </ul>
      {more > 0 && <p className="sub">and {more} more</p>}
      {sum !== null && <p className="sub">together {formatQuantity(sum, quantity)}</p>}
      <TipLosses losses={cursor.losses} />
      <TipEvents events={cursor.events} />
    </div>
  );
}

function TipLosses({ losses }: { readonly losses: readonly LossView[] }) {
  if (losses.length === 0) return null;
  return (
    <ul className="chart-tip-events" data-one>
      {losses.map((loss) => (
        <li key={loss.cluster}>
          <i className="hatch" />
          <bdi>{lossWords(loss)}</bdi>
        </li>
      ))}
    </ul>
  );
}

/** One in full, more on a line each. */
function TipEvents({ events }: { readonly events: readonly EventView[] }) {
  if (events.length === 0) return null;
  return (
    <ul className="chart-tip-events" data-one={events.length === 1 || undefined}>
      {events.slice(-EVENTS_MAX).map((event) => (
        <li key={event.id}>
          {event.state === null ? <i className="event-dot" /> : <Mark kind={markOf(event.state)} silent />}
          <bdi>{eventWords(event)}</bdi>
          <span className="dim nowrap">{formatClock(event.time_ms)}</span>
        </li>
      ))}
      {events.length > EVENTS_MAX && <li className="sub">and {events.length - EVENTS_MAX} before</li>}
    </ul>
  );
}

/** The same for screen readers. */
export function readoutWords(cursor: PlotCursor, told: Told): string {
  const time = told.data.times[cursor.index];
  if (time === undefined) return '';
  const { readings, sum } = readAt(told.data, cursor.index, { ...told, line: cursor.line });
  const values = readings.map(({ label, value }) =>
    `${label} ${formatQuantity(value, told.quantity)}`.trim(),
  );
  const together = sum === null ? [] : [`together ${formatQuantity(sum, told.quantity)}`];
  const happened = [...cursor.losses.map(lossWords), ...cursor.events.map(eventWords)];
  return [exactInstant(time * 1000), ...values, ...together, ...happened].join(', ');
}
