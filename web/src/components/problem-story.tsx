import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { storyOf } from '../fleet/problem-story.ts';
import { anyOf, exactly } from '../fleet/pattern.ts';
import { formatInstant } from '../format/number.ts';
import { queries } from '../live/queries.ts';
import { Mark } from '../ui/mark.tsx';
import { Said } from '../ui/said.tsx';
import type { ServiceView } from '../../../src/contract/api.ts';

const STEPS_SHOWN = 12;
const HOSTS_ASKED = 20;

/** What happened to services and who was told of it, in the order of time. */
export function ProblemStory({ services }: { readonly services: readonly ServiceView[] }) {
  const { data: pages } = useQuery(queries.notifications());
  const request = useMemo(() => {
    const hosts = [...new Set(services.map(({ host }) => host))].slice(0, HOSTS_ASKED);
    return {
      cluster: exactly(services[0]?.cluster ?? ''),
      host: anyOf(hosts),
      kind: 'state' as const,
      from: '-7d',
      limit: 500,
    };
  }, [services]);
  const { data: events, isError } = useQuery(queries.events(request));
  const { steps, told } = useMemo(
    () => storyOf(services, events ?? [], pages ?? []),
    [services, events, pages],
  );
  const shown = steps.slice(-STEPS_SHOWN);
  const left = steps.length - shown.length;
  return (
    <div>
      <h3>{told ? 'Why you were paged' : 'What happened'}</h3>
      {left > 0 && <p className="sub">{left} earlier steps are not shown.</p>}
      {steps.length === 0 && (
        <p className="sub">
          {isError
            ? 'The history of states could not be read.'
            : events
              ? 'No change of its state is on record.'
              : '\u00a0'}
        </p>
      )}
      <ol className="story">
        {shown.map((step) => (
          <li key={step.key}>
            <time className="mono sub" title={formatInstant(step.timeMs)}>
              {clock(step.timeMs)}
            </time>
            <span className="story-mark">
              {step.mark === null ? <i aria-hidden="true" /> : <Mark kind={step.mark} silent />}
            </span>
            <div>
              <p className="story-title">
                <bdi>{step.title}</bdi>
              </p>
              {step.words !== '' && (
                <p className="sub">
                  <Said text={step.words} />
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
      {!told && pages && <p className="sub">Nobody has been told.</p>}
    </div>
  );
}

const times = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const days = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

function clock(timeMs: number): string {
  return (Date.now() - timeMs > 20 * 3_600_000 ? days : times).format(timeMs);
}
