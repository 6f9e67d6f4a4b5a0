import { Link } from 'wouter';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { problemKey, problemTitle } from '../fleet/problem.ts';
import { markOf } from '../fleet/state.ts';
import { Mark } from '../ui/mark.tsx';
import type { ServiceView } from '../../../src/contract/api.ts';

interface ProblemRowProps {
  readonly service: ServiceView;
  readonly href: string;
  readonly nowMs: number;
  readonly selected?: boolean;
  /** Choosing replaces the address, and `j k` choose as they move. */
  readonly selects?: boolean;
  readonly onEnter?: () => void;
}

export function ProblemRow({
  service,
  href,
  nowMs,
  selected = false,
  selects = false,
  onEnter,
}: ProblemRowProps) {
  const mark = markOf(service.state);
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
        {service.cluster} · {service.output || 'no output'}
        {service.state_type === 'SOFT' && ` · attempt ${service.attempt} of ${service.max_check_attempts}`}
        {service.flapping && ' · flapping'}
      </p>
    </li>
  );
}

/** The worst few, for a corner of a page. */
export function ProblemDigest(props: {
  readonly problems: readonly ServiceView[];
  readonly nowMs: number;
  readonly most: number;
}) {
  const { problems, nowMs, most } = props;
  return (
    <ul>
      {problems.slice(0, most).map((service) => (
        <ProblemRow
          key={problemKey(service)}
          service={service}
          nowMs={nowMs}
          href={`/problems?sel=${encodeURIComponent(problemKey(service))}`}
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
