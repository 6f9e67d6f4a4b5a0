import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useListTop } from './list-top.ts';
import { usePointed, useRestingOrder } from './resting.ts';
import { SenderCard } from './sender-card.tsx';
import { formatCount } from '../format/number.ts';
import { useServerNow } from '../live/feed-context.tsx';
import type { Sender } from '../fleet/sender.ts';

const CARD_PX = 112;

/** Senders with refusals in the last hour, the worst first; the order rests while it is pointed at. */
export function RefusedSenders({
  senders,
  of,
}: {
  readonly senders: readonly Sender[];
  readonly of: number;
}) {
  const nowMs = useServerNow();
  const { pointed, handlers } = usePointed();
  const shown = useRestingOrder(senders, keyOf, pointed);
  const { list, top } = useListTop<HTMLUListElement>();
  const virtualizer = useWindowVirtualizer({
    count: shown.length,
    estimateSize: () => CARD_PX,
    getItemKey: (index) => shown[index]?.key ?? index,
    overscan: 6,
    scrollMargin: top,
  });
  return (
    <section className="card card-flush" aria-label="Refused in the last hour" {...handlers}>
      <div className="card-head">
        <h2>Refused in the last hour</h2>
        <span className="sub push">
          {formatCount(senders.length)} of {of === 1 ? '1 sender' : `${formatCount(of)} senders`}
        </span>
      </div>
      <ul ref={list} className="virtual-list" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const sender = shown[item.index];
          if (!sender) return null;
          return (
            <li
              key={sender.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              style={{ transform: `translateY(${item.start - virtualizer.options.scrollMargin}px)` }}
            >
              <SenderCard sender={sender} nowMs={nowMs} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function keyOf({ key }: Sender): string {
  return key;
}
