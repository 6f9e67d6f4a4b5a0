import { useRef } from 'react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Link } from 'wouter';
import { usePointed, useRestingOrder } from './resting.ts';
import { hostKey, hostMark, scaled } from '../fleet/heat-cells.ts';
import { hostLink } from '../fleet/link.ts';
import { formatQuantity, UNKNOWN } from '../format/number.ts';
import { HOST_SERVICE } from '../fleet/problem.ts';
import { Age } from '../ui/age.tsx';
import { Mark } from '../ui/mark.tsx';
import type { HeatScale, HostMeasure } from '../fleet/heat-cells.ts';
import type { HostProblems } from '../fleet/problem.ts';
import type { HostView } from '../../../src/contract/api.ts';

const ROW_PX = 44;

interface HostTableProps {
  readonly hosts: readonly HostView[];
  readonly measures: ReadonlyMap<string, HostMeasure>;
  readonly scale: HeatScale;
  readonly problems: ReadonlyMap<string, HostProblems>;
  readonly nowMs: number;
}

/** Hosts as rows, of which only those near the window exist. Their order rests under the pointer. */
export function HostTable({ hosts: sorted, measures, scale, problems, nowMs }: HostTableProps) {
  const { pointed, handlers } = usePointed();
  const hosts = useRestingOrder(sorted, keyOf, pointed);
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
        <span role="columnheader">
          <span className="hidden-text">State</span>
        </span>
        <span role="columnheader">Host</span>
        <span role="columnheader">Address</span>
        <span role="columnheader" className="right">
          Heard
        </span>
        <span role="columnheader" className="right">
          {scale.label}
        </span>
        <span role="columnheader">Problems</span>
      </div>
      <div
        ref={list}
        role="rowgroup"
        style={{ height: virtualizer.getTotalSize(), position: 'relative' }}
        {...handlers}
      >
        {virtualizer.getVirtualItems().map((item) => {
          const host = hosts[item.index];
          if (!host) return null;
          const top = item.start - virtualizer.options.scrollMargin;
          return (
            <div
              key={keyOf(host)}
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
              <HostCells
                host={host}
                measure={measures.get(keyOf(host))}
                scale={scale}
                problems={problems.get(host.name)}
                nowMs={nowMs}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function keyOf(host: HostView): string {
  return hostKey(host.cluster, host.name);
}

function HostCells(props: {
  readonly host: HostView;
  readonly measure: HostMeasure | undefined;
  readonly scale: HeatScale;
  readonly problems: HostProblems | undefined;
  readonly nowMs: number;
}) {
  const { host, measure, scale, problems, nowMs } = props;
  const stale = nowMs - host.last_seen_ms > host.silence_limit_ms;
  return (
    <>
      <span role="cell">
        <Mark kind={hostMark(host)} />
      </span>
      <span role="cell" className="ellipsis">
        <Link href={hostLink(host.cluster, host.name)} className="cover-link mono" data-row="go">
          {host.name}
        </Link>
      </span>
      <span role="cell" className="mono dim ellipsis">
        {host.address}
      </span>
      <span role="cell" className={`right nowrap ${stale ? 'ink-critical' : 'dim'}`}>
        <Age sinceMs={host.last_seen_ms} nowMs={nowMs} />
      </span>
      <span role="cell" className="right mono nowrap">
        {measure && !stale ? formatQuantity(scaled(measure, scale), measure.quantity) : UNKNOWN}
      </span>
      <span role="cell" className="ellipsis">
        {problems ? <ProblemWords problems={problems} /> : null}
      </span>
    </>
  );
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
