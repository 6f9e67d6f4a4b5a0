import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import '../components/alerts/alerts.css';
import { NotificationList } from '../components/alerts/notification-list.tsx';
import { ReceiverStrip } from '../components/alerts/receiver-strip.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { OUTCOMES, outcomeLabel } from '../fleet/notification.ts';
import { useAddress } from '../live/address.ts';
import { alertApi } from '../live/alert-api.ts';
import { alertQueries } from '../live/alert-queries.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { queries } from '../live/queries.ts';
import { Choices } from '../ui/choices.tsx';
import { NameSelect } from '../ui/name-select.tsx';
import { Snippet } from '../ui/snippet.tsx';
import type { NotificationsRequest } from '../live/alert-api.ts';
import type { ReceiverView } from '../../../src/contract/alert-views.ts';

const PAGE_ROWS = 100;
const NEW_EVERY_MS = 5000;

/** `/notifications?receiver=&outcome=&cluster=&host=&service=&incident=`: who was told what, and how it went. */
export function NotificationsPage() {
  const { search } = useAddress();
  const receivers = useQuery(alertQueries.receivers());
  const nowMs = useServerNow();
  const asked = filterOf(search);
  const log = useLog(asked);
  const rows = log.data?.pages.flat();
  const narrowed = Object.keys(asked).length > 0;
  return (
    <>
      <QueryFault error={receivers.error} what="the receivers" stale={receivers.data !== undefined} />
      {receivers.data && receivers.data.length > 0 && (
        <ReceiverStrip receivers={receivers.data} nowMs={nowMs} />
      )}
      <Filters asked={asked} receivers={receivers.data ?? []} />
      <QueryFault error={log.error} what="what was sent" stale={rows !== undefined} />
      {rows && rows.length > 0 && (
        <section className="card card-flush" aria-label="Notifications">
          <NotificationList rows={rows} />
          {log.hasNextPage && (
            <p className="older">
              <button
                type="button"
                className="button"
                disabled={log.isFetchingNextPage}
                onClick={() => void log.fetchNextPage()}
              >
                {log.isFetchingNextPage ? 'Looking…' : 'Older ones'}
              </button>
            </p>
          )}
        </section>
      )}
      {rows?.length === 0 && <Nothing narrowed={narrowed} taught={receivers.data?.length === 0} />}
    </>
  );
}

type Filter = Omit<NotificationsRequest, 'limit' | 'before'>;
const FILTERS = ['receiver', 'outcome', 'cluster', 'host', 'service', 'incident'] as const;

/** What the address asks for. */
function filterOf(search: URLSearchParams): Filter {
  return Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = search.get(name) ?? '';
      const known = name !== 'outcome' || OUTCOMES.some((outcome) => outcome === value);
      return value === '' || !known ? [] : [[name, value]];
    }),
  );
}

/** The newest, and older ones as they are asked for. */
function useLog(asked: Filter) {
  return useInfiniteQuery({
    queryKey: ['notifications', 'pages', asked],
    queryFn: ({ pageParam, signal }) =>
      alertApi.notifications(
        { ...asked, limit: PAGE_ROWS, ...(pageParam !== null && { before: pageParam }) },
        signal,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < PAGE_ROWS ? null : (page.at(-1)?.id ?? null)),
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : NEW_EVERY_MS),
    placeholderData: keepPreviousData,
  });
}

function Filters({
  asked,
  receivers,
}: {
  readonly asked: Filter;
  readonly receivers: readonly ReceiverView[];
}) {
  const { link, change } = useAddress();
  const clusters = useQuery(queries.clusters());
  const targets = receivers.flatMap(({ channels }) => channels.map(({ target }) => target));
  const { host = '', service = '', incident } = asked;
  return (
    <div className="row notification-controls">
      <Choices
        label="Outcomes"
        chosen={asked.outcome ?? 'all'}
        choices={[
          { id: 'all', label: 'All', href: link({ outcome: undefined }) },
          ...OUTCOMES.map((id) => ({ id, label: outcomeLabel(id), href: link({ outcome: id }) })),
        ]}
      />
      <NameSelect
        label="Receiver"
        all="all receivers"
        names={targets}
        value={asked.receiver ?? ''}
        onChange={(receiver) => change({ receiver })}
      />
      <NameSelect
        label="Cluster"
        all="all clusters"
        names={clusters.data?.map(({ name }) => name) ?? []}
        value={asked.cluster ?? ''}
        onChange={(cluster) => change({ cluster })}
      />
      <NameField label="Host" value={host} onChange={(name) => change({ host: name })} />
      <NameField label="Service" value={service} onChange={(name) => change({ service: name })} />
      {incident !== undefined && (
        <button type="button" className="button" onClick={() => change({ incident: undefined })}>
          One problem only: show all
        </button>
      )}
    </div>
  );
}

/** A whole name; looked for once it is typed. */
function NameField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
}) {
  return (
    <label className="field name-field">
      <span className="hidden-text">{props.label}</span>
      <input
        key={props.value}
        type="search"
        placeholder={props.label}
        defaultValue={props.value}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onBlur={(event) => props.onChange(event.currentTarget.value.trim())}
        onKeyDown={(event) => {
          if (event.key === 'Enter') props.onChange(event.currentTarget.value.trim());
        }}
      />
    </label>
  );
}

const RECEIVER_YAML = `alerts:
  receivers:
    - { name: ops, webhook: { url: https://chat.example.com/hook } }
  routes:
    - { match: { severity: critical|down }, receiver: ops }`;

function Nothing({ narrowed, taught }: { readonly narrowed: boolean; readonly taught: boolean }) {
  if (narrowed) return <p className="card sub">Nothing that was sent matches what is chosen above.</p>;
  if (!taught) return <p className="card sub">Nobody has been told of anything yet.</p>;
  return (
    <section className="card empty-alerts">
      <h2>Nobody is told of anything</h2>
      <p className="sub">
        Problems stand on the page Problems and nowhere else. Receivers and routes stand in muster.yaml, and
        hold once it is read again with SIGHUP:
      </p>
      <Snippet text={RECEIVER_YAML} label="the lines" />
    </section>
  );
}
