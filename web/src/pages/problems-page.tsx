import { useMemo, useState } from 'react';
import { GroupDetail } from '../components/group-detail.tsx';
import { ProblemDetail } from '../components/problem-detail.tsx';
import { ProblemLines } from '../components/problem-lines.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { RecentProblems } from '../components/recent-problems.tsx';
import { usePointed, useRestingOrder } from '../components/resting.ts';
import { hostKey } from '../fleet/host-key.ts';
import { matchesWords } from '../fleet/pattern.ts';
import { findSelected, groupProblems, linesOf } from '../fleet/problem-group.ts';
import { listOf, problemKey, problemsOf, problemTitle, PROBLEM_LISTS } from '../fleet/problem.ts';
import { UNKNOWN } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useLastSeen, useProblems } from '../live/problems.ts';
import { Choices } from '../ui/choices.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import { Mark } from '../ui/mark.tsx';
import type { ProblemGroup, Selected } from '../fleet/problem-group.ts';
import type { Problem, ProblemList } from '../fleet/problem.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

const NONE: readonly ServiceView[] = [];
const RECENT = 'recent';

/** `/problems?list=&q=&sel=`: what is wrong, the worst first, and why beside it. */
export function ProblemsPage() {
  const { search, link, change } = useAddress();
  const { services: data, nothingJudged, error } = useProblems();
  const recent = search.get('list') === RECENT;
  const list = PROBLEM_LISTS.find((known) => known === search.get('list')) ?? 'open';
  const filter = search.get('q') ?? '';
  const problems = useMemo(() => problemsOf(data ?? NONE), [data]);
  const counts = useMemo(() => countLists(problems), [problems]);
  return (
    <>
      <QueryFault error={error} what="the problems" stale={data !== undefined} />
      <div className="row problem-controls">
        <Choices
          label="Lists"
          chosen={recent ? RECENT : list}
          choices={[
            ...PROBLEM_LISTS.filter((id) => id === 'open' || id === list || counts.has(id)).map((id) => ({
              id,
              label: `${listLabel(id)} ${data ? (counts.get(id) ?? 0) : UNKNOWN}`,
              href: link({ list: id === 'open' ? undefined : id, sel: undefined }),
            })),
            { id: RECENT, label: 'Recent', href: link({ list: RECENT, sel: undefined }) },
          ]}
        />
        <FilterField label="Filter problems" value={filter} onChange={(q) => change({ q })} />
      </div>
      {recent && <RecentProblems filter={filter} />}
      {!recent && data && <ListAndDetail problems={problems} list={list} filter={filter} />}
      {!recent && nothingJudged && <NothingJudged />}
    </>
  );
}

interface ListProps {
  readonly problems: readonly Problem[];
  readonly list: ProblemList;
  readonly filter: string;
}

function ListAndDetail({ problems, list, filter }: ListProps) {
  const { search, link, change } = useAddress();
  const nowMs = useServerNow();
  const groups = useMemo(() => groupProblems(select(problems, list, filter)), [problems, list, filter]);
  const { pointed, handlers } = usePointed();
  const shown = useRestingOrder(groups, keyOf, pointed);
  const chosen = findSelected(shown, search.get('sel'));
  const selected = chosen ?? first(shown);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => linesOf(shown, withSelected(unfolded, chosen)), [shown, unfolded, chosen]);
  const lastSeen = useLastSeen(useMemo(() => problems.map(({ service }) => service), [problems]));
  if (!selected) {
    return <NothingHere list={list} filter={filter} onClear={() => change({ q: undefined })} />;
  }
  const toggle = (key: string) => setUnfolded(toggled(unfolded, key));
  const back = link({ sel: undefined });
  const linkTo = (key: string) => link({ sel: key });
  return (
    <div className="problem-columns" data-chosen={chosen ? '' : undefined}>
      <section
        className="card card-flush problem-list"
        aria-label={`${listLabel(list)} problems`}
        {...handlers}
      >
        <ProblemLines
          lines={lines}
          lastSeen={lastSeen}
          nowMs={nowMs}
          selected={lineOf(selected)}
          hrefOf={linkTo}
          onUnfold={toggle}
        />
      </section>
      {selected.kind === 'group' ? (
        <GroupDetail key={selected.group.key} group={selected.group} linkTo={linkTo} back={back} />
      ) : (
        <ProblemDetail
          key={problemKey(selected.problem.service)}
          problem={selected.problem}
          lastSeenMs={lastSeen.get(hostKey(selected.problem.service.cluster, selected.problem.service.host))}
          linkTo={linkTo}
          back={back}
        />
      )}
    </div>
  );
}

function keyOf({ key }: ProblemGroup): string {
  return key;
}

function first(groups: readonly ProblemGroup[]): Selected | undefined {
  const [group] = groups;
  return group && findSelected([group], group.key);
}

/** The line of the list that stands for what is selected. */
function lineOf(selected: Selected): string {
  if (selected.kind === 'group') return selected.group.key;
  const { group, problem } = selected;
  const own = problemKey(problem.service);
  const listed = group.problems.some(({ service }) => problemKey(service) === own);
  return listed ? own : group.key;
}

/** A group whose member the address names is unfolded. */
function withSelected(unfolded: ReadonlySet<string>, chosen: Selected | undefined): ReadonlySet<string> {
  return chosen?.kind === 'problem' ? new Set([...unfolded, chosen.group.key]) : unfolded;
}

function toggled(unfolded: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(unfolded);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** As people see them: equal problems of several hosts are one. */
function countLists(problems: readonly Problem[]): ReadonlyMap<ProblemList, number> {
  const byList = Map.groupBy(problems, ({ service }) => listOf(service));
  return new Map([...byList].map(([list, members]) => [list, groupProblems(members).length]));
}

function select(problems: readonly Problem[], list: ProblemList, filter: string): Problem[] {
  return problems
    .filter(({ service }) => listOf(service) === list)
    .filter(({ service }) =>
      matchesWords(filter, [service.cluster, problemTitle(service), service.output, service.state]),
    );
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

function NothingJudged() {
  return (
    <section className="card empty">
      <Mark kind="pending" />
      <h2>Nothing has been judged yet</h2>
      <p className="sub">
        A host is judged once it has been heard, by the checks that match it:{' '}
        <code className="mono">checks/*.yaml</code>
      </p>
    </section>
  );
}

function NothingHere(props: {
  readonly list: ProblemList;
  readonly filter: string;
  readonly onClear: () => void;
}) {
  const { list, filter, onClear } = props;
  if (filter !== '') {
    return (
      <section className="card empty">
        <h2>
          No problem has “<bdi>{filter}</bdi>”
        </h2>
        <p className="sub">Words are looked for in cluster, host, service, state and output.</p>
        <button type="button" className="button" onClick={onClear}>
          Show all problems
        </button>
      </section>
    );
  }
  if (list !== 'open')
    return <p className="card sub">Nothing is {list === 'downtime' ? 'in downtime' : list}.</p>;
  return (
    <section className="card empty">
      <Mark kind="ok" />
      <h2>All well</h2>
      <p className="sub">No problem is open.</p>
    </section>
  );
}
