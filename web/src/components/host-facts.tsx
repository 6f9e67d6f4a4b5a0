import { hostMark } from '../fleet/heat-cells.ts';
import { factsOf } from '../fleet/fact.ts';
import { markLabel } from '../fleet/state.ts';
import { formatDuration, formatSkew } from '../format/duration.ts';
import { Age } from '../ui/age.tsx';
import { Mark } from '../ui/mark.tsx';
import type { HostView, MetricView } from '../../../src/contract/api.ts';

interface HostFactsProps {
  readonly host: HostView;
  readonly metrics: readonly MetricView[];
  readonly port: number | null;
  readonly nowMs: number;
}

export function HostFacts({ host, metrics, port, nowMs }: HostFactsProps) {
  const mark = hostMark(host);
  const silentMs = nowMs - host.last_seen_ms;
  const late = silentMs > host.silence_limit_ms;
  const facts = factsOf(host.facts, metrics);
  return (
    <section className="card host-facts" aria-label="Facts">
      <div className="row">
        <Mark kind={mark} />
        <h2 className="mono ellipsis">{host.name}</h2>
        <span className={`push ink-${mark}`}>{markLabel(mark)}</span>
      </div>
      <p className="sub">
        last heard{' '}
        <b className={late ? 'ink-critical' : 'ink'}>
          <Age sinceMs={host.last_seen_ms} nowMs={nowMs} />
        </b>
        {host.agent && ` · ${host.agent}`}
        {host.clock_skew_ms !== null && ` · clock ${formatSkew(host.clock_skew_ms)}`}
      </p>
      {host.retired_reason !== null && <p className="sub">Retired: {host.retired_reason}</p>}
      <dl className="facts">
        <FactRow label="Address" text={host.address} />
        <FactRow label="Down after" text={`${formatDuration(host.silence_limit_ms)} of silence`} />
        {port !== null && <FactRow label="Sends to" text={`udp ${port}`} />}
        <FactRow label="Metrics" text={String(host.metrics)} />
        {facts.map((fact) => (
          <FactRow key={fact.label} {...fact} />
        ))}
      </dl>
    </section>
  );
}

function FactRow({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <dt className="sub">{label}</dt>
      <dd className="mono" title={text}>
        {text}
      </dd>
    </div>
  );
}
