import { useEffect, useMemo, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Sparkline } from './sparkline.tsx';
import { formatDuration } from '../format/duration.ts';
import { formatCount, formatShort, threeDigits, UNKNOWN } from '../format/number.ts';
import { datagrams } from '../chart/losses.ts';
import { SENDERS_LINK, SERVICES_LINK } from '../fleet/link.ts';
import { openProblems } from '../fleet/problem.ts';
import { markLabel, markOf, severityRank } from '../fleet/state.ts';
import { useDataHealth } from '../live/data-health.ts';
import { useOpenGroups, useProblems } from '../live/problems.ts';
import { queries } from '../live/queries.ts';
import { Mark } from '../ui/mark.tsx';
import type { ReactNode } from 'react';
import type { DataHealth } from '../live/data-health.ts';
import type { StatusView } from '../../../src/contract/api.ts';

const SPARK_SAMPLES = 90;

interface TileProps {
  readonly label: string;
  /** Where the whole tile leads. */
  readonly href?: string;
  readonly figure: string;
  readonly of: string;
  readonly children: ReactNode;
}

/** One figure of a page's first row, and what it is made of. */
export function Tile({ label, figure, of, href, children }: TileProps) {
  return (
    <section className="card tile" aria-label={label}>
      <h2 className="tile-label">
        {href === undefined ? (
          label
        ) : (
          <Link href={href} className="cover-link">
            {label}
          </Link>
        )}
      </h2>
      <p className="tile-figure">
        {figure} <small>{of}</small>
      </p>
      <div className="sub tile-sub">{children}</div>
    </section>
  );
}

/** All of the grid in four figures. */
export function StatTiles() {
  const { data, dataUpdatedAt } = useQuery(queries.status());
  const rates = useRates(data?.values_per_second, dataUpdatedAt);
  return (
    <div className="tiles">
      <HostsTile status={data} />
      <ServicesTile status={data} />
      <Tile label="Values a second" figure={formatShort(data?.values_per_second)} of="">
        <Sparkline values={rates} height={20} />
      </Tile>
      <HealthTile status={data} />
    </div>
  );
}

function HostsTile({ status }: { readonly status: StatusView | undefined }) {
  const down = status?.hosts_down ?? 0;
  const total = status && status.hosts_up + status.hosts_down;
  return (
    <Tile
      label="Hosts up"
      figure={formatCount(status?.hosts_up)}
      of={`of ${formatCount(total)}`}
      href="/problems"
    >
      {down === 0 && <span>{status ? 'none down' : '\u00a0'}</span>}
      {down > 0 && (
        <span className="row count-mark">
          <Mark kind="down" silent />
          {formatCount(down)} down
        </span>
      )}
    </Tile>
  );
}

function ServicesTile({ status }: { readonly status: StatusView | undefined }) {
  const { services, nothingJudged } = useProblems();
  const states = Object.entries(status?.services ?? {});
  const well = states.reduce((sum, [state, count]) => (markOf(state) === 'ok' ? sum + count : sum), 0);
  const problems = useMemo(() => openProblems(services ?? []), [services]);
  const open = useOpenGroups()?.length ?? 0;
  const byMark = Map.groupBy(problems, ({ service }) => markOf(service.state));
  const bad = [...byMark].toSorted(([a], [b]) => severityRank(a) - severityRank(b));
  return (
    <Tile
      label="Services"
      figure={services && status ? formatCount(well) : UNKNOWN}
      of={nothingJudged ? '' : 'OK'}
      href={SERVICES_LINK}
    >
      {bad.length === 0 && (
        <span>{services ? 'none has a problem' : nothingJudged ? 'nothing is judged yet' : '\u00a0'}</span>
      )}
      {bad.map(([mark, { length: count }]) => (
        <span key={mark} className="row count-mark" title={`${markLabel(mark)}: ${count}`}>
          <Mark kind={mark} />
          {formatCount(count)}
        </span>
      ))}
      {open > 0 && <span>in {open === 1 ? '1 problem' : `${formatCount(open)} problems`}</span>}
    </Tile>
  );
}

function HealthTile({ status }: { readonly status: StatusView | undefined }) {
  const health = useDataHealth();
  const drops = status?.kernel_drops ?? 0;
  const [figure, of] =
    health.lost > 0
      ? [formatShort(health.lost), health.lost === 1 ? 'datagram lost' : 'datagrams lost']
      : [formatCount(status?.values_lost), 'values lost'];
  return (
    <Tile label="Data health" figure={figure} of={of} href={SENDERS_LINK}>
      {health.refused > 0 || health.lost > 0 ? (
        <HealthWords {...health} />
      ) : (
        <>
          <span className={drops > 0 ? 'ink-critical' : undefined}>
            kernel drops {formatCount(status?.kernel_drops)}
          </span>
          <span aria-hidden="true"> · </span>
          <span title={pendingWords(status)}>
            oldest unwritten {formatDuration(status?.oldest_unwritten_ms)}
          </span>
        </>
      )}
    </Tile>
  );
}

/** `3 senders refused in the last hour`: one line beside the other tiles'. */
function HealthWords({ refused, more, lost }: DataHealth) {
  const count = `${formatCount(refused)}${more ? '+' : ''}`;
  const senders = refused === 1 ? 'sender' : 'senders';
  return (
    <span
      className="row count-mark"
      title={`In the last hour: something of ${count} ${senders} refused, ${datagrams(lost)} lost`}
    >
      <Mark kind="warning" />
      {refused > 0 ? `${count} ${senders} refused` : 'in the last hour'}
    </span>
  );
}

/** `1 204 values wait to be written; a write takes 12.4 points of a record together`. */
function pendingWords(status: StatusView | undefined): string {
  const waiting = `${formatCount(status?.values_pending)} values wait to be written`;
  const together = status?.points_per_write ?? 0;
  return together > 0
    ? `${waiting}; a write takes ${threeDigits(together)} points of a record together`
    : waiting;
}

/** The rates seen since the page is open. */
function useRates(rate: number | undefined, atMs: number): readonly number[] {
  const [rates, setRates] = useState<readonly number[]>([]);
  useEffect(() => {
    if (rate !== undefined) setRates((seen) => [...seen, rate].slice(-SPARK_SAMPLES));
  }, [rate, atMs]);
  return rates;
}
