import { memo, useMemo, useRef } from 'react';
import { useElementSize } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Link } from 'wouter';
import { HostGraph } from './host-graph.tsx';
import { MetricPicker } from './metric-picker.tsx';
import { useNear } from './near.ts';
import { usePointed } from './resting.ts';
import { roundUp } from '../fleet/heat-scale.ts';
import { orderHosts } from '../fleet/host-order.ts';
import { LOAD_MEASURE, measureById, MEASURES, undivided } from '../fleet/measure.ts';
import { endOf, refreshMs, spanOf } from '../fleet/range.ts';
import { atWords } from '../format/instant.ts';
import { formatCount } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { useFiguresVersion, useHostFigures } from '../live/fleet-measure.ts';
import { useHostHistories } from '../live/host-histories.ts';
import { exactly } from '../fleet/pattern.ts';
import { Choices } from '../ui/choices.tsx';
import type { HostFigures } from '../fleet/host-figures.ts';
import type { Measure } from '../fleet/measure.ts';
import type { Range } from '../fleet/range.ts';
import type { MarkKind } from '../fleet/state.ts';
import type { HostHistories } from '../live/host-histories.ts';
import type { HostView, MetricView } from '../../../src/contract/api.ts';

/** Shown at first; the rest on demand, drawn as they come into the window. */
const FIRST = 24;
const CARD_PX = 180;
const ROW_PX = 106;
const GAP_PX = 16;
/** On a desk: what the graphs take before their width is known. */
const COLUMNS_USUAL = 6;
const POINTS = 60;
/** Hosts whose history is asked for together. */
const CHUNK = 48;

interface HostGraphsProps {
  readonly cluster: string;
  readonly hosts: readonly HostView[];
  readonly trouble: ReadonlyMap<string, MarkKind> | undefined;
  readonly metrics: readonly MetricView[];
  readonly range: Range;
  /** 1 for each host shown, by index; null: all. */
  readonly shown: Uint8Array | null;
  readonly shownCount: number;
}

/** `?graph=&graphs=all`: a small graph a host on a common axis, those that are down first, then the highest. */
export const HostGraphs = memo(function HostGraphs(props: HostGraphsProps) {
  const { cluster, hosts, trouble, metrics, range, shown, shownCount } = props;
  const { search, link, change } = useAddress();
  const id = search.get('graph') ?? LOAD_MEASURE.id;
  const all = search.get('graphs') === 'all';
  const measure = useMemo(() => undivided(measureById(id)), [id]);
  const { ref, near } = useNear();
  const usual = MEASURES.some((known) => known.id === id);
  const choices = MEASURES.map((known) => ({
    id: known.id,
    label: undivided(known).label,
    href: link({ graph: known.id === LOAD_MEASURE.id ? undefined : known.id }),
  }));
  const endS = endOf(range);
  const drawn = all ? shownCount : Math.min(FIRST, shownCount);
  return (
    <section ref={ref} aria-label="Graphs of hosts" className="host-graphs">
      <div className="row section-head">
        <h2>Hosts</h2>
        <Choices label="Metric of the graphs" chosen={usual ? id : ''} choices={choices} />
        <MetricPicker
          label="Another metric for the graphs"
          words=""
          shown={usual ? '+ metric' : id}
          usual={[]}
          metrics={metrics}
          onChoose={(metric) => change({ graph: metric })}
          className="pill"
        />
        <span className="sub push nowrap">
          {endS !== null && `${atWords(endS, Date.now())} · `}common y axis · {formatCount(drawn)} of{' '}
          {formatCount(shownCount)}
        </span>
      </div>
      {near ? (
        <Rows key={id} {...{ cluster, hosts, trouble, measure, range, shown }} most={drawn} />
      ) : (
        <div style={{ height: Math.ceil(drawn / COLUMNS_USUAL) * ROW_PX }} />
      )}
      {shownCount > FIRST && (
        <Link className="button graphs-more" replace href={link({ graphs: all ? undefined : 'all' })}>
          {all ? `Only the first ${FIRST}` : `Graphs of all ${formatCount(shownCount)}`}
        </Link>
      )}
    </section>
  );
});

interface RowsProps {
  readonly cluster: string;
  readonly hosts: readonly HostView[];
  readonly trouble: ReadonlyMap<string, MarkKind> | undefined;
  readonly measure: Measure;
  readonly range: Range;
  readonly shown: Uint8Array | null;
  readonly most: number;
}

function Rows({ cluster, hosts, trouble, measure, range, shown, most }: RowsProps) {
  const figures = useHostFigures(exactly(cluster), hosts, { measure, trouble });
  const { ref, width } = useElementSize();
  const list = useRef<HTMLDivElement>(null);
  const { pointed, handlers } = usePointed();
  const order = useOrder(figures, shown, pointed);
  const columns = Math.max(1, Math.floor((width + GAP_PX) / (CARD_PX + GAP_PX)));
  const virtualizer = useWindowVirtualizer({
    count: width > 0 ? Math.ceil(Math.min(most, order.length) / columns) : 0,
    estimateSize: () => ROW_PX,
    overscan: 2,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  const rows = virtualizer.getVirtualItems();
  const first = (rows[0]?.index ?? 0) * columns;
  const last = Math.min(most, order.length, ((rows.at(-1)?.index ?? -1) + 1) * columns);
  const inWindow = useStable([...order.subarray(first, last)].flatMap((i) => figures.hosts[i]?.name ?? []));
  const histories = useWindowHistories({ cluster, measure, range, hosts: inWindow });
  const top = useAxis(cluster, figures, histories);
  return (
    <div ref={ref} {...handlers}>
      <div ref={list} style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {rows.map((row) => (
          <ul
            key={row.index}
            className="graph-row"
            style={{
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              transform: `translateY(${row.start - virtualizer.options.scrollMargin}px)`,
            }}
          >
            {[...order.subarray(row.index * columns, Math.min(most, (row.index + 1) * columns))].map(
              (index) => {
                const host = figures.hosts[index];
                if (!host) return null;
                const value = endOf(range) === null ? (figures.values[index] ?? Number.NaN) : null;
                const { quantity } = figures.scale;
                const mark = figures.mark(index);
                return (
                  <HostGraph
                    key={index}
                    {...{ figures, index, host, value, quantity, mark, histories, top }}
                  />
                );
              },
            )}
          </ul>
        ))}
      </div>
    </div>
  );
}

interface Kept {
  readonly order: Uint32Array;
  readonly membership: number;
  readonly shown: Uint8Array | null;
}

/** Those that are down, then the highest; while it rests places are kept, unless hosts came or went. */
function useOrder(figures: HostFigures, shown: Uint8Array | null, resting: boolean): Uint32Array {
  useFiguresVersion(figures);
  const kept = useRef<Kept>({ order: new Uint32Array(), membership: -1, shown });
  const { current } = kept;
  if (!resting || current.membership !== figures.membership || current.shown !== shown)
    kept.current = { order: orderHosts(figures, 'value', shown), membership: figures.membership, shown };
  return kept.current.order;
}

/** The names in their own order, and the same list while it has the same names: requests depend on it. */
function useStable(names: readonly string[]): readonly string[] {
  const kept = useRef<readonly string[]>([]);
  const known = new Set(kept.current);
  if (names.some((name) => !known.has(name)) || kept.current.length > names.length + 2 * CHUNK)
    kept.current = names.toSorted();
  return kept.current;
}

function useWindowHistories(of: {
  readonly cluster: string;
  readonly measure: Measure;
  readonly range: Range;
  readonly hosts: readonly string[];
}): HostHistories {
  const { cluster, measure, range, hosts } = of;
  const asked = useMemo(
    () =>
      hosts.length === 0
        ? null
        : {
            cluster,
            hosts,
            metric: measure.metric,
            combine: measure.combine,
            ...spanOf(range),
            points: POINTS,
          },
    [cluster, hosts, measure, range],
  );
  return useHostHistories(asked, Math.max(60_000, refreshMs(range)));
}

/** The top of the common axis: nothing that is drawn lies above it. */
function useAxis(cluster: string, figures: HostFigures, histories: HostHistories): number {
  const highest = useMemo(() => {
    let most = 0;
    for (const [name, values] of histories.byHost) {
      const index = figures.indexOf(cluster, name);
      for (const value of values) if (value !== null) most = Math.max(most, figures.counted(index, value));
    }
    return most;
  }, [cluster, figures, histories]);
  return Math.max(roundUp(highest), figures.scale.hotAt * Number(figures.scale.quantity.kind !== 'percent'));
}
