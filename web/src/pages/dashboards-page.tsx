import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { QueryFault } from '../components/query-fault.tsx';
import { dashboardLink } from '../fleet/link.ts';
import { queries } from '../live/queries.ts';
import { Mark } from '../ui/mark.tsx';
import { Snippet } from '../ui/snippet.tsx';
import type { DashboardSummary } from '../../../src/contract/dashboard.ts';

const EXAMPLE = `title: Web tier
variables: [cluster]
panels:
  - graph: Load
    metric: load_one|load/load:shortterm
    aggregate: avg
    by: host
`;

/** `/dashboards`: every dashboard of dashboards/*.yaml. */
export function DashboardsPage() {
  const { data, error } = useQuery(queries.dashboards());
  return (
    <>
      <QueryFault error={error} what="the dashboards" stale={data !== undefined} />
      {data && data.length > 0 && (
        <ul className="dashboard-cards">
          {data.map((dashboard) => (
            <DashboardCard key={dashboard.name} dashboard={dashboard} />
          ))}
        </ul>
      )}
      {data?.length === 0 && <NoDashboards />}
    </>
  );
}

function DashboardCard({ dashboard }: { readonly dashboard: DashboardSummary }) {
  const { name, title, description, fault } = dashboard;
  return (
    <li className="card dashboard-card">
      <h2>
        <Link href={dashboardLink(name)} className="cover-link" data-row="go">
          <bdi className="clamped" title={title}>
            {title || name}
          </bdi>
        </Link>
      </h2>
      {description !== '' && (
        <p className="sub">
          <bdi>{description}</bdi>
        </p>
      )}
      <p className="mono dim dashboard-file">{name}.yaml</p>
      {fault !== null && (
        <div className="dashboard-fault" role="status">
          <Mark kind="warning" silent />
          <p>
            <bdi className="mono">{fault}</bdi>
            <br />
            <span className="sub">
              Its last good version is shown, where it had one; the file is read again when it changes.
            </span>
          </p>
        </div>
      )}
    </li>
  );
}

function NoDashboards() {
  return (
    <section className="card empty-events">
      <h2>No dashboard yet</h2>
      <p className="sub">
        A dashboard is a file <code className="mono">dashboards/NAME.yaml</code> beside muster.yaml; it
        appears here a moment after it is saved. To begin with:
      </p>
      <Snippet text={EXAMPLE} label="the file" />
    </section>
  );
}
