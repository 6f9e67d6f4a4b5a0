import { useMemo } from 'react';
import { Link } from 'wouter';
import { ExplainFold } from './alerts/explain-fold.tsx';
import { DetailHead, Notes, Runbook } from './problem-detail.tsx';
import { isDrawn, LINES_MAX, ProblemChart } from './problem-chart.tsx';
import { ProblemStory } from './problem-story.tsx';
import { ToldLine } from './told-line.tsx';
import { clusterLink } from '../fleet/link.ts';
import { groupTitle, isOneService, sinceMs } from '../fleet/problem-group.ts';
import { problemKey, problemTitle } from '../fleet/problem.ts';
import { markOf } from '../fleet/state.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { Mark } from '../ui/mark.tsx';
import { Said } from '../ui/said.tsx';
import { unturned } from '../../../src/contract/unturned.ts';
import type { ProblemGroup } from '../fleet/problem-group.ts';

const HOSTS_SHOWN = 12;

/** Why the same service is in trouble on several hosts: their lines together, and what happened to them. */
export function GroupDetail(props: {
  readonly group: ProblemGroup;
  readonly linkTo: (problemKey: string) => string;
  readonly back: string;
}) {
  const { group, linkTo, back } = props;
  const nowMs = useServerNow();
  const services = useMemo(() => group.problems.map(({ service }) => service), [group]);
  const drawn = useMemo(() => services.filter(isDrawn).slice(0, LINES_MAX), [services]);
  const { service } = group.problems[0];
  const title = groupTitle(group);
  // Loads and disks share no axis.
  const oneMetric = isOneService(group);
  return (
    <section className="card problem-detail" aria-label={title}>
      <DetailHead mark={markOf(service.state)} title={title} back={back} />
      <p className="sub">
        since {formatInstant(sinceMs(group))} ({formatDuration(nowMs - sinceMs(group))})
      </p>
      {group.incident && <ToldLine incident={group.incident} nowMs={nowMs} />}
      {drawn.length > 0 && oneMetric && <ProblemChart services={drawn} />}
      {drawn.length > 0 && oneMetric && drawn.length < services.length && (
        <p className="sub">
          The graph shows the worst {drawn.length} of {services.length}.
        </p>
      )}
      <ul className="group-hosts">
        {group.problems.slice(0, HOSTS_SHOWN).map((problem) => (
          <li key={problemKey(problem.service)} className="row">
            <Mark kind={markOf(problem.service.state)} />
            <Link
              href={linkTo(problemKey(problem.service))}
              className="mono ellipsis"
              title={problemTitle(problem.service)}
            >
              <bdi>
                {group.hosts < group.problems.length ? problemTitle(problem.service) : problem.service.host}
              </bdi>
            </Link>
            <span className="sub ellipsis push" title={unturned(problem.service.output)}>
              <Said text={problem.service.output} />
            </span>
          </li>
        ))}
        {group.problems.length > HOSTS_SHOWN && (
          <li className="sub">and {group.problems.length - HOSTS_SHOWN} more, in the list</li>
        )}
      </ul>
      <Notes text={service.notes} />
      <ExplainFold names={service} />
      <ProblemStory services={services} />
      <div className="row detail-actions">
        <Link href={clusterLink(service.cluster)} className="button">
          Open <bdi className="ellipsis">{service.cluster}</bdi>
        </Link>
        <Runbook address={service.runbook} />
      </div>
    </section>
  );
}
