import { useQuery } from '@tanstack/react-query';
import '../components/services/services.css';
import { QueryFault } from '../components/query-fault.tsx';
import { RangeChoice, useRange } from '../components/range-choice.tsx';
import { AggregateChart } from '../components/services/aggregate-chart.tsx';
import { CountedServices } from '../components/services/counted-services.tsx';
import { DefinitionCard } from '../components/services/definition-card.tsx';
import { NoService } from '../components/services/no-service.tsx';
import { PerformanceCard } from '../components/services/performance-card.tsx';
import { ServiceCard } from '../components/services/service-card.tsx';
import { ServiceCharts } from '../components/services/service-charts.tsx';
import { StateBand } from '../components/services/state-band.tsx';
import { StateChanges } from '../components/services/state-changes.tsx';
import { endOf, rangeSeconds } from '../fleet/range.ts';
import { ApiFault } from '../live/api.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { queries } from '../live/queries.ts';
import { useServiceHistory } from '../live/service-history.ts';
import type { ServiceNames } from '../fleet/link.ts';
import type { ServiceDetail } from '../../../src/contract/api.ts';

/** `/service?cluster=&host=&service=&range=`: all there is to know of one service. */
export function ServicePage({ names }: { readonly names: ServiceNames }) {
  const named = names.service !== '';
  const { data, error } = useQuery({ ...queries.service(names), enabled: named });
  if (!named || (error instanceof ApiFault && error.status === 404)) return <NoService names={names} />;
  return (
    <>
      <QueryFault error={error} what={names.service} stale={data !== undefined} />
      {data && <Service detail={data} />}
    </>
  );
}

function Service({ detail }: { readonly detail: ServiceDetail }) {
  const { service } = detail;
  const nowMs = useServerNow();
  const control = useRange();
  const history = useServiceHistory(service, control.range);
  const endS = endOf(control.range);
  const toMs = endS === null ? nowMs : endS * 1000;
  const fromMs = toMs - rangeSeconds(control.range) * 1000;
  return (
    <div className="host-columns">
      <div className="host-side service-side">
        <ServiceCard detail={detail} />
        <DefinitionCard detail={detail} />
      </div>
      <div className="metric-panel">
        <div className="row metric-range">
          <RangeChoice />
        </div>
        <StateBand {...{ service, history, fromMs, toMs }} />
        {service.host === '' ? (
          detail.metrics.length > 0 && (
            <AggregateChart detail={detail} control={control} events={history.marks} />
          )
        ) : (
          <ServiceCharts detail={detail} control={control} events={history.marks} />
        )}
        <CountedServices detail={detail} />
        <PerformanceCard detail={detail} />
        {history.changes && <StateChanges names={service} changes={history.changes} nowMs={nowMs} />}
      </div>
    </div>
  );
}
