import { useRef, useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { IconNote, IconRocket, IconTrash } from '@tabler/icons-react';
import { Link } from 'wouter';
import { EventSubject } from './event-subject.tsx';
import { api } from '../live/api.ts';
import { useSession } from '../live/session.tsx';
import { eventLines, isPosted, posterOf, stateWords } from '../fleet/event-list.ts';
import { clusterLink, hostLink } from '../fleet/link.ts';
import { markOf } from '../fleet/state.ts';
import { formatClock, formatDay } from '../format/clock.ts';
import { sentence } from '../format/sentence.ts';
import { formatInstant } from '../format/number.ts';
import { Mark } from '../ui/mark.tsx';
import { Said } from '../ui/said.tsx';
import type { EventView } from '../../../src/contract/api.ts';

const ROW_PX = 45;

/** Events by day, newest first; of a long list only what is near the window exists. */
export function EventList({ events }: { readonly events: readonly EventView[] }) {
  const lines = eventLines(events, formatDay);
  const list = useRef<HTMLUListElement>(null);
  const virtualizer = useWindowVirtualizer({
    count: lines.length,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 12,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  return (
    <ul ref={list} className="event-list" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map((item) => {
        const line = lines[item.index];
        if (!line) return null;
        const top = item.start - virtualizer.options.scrollMargin;
        return (
          <li
            key={line.key}
            ref={virtualizer.measureElement}
            data-index={item.index}
            style={{ transform: `translateY(${top}px)` }}
          >
            {line.kind === 'day' ? (
              <h2 className="event-day">{formatDay(line.atMs)}</h2>
            ) : (
              <EventRow event={line.event} />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function EventRow({ event }: { readonly event: EventView }) {
  const { may } = useSession();
  const by = posterOf(event);
  return (
    <div className="event-row" data-kind={event.kind}>
      <time className="mono dim" title={formatInstant(event.time_ms)}>
        {formatClock(event.time_ms)}
      </time>
      <EventIcon event={event} />
      <div className="event-body">
        <p className="event-text">
          {!isPosted(event) && <StateWords event={event} />}
          <Said text={event.text} />
        </p>
        {(by !== '' || event.tags.length > 0) && (
          <p className="sub event-more">
            {by !== '' && (
              <span>
                by <bdi>{by}</bdi>
              </span>
            )}
            {event.tags.map((tag) => (
              <bdi key={tag} className="pill ellipsis" title={tag}>
                {tag}
              </bdi>
            ))}
          </p>
        )}
      </div>
      <Place event={event} />
      {isPosted(event) && may('operator') && <RemoveMark event={event} />}
    </div>
  );
}

function EventIcon({ event }: { readonly event: EventView }) {
  switch (event.kind) {
    case 'state':
    case 'notification':
      return <Mark kind={markOf(event.state ?? '')} />;
    case 'deploy':
      return <IconRocket size={16} role="img" aria-label="Deploy" className="event-mark" />;
    case 'note':
      return <IconNote size={16} role="img" aria-label="Note" className="event-mark" />;
  }
}

/** `load_one is CRITICAL (soft) ·`, `df-root is WARNING says its agent ·`. */
function StateWords({ event }: { readonly event: EventView }) {
  const { is, by } = stateWords(event);
  return (
    <>
      <b>
        <EventSubject event={event} /> {is}
      </b>
      {event.state_type === 'SOFT' && <span className="dim"> (soft)</span>}
      {by !== '' && <span className="dim">, {by}</span>}
      <span className="dim"> · </span>
    </>
  );
}

function Place({ event: { cluster, host } }: { readonly event: EventView }) {
  if (cluster === '') return <span className="sub event-place">whole grid</span>;
  return (
    <span className="event-place sub">
      {host !== '' && (
        <Link href={hostLink(cluster, host)} className="mono ink ellipsis" title={host} data-row="go">
          <bdi>{host}</bdi>
        </Link>
      )}
      <Link
        href={clusterLink(cluster)}
        className="ellipsis"
        title={cluster}
        {...(host === '' && { 'data-row': 'go' })}
      >
        <bdi>{cluster}</bdi>
      </Link>
    </span>
  );
}

/** Asks once more: a mark that is gone is gone for everybody. */
function RemoveMark({ event }: { readonly event: EventView }) {
  const client = useQueryClient();
  const [asked, setAsked] = useState(false);
  const removal = useMutation({
    mutationFn: () => api.removeEvent(event.id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['events'] }),
  });
  if (!asked) {
    return (
      <button
        type="button"
        className="button button-bare event-remove"
        title="Remove this mark"
        onClick={() => setAsked(true)}
      >
        <IconTrash size={16} aria-hidden="true" />
        <span className="hidden-text">Remove the mark {event.text}</span>
      </button>
    );
  }
  return (
    <div className="event-confirm" role="group" aria-label="Remove this mark">
      <span role="status">
        {removal.error ? sentence(removal.error.message) : 'Remove it, for everybody?'}
      </span>
      <button
        type="button"
        className="button button-danger"
        autoFocus
        disabled={removal.isPending}
        onClick={() => removal.mutate()}
      >
        Remove
      </button>
      <button type="button" className="button" onClick={() => setAsked(false)}>
        Keep
      </button>
    </div>
  );
}
