import { memo } from 'react';
import { useMediaQuery } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Link } from 'wouter';
import { useListTop } from '../list-top.ts';
import { usePointed, useRestingOrder } from '../resting.ts';
import { hostLink, serviceLink } from '../../fleet/link.ts';
import { placeWords } from '../../fleet/place.ts';
import { problemKey } from '../../fleet/problem.ts';
import { markOf } from '../../fleet/state.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatInstant } from '../../format/number.ts';
import { useServerNow } from '../../live/feed-context.tsx';
import { Age } from '../../ui/age.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Said } from '../../ui/said.tsx';
import { unturned } from '../../../../src/contract/unturned.ts';
import type { ServiceView } from '../../../../src/contract/api.ts';

const ROW_PX = 40;
/** Two lines, and room for a thumb. */
const PHONE_ROW_PX = 64;
const HEADS = ['State', 'Host', 'Service', 'Since', 'Attempt', 'Output', 'Last check'];

/** Services as rows, of which only those near the window exist. Their order rests under the pointer. */
export function ServiceTable({ services }: { readonly services: readonly ServiceView[] }) {
  const phone = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false });
  const rowPx = phone ? PHONE_ROW_PX : ROW_PX;
  return (
    <section className="card card-flush" aria-label="Service list">
      <div role="table" aria-label="Services" aria-rowcount={services.length + 1}>
        <div role="row" aria-rowindex={1} className="service-row service-head">
          {HEADS.map((head) => (
            <span key={head} role="columnheader" className={headClass(head)}>
              {head === 'State' ? <span className="hidden-text">State</span> : head}
            </span>
          ))}
        </div>
        <Rows key={rowPx} services={services} rowPx={rowPx} />
      </div>
    </section>
  );
}

function headClass(head: string): string | undefined {
  if (head === 'Attempt') return 'service-attempt';
  return head === 'Since' || head === 'Last check' ? 'right' : undefined;
}

function Rows({ services, rowPx }: { readonly services: readonly ServiceView[]; readonly rowPx: number }) {
  const nowMs = useServerNow();
  const { pointed, handlers } = usePointed();
  const shown = useRestingOrder(services, problemKey, pointed);
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
        const service = shown[index];
        if (!service) return null;
        return <Row key={problemKey(service)} service={service} index={index} rowPx={rowPx} nowMs={nowMs} />;
      })}
    </div>
  );
}

/** While one scrolls, those that stay are the same. */
const Row = memo(function Row(props: {
  readonly service: ServiceView;
  readonly index: number;
  readonly rowPx: number;
  readonly nowMs: number;
}) {
  const { service, index, rowPx, nowMs } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="service-row"
      style={{ height: rowPx, transform: `translateY(${index * rowPx}px)` }}
    >
      <Cells service={service} nowMs={nowMs} />
    </div>
  );
});

function Cells({ service, nowMs }: { readonly service: ServiceView; readonly nowMs: number }) {
  const { output, since_ms: sinceMs, last_check_ms: checkedMs } = service;
  return (
    <>
      <span role="cell" className="service-state">
        <Mark kind={markOf(service.state)} />
      </span>
      <span role="cell" className="service-place ellipsis">
        <PlaceLink service={service} />
      </span>
      <span role="cell" className="service-name ellipsis">
        <Link href={serviceLink(service)} className="cover-link" data-row="go" title={service.service}>
          <bdi>{service.service}</bdi>
        </Link>
      </span>
      <span role="cell" className="service-since right nowrap mono dim">
        {sinceMs > 0 && (
          <time title={`since ${formatInstant(sinceMs)}`}>{formatDuration(nowMs - sinceMs)}</time>
        )}
      </span>
      <span role="cell" className="service-attempt nowrap dim">
        <Attempt service={service} />
      </span>
      <span role="cell" className="service-output ellipsis dim" title={unturned(output)}>
        <Held service={service} />
        <Said text={output || (service.state === 'PENDING' ? 'no result yet' : '')} />
      </span>
      <span role="cell" className="service-checked right nowrap dim">
        <Age sinceMs={checkedMs} nowMs={nowMs} />
      </span>
    </>
  );
}

function PlaceLink({ service }: { readonly service: ServiceView }) {
  const { cluster, host } = service;
  const words = placeWords(service);
  if (host === '') return <span title={words}>{words}</span>;
  return (
    <Link href={hostLink(cluster, host)} className="mono service-link" title={`${host} in ${cluster}`}>
      <bdi>{host}</bdi>
    </Link>
  );
}

/** How sure a problem is: `2/3 soft`; of what is well there is nothing to say. */
function Attempt({ service }: { readonly service: ServiceView }) {
  const { state_type: type, attempt, max_check_attempts: most, state } = service;
  const mark = markOf(state);
  if (mark === 'pending' || (mark === 'ok' && type === 'HARD')) return null;
  return (
    <span title={type === 'SOFT' ? `attempt ${attempt} of ${most}: told to nobody yet` : 'sure'}>
      {type === 'SOFT' ? `${attempt}/${most} soft` : 'hard'}
    </span>
  );
}

/** What changes how a state is to be taken. */
function Held({ service }: { readonly service: ServiceView }) {
  const words = [
    service.flapping && 'flapping',
    service.acknowledged && 'acknowledged',
    service.in_downtime && 'in downtime',
    service.silenced && 'silenced',
  ].filter((word) => word !== false);
  return words.map((word) => (
    <span key={word} className="pill service-held">
      {word}
    </span>
  ));
}
