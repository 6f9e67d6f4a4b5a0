import { useMemo } from 'react';
import { problemCount, shareWords, stateShares, stateSpans } from '../../fleet/state-history.ts';
import { markLabel } from '../../fleet/state.ts';
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
        <Shares spans={spans} />
      </div>
      <div className="state-band" role="img" aria-label={bandWords(spans)}>
        {changes &&
          spans.map((span) => (
            <i
              key={span.fromMs}
              className={`state-span state-${span.mark ?? 'none'}`}
              data-soft={span.soft || undefined}
              title={spanTitle(span)}
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

/** `● 98.2 %  ■ 1.8 %`: of the time that is on record. */
function Shares({ spans }: { readonly spans: readonly StateSpan[] }) {
  const shares = stateShares(spans);
  const total = shares.reduce((sum, { ms }) => sum + ms, 0);
  return (
    <ul className="row push state-shares">
      {shares.map(({ mark, ms }) => (
        <li key={mark} className="row" title={`${markLabel(mark)} for ${formatDuration(ms)}`}>
          <Mark kind={mark} />
          <span className="mono">{shareWords(ms / total)}</span>
        </li>
      ))}
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

function spanTitle({ mark, soft, fromMs, toMs, text }: StateSpan): string {
  if (mark === null) return `nothing on record until ${formatInstant(toMs)}`;
  const words = `${markLabel(mark)}${soft ? ' (soft)' : ''} for ${formatDuration(toMs - fromMs)}`;
  return `${words}, from ${formatInstant(fromMs)}${text === '' ? '' : `\n${text}`}`;
}

/** For screen readers; what happened when stands in the list below. */
function bandWords(spans: readonly StateSpan[]): string {
  const shares = stateShares(spans);
  const total = shares.reduce((sum, { ms }) => sum + ms, 0);
  if (total === 0) return 'No state is on record in this range';
  return shares.map(({ mark, ms }) => `${markLabel(mark)} ${shareWords(ms / total)}`).join(', ');
}
