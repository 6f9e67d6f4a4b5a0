import { useMemo } from 'react';
import './dashboard.css';
import { HeatPanel } from './heat-panel.tsx';
import { LinesPanel } from './lines-panel.tsx';
import { StatesPanel } from './states-panel.tsx';
import { TablePanel } from './table-panel.tsx';
import { TextPanel } from './text-panel.tsx';
import { ValuePanel } from './value-panel.tsx';
import { VariableChoices } from './variable-choices.tsx';
import { DashboardFault } from '../dashboard-fault.tsx';
import { RangeChoice, useRange } from '../range-choice.tsx';
import { isPosted } from '../../fleet/event-list.ts';
import { choiceOf, chosenOf, fillWords } from '../../fleet/dashboard.ts';
import { useAddress } from '../../live/address.ts';
import { useEventMarks } from '../../live/event-marks.ts';
import type { CSSProperties } from 'react';
import type { DashboardView as Dashboard, Panel } from '../../../../src/contract/dashboard.ts';
import type { PanelScope } from './panel-scope.ts';

/** One dashboard: its variables and range at the head, its panels on twelve columns. */
export function DashboardView({ dashboard }: { readonly dashboard: Dashboard }) {
  const scope = useScope(dashboard);
  return (
    <>
      {dashboard.fault !== null && (
        <DashboardFault fault={dashboard.fault} shown={dashboard.panels.length > 0} />
      )}
      {dashboard.description !== '' && (
        <p className="sub dashboard-description">
          <bdi>{dashboard.description}</bdi>
        </p>
      )}
      <div className="row dashboard-head">
        <VariableChoices variables={dashboard.variables} />
        <RangeChoice fallback={dashboard.range} />
      </div>
      <div className="panels">
        {dashboard.panels.map((panel, i) => (
          <div
            // A panel of another type in its place is another panel.
            key={`${i} ${panel.type}`}
            className="panel-place"
            style={columns(panel.width)}
          >
            <PanelOf panel={panel} scope={scope} />
          </div>
        ))}
      </div>
      {dashboard.panels.length === 0 && dashboard.fault === null && (
        <p className="card sub">
          This dashboard has no panels yet: add some under <code className="mono">panels:</code> in its file.
        </p>
      )}
    </>
  );
}

function columns(width: number): CSSProperties {
  const style: CSSProperties & { '--columns': number } = { '--columns': width };
  return style;
}

function PanelOf({ panel, scope }: { readonly panel: Panel; readonly scope: PanelScope }) {
  switch (panel.type) {
    case 'graph':
    case 'stacked':
      return <LinesPanel panel={panel} scope={scope} />;
    case 'heatmap':
      return <HeatPanel panel={panel} scope={scope} />;
    case 'value':
      return <ValuePanel panel={panel} scope={scope} />;
    case 'table':
      return <TablePanel panel={panel} scope={scope} />;
    case 'states':
      return <StatesPanel panel={panel} scope={scope} />;
    case 'text':
      return <TextPanel panel={panel} scope={scope} />;
  }
}

function useScope(dashboard: Dashboard): PanelScope {
  const { search } = useAddress();
  const control = useRange(dashboard.range);
  const { name, variables } = dashboard;
  const only = (wanted: 'cluster' | 'host') => {
    const variable = variables.find((known) => known.name === wanted);
    return variable ? choiceOf(variable, search) : '';
  };
  const [cluster, host] = [only('cluster'), only('host')];
  const marks = useEventMarks(
    { ...(cluster !== '' && { cluster }), ...(host !== '' && { host }) },
    control.range,
  );
  // Changes of state of a whole cluster would cover its graphs.
  const events = useMemo(() => (host === '' ? marks.filter(isPosted) : marks), [marks, host]);
  return useMemo(
    () => ({
      dashboard: name,
      chosen: chosenOf(variables, search),
      control,
      events,
      words: (text) => fillWords(text, dashboard, search),
    }),
    [name, variables, search, control, events, dashboard],
  );
}
