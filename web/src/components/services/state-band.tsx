import { useMemo } from 'react';
import { problemCount, shareWords, stateShares, stateSpans } from '../../fleet/state-history.ts';
import { isHostService, stateLabel } from '../../fleet/state.ts';
import { formatDuration } from '../../format/duration.ts';
import { spanWords } from '../../format/instant.ts';
import { formatDate, formatInstant } from '../../format/number.ts';
import { Mark } from '../../ui/mark.tsx';
import type { StateSpan } from '../../fleet/state-history.ts';
import type { ServiceHistory } from '../../live/service-history.ts';
import type { ServiceView } from '../../../../src/contract/api.ts';

interface StateBandProps {
  readonly service: ServiceView;
  readonly history: ServiceHistory;
  readonly fromMs: number;
  readonly toMs: number;
}

/** How a service stood over a range: a band by state, what is not sure hatched, and its share of the time. */
export function StateBand({ service, history, fromMs, toMs }: StateBandProps) {
  const { changes, before } = history;
  const isHost = isHostService(service);
  // Its end moves on by a fraction of a pixel a second.
  const stepMs = Math.max(1000, (toMs - fromMs) / 2000);
  const endMs = Math.ceil(toMs / stepMs) * stepMs;
  const startMs = endMs - (toMs - fromMs);
  const spans = useMemo(
    () => stateSpans({ events: changes ?? [], before, now: service, fromMs: startMs, toMs: endMs }),
    [changes, before, service, startMs, endMs],
  );
  return (
    <section className="card state-history" aria-label="State history">
      <div className="row state-head">
        <h2>State history</h2>
        <Shares spans={spans} isHost={isHost} />
      </div>
      <div className="state-band" role="img" aria-label={bandWords(spans, isHost)}>
        {changes &&
          spans.map((span) => (
            <i
              key={span.fromMs}
              className={`state-span state-${span.mark ?? 'none'}`}
              data-soft={span.soft || undefined}
              title={spanTitle(span, isHost)}
              style={{
                left: `min(${((span.fromMs - startMs) / (endMs - startMs)) * 100}%, calc(100% - 3px))`,
                width: `${((span.toMs - span.fromMs) / (endMs - startMs)) * 100}%`,
              }}
            />
          ))}
      </div>
      <p className="row sub state-foot">
        <span>{spanWords(fromMs / 1000, toMs / 1000)}</span>
        <span className="push">{timesWords(spans)}</span>
      </p>
      {history.cut && (
        <p className="sub">There were more changes than an answer holds: choose a shorter time.</p>
      )}
    </section>
  );
}

/**
 * `● 8.2 %  ■ 1.8 %  90 % not on record`: of all the time looked at. What is on record may begin with a problem,
 * so of that time alone it would be more than it was.
 */
function Shares({ spans, isHost }: { readonly spans: readonly StateSpan[]; readonly isHost: boolean }) {
  const { shares, unknown } = stateShares(spans);
  return (
    <ul className="row push state-shares">
      {shares.map(({ mark, share, ms }) => (
        <li key={mark} className="row" title={`${stateLabel(mark, isHost)} for ${formatDuration(ms)}`}>
          <Mark kind={mark} />
          <span className="mono">{shareWords(share)}</span>
        </li>
      ))}
      {shares.length > 0 && unknown > 0 && (
        <li className="dim">
          <span className="mono">{shareWords(unknown)}</span> not on record
        </li>
      )}
    </ul>
  );
}

/** How often it went wrong, and from when that is known. */
function timesWords(spans: readonly StateSpan[]): string {
  const times = problemCount(spans);
  const [first] = spans;
  const gap = first?.mark === null ? `nothing on record before ${formatDate(first.toMs)}` : '';
  const wrong = times === 0 ? '' : times === 1 ? 'went wrong once' : `went wrong ${times} times`;
  return [wrong, spans.length > 1 ? gap : ''].filter(Boolean).join(' · ');
}

function spanTitle({ mark, soft, fromMs, toMs, text }: StateSpan, isHost: boolean): string {
  if (mark === null) return `nothing on record until ${formatInstant(toMs)}`;
  const words = `${stateLabel(mark, isHost)}${soft ? ' (soft)' : ''} for ${formatDuration(toMs - fromMs)}`;
  return `${words}, from ${formatInstant(fromMs)}${text === '' ? '' : `\n${text}`}`;
}

/** For screen readers; what happened when stands in the list below. */
function bandWords(spans: readonly StateSpan[], isHost: boolean): string {
  const { shares, unknown } = stateShares(spans);
  if (shares.length === 0) return 'No state is on record in this range';
  const words = shares.map(({ mark, share }) => `${stateLabel(mark, isHost)} ${shareWords(share)}`);
  return [...words, ...(unknown > 0 ? [`${shareWords(unknown)} not on record`] : [])].join(', ');
}
