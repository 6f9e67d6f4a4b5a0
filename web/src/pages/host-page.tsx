import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { HostFacts } from '../components/host-facts.tsx';
import { MetricPanel } from '../components/metric-panel.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { ServiceList } from '../components/service-list.tsx';
import { clusterLink } from '../fleet/link.ts';
import { ApiFault } from '../live/api.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { queries } from '../live/queries.ts';
import type { MetricView, ServiceView } from '../../../src/contract/api.ts';

const NO_METRICS: readonly MetricView[] = [];
const NO_SERVICES: readonly ServiceView[] = [];

/** `/hosts/:cluster/:host?range=&group=&q=`: where an alert's link leads. */
export function HostPage({ cluster, host }: { readonly cluster: string; readonly host: string }) {
  const view = useQuery(queries.host(cluster, host));
  const metrics = useQuery(queries.metrics(cluster, host));
  const services = useQuery(queries.servicesOf(cluster, host));
  const clusters = useQuery(queries.clusters());
  const nowMs = useServerNow();
  const port = clusters.data?.find((candidate) => candidate.name === cluster)?.port ?? null;
  if (view.error instanceof ApiFault && view.error.status === 404)
    return <NoHost cluster={cluster} host={host} />;
  return (
    <>
      <QueryFault error={view.error} what={host} stale={view.data !== undefined} />
      <div className="host-columns">
        <div className="host-side">
          {view.data && (
            <HostFacts host={view.data} metrics={metrics.data ?? NO_METRICS} port={port} nowMs={nowMs} />
          )}
          {services.data && (
            <ServiceList services={services.data} lastSeenMs={view.data?.last_seen_ms} nowMs={nowMs} />
          )}
        </div>
        {metrics.data && (
          <MetricPanel
            cluster={cluster}
            host={host}
            metrics={metrics.data}
            services={services.data ?? NO_SERVICES}
            hostDown={view.data?.state === 'DOWN'}
          />
        )}
      </div>
    </>
  );
}

function NoHost({ cluster, host }: { readonly cluster: string; readonly host: string }) {
  return (
    <section className="card empty">
      <h2>
        No host {host} is known in {cluster}
      </h2>
      <p className="sub">It has not been heard since it was retired, or never under this name.</p>
      <Link href={clusterLink(cluster)} className="button">
        Hosts of {cluster}
      </Link>
    </section>
  );
}
