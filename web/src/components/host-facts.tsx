import { hostMark } from '../fleet/host-key.ts';
import { factsOf } from '../fleet/fact.ts';
import { retiredWords } from '../fleet/host-notes.ts';
import { markLabel } from '../fleet/state.ts';
import { formatDuration } from '../format/duration.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { Age } from '../ui/age.tsx';
import { FactRow } from '../ui/fact-row.tsx';
import { Mark } from '../ui/mark.tsx';
import { Skew } from './skew.tsx';
import type { HostView, MetricView } from '../../../src/contract/api.ts';

/** What an instance tells of itself may be much: these are shown, the rest is unfolded. */
const FACTS_FIRST = 14;

interface HostFactsProps {
  readonly host: HostView;
  readonly metrics: readonly MetricView[];
  readonly port: number | null;
}

export function HostFacts({ host, metrics, port }: HostFactsProps) {
  const mark = hostMark(host);
  const facts = factsOf(host, metrics);
  return (
    <section className="card host-facts" aria-label="Facts">
      <div className="row">
        <Mark kind={mark} />
        <h2 className="mono ellipsis" title={host.name}>
          <bdi>{host.name}</bdi>
        </h2>
        <span className={`push ink-${mark}`}>{markLabel(mark)}</span>
      </div>
      <HostAge host={host} />
      {host.retired_reason !== null && (
        <p className="sub">
          Retired: <bdi>{retiredWords(host.retired_reason)}</bdi>
        </p>
      )}
      <dl className="facts">
        {host.address !== '' && <FactRow label="Address" text={host.address} />}
        {port !== null && <FactRow label="Sends to" text={`udp ${port}`} />}
        {host.silence_limit_ms > 0 && (
          <FactRow label="Down after" text={`${formatDuration(host.silence_limit_ms)} of silence`} />
        )}
        <FactRow label="Metrics" text={String(host.metrics)} />
        {facts.slice(0, FACTS_FIRST).map((fact) => (
          <FactRow key={fact.label} {...fact} />
        ))}
      </dl>
      {facts.length > FACTS_FIRST && (
        <details className="more-facts">
          <summary>{facts.length - FACTS_FIRST} more</summary>
          <dl className="facts">
            {facts.slice(FACTS_FIRST).map((fact) => (
              <FactRow key={fact.label} {...fact} />
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}

/** `last heard 3 s ago · gmond 3.7.2 · clock +0.4 s` */
function HostAge({ host }: { readonly host: HostView }) {
  const nowMs = useServerNow();
  if (host.last_seen_ms === 0)
    return <p className="sub">{host.retired_reason === null ? 'not heard yet' : 'never heard'}</p>;
  const late = host.retired_reason === null && nowMs - host.last_seen_ms > host.silence_limit_ms;
  return (
    <p className="sub">
      last heard{' '}
      <b className={late ? 'ink-critical' : 'ink'}>
        <Age sinceMs={host.last_seen_ms} nowMs={nowMs} />
      </b>
      {host.agent && ` · ${host.agent}`}
      {host.clock_skew_ms !== null && (
        <>
          {' · '}
          <span className="nowrap">
            clock <Skew skewMs={host.clock_skew_ms} />
          </span>
        </>
      )}
    </p>
  );
}
