import { useEffect, useMemo, useReducer, useState } from 'react';
import { hostsByKey, liveValues } from './live-values.ts';
import { fillPattern, foldValues } from '../../fleet/dashboard.ts';
import { hostKey, hostMark } from '../../fleet/host-key.ts';
import { severityRank } from '../../fleet/state.ts';
import { quantityIn } from '../../format/quantity.ts';
import { useFeedClient } from '../../live/feed-context.tsx';
import type { ErrorBody, HostView } from '../../../../src/contract/api.ts';
import type { Quantity } from '../../format/quantity.ts';
import type { Chosen, HostSelector } from '../../fleet/dashboard.ts';
import type { Selector } from '../../live/feed-client.ts';
import type { FeedTable } from '../../live/feed-table.ts';
import type { TablePanelView } from './table-panel.tsx';

export interface TableCell {
  readonly value: number | null;
  readonly quantity: Quantity;
}

export interface TableRow {
  readonly host: HostView;
  readonly cells: readonly TableCell[];
}

/** `column` -1: by state. */
export interface TableSort {
  readonly column: number;
  readonly falling: boolean;
}

const NO_HOSTS: readonly HostView[] = [];
const NO_SERIES = { metric: '', units: '' };

/** Every host with its newest figures. */
export function useTableRows(
  hosts: readonly HostView[] = NO_HOSTS,
  { columns }: TablePanelView,
  asked: HostSelector & { readonly chosen: Chosen },
): { readonly rows: readonly TableRow[]; readonly refused: ErrorBody | undefined } {
  const { chosen } = asked;
  const client = useFeedClient();
  const metrics = columns.map(({ metric }) => fillPattern(metric, chosen));
  const { tables, version } = useColumnTables(asked, metrics);
  const rows = useMemo(() => {
    const byKey = hostsByKey(hosts);
    const figures = tables.map((table) => liveValues(table, byKey, client.serverNowMs()));
    return hosts.map((view) => ({
      host: view,
      cells: columns.map((column, i) => {
        const found = figures[i];
        const values = found?.byHost.get(hostKey(view.cluster, view.name)) ?? [];
        const quantity = quantityIn(column.units, found?.all ?? NO_SERIES);
        return { value: values.length === 0 ? null : foldValues(values, column.aggregate), quantity };
      }),
    }));
    // oxlint-disable-next-line react/exhaustive-deps -- tables change in place; the version tells.
  }, [hosts, columns, tables, version, client]);
  return { rows, refused: tables.find((table) => table.error)?.error };
}

/** A subscription for each column. */
function useColumnTables({ cluster, host, fact }: HostSelector, metrics: readonly string[]) {
  const client = useFeedClient();
  const [tables, setTables] = useState<readonly FeedTable[]>([]);
  const [version, changed] = useReducer((count: number) => count + 1, 0);
  const key = JSON.stringify(metrics.map((metric) => ({ cluster, host, fact, metric })));
  useEffect(() => {
    const wanted: Selector[] = JSON.parse(key);
    const made = wanted.map((selector) => client.subscribe(selector, false));
    const offs = made.map(({ table }) => table.watch(changed));
    setTables(made.map(({ table }) => table));
    return () => {
      for (const off of offs) off();
      for (const { release } of made) release();
    };
  }, [client, key]);
  return { tables, version };
}

/** What is not known comes last either way; equals by name. */
export function compareRows(a: TableRow, b: TableRow, { column, falling }: TableSort): number {
  const byName = a.host.name.localeCompare(b.host.name, 'en', { numeric: true });
  const turn = falling ? 1 : -1;
  if (column < 0) return turn * (severityRank(hostMark(a.host)) - severityRank(hostMark(b.host))) || byName;
  const [x, y] = [a.cells[column]?.value ?? null, b.cells[column]?.value ?? null];
  if (x === null || y === null) return Number(x === null) - Number(y === null) || byName;
  return turn * (y - x) || byName;
}
