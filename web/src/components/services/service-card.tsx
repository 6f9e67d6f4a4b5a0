import { Link } from 'wouter';
import { CheckNow } from './check-now.tsx';
import { SendResult } from './send-result.tsx';
import { ExplainFold } from '../alerts/explain-fold.tsx';
import { QuietReason } from '../alerts/quiet-reason.tsx';
import { ServiceActions } from '../actions/service-actions.tsx';
import { Notes, Runbook } from '../problem-detail.tsx';
import { clusterLink, hostLink } from '../../fleet/link.ts';
import { placeWords } from '../../fleet/place.ts';
import { cameWords, nextWords } from '../../fleet/service-words.ts';
import { problemTitle, quietWords } from '../../fleet/problem.ts';
import { kindLabel } from '../../fleet/service-list.ts';
import { isHostService, markOf, stateLabel } from '../../fleet/state.ts';
import { formatAge, formatDuration } from '../../format/duration.ts';
import { millisWords } from '../../format/millis.ts';
import { formatInstant, threeDigits } from '../../format/number.ts';
import { useServerNow } from '../../live/feed-context.tsx';
import { useSession } from '../../live/session.tsx';
import { FactRow } from '../../ui/fact-row.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Said } from '../../ui/said.tsx';
import type { ServiceDetail, ServiceView } from '../../../../src/contract/api.ts';

/** How a service is, since when and how sure, what it said, and what can be done. */
export function ServiceCard({ detail }: { readonly detail: ServiceDetail }) {
  const { service } = detail;
  const { may } = useSession();
  const mark = markOf(service.state);
  const nowMs = useServerNow();
  const acts = may('operator');
  return (
    <section className="card service-card" aria-label="Service">
      <div className="row">
        <Mark kind={mark} silent />
        <h2 className="detail-title">
          <bdi>{service.service}</bdi>
        </h2>
        <span className={`push nowrap ink-${mark}`}>{stateLabel(mark, isHostService(service))}</span>
      </div>
      <PlaceLine service={service} />
      <Output detail={detail} />
      <dl className="facts">
        <Sureness service={service} />
        {service.since_ms > 0 && (
          <FactRow label="Since" text={formatInstant(service.since_ms)}>
            {formatDuration(nowMs - service.since_ms)}
          </FactRow>
        )}
        <FactRow label="Flapping" text={flapWords(service)} />
        <FactRow label="Last check" text={formatInstant(service.last_check_ms)}>
          {formatAge(service.last_check_ms, nowMs)}
        </FactRow>
        {service.next_check_ms !== null && (
          <FactRow label="Next check" text={formatInstant(service.next_check_ms)}>
            {nextWords(service.next_check_ms, nowMs)}
          </FactRow>
        )}
        <RunRows detail={detail} />
      </dl>
      <Notes text={service.notes} />
      <ExplainFold names={service} />
      <div className="row detail-actions">
        <ServiceActions services={[service]} title={problemTitle(service)} />
        {acts && detail.can_check_now && <CheckNow service={service} />}
        {acts && detail.accepts_results && <SendResult service={service} />}
        <Runbook address={service.runbook} />
      </div>
    </section>
  );
}

/** `web-1 in web · Plugin`. */
function PlaceLine({ service }: { readonly service: ServiceView }) {
  const { cluster, host, kind } = service;
  return (
    <p className="sub service-line-place">
      {host === '' ? (
        cluster === '' ? (
          placeWords(service)
        ) : (
          <Link href={clusterLink(cluster)} className="place-link">
            {placeWords(service)}
          </Link>
        )
      ) : (
        <>
          <Link href={hostLink(cluster, host)} className="mono ink place-link">
            <bdi>{host}</bdi>
          </Link>
          {' in '}
          <Link href={clusterLink(cluster)} className="place-link">
            <bdi>{cluster}</bdi>
          </Link>
        </>
      )}
      {' · '}
      {kindLabel(kind).toLowerCase()}
    </p>
  );
}

/** More lines than these are folded. */
const LINES_OPEN = 6;

/** What a plugin, an agent or the judge said: text, whatever it looks like. */
function Output({ detail: { service, long_output: more } }: { readonly detail: ServiceDetail }) {
  const lines = more.split('\n').length;
  return (
    <>
      <p className="detail-output">
        <Said text={service.output || (service.state === 'PENDING' ? 'no result yet' : 'no output')} />
      </p>
      {more !== '' &&
        (lines <= LINES_OPEN ? (
          <pre className="snippet">
            <Said text={more} />
          </pre>
        ) : (
          <details className="more-facts">
            <summary>{lines} more lines</summary>
            <pre className="snippet long-output" tabIndex={0} aria-label="The rest of the output">
              <Said text={more} />
            </pre>
          </details>
        ))}
    </>
  );
}

/** How sure its state is, and who keeps it quiet. */
function Sureness({ service }: { readonly service: ServiceView }) {
  const { state, state_type: type, attempt, max_check_attempts: most } = service;
  const words = quietWords(service);
  return (
    <>
      {state !== 'PENDING' && (
        <FactRow label="Attempt" text={type === 'HARD' ? 'hard' : `soft, ${attempt} of ${most}`} />
      )}
      {words !== '' && <FactRow label="Quiet" text={words} />}
      {words !== '' && <QuietReason service={service} />}
    </>
  );
}

/** `no, 4.2 % change`: of its last results, as flap detection weighs them. */
function flapWords({ flapping, percent_state_change: percent }: ServiceView): string {
  return `${flapping ? 'yes' : 'no'}, ${percent === 0 ? '0' : threeDigits(percent)} % change`;
}

/** Where the last result came from, and what it cost to get. */
function RunRows({ detail }: { readonly detail: ServiceDetail }) {
  const { execution_ms: execution, latency_ms: latency } = detail;
  const came = cameWords(detail);
  return (
    <>
      {came !== '' && <FactRow label="Result from" text={came} />}
      {execution > 0 && <FactRow label="Took" text={millisWords(execution)} />}
      {(execution > 0 || latency > 0) && <FactRow label="Began late by" text={millisWords(latency)} />}
    </>
  );
}
