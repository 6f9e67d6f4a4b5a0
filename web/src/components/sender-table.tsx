import { useMemo } from 'react';
import { useMediaQuery } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Link } from 'wouter';
import { useListTop } from './list-top.ts';
import { usePointed, useRestingOrder } from './resting.ts';
import { HostLinks } from './sender-card.tsx';
import { Skew } from './skew.tsx';
import { clusterLink, senderLink } from '../fleet/link.ts';
import {
  addressWords,
  fallsFirst,
  orderSenders,
  readSenderOrder,
  refusedCount,
  SENDER_COLUMNS,
  writeSenderOrder,
} from '../fleet/sender.ts';
import { exactQuantity } from '../format/exact.ts';
import { formatCount, formatShort } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { Age } from '../ui/age.tsx';
import type { Sender, SenderColumn, SenderOrder } from '../fleet/sender.ts';

const ROW_PX = 40;
/** Two lines, and room for a thumb. */
const PHONE_ROW_PX = 64;

/** `?order=`: senders as rows, of which only those near the window exist. Their order rests under the pointer. */
export function SenderTable({ senders }: { readonly senders: readonly Sender[] }) {
  const { search } = useAddress();
  const phone = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false });
  const order = readSenderOrder(search.get('order'));
  const { column, falling } = order;
  const sorted = useMemo(() => orderSenders(senders, { column, falling }), [senders, column, falling]);
  const rowPx = phone ? PHONE_ROW_PX : ROW_PX;
  return (
    <div role="table" aria-label="Senders" aria-rowcount={senders.length + 1} className="sender-table">
      <Head order={order} />
      <Rows key={`${rowPx} ${column} ${falling}`} senders={sorted} rowPx={rowPx} />
    </div>
  );
}

function Rows({ senders, rowPx }: { readonly senders: readonly Sender[]; readonly rowPx: number }) {
  const { pointed, handlers } = usePointed();
  const nowMs = useServerNow();
  const shown = useRestingOrder(senders, keyOf, pointed);
  const { list, top } = useListTop<HTMLDivElement>();
  const virtualizer = useWindowVirtualizer({
    count: shown.length,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: top,
  });
  return (
    <div
      ref={list}
      role="rowgroup"
      className="virtual-list"
      style={{ height: shown.length * rowPx }}
      {...handlers}
    >
      {virtualizer.getVirtualItems().map(({ index }) => {
        const sender = shown[index];
        if (!sender) return null;
        return (
          <div
            key={sender.key}
            role="row"
            aria-rowindex={index + 2}
            className="sender-row"
            data-silent={sender.silent || undefined}
            data-skewed={sender.skewed || undefined}
            style={{ height: rowPx, transform: `translateY(${index * rowPx}px)` }}
          >
            <Cells sender={sender} nowMs={nowMs} />
          </div>
        );
      })}
    </div>
  );
}

function keyOf({ key }: Sender): string {
  return key;
}

const LABELS: Readonly<Record<SenderColumn, string>> = {
  address: 'Address',
  group: 'Group',
  hosts: 'Hosts',
  protocols: 'Speaks',
  values: 'Values/s',
  series: 'Series',
  clock: 'Clock',
  refused: 'Refused',
  heard: 'Heard',
};

const NUMBERS: ReadonlySet<SenderColumn> = new Set(['values', 'series', 'clock', 'refused', 'heard']);

function Head({ order }: { readonly order: SenderOrder }) {
  return (
    <div role="row" aria-rowindex={1} className="sender-row sender-row-head">
      {SENDER_COLUMNS.map((column) => (
        <HeadCell key={column} column={column} order={order} />
      ))}
    </div>
  );
}

function HeadCell({ column, order }: { readonly column: SenderColumn; readonly order: SenderOrder }) {
  const { link } = useAddress();
  const here = order.column === column;
  const next = { column, falling: here ? !order.falling : fallsFirst(column) };
  return (
    <span
      role="columnheader"
      aria-sort={here ? (order.falling ? 'descending' : 'ascending') : 'none'}
      className={NUMBERS.has(column) ? `sender-${column} right` : `sender-${column}`}
    >
      <Link href={link({ order: writeSenderOrder(next) })} replace className="sort-link nowrap">
        {LABELS[column]}
        <span aria-hidden="true">{here ? (order.falling ? ' ↓' : ' ↑') : ''}</span>
      </Link>
    </span>
  );
}

const RATE = { kind: 'named', units: 'values/s' } as const;

function Cells({ sender, nowMs }: { readonly sender: Sender; readonly nowMs: number }) {
  const { source, silent } = sender;
  const { address, group, protocols, clock_skew_ms: skewMs } = source;
  return (
    <>
      <span role="cell" className="sender-address ellipsis">
        <Link href={senderLink(group, address)} className="mono cover-link" data-row="go" title={address}>
          <bdi>{addressWords(address)}</bdi>
        </Link>
      </span>
      <span role="cell" className="sender-group ellipsis">
        <Link href={clusterLink(group)} className="sender-link" title={group}>
          <bdi>{group}</bdi>
        </Link>
      </span>
      <span role="cell" className="sender-hosts ellipsis">
        <HostLinks source={source} most={2} />
      </span>
      <span role="cell" className="sender-protocols dim ellipsis">
        {protocols.join(', ')}
      </span>
      <span
        role="cell"
        className="sender-values right mono nowrap"
        title={exactQuantity(source.values_per_second, RATE)}
      >
        {formatShort(source.values_per_second)}
        <span className="sender-unit"> values/s</span>
      </span>
      <span role="cell" className="sender-series right mono nowrap">
        {formatCount(source.series)}
      </span>
      <span role="cell" className="sender-clock right mono nowrap">
        {skewMs === null ? <span title="Its protocols carry no time">–</span> : <Skew skewMs={skewMs} />}
      </span>
      <span role="cell" className="sender-refused right nowrap dim">
        <RefusedBefore sender={sender} nowMs={nowMs} />
      </span>
      <span role="cell" className={`sender-heard right nowrap ${silent ? 'ink-warning' : 'dim'}`}>
        <Age sinceMs={source.last_seen_ms} nowMs={nowMs} />
      </span>
    </>
  );
}

/** More than an hour ago; why stands on the sender's own page. */
function RefusedBefore({ sender: { source }, nowMs }: { readonly sender: Sender; readonly nowMs: number }) {
  if (source.refused.length === 0) return <>0</>;
  const lastMs = Math.max(...source.refused.map(({ last_ms }) => last_ms));
  return (
    <Link href={senderLink(source.group, source.address)} className="sender-link">
      {formatCount(refusedCount(source.refused))}, <Age sinceMs={lastMs} nowMs={nowMs} />
    </Link>
  );
}
