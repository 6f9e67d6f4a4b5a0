import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { NothingMatches, PanelFrame } from './panel-frame.tsx';
import { BODY_PX } from './panel-scope.ts';
import { Lasting, problemWords, ProblemRow } from '../problem-list.tsx';
import { usePointed, useRestingOrder } from '../resting.ts';
import { fillPattern, hostsOfPanel } from '../../fleet/dashboard.ts';
import { hostKey } from '../../fleet/host-key.ts';
import { serviceLink } from '../../fleet/link.ts';
import { compareServices, problemKey, problemTitle } from '../../fleet/problem.ts';
import { markOf } from '../../fleet/state.ts';
import { formatCount } from '../../format/number.ts';
import { useServerNow } from '../../live/feed-context.tsx';
import { useLastSeen } from '../../live/problems.ts';
import { queries } from '../../live/queries.ts';
import { Mark } from '../../ui/mark.tsx';
import type { ServiceView } from '../../../../src/contract/api.ts';
import type { Panel } from '../../../../src/contract/dashboard.ts';
import type { PanelScope } from './panel-scope.ts';

type StatesPanelView = Extract<Panel, { type: 'states' }>;

const NONE: readonly ServiceView[] = [];
/** More are found on the problems view. */
const ROWS_MAX = 100;

/** Services and hosts with their states, the worst first. */
export function StatesPanel({
  panel,
  scope,
}: {
  readonly panel: StatesPanelView;
  readonly scope: PanelScope;
}) {
  const { chosen } = scope;
  const services = useQuery(
    queries.servicesMatching({
      ...hostsOfPanel(panel, chosen),
      service: fillPattern(panel.service, chosen),
      ...(panel.problem && { problem: 'true' as const }),
    }),
  );
  const nowMs = useServerNow();
  const sorted = useMemo(() => services.data?.toSorted(compareServices) ?? NONE, [services.data]);
  const { pointed, handlers } = usePointed();
  const shown = useRestingOrder(sorted, problemKey, pointed);
  const lastSeen = useLastSeen(sorted);
  const px = BODY_PX[panel.height];
  const wordsOf = (service: ServiceView) => {
    const heardMs = lastSeen.get(hostKey(service.cluster, service.host));
    return `${service.cluster} · ${problemWords({ service, notJudged: [] }, heardMs, nowMs)}`;
  };
  return (
    <PanelFrame
      title={scope.words(panel.title)}
      aside={sorted.length > 0 && formatCount(sorted.length)}
      error={services.error}
      stale={services.data !== undefined}
      flush
    >
      {services.data && sorted.length === 0 ? (
        <NothingMatches px={px}>
          {panel.problem ? (
            <span className="row">
              <Mark kind="ok" silent /> All well: no problem among them.
            </span>
          ) : (
            'No service matches.'
          )}
        </NothingMatches>
      ) : (
        <ul className="panel-scroll problem-list" style={{ height: px }} {...handlers}>
          {shown.slice(0, ROWS_MAX).map((service) => (
            <li key={problemKey(service)}>
              <ProblemRow
                mark={markOf(service.state)}
                title={problemTitle(service)}
                words={wordsOf(service)}
                time={<Lasting sinceMs={service.since_ms} nowMs={nowMs} />}
                href={serviceLink(service)}
              />
            </li>
          ))}
          {shown.length > ROWS_MAX && (
            <li className="sub none-match">and {formatCount(shown.length - ROWS_MAX)} more</li>
          )}
        </ul>
      )}
    </PanelFrame>
  );
}
