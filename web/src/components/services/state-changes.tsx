import { Link } from 'wouter';
import { stateChanges } from '../../fleet/state-history.ts';
import { isHostService, isProblem, markOf, stateLabel } from '../../fleet/state.ts';
import { formatClock } from '../../format/clock.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatDate, formatInstant } from '../../format/number.ts';
import { Mark } from '../../ui/mark.tsx';
import type { ServiceNames } from '../../fleet/link.ts';
import type { StateChange } from '../../fleet/state-history.ts';
import type { EventView } from '../../../../src/contract/api.ts';

const SHOWN_MAX = 60;
const DAY_MS = 86_400_000;

/** Every change of a service's state in a range, newest first. */
export function StateChanges(props: {
  readonly names: ServiceNames;
  readonly changes: readonly EventView[];
  readonly nowMs: number;
}) {
  const { names, nowMs } = props;
  const changes = stateChanges(props.changes);
  const shown = changes.slice(0, SHOWN_MAX);
  return (
    <section className="card card-flush state-changes" aria-label="Changes of state">
      <div className="card-head">
        <h2>Changes</h2>
        <span className="sub push">{changes.length}</span>
      </div>
      {changes.length === 0 && <p className="sub none-match">Its state did not change in this range.</p>}
      <ol>
        {shown.map((change) => (
          <ChangeRow key={change.event.id} change={change} isHost={isHostService(names)} nowMs={nowMs} />
        ))}
      </ol>
      {changes.length > shown.length && (
        <Link href={eventsLink(names)} className="problem-more">
          and {changes.length - shown.length} more, among the events
        </Link>
      )}
    </section>
  );
}

function eventsLink({ cluster, host, service }: ServiceNames): string {
  return `/events?${new URLSearchParams({ kind: 'state', cluster, host, q: service }).toString()}`;
}

function ChangeRow(props: {
  readonly change: StateChange;
  readonly isHost: boolean;
  readonly nowMs: number;
}) {
  const { change, isHost, nowMs } = props;
  const { event, lastedMs } = change;
  const { time_ms: timeMs, text, state_type: type, attempt } = event;
  const mark = markOf(event.state ?? '');
  const soft = type === 'SOFT';
  return (
    <li className="change-row">
      <time className="mono sub nowrap" title={formatInstant(timeMs)}>
        {nowMs - timeMs < DAY_MS ? formatClock(timeMs) : formatDate(timeMs)}
      </time>
      <Mark kind={mark} silent />
      <p className="change-words">
        <b className={`ink-${mark}`}>{stateLabel(mark, isHost)}</b>
        {isProblem(mark) && <span className="dim">{soft ? ` soft, attempt ${attempt ?? 1}` : ' hard'}</span>}
        {text !== '' && (
          <span className="dim">
            {' · '}
            <bdi>{text}</bdi>
          </span>
        )}
      </p>
      <span className="sub mono nowrap">
        {lastedMs === null ? 'until now' : `for ${formatDuration(lastedMs)}`}
      </span>
    </li>
  );
}
