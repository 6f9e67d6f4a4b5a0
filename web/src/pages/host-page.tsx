import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { HostEvents } from '../components/host-events.tsx';
import { HostFacts } from '../components/host-facts.tsx';
import { HostInstance } from '../components/host-instance.tsx';
import { HostNotice } from '../components/host-notice.tsx';
import { MetricPanel } from '../components/metric-panel.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { useRange } from '../components/range-choice.tsx';
import { ServiceList } from '../components/service-list.tsx';
import { clusterLink } from '../fleet/link.ts';
import { exactly } from '../fleet/pattern.ts';
import { ApiFault } from '../live/api.ts';
import { useEventMarks } from '../live/event-marks.ts';
import { useLosses } from '../live/losses.ts';
import { queries } from '../live/queries.ts';
import type { MetricView, ServiceView } from '../../../src/contract/api.ts';

const NO_METRICS: readonly MetricView[] = [];
const NO_SERVICES: readonly ServiceView[] = [];

/** `/hosts/:cluster/:host?range=&group=&q=&m=`: where an alert's link leads. */
export function HostPage({ cluster, host }: { readonly cluster: string; readonly host: string }) {
  const view = useQuery(queries.host(cluster, host));
  const metrics = useQuery(queries.metrics(cluster, host));
  const services = useQuery(queries.servicesOf(cluster, host));
  const clusters = useQuery(queries.clusters());
  const control = useRange();
  const events = useEventMarks({ cluster, host }, control.range);
  const losses = useLosses(exactly(cluster), control.range);
  const hostDown = view.data?.state === 'DOWN' || view.data?.state === 'RETIRED';
  const port = clusters.data?.find((candidate) => candidate.name === cluster)?.port ?? null;
  if (view.error instanceof ApiFault && view.error.status === 404)
    return <NoHost cluster={cluster} host={host} />;
  return (
    <>
      <QueryFault error={view.error} what={host} stale={view.data !== undefined} />
      {view.error === null && (
        <QueryFault
          error={metrics.error ?? services.error}
          what={`what ${host} measures`}
          stale={metrics.data !== undefined}
        />
      )}
      {view.data && <HostNotice host={view.data} />}
      <div className="host-columns">
        <div className="host-side">
          {view.data && <HostFacts host={view.data} metrics={metrics.data ?? NO_METRICS} port={port} />}
          {view.data && <HostInstance host={view.data} />}
          {services.data && <ServiceList services={services.data} host={view.data} hostDown={hostDown} />}
          <HostEvents cluster={cluster} host={host} events={events} />
        </div>
        {metrics.data && (
          <MetricPanel
            {...{ cluster, host, control, events, losses }}
            metrics={metrics.data}
            services={services.data ?? NO_SERVICES}
            hostDown={hostDown}
          />
        )}
      </div>
    </>
  );
}

function NoHost({ cluster, host }: { readonly cluster: string; readonly host: string }) {
  return (
    <section className="card empty">
      <h2 className="host-event-words">
        No host <bdi>{host}</bdi> is known in <bdi>{cluster}</bdi>
      </h2>
      <p className="sub">It has not been heard since it was retired, or never under this name.</p>
      <Link href={clusterLink(cluster)} className="button">
        Hosts of <bdi>{cluster}</bdi>
      </Link>
    </section>
  );
}
