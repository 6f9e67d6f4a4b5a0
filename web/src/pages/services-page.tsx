import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { IconActivity } from '@tabler/icons-react';
import { Link } from 'wouter';
import '../components/services/services.css';
import { QueryFault } from '../components/query-fault.tsx';
import { NoServices } from '../components/services/no-services.tsx';
import { ServiceTable } from '../components/services/service-table.tsx';
import { CHECKS_LINK } from '../fleet/link.ts';
import { kindLabel, readServiceFilter, SERVICE_KINDS } from '../fleet/service-list.ts';
import { markLabel } from '../fleet/state.ts';
import { formatCount } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { queries } from '../live/queries.ts';
import { useServiceRows } from '../live/service-rows.ts';
import { Choices } from '../ui/choices.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import { NameSelect } from '../ui/name-select.tsx';
import type { ServiceFilter } from '../fleet/service-list.ts';
import type { MarkKind } from '../fleet/state.ts';

const ALL = 'all';

/** `/services?q=&state=&cluster=&kind=&only=`: everything that is judged, the worst first. */
export function ServicesPage() {
  const { search } = useAddress();
  const filter = useMemo(() => readServiceFilter(search), [search]);
  const { services, leftOut, states, error } = useServiceRows(filter);
  return (
    <>
      <div className="service-controls">
        <States counts={services && states} state={filter.state} />
        <Narrow filter={filter} />
      </div>
      <QueryFault error={error} what="the services" stale={services !== undefined} />
      {services && services.length > 0 && <ServiceTable services={services} />}
      {services?.length === 0 && <NoServices filter={filter} />}
      {leftOut > 0 && (
        <p className="sub">
          {formatCount(leftOut)} more services than an answer holds: these are the worst. A cluster, a state
          or a word shows others.
        </p>
      )}
      <ChecksLink className="phone-only" />
    </>
  );
}

function ChecksLink({ className }: { readonly className: string }) {
  return (
    <Link href={CHECKS_LINK} className={`button ${className}`}>
      <IconActivity size={16} aria-hidden="true" />
      How checks run
    </Link>
  );
}

/** How many there are in each state, the worst first. */
function States({
  counts,
  state,
}: {
  /** Undefined: not known yet. */
  readonly counts: ReadonlyMap<MarkKind, number> | undefined;
  readonly state: MarkKind | null;
}) {
  const { link } = useAddress();
  const marks = [...(counts?.keys() ?? [])];
  const offered = state === null || marks.includes(state) ? marks : [state, ...marks];
  const all = counts && [...counts.values()].reduce((sum, count) => sum + count, 0);
  return (
    <div className="row service-line">
      <Choices
        label="States"
        chosen={state ?? ALL}
        choices={[
          {
            id: ALL,
            label: all === undefined ? 'All' : `All ${formatCount(all)}`,
            href: link({ state: undefined }),
          },
          ...offered.map((mark) => ({
            id: mark,
            mark,
            label: counts ? `${markLabel(mark)} ${formatCount(counts.get(mark) ?? 0)}` : markLabel(mark),
            href: link({ state: mark }),
          })),
        ]}
      />
      <ChecksLink className="push wide-only" />
    </div>
  );
}

const ONLY: readonly string[] = ['problems', 'flapping'];

function onlyLabel(only: string): string {
  return only === 'problems' ? 'problems only' : only;
}

function Narrow({ filter }: { readonly filter: ServiceFilter }) {
  const { change } = useAddress();
  const clusters = useQuery(queries.clusters());
  return (
    <div className="row service-line">
      <NameSelect
        label="Cluster"
        all="all clusters"
        names={clusters.data?.map(({ name }) => name) ?? []}
        value={filter.cluster}
        onChange={(cluster) => change({ cluster })}
      />
      <NameSelect
        label="Kind"
        all="all kinds"
        names={SERVICE_KINDS}
        labelOf={kindLabel}
        value={filter.kind ?? ''}
        onChange={(kind) => change({ kind })}
      />
      <NameSelect
        label="Show"
        all="everything"
        names={ONLY}
        labelOf={onlyLabel}
        value={filter.problems ? 'problems' : filter.flapping ? 'flapping' : ''}
        onChange={(only) => change({ only })}
      />
      <FilterField label="Filter services" value={filter.words} onChange={(q) => change({ q })} />
    </div>
  );
}
