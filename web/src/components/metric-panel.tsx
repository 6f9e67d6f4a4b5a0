import { memo, useMemo } from 'react';
import { IconArrowLeft, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Link } from 'wouter';
import { MetricChartCard } from './metric-chart.tsx';
import { RangeChoice } from './range-choice.tsx';
import { chunkCharts } from '../fleet/chart-group.ts';
import { chartList, chartWith, groupCharts } from '../fleet/metric-list.ts';
import { exactly } from '../fleet/pattern.ts';
import { useAddress } from '../live/address.ts';
import { useFeedTable } from '../live/feed-context.tsx';
import { Choices } from '../ui/choices.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import type { ReactNode } from 'react';
import type { MetricChart } from '../fleet/chart-group.ts';
import type { ChartGroup } from '../fleet/metric-list.ts';
import type { RangeControl } from './range-choice.tsx';
import type { EventView, LossView, MetricView, ServiceView } from '../../../src/contract/api.ts';

/** One request for history: as many metrics as fit into an address of modest length. */
const CHUNK = { metricsMax: 24, charsMax: 1400 };
const ALL = 'all';
const NO_SERVICES: readonly ServiceView[] = [];

interface MetricPanelProps {
  readonly cluster: string;
  readonly host: string;
  readonly metrics: readonly MetricView[];
  readonly services: readonly ServiceView[];
  readonly events: readonly EventView[];
  readonly losses: readonly LossView[];
  readonly control: RangeControl;
  readonly hostDown: boolean;
}

type DrawCard = (chart: MetricChart, large?: boolean) => ReactNode;

/** Everything a host measures, by group, over the chosen range; with `?m=` one metric alone. */
export const MetricPanel = memo(function MetricPanel(props: MetricPanelProps) {
  const { search } = useAddress();
  const names = props.metrics.map((metric) => metric.metric).join('\n');
  // oxlint-disable-next-line react/exhaustive-deps -- charts change with the names, not with every new value.
  const charts = useMemo(() => chartList(props.metrics), [names]);
  const draw = useCards(props, charts);
  const metric = search.get('m');
  return (
    <div className="metric-panel" data-one={metric !== null || undefined}>
      {metric === null ? (
        <MetricGroups charts={charts} draw={draw} />
      ) : (
        <OneMetric metric={metric} chart={chartWith(charts, metric)} draw={draw} />
      )}
    </div>
  );
});

/** Draws cards whose properties stay the same ones while nothing changed: there may be hundreds. */
function useCards(props: MetricPanelProps, charts: readonly MetricChart[]): DrawCard {
  const { cluster, host, services, events, losses, control, hostDown } = props;
  const table = useFeedTable(
    { cluster: exactly(cluster), host: exactly(host), metric: '.*' },
    { tails: true },
  );
  const chunks = useMemo(() => chunkCharts(charts, CHUNK), [charts]);
  const judged = useMemo(
    () =>
      new Map(
        charts.map((chart) => {
          const own = services.filter(({ metric }) => chart.metrics.some((m) => m.metric === metric));
          return [chart.key, own.length === 0 ? NO_SERVICES : own];
        }),
      ),
    [charts, services],
  );
  return (chart, large = false) => (
    <MetricChartCard
      key={chart.key}
      {...{ cluster, host, chart, table, control, events, losses, hostDown, large }}
      chunk={chunks.get(chart.key) ?? []}
      services={judged.get(chart.key) ?? NO_SERVICES}
    />
  );
}

function MetricGroups({
  charts,
  draw,
}: {
  readonly charts: readonly MetricChart[];
  readonly draw: DrawCard;
}) {
  const { search, link, change } = useAddress();
  const words = search.get('q') ?? '';
  const chosen = search.get('group') ?? ALL;
  const groups = useMemo(() => groupCharts(charts, words), [charts, words]);
  const total = groups.reduce((sum, group) => sum + group.charts.length, 0);
  const shown = groups.filter(({ name }) => chosen === ALL || name === chosen);
  return (
    <>
      <div className="metric-controls">
        <div className="row metric-range">
          <FilterField label="Filter metrics" value={words} onChange={(q) => change({ q })} />
          <RangeChoice />
        </div>
        <Choices
          label="Groups"
          chosen={chosen}
          choices={[
            { id: ALL, label: `All ${total}`, href: link({ group: undefined }) },
            ...groups.map(({ name, charts: { length } }) => ({
              id: name,
              label: `${name} ${length}`,
              href: link({ group: name }),
            })),
          ]}
        />
      </div>
      {shown.map((group) => (
        <GroupSection key={group.name} group={group} headed={shown.length > 1} draw={draw} />
      ))}
      {shown.length === 0 && (
        <p className="card sub">
          {charts.length === 0
            ? 'No metric of this host is known yet; they show up as it sends them.'
            : 'No metric matches this filter.'}
        </p>
      )}
    </>
  );
}

/** A group under its name; which ones are shut stands in the address. */
function GroupSection(props: {
  readonly group: ChartGroup;
  readonly headed: boolean;
  readonly draw: DrawCard;
}) {
  const { group, headed, draw } = props;
  const { search, change } = useAddress();
  const shutNames = search.getAll('shut').flatMap((names) => names.split(','));
  const own = encodeURIComponent(group.name);
  const shut = headed && shutNames.includes(own);
  const toggle = () => {
    const next = shut ? shutNames.filter((name) => name !== own) : [...shutNames.filter(Boolean), own];
    change({ shut: next.join(',') });
  };
  const Icon = shut ? IconChevronRight : IconChevronDown;
  return (
    <section aria-label={`Group ${group.name}`}>
      {headed && (
        <h2 className="group-head">
          <button type="button" className="button button-bare" aria-expanded={!shut} onClick={toggle}>
            <Icon size={16} aria-hidden="true" />
            <bdi className="ellipsis">{group.name}</bdi>
            <span className="sub">{group.charts.length}</span>
          </button>
        </h2>
      )}
      {!shut && <div className="metric-cards">{group.charts.map((chart) => draw(chart))}</div>}
    </section>
  );
}

function OneMetric(props: {
  readonly metric: string;
  readonly chart: MetricChart | undefined;
  readonly draw: DrawCard;
}) {
  const { link } = useAddress();
  return (
    <>
      <div className="row metric-range">
        <Link href={link({ m: undefined })} className="button button-bare">
          <IconArrowLeft size={16} aria-hidden="true" /> All metrics
        </Link>
        <RangeChoice />
      </div>
      {props.chart ? (
        props.draw(props.chart, true)
      ) : (
        <p className="card sub">
          This host has no metric <bdi className="mono ink">{props.metric}</bdi>, or has not sent it yet.
        </p>
      )}
    </>
  );
}
