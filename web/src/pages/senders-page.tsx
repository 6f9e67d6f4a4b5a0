import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { navigate } from 'wouter/use-browser-location';
import '../components/findings/findings.css';
import '../components/senders.css';
import { EmptyCluster } from '../components/empty-cluster.tsx';
import { FindingList } from '../components/findings/finding-list.tsx';
import { ListTable } from '../components/findings/list-table.tsx';
import { LossList } from '../components/loss-list.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { RefusedSenders } from '../components/refused-senders.tsx';
import { SenderCard } from '../components/sender-card.tsx';
import { SenderTable } from '../components/sender-table.tsx';
import { exactly } from '../fleet/pattern.ts';
import { findSenders, partSenders, senderOf } from '../fleet/sender.ts';
import { formatCount, formatShort } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { useDiagnosis } from '../live/diagnosis.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { LAST_HOUR, useLosses } from '../live/losses.ts';
import { queries } from '../live/queries.ts';
import { useSources } from '../live/sources.ts';
import { FilterField } from '../ui/filter-field.tsx';
import { Mark } from '../ui/mark.tsx';
import { NameSelect } from '../ui/name-select.tsx';
import type { Sender } from '../fleet/sender.ts';
import type { SourceView } from '../../../src/contract/api.ts';
import type { ReconcilerView } from '../../../src/contract/instances.ts';

/** What was refused an hour ago leaves the top so long after. */
const JUDGE_EVERY_MS = 10_000;
const NO_SOURCES: readonly SourceView[] = [];
const NO_LISTS: readonly ReconcilerView[] = [];

/**
 * `/senders?group=&q=&order=`: who talks to the server: what is amiss and what mends it, the lists of
 * instances, and who sends what, with what was refused of it.
 */
export function SendersPage() {
  const { search, link, change } = useAddress();
  const group = search.get('group') ?? '';
  const words = search.get('q') ?? '';
  const { answer, error } = useSources(group, words);
  const all = answer?.sources ?? NO_SOURCES;
  const ofGroup = useSenders(all, group);
  const shown = useMemo(() => findSenders(ofGroup, words), [ofGroup, words]);
  const leftOut = answer?.left_out ?? 0;
  return (
    <>
      <QueryFault error={error} what="the senders" stale={answer !== undefined} />
      <div className="row sender-controls">
        <NameSelect
          label="Group"
          all="all groups"
          names={useGroups(all)}
          value={group}
          onChange={(name) => navigate(link({ group: name }))}
        />
        <FilterField label="Filter senders" value={words} onChange={(q) => change({ q })} />
        {answer && <Together senders={shown} />}
      </div>
      <Amiss group={group} words={words} />
      <Lost group={group} />
      {shown.length > 0 && <Senders senders={shown} />}
      {answer && shown.length === 0 && (
        <NoSenders
          group={group}
          words={all.length > 0 ? words : ''}
          onClear={() => change({ q: undefined, group: undefined })}
        />
      )}
      {leftOut > 0 && (
        <p className="sub">
          {formatCount(leftOut)} more senders than an answer holds: these are the ones refused last, then
          those heard last. A group or a word shows others.
        </p>
      )}
    </>
  );
}

/** Findings, and the lists of instances. A single sender's page has those of it alone. */
function Amiss({ group, words }: { readonly group: string; readonly words: string }) {
  const { answer, error } = useDiagnosis(group);
  const { data = NO_LISTS } = useQuery(queries.reconcilers());
  const lists = data.filter(({ groups }) => group === '' || groups.length === 0 || groups.includes(group));
  return (
    <>
      <QueryFault error={error} what="what is amiss" stale={answer !== undefined} />
      {answer && <FindingList answer={answer} words={words} group={group} lists={lists} />}
      {words.trim() === '' && <ListTable lists={lists} />}
    </>
  );
}

/** Of one group, or of all. */
function Lost({ group }: { readonly group: string }) {
  return <LossList losses={useLosses(group === '' ? '.*' : exactly(group), LAST_HOUR)} />;
}

function useSenders(all: readonly SourceView[], group: string): readonly Sender[] {
  const nowMs = useServerNow(JUDGE_EVERY_MS);
  const turn = Math.floor(nowMs / JUDGE_EVERY_MS);
  return useMemo(
    () =>
      all.filter((source) => group === '' || source.group === group).map((source) => senderOf(source, nowMs)),
    // oxlint-disable-next-line react/exhaustive-deps -- judged by the time of its turn.
    [all, group, turn],
  );
}

/** Those configured, and those that only senders are left of. */
function useGroups(all: readonly SourceView[]): readonly string[] {
  const { data: clusters } = useQuery(queries.clusters());
  return useMemo(() => {
    const configured = clusters?.map(({ name }) => name) ?? [];
    return [...new Set([...configured, ...all.map(({ group }) => group)])].toSorted();
  }, [clusters, all]);
}

function Senders({ senders }: { readonly senders: readonly Sender[] }) {
  const nowMs = useServerNow();
  const { refused, calm } = useMemo(() => partSenders(senders), [senders]);
  const [first] = senders;
  if (first && senders.length === 1) {
    return (
      <section className="card card-flush" aria-label="Sender">
        <SenderCard sender={first} nowMs={nowMs} alone />
      </section>
    );
  }
  return (
    <>
      {refused.length > 0 && <RefusedSenders senders={refused} of={senders.length} />}
      {calm.length > 0 && (
        <section className="card card-flush" aria-label="Taken whole">
          <div className="card-head">
            <h2>Taken whole</h2>
            {refused.length === 0 && <AllTaken />}
          </div>
          <SenderTable senders={calm} />
        </section>
      )}
    </>
  );
}

function AllTaken() {
  return (
    <span className="row sub push">
      <Mark kind="ok" silent /> nothing refused in the last hour
    </span>
  );
}

/** `36 senders · 1.20 k values/s`. */
function Together({ senders }: { readonly senders: readonly Sender[] }) {
  const rate = senders.reduce((sum, { source }) => sum + source.values_per_second, 0);
  return (
    <p className="sub push nowrap">
      {senders.length === 1 ? '1 sender' : `${formatCount(senders.length)} senders`} · {formatShort(rate)}{' '}
      values/s
    </p>
  );
}

function NoSenders(props: { readonly group: string; readonly words: string; readonly onClear: () => void }) {
  const { group, words, onClear } = props;
  const { data: clusters } = useQuery(queries.clusters());
  if (words !== '') {
    return (
      <section className="card empty">
        <h2>
          No sender{' '}
          {group !== '' && (
            <>
              of <bdi>{group}</bdi>{' '}
            </>
          )}
          has “<bdi>{words}</bdi>”
        </h2>
        <p className="sub">Words are looked for in addresses, groups, hosts, protocols and reasons.</p>
        <button type="button" className="button" onClick={onClear}>
          Show all senders
        </button>
      </section>
    );
  }
  const able = clusters?.filter(({ name, port }) => (group === '' ? port !== null : name === group));
  const taught = able?.find(({ hosts }) => hosts === 0) ?? able?.[0];
  return (
    <section className="card">
      <h2>
        Nobody sends yet
        {group !== '' && (
          <>
            {' to '}
            <bdi>{group}</bdi>
          </>
        )}
      </h2>
      {taught && <EmptyCluster cluster={taught.name} port={taught.port} />}
    </section>
  );
}
