import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { DashboardView } from '../components/dashboard/dashboard-view.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { ApiFault } from '../live/api.ts';
import { queries } from '../live/queries.ts';

/** `/dashboards/:name?cluster=&host=&range=`: one dashboard of dashboards/*.yaml. */
export function DashboardPage({ name }: { readonly name: string }) {
  const { data, error } = useQuery(queries.dashboard(name));
  const gone = error instanceof ApiFault && error.status === 404;
  if (gone && !data) return <NoDashboard name={name} />;
  return (
    <>
      <QueryFault error={error} what={`the dashboard ${name}`} stale={data !== undefined} />
      {data && <DashboardView dashboard={data} />}
    </>
  );
}

function NoDashboard({ name }: { readonly name: string }) {
  return (
    <section className="card empty">
      <h2>
        There is no dashboard <bdi>{name}</bdi>
      </h2>
      <p className="sub">
        It would stand in <code className="mono">dashboards/{name}.yaml</code>. It may have been renamed, or
        never have been without faults since the server started.
      </p>
      <Link href="/dashboards" className="button">
        All dashboards
      </Link>
    </section>
  );
}
