import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ProblemRow } from './problem-list.tsx';
import { QueryFault } from './query-fault.tsx';
import { formatAge, formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { serviceLink } from '../fleet/link.ts';
import { matchesWords } from '../fleet/pattern.ts';
import { placeWords } from '../fleet/place.ts';
import { HOST_SERVICE } from '../fleet/problem.ts';
import { endedProblems } from '../fleet/recent.ts';
import { markLabel } from '../fleet/state.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { queries } from '../live/queries.ts';
import type { EndedProblem } from '../fleet/recent.ts';

const REQUEST = { from: '-6h', kind: 'state', limit: 1000 } as const;
const HOURS = 6;
const ROWS_MAX = 300;

/** Problems of the last hours that are over, the newest end first. */
export function RecentProblems({ filter }: { readonly filter: string }) {
  const { data, error } = useQuery(queries.events(REQUEST));
  const nowMs = useServerNow();
  const ended = useMemo(
    () =>
      data &&
      endedProblems(data).filter((problem) =>
        matchesWords(filter, [problem.cluster, titleOf(problem), problem.text, problem.worst]),
      ),
    [data, filter],
  );
  if (error) return <QueryFault error={error} what="recent problems" stale={data !== undefined} />;
  if (!ended) return null;
  if (ended.length === 0) {
    return (
      <section className="card empty">
        <h2>{filter === '' ? `No problem ended in the last ${HOURS} hours` : `None has “${filter}”`}</h2>
        <p className="sub">What ends shows up here, with how long it lasted.</p>
      </section>
    );
  }
  return (
    <section className="card card-flush" aria-label="Recent problems">
      <ul className="problem-list">
        {ended.slice(0, ROWS_MAX).map((problem) => (
          <li key={`${problem.key} ${problem.endedMs}`}>
            <ProblemRow
              mark="ok"
              title={titleOf(problem)}
              words={`${problem.cluster} · was ${markLabel(problem.worst).toLowerCase()} for ${formatDuration(problem.endedMs - problem.sinceMs)}${problem.text === '' ? '' : ` · ${problem.text}`}`}
              time={
                <time className="mono dim nowrap" title={formatInstant(problem.endedMs)}>
                  {formatAge(problem.endedMs, nowMs)}
                </time>
              }
              href={serviceLink(problem)}
            />
          </li>
        ))}
      </ul>
      {ended.length > ROWS_MAX && (
        <p className="sub none-match">and {ended.length - ROWS_MAX} more; a filter narrows them</p>
      )}
    </section>
  );
}

function titleOf({ cluster, service, host, worst }: EndedProblem): string {
  if (host === '') return `${service} · ${placeWords({ cluster, host })}`;
  return service === HOST_SERVICE ? `${host} was ${markLabel(worst).toLowerCase()}` : `${service} on ${host}`;
}
