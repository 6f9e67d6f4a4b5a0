import { useMemo } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowLeft, IconExternalLink } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Chart } from './chart.tsx';
import { stateColour, thresholdsOf } from './metric-chart.tsx';
import { thresholdNotes } from '../chart/value-bounds.ts';
import { hostLink } from '../fleet/link.ts';
import { attemptWords, notJudgedWords, outputWords, problemKey, problemTitle } from '../fleet/problem.ts';
import { markOf } from '../fleet/state.ts';
import { formatAge, formatDuration } from '../format/duration.ts';
import { formatInstant, formatQuantity } from '../format/number.ts';
import { quantityOf } from '../format/quantity.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { pickColumns, useHostHistory } from '../live/history.ts';
import { queries } from '../live/queries.ts';
import { summarise } from '../chart/columns.ts';
import { Mark } from '../ui/mark.tsx';
import type { Problem } from '../fleet/problem.ts';
import type { Range } from '../fleet/range.ts';
import type { NotificationView, ServiceView } from '../../../src/contract/api.ts';

const HOUR_S = 3600;
const HOUR: Range = { kind: 'last', id: '1h', seconds: HOUR_S };

/** Why a service is in trouble, since when, and who was told. */
export function ProblemDetail(props: {
  readonly problem: Problem;
  /** Of its host, where it is down. */
  readonly lastSeenMs: number | undefined;
  readonly linkTo: (problemKey: string) => string;
  readonly back: string;
}) {
  const { problem, back } = props;
  const { service } = problem;
  const nowMs = useServerNow();
  return (
    <section className="card problem-detail" aria-label={problemTitle(service)}>
      <Link href={back} className="button button-bare phone-only">
        <IconArrowLeft size={16} aria-hidden="true" /> All problems
      </Link>
      <div className="row">
        <Mark kind={markOf(service.state)} />
        <h2>{problemTitle(service)}</h2>
      </div>
      <p className="detail-output">{outputWords(service, props.lastSeenMs, nowMs)}</p>
      <NotJudged problem={problem} linkTo={props.linkTo} />
      {service.metric !== '' && <ProblemChart service={service} nowMs={nowMs} />}
      <dl className="facts">
        <Row label="Cluster" text={service.cluster} />
        <Row label="State" text={`${service.state.toLowerCase()}, ${attemptWords(service)}`} />
        <Row
          label="Since"
          text={`${formatInstant(service.since_ms)} (${formatDuration(nowMs - service.since_ms)})`}
        />
        <Row label="Last check" text={formatAge(service.last_check_ms, nowMs)} />
        {service.metric !== '' && <Row label="Metric" text={service.metric} />}
        {service.warning !== '' && <Row label="Warning outside" text={service.warning} />}
        {service.critical !== '' && <Row label="Critical outside" text={service.critical} />}
      </dl>
      {service.notes !== '' && (
        <div>
          <h3>What to do</h3>
          <p className="detail-notes">{service.notes}</p>
        </div>
      )}
      <Told service={service} />
      <div className="row detail-actions">
        <Link href={hostLink(service.cluster, service.host)} className="button">
          Open {service.host}
        </Link>
        {isWebAddress(service.runbook) && (
          <a href={service.runbook} className="button" target="_blank" rel="noreferrer noopener">
            Runbook <IconExternalLink size={16} aria-hidden="true" />
          </a>
        )}
      </div>
    </section>
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
            <span className="sub ellipsis push">{service.output}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Definitions are written by users: only addresses of the web become links. */
function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

function Row({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <dt className="sub">{label}</dt>
      <dd className="mono">{text}</dd>
    </div>
  );
}

function ProblemChart({ service, nowMs }: { readonly service: ServiceView; readonly nowMs: number }) {
  const scheme = useComputedColorScheme('dark');
  const names = useMemo(() => [service.metric], [service.metric]);
  const history = useHostHistory(service, names, HOUR);
  const data = useMemo(() => pickColumns(history.data, names), [history.data, names]);
  const quantity = quantityOf(service.metric, history.data?.series[0]?.units ?? '');
  const thresholds = useMemo(() => thresholdsOf([service]), [service]);
  const summaries = useMemo(() => data.lines.map(summarise), [data]);
  const last = summaries[0]?.last;
  const notes = thresholdNotes(summaries, quantity, thresholds);
  return (
    <>
      <Chart
        label={`${service.metric} over the last hour, last ${formatQuantity(last, quantity)}`}
        data={data}
        loading={history.data === undefined}
        fromS={nowMs / 1000 - HOUR_S}
        toS={nowMs / 1000}
        lines={1}
        quantity={quantity}
        height={150}
        syncKey="problem"
        thresholds={thresholds}
        colours={[stateColour([service], scheme)]}
      />
      {notes.length > 0 && <p className="sub threshold-note">{notes.join(' · ')}</p>}
    </>
  );
}

/** Pages about this service, the newest first. */
function Told({ service }: { readonly service: ServiceView }) {
  const { data } = useQuery(queries.notifications());
  const told = (data ?? [])
    .filter((page) => isAbout(page, service))
    .toSorted((a, b) => b.created_ms - a.created_ms);
  return (
    <div>
      <h3>Who was told</h3>
      {told.length === 0 && <p className="sub">{data ? 'Nobody yet.' : '\u00a0'}</p>}
      <ol className="told">
        {told.slice(0, 6).map((page) => (
          <li key={page.id}>
            <time className="mono dim" title={formatInstant(page.created_ms)}>
              {new Date(page.created_ms).toLocaleTimeString('en-GB')}
            </time>
            <div>
              {page.receiver}: {page.state.toLowerCase()}, {outcomeWords(page)}
              {page.detail !== '' && <p className="sub">{page.detail}</p>}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

function isAbout(page: NotificationView, service: ServiceView): boolean {
  return page.cluster === service.cluster && page.host === service.host && page.service === service.service;
}

function outcomeWords(page: NotificationView): string {
  const attempts = page.attempts > 1 ? ` after ${page.attempts} attempts` : '';
  return `${page.outcome}${attempts}`;
}
