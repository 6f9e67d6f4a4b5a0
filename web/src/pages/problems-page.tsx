import { useMemo } from 'react';
import { navigate } from 'wouter/use-browser-location';
import { ProblemDetail } from '../components/problem-detail.tsx';
import { keyOfProblem, ProblemRow } from '../components/problem-list.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { usePointed, useRestingOrder } from '../components/resting.ts';
import { hostKey } from '../fleet/heat-cells.ts';
import { hostLink } from '../fleet/link.ts';
import { UNKNOWN } from '../format/number.ts';
import { matchesWords } from '../fleet/pattern.ts';
import {
  compareProblems,
  listOf,
  problemKey,
  problemsOf,
  problemTitle,
  PROBLEM_LISTS,
} from '../fleet/problem.ts';
import { useAddress } from '../live/address.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useLastSeen, useProblems } from '../live/problems.ts';
import { Choices } from '../ui/choices.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import { Mark } from '../ui/mark.tsx';
import type { Problem, ProblemList } from '../fleet/problem.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

/** More than this is narrowed by the filter. */
const ROWS_MAX = 300;
const NONE: readonly ServiceView[] = [];

/** `/problems?list=&q=&sel=`: what is wrong, the worst first, and why beside it. */
export function ProblemsPage() {
  const { search, link, change } = useAddress();
  const { services: data, error } = useProblems();
  const nowMs = useServerNow();
  const list = PROBLEM_LISTS.find((known) => known === search.get('list')) ?? 'open';
  const filter = search.get('q') ?? '';
  const problems = useMemo(() => problemsOf(data ?? NONE), [data]);
  const sorted = useMemo(() => select(problems, list, filter), [problems, list, filter]);
  const { pointed, handlers } = usePointed();
  const shown = useRestingOrder(sorted, keyOfProblem, pointed);
  const lastSeen = useLastSeen(data ?? NONE);
  const { row, chosen } = find(shown, search.get('sel'));
  const detail = chosen ?? shown[0];
  const lastSeenOf = ({ service }: Problem) => lastSeen.get(hostKey(service.cluster, service.host));
  return (
    <>
      <QueryFault error={error} what="the problems" stale={data !== undefined} />
      <div className="row problem-controls">
        <Choices
          label="Lists"
          chosen={list}
          choices={PROBLEM_LISTS.map((id) => ({
            id,
            label: `${listLabel(id)} ${data ? count(problems, id) : UNKNOWN}`,
            href: link({ list: id === 'open' ? undefined : id, sel: undefined }),
          }))}
        />
        <FilterField label="Filter problems" value={filter} onChange={(q) => change({ q })} />
      </div>
      {data && shown.length === 0 && <NothingHere list={list} filter={filter} />}
      {detail && (
        <div className="problem-columns" data-chosen={chosen ? '' : undefined}>
          <section className="card card-flush problem-list" aria-label={`${listLabel(list)} problems`}>
            <ul {...handlers}>
              {shown.slice(0, ROWS_MAX).map((problem) => (
                <ProblemRow
                  key={keyOfProblem(problem)}
                  problem={problem}
                  lastSeenMs={lastSeenOf(problem)}
                  nowMs={nowMs}
                  href={link({ sel: keyOfProblem(problem) })}
                  selected={problem === (row ?? detail)}
                  selects
                  onEnter={() => navigate(hostLink(problem.service.cluster, problem.service.host))}
                />
              ))}
            </ul>
            {shown.length > ROWS_MAX && (
              <p className="sub none-match">and {shown.length - ROWS_MAX} more; a filter narrows them</p>
            )}
          </section>
          <ProblemDetail
            key={keyOfProblem(detail)}
            problem={detail}
            lastSeenMs={lastSeenOf(detail)}
            linkTo={(key) => link({ sel: key })}
            back={link({ sel: undefined })}
          />
        </div>
      )}
    </>
  );
}

function isIn({ service }: Problem, list: ProblemList): boolean {
  return listOf(service) === list;
}

function count(problems: readonly Problem[], list: ProblemList): number {
  return problems.filter((problem) => isIn(problem, list)).length;
}

/** The row an address names, and what it shows: the row's problem, or a service not judged below it. */
function find(shown: readonly Problem[], wanted: string | null): { row?: Problem; chosen?: Problem } {
  for (const row of shown) {
    if (keyOfProblem(row) === wanted) return { row, chosen: row };
    const hidden = row.notJudged.find((service) => problemKey(service) === wanted);
    if (hidden) return { row, chosen: { service: hidden, notJudged: [] } };
  }
  return {};
}

function select(problems: readonly Problem[], list: ProblemList, filter: string): Problem[] {
  return problems
    .filter((problem) => isIn(problem, list))
    .filter(({ service }) =>
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
