import { useMemo } from 'react';
import { Link } from 'wouter';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { usePointed, useRestingOrder } from './resting.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { hostKey } from '../fleet/host-key.ts';
import { problemLink } from '../fleet/link.ts';
import { groupTitle, hostNames, isGroup, isOneService, sinceMs } from '../fleet/problem-group.ts';
import { notJudgedWords, outputWords, problemTitle } from '../fleet/problem.ts';
import { markOf } from '../fleet/state.ts';
import { useLastSeen } from '../live/problems.ts';
import { Mark } from '../ui/mark.tsx';
import { Said } from '../ui/said.tsx';
import type { ReactNode } from 'react';
import type { MarkKind } from '../fleet/state.ts';
import type { ProblemGroup } from '../fleet/problem-group.ts';
import type { Problem } from '../fleet/problem.ts';

export interface RowLink {
  readonly href: string;
  readonly selected?: boolean;
  /** Choosing replaces the address, and `j k` choose as they move. */
  readonly selects?: boolean;
  readonly onEnter?: () => void;
}

interface ProblemRowProps extends RowLink {
  readonly mark: MarkKind;
  readonly title: string;
  readonly words: string;
  readonly time: ReactNode;
  /** After the time: unfolds a group. */
  readonly lead?: ReactNode;
  /** Before the mark: picks the line. */
  readonly pick?: ReactNode;
  /** Below: who was told. */
  readonly told?: ReactNode;
}

/** A line of a list of problems: mark, title, how long, and what it says. */
export function ProblemRow(props: ProblemRowProps) {
  const { mark, title, words, selected = false, selects = false, onEnter } = props;
  return (
    <div
      className={`problem problem-${mark}`}
      data-selected={selected || undefined}
      data-picks={props.pick ? '' : undefined}
    >
      {props.pick}
      <Mark kind={mark} />
      <Link
        href={props.href}
        replace={selects && selected}
        className="cover-link problem-title"
        data-row={selects ? 'select' : 'go'}
        aria-current={selected ? 'true' : undefined}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !onEnter || !selected) return;
          event.preventDefault();
          onEnter();
        }}
      >
        <bdi>{title}</bdi>
      </Link>
      <span className="row problem-time">
        {props.time}
        {props.lead}
      </span>
      <p className="sub problem-output">
        <Said text={words} />
      </p>
      {props.told}
    </div>
  );
}

/** How long a problem has lasted; exactly since when on hover. */
export function Lasting({ sinceMs: from, nowMs }: { readonly sinceMs: number; readonly nowMs: number }) {
  return (
    <time className="mono dim nowrap" title={`since ${formatInstant(from)}`}>
      {formatDuration(nowMs - from)}
    </time>
  );
}

/** What a problem says now, and how sure it is. `lastSeenMs`: of its host, where that is down. */
export function problemWords(problem: Problem, lastSeenMs: number | undefined, nowMs: number): string {
  const { service } = problem;
  const hidden = notJudgedWords(problem);
  return [
    outputWords(service, lastSeenMs, nowMs),
    service.state_type === 'SOFT' && `attempt ${service.attempt} of ${service.max_check_attempts}`,
    service.flapping && 'flapping',
    hidden && `+${hidden}`,
  ]
    .filter((part) => part !== false && part !== '')
    .join(' · ');
}

/** Of a group its hosts and what the worst of them says; of a lone problem where it is and what it says. */
export function groupWords(group: ProblemGroup, lastSeenMs: number | undefined, nowMs: number): string {
  const [worst] = group.problems;
  const words = problemWords(worst, lastSeenMs, nowMs);
  if (!isGroup(group)) return `${worst.service.cluster} · ${words}`;
  return isOneService(group)
    ? `${hostNames(group)} · ${words}`
    : `${hostNames(group)} · ${problemTitle(worst.service)}: ${words}`;
}

export function GroupRow(
  props: RowLink & {
    readonly group: ProblemGroup;
    readonly lastSeenMs: number | undefined;
    readonly nowMs: number;
    readonly unfolded?: boolean;
    readonly onUnfold?: () => void;
    readonly pick?: ReactNode;
    readonly told?: ReactNode;
  },
) {
  const { group, lastSeenMs, nowMs, unfolded = false, onUnfold } = props;
  const title = groupTitle(group);
  const Chevron = unfolded ? IconChevronDown : IconChevronRight;
  const lead = onUnfold && isGroup(group) && (
    <button
      type="button"
      className="unfold"
      aria-expanded={unfolded}
      aria-label={`Services of ${title}`}
      onClick={onUnfold}
    >
      <Chevron size={16} aria-hidden="true" />
    </button>
  );
  return (
    <ProblemRow
      {...props}
      mark={markOf(group.problems[0].service.state)}
      title={title}
      words={groupWords(group, lastSeenMs, nowMs)}
      time={<Lasting sinceMs={sinceMs(group)} nowMs={nowMs} />}
      lead={lead}
    />
  );
}

/** The worst few, for a corner of a page. */
export function ProblemDigest(props: {
  readonly groups: readonly ProblemGroup[];
  readonly nowMs: number;
  readonly most: number;
}) {
  const { groups, nowMs, most } = props;
  const { pointed, handlers } = usePointed();
  const shown = useRestingOrder(groups.slice(0, most), keyOf, pointed);
  const lastSeen = useLastSeen(useMemo(() => groups.map(({ problems }) => problems[0].service), [groups]));
  return (
    <ul className="problem-list" {...handlers}>
      {shown.map((group) => {
        const { cluster, host } = group.problems[0].service;
        return (
          <li key={group.key}>
            <GroupRow
              group={group}
              lastSeenMs={lastSeen.get(hostKey(cluster, host))}
              nowMs={nowMs}
              href={problemLink(group.key)}
            />
          </li>
        );
      })}
      {groups.length > most && (
        <li className="problem-more">
          <Link href="/problems">and {groups.length - most} more</Link>
        </li>
      )}
    </ul>
  );
}

function keyOf({ key }: ProblemGroup): string {
  return key;
}
