import Type from 'typebox';
import type { Static } from 'typebox';
import { AGGREGATES } from './api.ts';
import { FactPattern } from './facts.ts';

/**
 * A dashboard as data: what `dashboards/*.yaml` says, with its defaults filled in. Patterns are regular
 * expressions over whole names, in which `$cluster`, `$host` and `$role` stand for what the viewer has chosen:
 * `fillVariables` of dashboard-variables.ts puts it in. A dashboard whose file was never good has a fault and
 * no panels.
 */

export const PANEL_TYPES = ['graph', 'stacked', 'heatmap', 'value', 'table', 'states', 'text'] as const;
export type PanelType = (typeof PANEL_TYPES)[number];

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Aggregate = Type.Enum([...AGGREGATES]);

/** Which hosts. */
const where = {
  cluster: Type.String(),
  host: Type.String(),
  /** What they say of themselves, or registered with: all of it has to match. */
  facts: Type.Array(FactPattern),
};

export const PanelSeries = Type.Object({
  ...where,
  metric: Type.String(),
  /** Folds what matches into one line, or one a `by`; null: one line a series. */
  aggregate: Nullable(Aggregate),
  by: Nullable(Type.Union([Type.Literal('cluster'), Type.Literal('host'), Type.Literal('metric')])),
  /** Name of the line; empty: made of what tells its lines apart. */
  label: Type.String(),
  /** Every value times this: -1 draws downwards, 8 makes bits of bytes. */
  scale: Type.Number(),
});
export type PanelSeries = Static<typeof PanelSeries>;

const common = {
  title: Type.String(),
  /** Of twelve columns; on a phone every panel is as wide as the page. */
  width: Type.Integer({ minimum: 1, maximum: 12 }),
  height: Type.Union([Type.Literal('small'), Type.Literal('normal'), Type.Literal('tall')]),
};

const lines = {
  ...common,
  series: Type.Array(PanelSeries),
  /** Empty: as the series have them. */
  units: Type.String(),
  /** Nagios ranges, drawn dashed; empty: none. */
  warning: Type.String(),
  critical: Type.String(),
};

export const Panel = Type.Union([
  Type.Object({ type: Type.Literal('graph'), ...lines }),
  Type.Object({ type: Type.Literal('stacked'), ...lines }),
  Type.Object({
    type: Type.Literal('heatmap'),
    ...common,
    ...where,
    metric: Type.String(),
    /** The colour is metric divided by the metric of this name; empty: metric alone. */
    over: Type.String(),
  }),
  Type.Object({
    type: Type.Literal('value'),
    ...common,
    ...where,
    metric: Type.String(),
    aggregate: Aggregate,
    units: Type.String(),
    warning: Type.String(),
    critical: Type.String(),
  }),
  Type.Object({
    type: Type.Literal('table'),
    ...common,
    /** One row a host that matches. */
    ...where,
    columns: Type.Array(
      Type.Object({
        metric: Type.String(),
        label: Type.String(),
        units: Type.String(),
        aggregate: Aggregate,
      }),
    ),
    /** Index of the column that sorts, highest first; -1: the worst host first. */
    sort: Type.Integer({ minimum: -1 }),
    limit: Type.Integer({ minimum: 1 }),
  }),
  Type.Object({
    type: Type.Literal('states'),
    ...common,
    ...where,
    service: Type.String(),
    /** Only what is not OK or UP. */
    problem: Type.Boolean(),
  }),
  /** Plain paragraphs, parted by empty lines; addresses become links. */
  Type.Object({ type: Type.Literal('text'), ...common, text: Type.String() }),
]);
export type Panel = Static<typeof Panel>;

/** A choice at the head of the dashboard, kept in its address. */
export const DashboardVariable = Type.Object({
  /** What stands after the dollar sign: `cluster`, `host`, or the word for a fact. */
  name: Type.String(),
  /** The fact of the hosts whose values are offered; empty: clusters or hosts are. */
  fact: Type.String(),
  label: Type.String(),
  /** What may be chosen: names or values that match. */
  pattern: Type.String(),
  /** A name or value; empty: all that match. */
  default: Type.String(),
});
export type DashboardVariable = Static<typeof DashboardVariable>;

export const DashboardSummary = Type.Object({
  /** The file's name without `.yaml`; its address is `/dashboards/NAME`. */
  name: Type.String(),
  title: Type.String(),
  description: Type.String(),
  /** Why the file as it is now is not what is shown: `file:line:column …`; null when it is. */
  fault: Nullable(Type.String()),
});
export type DashboardSummary = Static<typeof DashboardSummary>;

export const DashboardView = Type.Object({
  ...DashboardSummary.properties,
  /** `10m`, `1h`, `1d`, `1w`, `1mo` or `1y`. */
  range: Type.String(),
  variables: Type.Array(DashboardVariable),
  panels: Type.Array(Panel),
});
export type DashboardView = Static<typeof DashboardView>;
