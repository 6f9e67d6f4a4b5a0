import { useQueries } from '@tanstack/react-query';
import { Link } from 'wouter';
import { ServiceTable } from './service-table.tsx';
import { servicesLink } from '../../fleet/link.ts';
import { exactly } from '../../fleet/pattern.ts';
import { compareServices } from '../../fleet/problem.ts';
import { countedBy } from '../../fleet/aggregate-states.ts';
import { markOf } from '../../fleet/state.ts';
import { formatCount } from '../../format/number.ts';
import { queries } from '../../live/queries.ts';
import type { CountedBy } from '../../fleet/aggregate-states.ts';
import type { ServiceDetail } from '../../../../src/contract/api.ts';

const SHOWN_MAX = 10;

/** What an aggregate of states counts: the services that are in one of them now, the first of many. */
export function CountedServices({ detail }: { readonly detail: ServiceDetail }) {
  const counted = countedBy(detail);
  if (!counted) return null;
  return <Counted counted={counted} cluster={detail.service.cluster} />;
}

function Counted({ counted, cluster }: { readonly counted: CountedBy; readonly cluster: string }) {
  const { service, states, requests, isExact } = counted;
  const answers = useQueries({ queries: requests.map((request) => queries.serviceRows(request)) });
  const known = answers.flatMap(({ data }) => data ?? []);
  if (known.length < requests.length) return null;
  const found = known.flatMap(({ rows }) => rows).toSorted(compareServices);
  const count = found.length + known.reduce((sum, { leftOut }) => sum + leftOut, 0);
  const scope = cluster === '' ? 'grid' : 'cluster';
  const shown = found.slice(0, SHOWN_MAX);
  return (
    <section aria-label="What it counts" className="counted-services">
      <div className="row section-head">
        <h2>
          {service === 'host' ? 'Hosts' : <bdi>{service}</bdi>} in state {states.join(' or ')}
        </h2>
        <span className="sub push">
          {count === 0 ? 'none' : formatCount(count)} now{!isExact && `, of the whole ${scope}`}
        </span>
      </div>
      {shown.length > 0 && <ServiceTable services={shown} />}
      {count > shown.length && (
        <Link href={allLink(counted, cluster)} className="button">
          All services of this name
        </Link>
      )}
    </section>
  );
}

/** Where they are one state, of that; the others are seen beside. */
function allLink({ service, states }: CountedBy, cluster: string): string {
  const [state = ''] = states;
  return servicesLink({
    q: `^${exactly(service)}$`,
    ...(cluster !== '' && { cluster }),
    ...(states.length === 1 && { state: markOf(state) }),
  });
}
