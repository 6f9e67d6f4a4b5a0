import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { navigate } from 'wouter/use-browser-location';
import { ProblemDetail } from '../components/problem-detail.tsx';
import { ProblemRow } from '../components/problem-list.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { hostLink } from '../fleet/link.ts';
import { matchesWords } from '../fleet/pattern.ts';
import { compareProblems, listOf, problemKey, problemTitle, PROBLEM_LISTS } from '../fleet/problem.ts';
import { useAddress } from '../live/address.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { queries } from '../live/queries.ts';
import { Choices } from '../ui/choices.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import { Mark } from '../ui/mark.tsx';
import type { ProblemList } from '../fleet/problem.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

/** More than this is narrowed by the filter. */
const ROWS_MAX = 300;
const NONE: readonly ServiceView[] = [];

/** `/problems?list=&q=&sel=`: what is wrong, the worst first, and why beside it. */
export function ProblemsPage() {
  const { search, link, change } = useAddress();
  const { data, error } = useQuery(queries.problems());
  const nowMs = useServerNow();
  const list = PROBLEM_LISTS.find((known) => known === search.get('list')) ?? 'open';
  const filter = search.get('q') ?? '';
  const shown = useMemo(() => select(data ?? NONE, list, filter), [data, list, filter]);
  const wanted = search.get('sel');
  const chosen = shown.find((service) => problemKey(service) === wanted);
  const detail = chosen ?? shown[0];
  return (
    <>
      <QueryFault error={error} what="the problems" stale={data !== undefined} />
      <div className="row problem-controls">
        <Choices
          label="Lists"
          chosen={list}
          choices={PROBLEM_LISTS.map((id) => ({
            id,
            label: `${listLabel(id)} ${(data ?? NONE).filter((service) => listOf(service) === id).length}`,
            href: link({ list: id === 'open' ? undefined : id, sel: undefined }),
          }))}
        />
        <FilterField label="Filter problems" value={filter} onChange={(q) => change({ q })} />
      </div>
      {data && shown.length === 0 && <NothingHere list={list} filter={filter} />}
      {detail && (
        <div className="problem-columns" data-chosen={chosen ? '' : undefined}>
          <section className="card card-flush problem-list" aria-label={`${listLabel(list)} problems`}>
            <ul>
              {shown.slice(0, ROWS_MAX).map((service) => (
                <ProblemRow
                  key={problemKey(service)}
                  service={service}
                  nowMs={nowMs}
                  href={link({ sel: problemKey(service) })}
                  selected={service === detail}
                  selects
                  onEnter={() => navigate(hostLink(service.cluster, service.host))}
                />
              ))}
            </ul>
            {shown.length > ROWS_MAX && (
              <p className="sub none-match">and {shown.length - ROWS_MAX} more; a filter narrows them</p>
            )}
          </section>
          <ProblemDetail key={problemKey(detail)} service={detail} back={link({ sel: undefined })} />
        </div>
      )}
    </>
  );
}

function select(services: readonly ServiceView[], list: ProblemList, filter: string): ServiceView[] {
  return services
    .filter((service) => listOf(service) === list)
    .filter((service) =>
      matchesWords(filter, [service.cluster, problemTitle(service), service.output, service.state]),
    )
    .toSorted(compareProblems);
}

function listLabel(list: ProblemList): string {
  switch (list) {
    case 'open':
      return 'Open';
    case 'acknowledged':
      return 'Acknowledged';
    case 'downtime':
      return 'In downtime';
  }
}

function NothingHere({ list, filter }: { readonly list: ProblemList; readonly filter: string }) {
  if (filter !== '') return <p className="card sub">No problem has “{filter}”.</p>;
  if (list !== 'open')
    return <p className="card sub">Nothing is {list === 'downtime' ? 'in downtime' : list}.</p>;
  return (
    <section className="card empty">
      <Mark kind="ok" />
      <h2>All well</h2>
      <p className="sub">No problem is open. What is acknowledged or in downtime has its own list above.</p>
    </section>
  );
}
