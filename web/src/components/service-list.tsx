import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { ServiceActions } from './actions/service-actions.tsx';
import { useLocationProperty } from 'wouter/use-browser-location';
import { noServicesWords } from '../fleet/host-words.ts';
import { attemptWords, compareServices, outputWords, problemKey, quietWords } from '../fleet/problem.ts';
import { isProblem, markOf } from '../fleet/state.ts';
import { serviceAnchor, serviceLink } from '../fleet/link.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { Mark } from '../ui/mark.tsx';
import { Said } from '../ui/said.tsx';
import type { HostView, ServiceView } from '../../../src/contract/api.ts';

/** A host's services, the worst first; `#service-NAME` in the address leads to one. */
export function ServiceList(props: {
  readonly services: readonly ServiceView[];
  /** Undefined: not known yet. */
  readonly host: HostView | undefined;
  /** Nothing comes that could be judged: what is OK is so by its last sample, and fades. */
  readonly hostDown: boolean;
}) {
  const { services, host, hostDown } = props;
  const lastSeenMs = host?.last_seen_ms;
  const nowMs = useServerNow();
  const hash = useLocationProperty(() => decodeHash(location.hash));
  return (
    <section
      className="card card-flush host-services"
      aria-label="Services"
      data-stale={hostDown || undefined}
      data-none={services.length === 0 || undefined}
    >
      <div className="card-head">
        <h2>Services</h2>
        <span className="sub push">{services.length}</span>
      </div>
      {services.length > 0 && (
        <div className="row detail-actions host-actions">
          <ServiceActions services={services} title={host?.name ?? 'this host'} whole />
        </div>
      )}
      {services.length === 0 && <p className="sub none-match">{noServicesWords(host)}</p>}
      <ul>
        {services.toSorted(compareServices).map((service) => (
          <ServiceRow
            key={problemKey(service)}
            {...{ service, lastSeenMs, nowMs }}
            wanted={hash === serviceAnchor(service.service)}
          />
        ))}
      </ul>
    </section>
  );
}

function decodeHash(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return '';
  }
}

function ServiceRow(props: {
  readonly service: ServiceView;
  readonly lastSeenMs: number | undefined;
  readonly nowMs: number;
  readonly wanted: boolean;
}) {
  const { service, lastSeenMs, nowMs, wanted } = props;
  const row = useRef<HTMLLIElement>(null);
  // The browser looked for it before it was there.
  useEffect(() => {
    if (wanted) row.current?.scrollIntoView({ block: 'center' });
  }, [wanted]);
  const mark = markOf(service.state);
  const bad = isProblem(mark);
  const held = quietWords(service);
  return (
    <li
      ref={row}
      id={serviceAnchor(service.service)}
      className={`problem problem-${mark}`}
      data-selected={wanted || undefined}
    >
      <Mark kind={mark} />
      <Link href={serviceLink(service)} className="cover-link problem-title">
        <bdi>{service.service}</bdi>
      </Link>
      <time className="mono dim nowrap" title={`since ${formatInstant(service.since_ms)}`}>
        {formatDuration(nowMs - service.since_ms)}
      </time>
      <p className="sub problem-output">
        <Said text={outputWords(service, lastSeenMs, nowMs)} />
        {bad && ` · ${attemptWords(service)}`}
        {held !== '' && ` · ${held}`}
      </p>
    </li>
  );
}
