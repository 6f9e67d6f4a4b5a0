import { memo } from 'react';
import { HeatMap } from './heat-map.tsx';
import { FactFilters, RetiredSwitch } from './host-filters.tsx';
import { HeatLegend, MeasureChoice, SortChoice } from './measure-choice.tsx';
import { TimeSlider } from './time-slider.tsx';
import { formatDuration } from '../format/duration.ts';
import { formatCount, formatDate, UNKNOWN } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useFigure } from '../live/fleet-measure.ts';
import { usePast } from '../live/past-figures.ts';
import { FilterField } from '../ui/filter-field.tsx';
import { HOST_SORTS } from '../fleet/host-order.ts';
import type { HostFigures } from '../fleet/host-figures.ts';
import type { Measure } from '../fleet/measure.ts';
import type { Range } from '../fleet/range.ts';
import type { HostFilter } from '../live/host-filter.ts';
import type { Past } from '../live/past-figures.ts';
import type { HostView, MetricView } from '../../../src/contract/api.ts';

interface HeatCardProps {
  readonly cluster: string;
  readonly figures: HostFigures;
  readonly hosts: readonly HostView[] | undefined;
  readonly measure: Measure;
  readonly metrics: readonly MetricView[];
  readonly filter: HostFilter;
  /** Hosts that have left, shown or not. */
  readonly retired: number;
  readonly range: Range;
}

const NO_HOSTS: readonly HostView[] = [];

/** `?measure=&over=&sort=&q=&at=`: a cluster's hosts by a measure, now or at another time of the range. */
export const HeatCard = memo(function HeatCard(props: HeatCardProps) {
  const { cluster, figures, hosts, measure, metrics, filter, retired, range } = props;
  const { search, change } = useAddress();
  const sort = HOST_SORTS.find((known) => known === search.get('sort')) ?? 'value';
  const atS = timeOf(search.get('at'));
  const past = usePast({
    cluster,
    live: figures,
    hosts: hosts ?? NO_HOSTS,
    shown: filter.shown,
    shownCount: filter.count,
    measure,
    range,
    atS,
  });
  const label = useFigure(figures, ({ scale }) => scale.label);
  const leftOut = useFigure(figures, (each) => String(each.leftOut));
  const drawn = past.kind === 'shown' ? past.figures : figures;
  return (
    <section className="card heat-card" aria-label="Heat map" data-past={atS === null ? undefined : ''}>
      <div className="row heat-head">
        <h2 className="nowrap">{hosts ? countWords(filter.count, hosts.length) : `${UNKNOWN} hosts`}</h2>
        <MeasureChoice figures={figures} measure={measure} metrics={metrics} />
        <SortChoice sort={sort} />
        <FilterField
          label="Filter hosts: words, regex"
          value={search.get('q') ?? ''}
          onChange={(q) => change({ q })}
        />
        <FactFilters />
        <RetiredSwitch count={retired} />
        <HeatLegend figures={figures} />
      </div>
      {atS !== null && <PastWords atS={atS} past={past} hosts={filter.count} />}
      <HeatMap
        label={`${filter.count} hosts by ${label}${atS === null ? '' : `, ${formatDate(atS * 1000)}`}. Arrows move, Enter opens a host. The list below has the same hosts.`}
        figures={drawn}
        sort={sort}
        shown={filter.shown}
        cellMax={22}
        heightMax={320}
      />
      {leftOut !== '0' && (
        <p className="sub">
          The live feed holds 20 000 series: {formatCount(Number(leftOut))} of this selection are left out.
        </p>
      )}
      <TimeSlider
        range={range}
        atS={atS}
        onChange={(at) => change({ at: at === null ? undefined : String(at) })}
      />
    </section>
  );
});

function PastWords(props: { readonly atS: number; readonly past: Past; readonly hosts: number }) {
  const { atS, past, hosts } = props;
  const nowMs = useServerNow();
  const { change } = useAddress();
  return (
    <p className="row past-words" role="status">
      <b className="mono">{formatDate(atS * 1000)}</b>
      <span className="sub">
        {formatDuration(nowMs - atS * 1000)} ago · {pastWords(past, hosts)}
      </span>
      <button type="button" className="button button-bare" onClick={() => change({ at: undefined })}>
        Back to now
      </button>
    </p>
  );
}

function pastWords(past: Past, hosts: number): string {
  switch (past.kind) {
    case 'now':
      return 'the present';
    case 'loading':
      return 'reading the history; the colours are still of now';
    case 'failed':
      return `the history could not be read (${past.error.message}); the colours are of now`;
    case 'too-many':
      return `history is read of ${formatCount(past.most)} hosts at most: filter the ${formatCount(hosts)} to see their past; the colours are of now`;
    case 'shown':
      return 'values of then; a hollow cell had none';
  }
}

function timeOf(text: string | null): number | null {
  const second = Number(text ?? Number.NaN);
  return text !== null && text !== '' && Number.isFinite(second) && second > 0 ? second : null;
}

function countWords(shown: number, all: number): string {
  const hosts = all === 1 ? 'host' : 'hosts';
  return shown === all
    ? `${formatCount(all)} ${hosts}`
    : `${formatCount(shown)} of ${formatCount(all)} ${hosts}`;
}
