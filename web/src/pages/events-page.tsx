import { useMemo, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { EventList } from '../components/event-list.tsx';
import { MarkForm } from '../components/mark-form.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import {
  curlLine,
  EVENT_KINDS,
  EVENT_SPANS,
  hasWords,
  kindLabel,
  withoutAttempts,
} from '../fleet/event-list.ts';
import { exactly } from '../fleet/pattern.ts';
import { useAddress } from '../live/address.ts';
import { queries } from '../live/queries.ts';
import { useSession } from '../live/session.tsx';
import { Choices } from '../ui/choices.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import { NameSelect } from '../ui/name-select.tsx';
import { Snippet } from '../ui/snippet.tsx';
import type { ReactNode } from 'react';

/** As many as the server gives at once. */
const EVENTS_MAX = 1000;
const USUAL_SPAN = EVENT_SPANS[1];

/** `/events?kind=&cluster=&host=&q=&range=`: what happened, newest first. */
export function EventsPage() {
  const { search } = useAddress();
  const { may } = useSession();
  const [posting, setPosting] = useState(false);
  const filter = useEventFilter();
  const events = useQuery(queries.events(filter.request));
  const words = search.get('q') ?? '';
  const shown = useMemo(
    () =>
      events.data && withoutAttempts(events.data).filter((event) => words === '' || hasWords(event, words)),
    [events.data, words],
  );
  return (
    <>
      <QueryFault error={events.error} what="the events" stale={events.data !== undefined} />
      <EventControls filter={filter} words={words}>
        {may('operator') && !posting && (
          <button type="button" className="button" onClick={() => setPosting(true)}>
            <IconPlus size={16} aria-hidden="true" />
            Post a mark
          </button>
        )}
      </EventControls>
      {posting && <MarkForm cluster={filter.cluster} onDone={() => setPosting(false)} />}
      {shown && shown.length > 0 && (
        <section className="card card-flush" aria-label="Events">
          <EventList events={shown} />
          {events.data && events.data.length >= EVENTS_MAX && (
            <p className="sub none-match">
              These are the newest {EVENTS_MAX}. A cluster, a kind or a shorter time shows others.
            </p>
          )}
        </section>
      )}
      {shown?.length === 0 && <NoEvents narrowed={filter.narrowed || words !== ''} />}
    </>
  );
}

/** What the address asks for. */
function useEventFilter() {
  const { search } = useAddress();
  const kind = EVENT_KINDS.find((known) => known === search.get('kind'));
  const cluster = search.get('cluster') ?? '';
  const host = search.get('host') ?? '';
  const span = EVENT_SPANS.find(({ id }) => id === search.get('range')) ?? USUAL_SPAN;
  const request = {
    from: span.from,
    limit: EVENTS_MAX,
    ...(kind && { kind }),
    ...(cluster !== '' && { cluster: exactly(cluster) }),
    ...(host !== '' && { host: exactly(host) }),
  };
  const narrowed = kind !== undefined || cluster !== '' || host !== '';
  return { kind, cluster, host, span, request, narrowed };
}

function EventControls(props: {
  readonly filter: ReturnType<typeof useEventFilter>;
  readonly words: string;
  readonly children: ReactNode;
}) {
  const { filter, words, children } = props;
  const { link, change } = useAddress();
  const clusters = useQuery(queries.clusters());
  const hosts = useQuery({ ...queries.hostsOf(filter.cluster), enabled: filter.cluster !== '' });
  return (
    <div className="event-controls">
      <div className="row event-line">
        <Choices
          label="Kinds"
          chosen={filter.kind ?? 'all'}
          choices={[
            { id: 'all', label: 'All', href: link({ kind: undefined }) },
            ...EVENT_KINDS.map((id) => ({ id, label: kindLabel(id), href: link({ kind: id }) })),
          ]}
        />
        <span className="push" />
        <Choices
          label="Time"
          chosen={filter.span.id}
          choices={EVENT_SPANS.map(({ id, label }) => ({ id, label, href: link({ range: id }) }))}
        />
      </div>
      <div className="row event-line">
        <NameSelect
          label="Cluster"
          all="all clusters"
          names={clusters.data?.map(({ name }) => name) ?? []}
          value={filter.cluster}
          onChange={(cluster) => change({ cluster, host: undefined })}
        />
        {(filter.cluster !== '' || filter.host !== '') && (
          <NameSelect
            label="Host"
            all="all hosts"
            names={hosts.data?.map(({ name }) => name) ?? []}
            value={filter.host}
            onChange={(host) => change({ host })}
          />
        )}
        <FilterField label="Filter events" value={words} onChange={(q) => change({ q })} />
        <span className="push" />
        {children}
      </div>
    </div>
  );
}

function NoEvents({ narrowed }: { readonly narrowed: boolean }) {
  const { session } = useSession();
  if (narrowed) return <p className="card sub">No event matches what is chosen above.</p>;
  const users = session?.mode === 'users';
  return (
    <section className="card empty-events">
      <h2>Nothing has happened yet</h2>
      <p className="sub">
        Changes of state and notifications of agents appear here by themselves, and deploys and notes that
        people or programs post. They are drawn over every graph. At the end of a deploy script:
      </p>
      <Snippet text={curlLine(location.origin, users)} label="the command" />
      {users && (
        <p className="sub">
          TOKEN is an API token of the role operator:{' '}
          <code className="mono">script/muster token create --role operator</code>
        </p>
      )}
    </section>
  );
}
