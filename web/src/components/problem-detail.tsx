import { useMemo } from 'react';
import { IconArrowLeft, IconExternalLink } from '@tabler/icons-react';
import { Link } from 'wouter';
import { ExplainFold } from './alerts/explain-fold.tsx';
import { isDrawn, ProblemChart } from './problem-chart.tsx';
import { ProblemStory } from './problem-story.tsx';
import { ToldLine } from './told-line.tsx';
import { hostLink, serviceLink } from '../fleet/link.ts';
import {
  attemptWords,
  notJudgedWords,
  outputWords,
  problemKey,
  problemTitle,
  quietWords,
  rangeWords,
} from '../fleet/problem.ts';
import { markOf } from '../fleet/state.ts';
import { formatAge, formatDuration } from '../format/duration.ts';
import { formatInstant } from '../format/number.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { FactRow } from '../ui/fact-row.tsx';
import { Mark } from '../ui/mark.tsx';
import { Said } from '../ui/said.tsx';
import type { IncidentView } from '../../../src/contract/alert-views.ts';
import type { Problem } from '../fleet/problem.ts';
import type { MarkKind } from '../fleet/state.ts';

/** Why a service is in trouble, since when, and who was told. */
export function ProblemDetail(props: {
  readonly problem: Problem;
  /** Who is told of it; undefined: the server has not said. */
  readonly incident: IncidentView | undefined;
  /** Of its host, where it is down. */
  readonly lastSeenMs: number | undefined;
  readonly linkTo: (problemKey: string) => string;
  readonly back: string;
}) {
  const { problem, back } = props;
  const { service } = problem;
  const nowMs = useServerNow();
  const services = useMemo(() => [service], [service]);
  const held = quietWords(service);
  return (
    <section className="card problem-detail" aria-label={problemTitle(service)}>
      <DetailHead mark={markOf(service.state)} title={problemTitle(service)} back={back} />
      <p className="detail-output">
        <Said text={outputWords(service, props.lastSeenMs, nowMs)} />
      </p>
      {props.incident && <ToldLine incident={props.incident} nowMs={nowMs} />}
      <NotJudged problem={problem} linkTo={props.linkTo} />
      {isDrawn(service) && <ProblemChart services={services} />}
      <dl className="facts">
        <FactRow label="Cluster" text={service.cluster || 'whole grid'} />
        <FactRow label="State" text={`${service.state.toLowerCase()}, ${attemptWords(service)}`} />
        <FactRow
          label="Since"
          text={`${formatInstant(service.since_ms)} (${formatDuration(nowMs - service.since_ms)})`}
        />
        <FactRow label="Last check" text={formatAge(service.last_check_ms, nowMs)} />
        {service.metric !== '' && <FactRow label="Metric" text={service.metric} />}
        {service.warning !== '' && <FactRow label="Warning" text={rangeWords(service.warning)} />}
        {service.critical !== '' && <FactRow label="Critical" text={rangeWords(service.critical)} />}
        {held !== '' && <FactRow label="Quiet" text={held} />}
      </dl>
      <Notes text={service.notes} />
      <ExplainFold names={service} />
      <ProblemStory services={services} />
      <div className="row detail-actions">
        <Link href={serviceLink(service)} className="button">
          All of this service
        </Link>
        {service.host !== '' && (
          <Link href={hostLink(service.cluster, service.host)} className="button">
            Open <bdi className="ellipsis">{service.host}</bdi>
          </Link>
        )}
        <Runbook address={service.runbook} />
      </div>
    </section>
  );
}

export function DetailHead(props: {
  readonly mark: MarkKind;
  readonly title: string;
  readonly back: string;
}) {
  return (
    <>
      <Link href={props.back} className="button button-bare phone-only">
        <IconArrowLeft size={16} aria-hidden="true" /> All problems
      </Link>
      <div className="row">
        <Mark kind={props.mark} />
        <h2 className="detail-title">
          <bdi>{props.title}</bdi>
        </h2>
      </div>
    </>
  );
}

/** What the definition tells to do first. */
export function Notes({ text }: { readonly text: string }) {
  if (text === '') return null;
  return (
    <div>
      <h3>What to do</h3>
      <p className="detail-notes">{text}</p>
    </div>
  );
}

/** Definitions are written by users: only addresses of the web become links. */
export function Runbook({ address }: { readonly address: string }) {
  if (!/^https?:\/\//i.test(address)) return null;
  return (
    <a href={address} className="button" target="_blank" rel="noreferrer noopener">
      Runbook <IconExternalLink size={16} aria-hidden="true" />
    </a>
  );
}

/** The services of a host that is down, and what they said last. */
function NotJudged(props: { readonly problem: Problem; readonly linkTo: (problemKey: string) => string }) {
  const words = notJudgedWords(props.problem);
  if (words === '') return null;
  return (
    <details className="not-judged">
      <summary>{words}</summary>
      <ul>
        {props.problem.notJudged.map((service) => (
          <li key={service.service} className="row">
            <Mark kind={markOf(service.state)} />
            <Link href={props.linkTo(problemKey(service))}>{service.service}</Link>
            <span className="sub ellipsis push">
              <Said text={service.output} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
