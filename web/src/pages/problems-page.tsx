import { useMemo, useState } from 'react';
import { ActionBar } from '../components/actions/action-bar.tsx';
import { usePicked } from '../components/actions/picked.ts';
import { GroupDetail } from '../components/group-detail.tsx';
import { useKeys } from '../components/keys.ts';
import { ProblemDetail } from '../components/problem-detail.tsx';
import { ProblemOver } from '../components/problem-over.tsx';
import { ProblemLines } from '../components/problem-lines.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { RecentProblems } from '../components/recent-problems.tsx';
import { usePointed, useRestingOrder } from '../components/resting.ts';
import { hostKey } from '../fleet/host-key.ts';
import { matchesWords } from '../fleet/pattern.ts';
import { findSelected, groupProblems, groupTitle, linesOf, listWith } from '../fleet/problem-group.ts';
import { listLabel, listOf, problemKey, problemsOf, problemTitle, PROBLEM_LISTS } from '../fleet/problem.ts';
import { UNKNOWN } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useIncidents, useLastSeen, useProblems } from '../live/problems.ts';
import { Choices } from '../ui/choices.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import { Mark } from '../ui/mark.tsx';
import type { ReactNode } from 'react';
import type { Picked } from '../components/actions/picked.ts';
import type { ProblemGroup, Selected } from '../fleet/problem-group.ts';
import type { Problem, ProblemList } from '../fleet/problem.ts';
import type { IncidentView } from '../../../src/contract/alert-views.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

const NONE: readonly ServiceView[] = [];
const RECENT = 'recent';

/** `/problems?list=&q=&sel=`: what is wrong, the worst first, gathered as pages are, and why beside it. */
export function ProblemsPage() {
  const { search, link, change } = useAddress();
  const { services: data, nothingJudged, error } = useProblems();
  const incidents = useIncidents();
  const recent = search.get('list') === RECENT;
  const list = PROBLEM_LISTS.find((known) => known === search.get('list')) ?? 'open';
  const filter = search.get('q') ?? '';
  const problems = useMemo(() => problemsOf(data ?? NONE), [data]);
  const counts = useMemo(() => countLists(problems, incidents), [problems, incidents]);
  const known = data !== undefined && incidents !== undefined;
  const controls = (
    <>
      <Choices
        label="Lists"
        chosen={recent ? RECENT : list}
        choices={[
          ...PROBLEM_LISTS.filter((id) => id === 'open' || id === list || counts.has(id)).map((id) => ({
            id,
            label: `${listLabel(id)} ${known ? (counts.get(id) ?? 0) : UNKNOWN}`,
            href: link({ list: id === 'open' ? undefined : id, sel: undefined }),
          })),
          { id: RECENT, label: 'Recent', href: link({ list: RECENT, sel: undefined }) },
        ]}
      />
      <FilterField label="Filter problems" value={filter} onChange={(q) => change({ q })} />
    </>
  );
  const judged = !recent && known;
  return (
    <>
      <QueryFault error={error} what="the problems" stale={data !== undefined} />
      {judged && <ListAndDetail key={list} {...{ problems, incidents, list, filter, controls }} />}
      {!judged && <div className="row problem-controls">{controls}</div>}
      {recent && <RecentProblems filter={filter} />}
      {!recent && nothingJudged && <NothingJudged />}
    </>
  );
}

interface ListProps {
  readonly problems: readonly Problem[];
  readonly incidents: readonly IncidentView[];
  readonly list: ProblemList;
  readonly filter: string;
  /** Beside the actions. */
  readonly controls: ReactNode;
}

function ListAndDetail({ problems, incidents, list, filter, controls }: ListProps) {
  const { search, link, change } = useAddress();
  const nowMs = useServerNow();
  const groups = useMemo(
    () => groupProblems(select(problems, list, filter), incidents),
    [problems, incidents, list, filter],
  );
  const { pointed, handlers } = usePointed();
  const shown = useRestingOrder(groups, keyOf, pointed);
  const wanted = search.get('sel') ?? '';
  const chosen = findSelected(shown, wanted);
  // Who comes for one problem is not given another, lest that be acknowledged.
  const selected = chosen ?? (wanted === '' ? first(shown) : undefined);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => linesOf(shown, withSelected(unfolded, chosen)), [shown, unfolded, chosen]);
  const lastSeen = useLastSeen(useMemo(() => problems.map(({ service }) => service), [problems]));
  const picked = usePicked(lines);
  const line = selected && lines.find(({ key }) => key === lineOf(selected));
  useKeys({ x: () => line && picked.toggle(line, false) });
  const back = link({ sel: undefined });
  const over = wanted !== '' && !chosen && (
    <ProblemOver
      wanted={wanted}
      list={listWith(problems, { incidents, wanted })}
      linkTo={(other) => link({ list: other === 'open' ? undefined : other, q: undefined })}
      back={back}
    />
  );
  if (shown.length === 0) {
    return (
      <>
        <div className="row problem-controls">{controls}</div>
        {over}
        <NothingHere list={list} filter={filter} onClear={() => change({ q: undefined })} />
      </>
    );
  }
  const toggle = (key: string) => setUnfolded(toggled(unfolded, key));
  const linkTo = (key: string) => link({ sel: key });
  return (
    <>
      <div className="row problem-controls">
        {controls}
        <Actions list={list} chosen={chosen} selected={selected} picked={picked} />
      </div>
      <div className="problem-columns" data-chosen={wanted === '' ? undefined : ''}>
        <section
          className="card card-flush problem-list"
          aria-label={`${listLabel(list)} problems`}
          {...handlers}
        >
          <ProblemLines
            lines={lines}
            lastSeen={lastSeen}
            nowMs={nowMs}
            selected={selected && lineOf(selected)}
            hrefOf={linkTo}
            onUnfold={toggle}
            picked={picked}
          />
        </section>
        {selected && <Detail selected={selected} lastSeen={lastSeen} linkTo={linkTo} back={back} />}
        {over}
      </div>
    </>
  );
}

/** What can be done with what is picked, or else with what is looked at. */
function Actions(props: {
  readonly list: ProblemList;
  readonly chosen: Selected | undefined;
  readonly selected: Selected | undefined;
  readonly picked: Picked;
}) {
  const { list, chosen, selected, picked } = props;
  const count = picked.services.length;
  if (count === 0 && !selected) return null;
  const of = count === 0 && selected;
  return (
    <ActionBar
      list={list}
      services={of ? servicesOf(of) : picked.services}
      title={of ? titleOf(of) : countProblems(count)}
      picked={count}
      idle={count === 0 && !chosen}
      onClear={picked.clear}
    />
  );
}

function Detail(props: {
  readonly selected: Selected;
  readonly lastSeen: ReadonlyMap<string, number>;
  readonly linkTo: (key: string) => string;
  readonly back: string;
}) {
  const { selected, lastSeen, linkTo, back } = props;
  if (selected.kind === 'group')
    return <GroupDetail key={selected.group.key} group={selected.group} linkTo={linkTo} back={back} />;
  const { service } = selected.problem;
  return (
    <ProblemDetail
      key={problemKey(service)}
      problem={selected.problem}
      incident={selected.group.incident}
      lastSeenMs={lastSeen.get(hostKey(service.cluster, service.host))}
      linkTo={linkTo}
      back={back}
    />
  );
}

function servicesOf(selected: Selected): readonly ServiceView[] {
  if (selected.kind === 'problem') return [selected.problem.service];
  return selected.group.problems.map(({ service }) => service);
}

function titleOf(selected: Selected): string {
  return selected.kind === 'group' ? groupTitle(selected.group) : problemTitle(selected.problem.service);
}

function countProblems(count: number): string {
  return count === 1 ? '1 problem' : `${count} problems`;
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

/** As people see them: what is told together is one. */
function countLists(
  problems: readonly Problem[],
  incidents: readonly IncidentView[] | undefined,
): ReadonlyMap<ProblemList, number> {
  const byList = Map.groupBy(problems, ({ service }) => listOf(service));
  return new Map([...byList].map(([list, members]) => [list, groupProblems(members, incidents).length]));
}

function select(problems: readonly Problem[], list: ProblemList, filter: string): Problem[] {
  return problems
    .filter(({ service }) => listOf(service) === list)
    .filter(({ service }) =>
      matchesWords(filter, [service.cluster, problemTitle(service), service.output, service.state]),
    );
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
