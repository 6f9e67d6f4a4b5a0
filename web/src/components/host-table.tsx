import { useMemo, useRef } from 'react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Link } from 'wouter';
import { useNear } from './near.ts';
import { usePointed } from './resting.ts';
import { HOST_COLUMNS, listHosts, readListOrder, writeListOrder } from '../fleet/host-list.ts';
import { hostLink } from '../fleet/link.ts';
import { HOST_SERVICE } from '../fleet/problem.ts';
import { retiredWords } from '../fleet/host-notes.ts';
import { isAwaited } from '../fleet/instance.ts';
import { formatInstant, formatQuantity } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useFiguresVersion } from '../live/fleet-measure.ts';
import { Age } from '../ui/age.tsx';
import { Mark } from '../ui/mark.tsx';
import type { HostColumn, ListOrder } from '../fleet/host-list.ts';
import type { HostFigures } from '../fleet/host-figures.ts';
import type { HostProblems } from '../fleet/problem.ts';
import type { HostView } from '../../../src/contract/api.ts';

const ROW_PX = 44;

interface HostTableProps {
  readonly figures: HostFigures;
  /** 1 for each host shown, by index; null: all. */
  readonly shown: Uint8Array | null;
  /** Of each host in trouble, by name. */
  readonly problems: ReadonlyMap<string, HostProblems>;
}

/** Follows the figures while it is near the window. */
export function HostTable(props: HostTableProps) {
  const { ref, near } = useNear();
  const count = props.shown?.reduce((sum, one) => sum + one, 0) ?? props.figures.count;
  return (
    <section ref={ref} className="card card-flush" aria-label="Host list">
      {near ? <Table {...props} /> : <div style={{ height: (count + 1) * ROW_PX }} />}
    </section>
  );
}

/** `?order=`: hosts as rows, of which only those near the window exist. Their order rests under the pointer. */
function Table({ figures, shown, problems }: HostTableProps) {
  const { search, link } = useAddress();
  const { pointed, handlers } = usePointed();
  const order = readListOrder(search.get('order'));
  const hosts = useListed(figures, { shown, problems, order, resting: pointed });
  const list = useRef<HTMLDivElement>(null);
  const virtualizer = useWindowVirtualizer({
    count: hosts.length,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  return (
    <div role="table" aria-label="Hosts" aria-rowcount={hosts.length + 1} className="host-table">
      <div role="row" aria-rowindex={1} className="host-row host-head">
        {HOST_COLUMNS.map((column) => (
          <HeadCell
            key={column}
            column={column}
            label={column === 'value' ? figures.scale.label : LABELS[column]}
            order={order}
            hrefOf={(next) => link({ order: writeListOrder(next) })}
          />
        ))}
      </div>
      <div
        ref={list}
        role="rowgroup"
        style={{ height: virtualizer.getTotalSize(), position: 'relative' }}
        {...handlers}
      >
        {virtualizer.getVirtualItems().map((item) => {
          const index = hosts[item.index] ?? -1;
          const host = figures.hosts[index];
          if (!host) return null;
          const top = item.start - virtualizer.options.scrollMargin;
          return (
            <div
              key={index}
              role="row"
              aria-rowindex={item.index + 2}
              className="host-row"
              style={{
                position: 'absolute',
                insetInline: 0,
                height: ROW_PX,
                transform: `translateY(${top}px)`,
              }}
            >
              <HostCells figures={figures} index={index} problems={problems.get(host.name)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

const LABELS: Readonly<Record<HostColumn, string>> = {
  state: 'State',
  name: 'Host',
  address: 'Address',
  heard: 'Heard',
  value: 'Value',
  problems: 'Problems',
};

interface Listing {
  readonly shown: Uint8Array | null;
  readonly problems: ReadonlyMap<string, HostProblems>;
  readonly order: ListOrder;
  readonly resting: boolean;
}

interface Kept {
  readonly hosts: Uint32Array;
  readonly key: string;
  readonly shown: Uint8Array | null;
}

function useListed(figures: HostFigures, { shown, problems, order, resting }: Listing): Uint32Array {
  const version = useFiguresVersion(figures);
  const kept = useRef<Kept>({ hosts: new Uint32Array(), key: '', shown });
  const key = `${figures.membership} ${order.column} ${order.falling}`;
  const frozen = resting && kept.current.key === key && kept.current.shown === shown;
  // Values move each second; what the other columns show does not.
  const moving =
    order.column === 'value' ? version : order.column === 'state' ? figures.marked : figures.hosts;
  return useMemo(() => {
    if (!frozen) kept.current = { hosts: listHosts(figures, { shown, problems, order }), key, shown };
    return kept.current.hosts;
    // oxlint-disable-next-line react/exhaustive-deps -- the figures change in place; `moving` tells.
  }, [frozen, moving, key, shown, problems]);
}

function HeadCell(props: {
  readonly column: HostColumn;
  readonly label: string;
  readonly order: ListOrder;
  readonly hrefOf: (next: ListOrder) => string;
}) {
  const { column, label, order, hrefOf } = props;
  const here = order.column === column;
  const sorted = here ? (order.falling ? 'descending' : 'ascending') : 'none';
  const right = column === 'value' || column === 'heard';
  return (
    <span role="columnheader" aria-sort={sorted} className={right ? 'right' : undefined}>
      <Link
        href={hrefOf({ column, falling: here ? !order.falling : column === 'value' })}
        replace
        className="sort-link"
      >
        {column === 'state' ? <span className="hidden-text">{label}</span> : label}
        <span aria-hidden="true">{here ? (order.falling ? ' ↓' : ' ↑') : column === 'state' ? '↕' : ''}</span>
      </Link>
    </span>
  );
}

function HostCells(props: {
  readonly figures: HostFigures;
  readonly index: number;
  readonly problems: HostProblems | undefined;
}) {
  const { figures, index, problems } = props;
  const nowMs = useServerNow();
  const host = figures.hosts[index];
  if (!host) return null;
  const mark = figures.mark(index);
  return (
    <>
      <span role="cell">
        <Mark kind={mark} />
      </span>
      <span role="cell" className="ellipsis">
        <Link
          href={hostLink(host.cluster, host.name)}
          className="cover-link mono"
          data-row="go"
          title={host.name}
        >
          <bdi>{host.name}</bdi>
        </Link>
      </span>
      <span role="cell" className="mono dim ellipsis" title={host.address}>
        {host.address}
      </span>
      <span role="cell" className={`right nowrap ${mark === 'down' ? 'ink-critical' : 'dim'}`}>
        <Heard host={host} atMs={figures.atMs[index] ?? 0} nowMs={nowMs} />
      </span>
      <span role="cell" className="right mono nowrap">
        {formatQuantity(figures.values[index], figures.scale.quantity)}
      </span>
      <span role="cell" className="ellipsis">
        {problems ? <ProblemWords problems={problems} /> : <LeftWords host={host} />}
      </span>
    </>
  );
}

/** Why it is not there. */
function LeftWords({ host }: { readonly host: HostView }) {
  if (host.retired_reason === null) return null;
  return <bdi className="dim">{retiredWords(host.retired_reason)}</bdi>;
}

function Heard(props: { readonly host: HostView; readonly atMs: number; readonly nowMs: number }) {
  const { host, atMs, nowMs } = props;
  const sinceMs = Math.max(host.last_seen_ms, atMs);
  if (sinceMs > 0 || !isAwaited(host)) return <Age sinceMs={sinceMs} nowMs={nowMs} />;
  return <span title={`registered at ${formatInstant(host.instance?.since_ms ?? 0)}`}>not yet</span>;
}

function ProblemWords({ problems }: { readonly problems: HostProblems }) {
  const more = problems.count - 1;
  return (
    <span className={`ink-${problems.worst}`}>
      {problems.worstService === HOST_SERVICE ? problems.worst : problems.worstService}
      {more > 0 ? ` and ${more} more` : ''}
    </span>
  );
}
