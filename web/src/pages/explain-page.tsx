import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import '../components/alerts/alerts.css';
import { ExplainChain, ExplainRoutes } from '../components/alerts/explain-chain.tsx';
import { NotificationList } from '../components/alerts/notification-list.tsx';
import { NoService } from '../components/services/no-service.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { ServiceActions } from '../components/actions/service-actions.tsx';
import { explainQuestion } from '../fleet/explain.ts';
import { notificationsLink, serviceLink } from '../fleet/link.ts';
import { problemTitle } from '../fleet/problem.ts';
import { markOf } from '../fleet/state.ts';
import { sentence } from '../format/sentence.ts';
import { ApiFault } from '../live/api.ts';
import { alertQueries } from '../live/alert-queries.ts';
import { Mark } from '../ui/mark.tsx';
import { Said } from '../ui/said.tsx';
import type { ServiceNames } from '../fleet/link.ts';
import type { ExplainView } from '../../../src/contract/alert-views.ts';

/** `/explain?cluster=&host=&service=`: why somebody was told of a service, or why nobody was. */
export function ExplainPage({ names }: { readonly names: ServiceNames }) {
  const named = names.service !== '';
  const { data, error } = useQuery({ ...alertQueries.explain(names), enabled: named });
  if (!named || (error instanceof ApiFault && error.status === 404 && !data))
    return <NoService names={names} />;
  return (
    <>
      <QueryFault error={error} what={names.service} stale={data !== undefined} />
      {data && <Explained view={data} names={names} />}
    </>
  );
}

function Explained({ view, names }: { readonly view: ExplainView; readonly names: ServiceNames }) {
  const { service } = view;
  return (
    <>
      <section className="card explain-top" aria-label="In a sentence">
        <p className="row sub">
          <Mark kind={markOf(service.state)} />
          <bdi>{problemTitle(service)}</bdi>
        </p>
        <h2>{explainQuestion(view)}</h2>
        <p className="explain-sentence">
          <Said text={sentence(view.sentence)} />
        </p>
        <div className="row detail-actions">
          <Link href={serviceLink(names)} className="button">
            All of this service
          </Link>
          <ServiceActions services={[service]} title={problemTitle(service)} />
        </div>
      </section>
      <div className="explain-columns">
        <section className="card" aria-label="The chain">
          <h2>From datagram to receipt</h2>
          <ExplainChain steps={view.steps} />
        </section>
        <section className="card" aria-label="Routes">
          <h2>Routes</h2>
          <ExplainRoutes routes={view.routes} />
        </section>
      </div>
      <section className="card card-flush" aria-label="What was sent">
        <div className="card-head">
          <h2>What was sent about it</h2>
          <Link href={notificationsLink({ ...names })} className="push sub more-link">
            In the log
          </Link>
        </div>
        {view.notifications.length === 0 ? (
          <p className="sub none-match">Nobody has been told of it yet.</p>
        ) : (
          <NotificationList rows={view.notifications} />
        )}
      </section>
    </>
  );
}
