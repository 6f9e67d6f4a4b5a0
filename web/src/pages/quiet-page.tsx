import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { IconBellOff, IconTool } from '@tabler/icons-react';
import '../components/alerts/alerts.css';
import { useAct } from '../components/actions/action-context.tsx';
import { QuietRow } from '../components/alerts/quiet-row.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { matchesWords } from '../fleet/pattern.ts';
import { compareQuiets, coverageWords, QUIET_LISTS, quietListLabel, quietListOf } from '../fleet/quiet.ts';
import { UNKNOWN } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { alertQueries } from '../live/alert-queries.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { Choices } from '../ui/choices.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import type { QuietList } from '../fleet/quiet.ts';
import type { QuietView } from '../../../src/contract/alert-views.ts';

/** `/quiet?list=&q=`: downtimes and silences: what they cover, who made them, why, and until when. */
export function QuietPage() {
  const { search, link, change } = useAddress();
  const downtimes = useQuery(alertQueries.quiets('downtimes'));
  const silences = useQuery(alertQueries.quiets('silences'));
  const list = QUIET_LISTS.find((known) => known === search.get('list')) ?? 'active';
  const words = search.get('q') ?? '';
  const quiets = useMemo(
    () => (downtimes.data && silences.data ? [...downtimes.data, ...silences.data] : undefined),
    [downtimes.data, silences.data],
  );
  const lists = useMemo(() => quiets && Map.groupBy(quiets, quietListOf), [quiets]);
  return (
    <>
      <QueryFault
        error={downtimes.error ?? silences.error}
        what="the downtimes and silences"
        stale={quiets !== undefined}
      />
      <div className="row quiet-controls">
        <Choices
          label="Lists"
          chosen={list}
          choices={QUIET_LISTS.map((id) => ({
            id,
            label: `${quietListLabel(id)} ${lists ? (lists.get(id)?.length ?? 0) : UNKNOWN}`,
            href: link({ list: id === 'active' ? undefined : id }),
          }))}
        />
        <FilterField label="Filter" value={words} onChange={(q) => change({ q })} />
        <PlanButtons />
      </div>
      {lists && <Quiets list={list} quiets={lists.get(list) ?? []} words={words} />}
    </>
  );
}

function PlanButtons() {
  const act = useAct();
  return (
    <div className="row push plan-buttons">
      <button
        type="button"
        className="button"
        onClick={() => act({ kind: 'silence', title: '', services: [] })}
      >
        <IconBellOff size={16} aria-hidden="true" />
        Silence…
      </button>
      <button
        type="button"
        className="button button-main"
        onClick={() => act({ kind: 'downtime', title: '', services: [], form: { until: '4h' } })}
      >
        <IconTool size={16} aria-hidden="true" />
        Plan a downtime…
      </button>
    </div>
  );
}

function Quiets(props: {
  readonly list: QuietList;
  readonly quiets: readonly QuietView[];
  readonly words: string;
}) {
  const { list, quiets, words } = props;
  const nowMs = useServerNow();
  const shown = useMemo(
    () =>
      quiets
        .filter((quiet) =>
          matchesWords(words, [quiet.comment, quiet.author, quiet.kind, coverageWords(quiet.covers)]),
        )
        .toSorted(compareQuiets),
    [quiets, words],
  );
  if (shown.length === 0) return <NoQuiets list={list} words={words} />;
  return (
    <section className="card card-flush" aria-label={`${quietListLabel(list)} downtimes and silences`}>
      <ul>
        {shown.map((quiet) => (
          <QuietRow key={quiet.id} quiet={quiet} nowMs={nowMs} />
        ))}
      </ul>
    </section>
  );
}

function NoQuiets({ list, words }: { readonly list: QuietList; readonly words: string }) {
  if (words !== '')
    return (
      <p className="card sub">
        None of these has “<bdi>{words}</bdi>”.
      </p>
    );
  if (list === 'over') return <p className="card sub">None has ended yet.</p>;
  return (
    <section className="card empty">
      <h2>{list === 'active' ? 'Nothing is quiet' : 'Nothing is planned'}</h2>
      <p className="sub">
        A downtime says that something will be down: nobody is told meanwhile. A silence keeps quiet what is
        known already. Both have a reason, an end and an undo; both say what they cover before they begin.
      </p>
    </section>
  );
}
