import { useMemo } from 'react';
import { Link } from 'wouter';
import { usePointed, useRestingOrder } from './resting.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { hostKey } from '../fleet/heat-cells.ts';
import { problemLink } from '../fleet/link.ts';
import { notJudgedWords, outputWords, problemKey, problemTitle } from '../fleet/problem.ts';
import { markOf } from '../fleet/state.ts';
import { useLastSeen } from '../live/problems.ts';
import { Mark } from '../ui/mark.tsx';
import type { Problem } from '../fleet/problem.ts';

interface ProblemRowProps {
  readonly problem: Problem;
  /** Of its host, where it is down. */
  readonly lastSeenMs: number | undefined;
  readonly href: string;
  readonly nowMs: number;
  readonly selected?: boolean;
  /** Choosing replaces the address, and `j k` choose as they move. */
  readonly selects?: boolean;
  readonly onEnter?: () => void;
}

export function keyOfProblem({ service }: Problem): string {
  return problemKey(service);
}

export function ProblemRow({
  problem,
  lastSeenMs,
  href,
  nowMs,
  selected = false,
  selects = false,
  onEnter,
}: ProblemRowProps) {
  const { service } = problem;
  const mark = markOf(service.state);
  const hidden = notJudgedWords(problem);
  return (
    <li className={`problem problem-${mark}`} data-selected={selected || undefined}>
      <Mark kind={mark} />
      <Link
        href={href}
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
        {problemTitle(service)}
      </Link>
      <time className="mono dim nowrap" title={`since ${formatInstant(service.since_ms)}`}>
        {formatDuration(nowMs - service.since_ms)}
      </time>
      <p className="sub problem-output">
        {service.cluster} · {outputWords(service, lastSeenMs, nowMs)}
        {service.state_type === 'SOFT' && ` · attempt ${service.attempt} of ${service.max_check_attempts}`}
        {service.flapping && ' · flapping'}
        {hidden && ` · +${hidden}`}
      </p>
    </li>
  );
}

/** The worst few, for a corner of a page. */
export function ProblemDigest(props: {
  readonly problems: readonly Problem[];
  readonly nowMs: number;
  readonly most: number;
}) {
  const { problems, nowMs, most } = props;
  const { pointed, handlers } = usePointed();
  const shown = useRestingOrder(problems.slice(0, most), keyOfProblem, pointed);
  const lastSeen = useLastSeen(useMemo(() => problems.map(({ service }) => service), [problems]));
  return (
    <ul {...handlers}>
      {shown.map((problem) => (
        <ProblemRow
          key={keyOfProblem(problem)}
          problem={problem}
          lastSeenMs={lastSeen.get(hostKey(problem.service.cluster, problem.service.host))}
          nowMs={nowMs}
          href={problemLink(keyOfProblem(problem))}
        />
      ))}
      {problems.length > most && (
        <li className="problem-more">
          <Link href="/problems">and {problems.length - most} more</Link>
        </li>
      )}
    </ul>
  );
}
