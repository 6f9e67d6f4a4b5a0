import type { MetricView } from '../../../src/contract/api.ts';

/** Lines that belong on one chart. */
export interface MetricChart {
  /** Stable identity: the record, or the metric where it stands alone. */
  readonly key: string;
  readonly title: string;
  readonly group: string;
  readonly metrics: readonly MetricView[];
  /** Line names, in the order of `metrics`; empty for one line. */
  readonly labels: readonly string[];
}

/** More lines than this cannot be told apart. */
export const LINES_PER_CHART_MAX = 10;

interface Place {
  readonly key: string;
  readonly label: string;
}

/**
 * collectd spreads one idea over data sources (`if_octets:rx`, `:tx`) and type instances (`memory-used`,
 * `memory-free`): those share a chart. Every other metric has its own.
 */
export function placeOf(metric: string): Place {
  const match = /^([^/]+)\/([^/:-]+)(?:-([^:]*))?(?::(.+))?$/.exec(metric);
  const [, plugin, type, instance, source] = match ?? [];
  if (!plugin || !type || /^(statsd|graphite|influx)$/.test(plugin)) return { key: metric, label: metric };
  if (instance !== undefined && source !== undefined)
    return { key: `${plugin}/${type}-${instance}`, label: source };
  return { key: `${plugin}/${type}`, label: source ?? instance ?? type };
}

/** Words of a metric's name that people expect in this order, wherever they stand. */
const USUAL_ORDER = (
  'one shortterm five midterm fifteen longterm rx in read tx out write ' +
  'user system wio wait nice interrupt softirq steal idle used free cached buffers buffered'
).split(' ');

/**
 * Where a metric stands in its group: by the last word of its name that has a usual place, else behind those.
 */
export function metricRank(metric: string): number {
  const word = /([a-z]+)$/.exec(metric)?.[1] ?? '';
  const rank = USUAL_ORDER.indexOf(word);
  return rank < 0 ? USUAL_ORDER.length : rank;
}

/** Charts in the order groups and metrics are given; a chart that would hold too many lines is split. */
export function chartsOf(metrics: readonly MetricView[]): MetricChart[] {
  const byKey = new Map<string, MetricView[]>();
  for (const metric of metrics) {
    const { key } = placeOf(metric.metric);
    const members = byKey.get(key);
    if (members) members.push(metric);
    else byKey.set(key, [metric]);
  }
  return folded(byKey).flatMap(([key, members]) => split(key, members));
}

/** Fewer numbered instances of one thing stay charts of their own. */
const FAMILY_MIN = 3;

interface Family {
  readonly key: string;
  /** `cpu-3` of `cpu-3/percent-idle`. */
  readonly instance: string;
}

/** Of a metric of a numbered instance: `cpu-3/percent-idle` is of `cpu-*` and `percent-idle`. */
function familyOf(metric: string): Family | null {
  const [, instance, plugin, kind] = /^(([^/]*[^/\d-])-\d+)\/(.+)$/.exec(metric) ?? [];
  return instance && plugin && kind ? { key: `${plugin}-*/${kind}`, instance } : null;
}

/** Charts of one metric each that differ in their instance's number become one, where the first stood. */
function folded(byKey: ReadonlyMap<string, MetricView[]>): [string, MetricView[]][] {
  const families = new Map<string, MetricView[]>();
  for (const members of byKey.values()) {
    const [first] = members;
    const family = members.length === 1 && first ? familyOf(first.metric) : null;
    if (first && family) families.set(family.key, [...(families.get(family.key) ?? []), first]);
  }
  return [...byKey].flatMap(([key, members]): [string, MetricView[]][] => {
    const [first] = members;
    const family = members.length === 1 && first ? familyOf(first.metric) : null;
    const all = family && families.get(family.key);
    if (!family || !all || all.length < FAMILY_MIN) return [[key, members]];
    return all[0] === first ? [[family.key, all.toSorted(byNumber)]] : [];
  });
}

function byNumber(a: MetricView, b: MetricView): number {
  return a.metric.localeCompare(b.metric, 'en', { numeric: true });
}

function split(key: string, members: readonly MetricView[]): MetricChart[] {
  const charts: MetricChart[] = [];
  for (let start = 0; start < members.length; start += LINES_PER_CHART_MAX) {
    const part = members.slice(start, start + LINES_PER_CHART_MAX);
    const [first] = part;
    if (!first) break;
    const alone = members.length === 1;
    charts.push({
      key: start === 0 ? key : `${key} ${start}`,
      title: alone ? first.metric : key,
      group: first.group || 'other',
      metrics: part,
      labels: alone ? [] : part.map((metric) => labelOf(metric.metric, key)),
    });
  }
  return charts;
}

function labelOf(metric: string, key: string): string {
  const family = familyOf(metric);
  return family?.key === key ? family.instance : placeOf(metric).label;
}

/**
 * Requests for history: charts gathered so that no request names more than `metricsMax` metrics or `charsMax`
 * letters.
 */
export function chunkCharts(
  charts: readonly MetricChart[],
  limits: { readonly metricsMax: number; readonly charsMax: number },
): ReadonlyMap<string, readonly string[]> {
  const chunkOf = new Map<string, readonly string[]>();
  let chunk: string[] = [];
  let chars = 0;
  for (const chart of charts) {
    const names = chart.metrics.map((metric) => metric.metric);
    const size = names.reduce((sum, name) => sum + name.length + 4, 0);
    if (
      chunk.length > 0 &&
      (chunk.length + names.length > limits.metricsMax || chars + size > limits.charsMax)
    ) {
      chunk = [];
      chars = 0;
    }
    chunk.push(...names);
    chars += size;
    chunkOf.set(chart.key, chunk);
  }
  return chunkOf;
}
