import { useState } from 'react';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'wouter';
import { EventSubject } from './event-subject.tsx';
import { MarkForm } from './mark-form.tsx';
import { isPosted, posterOf, stateWords, withoutAttempts } from '../fleet/event-list.ts';
import { markOf } from '../fleet/state.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useSession } from '../live/session.tsx';
import { Mark } from '../ui/mark.tsx';
import { Said } from '../ui/said.tsx';
import type { EventView } from '../../../src/contract/api.ts';

const SHOWN_MAX = 12;

/** What happened to a host in the range of its graphs, newest first; who may, adds a mark. */
export function HostEvents(props: {
  readonly cluster: string;
  readonly host: string;
  readonly events: readonly EventView[];
}) {
  const { cluster, host } = props;
  const events = withoutAttempts(props.events);
  const { may } = useSession();
  const [posting, setPosting] = useState(false);
  const nowMs = useServerNow();
  const newest = events.slice(0, SHOWN_MAX);
  const all = `/events?cluster=${encodeURIComponent(cluster)}&host=${encodeURIComponent(host)}`;
  return (
    <section className="card card-flush host-events" aria-label="Events">
      <div className="card-head">
        <h2>Events</h2>
        <span className="sub">{events.length}</span>
        {may('operator') && !posting && (
          <button type="button" className="button button-bare push" onClick={() => setPosting(true)}>
            <IconPlus size={16} aria-hidden="true" />
            Add a note
          </button>
        )}
      </div>
      {posting && <MarkForm cluster={cluster} host={host} onDone={() => setPosting(false)} />}
      {newest.length === 0 && <p className="sub none-match">Nothing happened in this range.</p>}
      <ul>
        {newest.map((event) => (
          <EventRow key={event.id} event={event} nowMs={nowMs} />
        ))}
      </ul>
      {events.length > SHOWN_MAX && (
        <Link href={all} className="problem-more">
          All events of this host
        </Link>
      )}
    </section>
  );
}

function EventRow({ event, nowMs }: { readonly event: EventView; readonly nowMs: number }) {
  const { kind, state, host } = event;
  const { is } = stateWords(event);
  const posted = isPosted(event);
  const by = posterOf(event);
  return (
    <li className="host-event">
      {state === null ? <i className="event-dot" title={kind} /> : <Mark kind={markOf(state)} />}
      <div>
        <p className="host-event-words">
          <b>
            {posted ? (
              <Said text={event.text} />
            ) : (
              <>
                <EventSubject event={event} /> {is}
                {event.state_type === 'SOFT' && <span className="dim"> (soft)</span>}
              </>
            )}
          </b>
        </p>
        <p className="sub host-event-words">
          {kind !== 'state' && kind}
          {kind === 'notification' && ' · '}
          {!posted && <Said text={event.text} />}
          {posted && host === '' && ' · all hosts'}
          {by !== '' && (
            <>
              {' · by '}
              <bdi>{by}</bdi>
            </>
          )}
        </p>
      </div>
      <time className="sub mono nowrap" title={formatInstant(event.time_ms)}>
        {formatDuration(nowMs - event.time_ms)}
      </time>
    </li>
  );
}
