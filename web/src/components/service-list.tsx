import { Link } from 'wouter';
import { attemptWords, compareServices, outputWords, problemKey } from '../fleet/problem.ts';
import { isProblem, markOf } from '../fleet/state.ts';
import { problemLink } from '../fleet/link.ts';
import { formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { Mark } from '../ui/mark.tsx';
import type { ServiceView } from '../../../src/contract/api.ts';

/** A host's services, the worst first. */
export function ServiceList(props: {
  readonly services: readonly ServiceView[];
  readonly lastSeenMs: number | undefined;
  readonly nowMs: number;
}) {
  const { services, lastSeenMs, nowMs } = props;
  return (
    <section className="card card-flush" aria-label="Services">
      <div className="card-head">
        <h2>Services</h2>
        <span className="sub push">{services.length}</span>
      </div>
      {services.length === 0 && (
        <p className="sub none-match">No check matches this host. Services are defined in checks/*.yaml.</p>
      )}
      <ul>
        {services.toSorted(compareServices).map((service) => (
          <ServiceRow key={problemKey(service)} service={service} lastSeenMs={lastSeenMs} nowMs={nowMs} />
        ))}
      </ul>
    </section>
  );
}

function ServiceRow(props: {
  readonly service: ServiceView;
  readonly lastSeenMs: number | undefined;
  readonly nowMs: number;
}) {
  const { service, lastSeenMs, nowMs } = props;
  const mark = markOf(service.state);
  const bad = isProblem(mark);
  return (
    <li className="problem">
      <Mark kind={mark} />
      {bad ? (
        <Link href={problemLink(problemKey(service))} className="cover-link problem-title">
          {service.service}
        </Link>
      ) : (
        <span className="problem-title">{service.service}</span>
      )}
      <time className="mono dim nowrap" title={`since ${formatInstant(service.since_ms)}`}>
        {formatDuration(nowMs - service.since_ms)}
      </time>
      <p className="sub problem-output">
        {outputWords(service, lastSeenMs, nowMs)}
        {bad && ` · ${attemptWords(service)}`}
        {service.acknowledged && ' · acknowledged'}
        {service.in_downtime && ' · in downtime'}
      </p>
    </li>
  );
}
