import { useMemo, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Link } from 'wouter';
import { NoHostMatches, NothingMatches, PanelFrame } from './panel-frame.tsx';
import { BODY_PX } from './panel-scope.ts';
import { compareRows, useTableRows } from './table-rows.ts';
import { usePointed, useRestingOrder } from '../resting.ts';
import { hostsOfPanel } from '../../fleet/dashboard.ts';
import { hostKey, hostMark } from '../../fleet/host-key.ts';
import { hostLink } from '../../fleet/link.ts';
import { exactQuantity } from '../../format/exact.ts';
import { formatCount, formatQuantity } from '../../format/number.ts';
import { queries } from '../../live/queries.ts';
import { Mark } from '../../ui/mark.tsx';
import type { Panel } from '../../../../src/contract/dashboard.ts';
import type { PanelScope } from './panel-scope.ts';
import type { TableRow, TableSort } from './table-rows.ts';

export type TablePanelView = Extract<Panel, { type: 'table' }>;

/** A row a host, figures as of now; a column's head sorts. */
export function TablePanel({ panel, scope }: { readonly panel: TablePanelView; readonly scope: PanelScope }) {
  const asked = hostsOfPanel(panel, scope.chosen);
  const hosts = useQuery(queries.hostsMatching(asked));
  const [sort, setSort] = useState<TableSort>({ column: panel.sort, falling: true });
  const { rows, refused } = useTableRows(hosts.data, panel, { ...asked, chosen: scope.chosen });
  const sorted = useMemo(() => rows.toSorted((a, b) => compareRows(a, b, sort)), [rows, sort]);
  const { pointed, handlers } = usePointed();
  const shown = useRestingOrder(sorted, rowKey, pointed).slice(0, panel.limit);
  const left = rows.length - shown.length;
  return (
    <PanelFrame
      title={scope.words(panel.title)}
      aside={left > 0 && `${formatCount(shown.length)} of ${formatCount(rows.length)} hosts`}
      error={hosts.error}
      refused={refused}
      stale={hosts.data !== undefined}
      flush
    >
      {hosts.data && rows.length === 0 ? (
        <NothingMatches px={BODY_PX[panel.height]}>
          <NoHostMatches {...asked} />
        </NothingMatches>
      ) : (
        <div className="panel-scroll" style={{ height: BODY_PX[panel.height] }} {...handlers}>
          <table className="panel-table">
            <thead>
              <tr>
                <SortHead column={-1} label="Host" sort={sort} onSort={setSort} />
                {panel.columns.map((column, i) => (
                  // oxlint-disable-next-line react/no-array-index-key -- columns keep their places.
                  <SortHead
                    key={i}
                    column={i}
                    label={column.label || column.metric}
                    sort={sort}
                    onSort={setSort}
                  />
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <HostRow key={rowKey(row)} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

function rowKey({ host }: TableRow): string {
  return hostKey(host.cluster, host.name);
}

function HostRow({ row: { host, cells } }: { readonly row: TableRow }) {
  return (
    <tr>
      <th scope="row">
        <span className="row">
          <Mark kind={hostMark(host)} />
          <Link
            href={hostLink(host.cluster, host.name)}
            className="mono ellipsis"
            title={host.name}
            data-row="go"
          >
            <bdi>{host.name}</bdi>
          </Link>
        </span>
      </th>
      {cells.map(({ value, quantity }, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- columns keep their places.
        <td key={i} className="mono right" title={exactQuantity(value, quantity)}>
          {formatQuantity(value, quantity)}
        </td>
      ))}
    </tr>
  );
}

/** Sorts by its column: first falling (the worst of the hosts), then rising. */
function SortHead(props: {
  readonly column: number;
  readonly label: string;
  readonly sort: TableSort;
  readonly onSort: (sort: TableSort) => void;
}) {
  const { column, label, sort, onSort } = props;
  const on = sort.column === column;
  const Arrow = sort.falling ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      className={column < 0 ? '' : 'right'}
      aria-sort={on ? (sort.falling ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        className="sort-head"
        title={label}
        onClick={() => onSort({ column, falling: on ? !sort.falling : true })}
      >
        <bdi className="ellipsis">{label}</bdi>
        <Arrow size={14} aria-hidden="true" visibility={on ? 'visible' : 'hidden'} />
      </button>
    </th>
  );
}
