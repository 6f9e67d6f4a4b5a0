import Type from 'typebox';
import { HostView, MetricView } from '../contract/api.ts';
import { compileMatcher } from '../live/selector.ts';
import { ROWS_PER_ANSWER_MAX } from '../limits.ts';
import { kindName } from '../model/kind.ts';
import { freshForMs } from '../model/record.ts';
import { HttpError } from './errors.ts';
import { answers, cutRows, nameFilter, NameParam, NO_QUERY, PatternParam } from './route.ts';
import { EVERY_NAME, oneName, seriesOf } from './gone-series.ts';
import { compareNames } from './name-order.ts';
import { severity, worseOf } from './severity.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Catalogue } from '../live/catalogue.ts';
import type { HostEntry } from '../live/entries.ts';
import type { PlannedSeries } from './gone-series.ts';
import type { Retired } from './ports.ts';
import type { RetiredHost } from '../model/retired.ts';
import type { LiveSample } from '../live/columns.ts';
import type { Resources } from './route.ts';

const HostQuery = Type.Object(
  {
    cluster: Type.Optional(PatternParam),
    state: Type.Optional(Type.Enum(['UP', 'DOWN', 'PENDING', 'RETIRED'])),
    q: Type.Optional(PatternParam),
  },
  { additionalProperties: false },
);
const HostParams = Type.Object({ cluster: NameParam, host: NameParam });

export function hostRoutes(app: FastifyInstance, { ports, fleet }: Resources): void {
  const { catalogue, clock, retired } = ports;
  app.get<{ Querystring: Static<typeof HostQuery> }>(
    '/api/v1/hosts',
    { schema: { querystring: HostQuery, response: answers(Type.Array(HostView)) } },
    (request, reply) => {
      const { cluster, state, q } = request.query;
      const inCluster = nameFilter('cluster', cluster);
      const matches = searchFilter(q);
      const views = [...catalogue.hosts()]
        .filter((host) => inCluster(host.cluster) && matches(host))
        .map((host) => fleet.host(host))
        .filter((view) => state === undefined || view.state === state);
      // A fleet that comes and goes has more of them than of all others.
      if (state === 'RETIRED') {
        for (const host of retired.hosts()) {
          if (catalogue.host(host.cluster, host.name) || !inCluster(host.cluster) || !matches(host)) continue;
          views.push(retiredView(host));
        }
      }
      return cutRows(views.toSorted(compareHosts), ROWS_PER_ANSWER_MAX, reply);
    },
  );
  app.get<{ Params: Static<typeof HostParams> }>(
    '/api/v1/hosts/:cluster/:host',
    { schema: { params: HostParams, querystring: NO_QUERY, response: answers(HostView) } },
    (request) => {
      const entry = catalogue.host(request.params.cluster, request.params.host);
      return entry ? fleet.host(entry) : retiredView(retiredHost(retired, request.params));
    },
  );
  app.get<{ Params: Static<typeof HostParams> }>(
    '/api/v1/hosts/:cluster/:host/metrics',
    { schema: { params: HostParams, querystring: NO_QUERY, response: answers(Type.Array(MetricView)) } },
    (request) => {
      const { cluster, host } = request.params;
      const entry = catalogue.host(cluster, host);
      return entry ? metricViews(catalogue, entry, clock.nowMs()) : retiredMetrics(retired, request.params);
    },
  );
}

function retiredHost(retired: Retired, { cluster, host }: { cluster: string; host: string }): RetiredHost {
  const found = retired.host(cluster, host);
  if (!found) throw new HttpError('host_unknown', `no host ${host} is known in cluster ${cluster}`);
  return found;
}

/** What it had: the values are history. */
function retiredMetrics(retired: Retired, params: { cluster: string; host: string }): MetricView[] {
  const { cluster, name } = retiredHost(retired, params);
  const query = { fromMs: 0, cluster: oneName(cluster), host: oneName(name), metric: EVERY_NAME };
  const gone = retired.records(query).records.flatMap(seriesOf);
  return gone
    .map((entry) => metricView(entry, undefined, { nowMs: 0, gapMs: 0 }))
    .toSorted((a, b) => compareNames(a.metric, b.metric));
}

/** A host that has left, as it was last known. */
function retiredView(host: RetiredHost): HostView {
  return {
    cluster: host.cluster,
    name: host.name,
    address: host.address,
    state: 'RETIRED',
    last_seen_ms: host.lastSeenMs,
    silence_limit_ms: 0,
    clock_skew_ms: null,
    agent: host.agent,
    conflict: null,
    facts: Object.fromEntries(host.facts),
    metrics: host.records,
    registered: false,
    instance: null,
    retired_reason: host.reason,
    worst_state: 'OK',
  };
}

type Sought = Pick<RetiredHost, 'name' | 'address'> & { readonly facts: Iterable<readonly [string, string]> };

/** Part of the name, the address or a fact, in any case; or a regular expression over the whole name. */
function searchFilter(q: string | undefined): (host: Sought) => boolean {
  if (q === undefined || q === '') return () => true;
  const part = q.toLowerCase();
  // What is typed need not be a regular expression.
  const matches = typeof compileMatcher(q) === 'string' ? () => false : nameFilter('q', q);
  return (host) =>
    host.name.toLowerCase().includes(part) ||
    host.address.includes(part) ||
    [...host.facts].some(([, value]) => value.toLowerCase().includes(part)) ||
    matches(host.name);
}

/** The worst first, then by name. */
function compareHosts(a: HostView, b: HostView): number {
  return (
    severity(worseOf(b.state, b.worst_state)) - severity(worseOf(a.state, a.worst_state)) ||
    compareNames(a.cluster, b.cluster) ||
    compareNames(a.name, b.name)
  );
}

function metricViews(catalogue: Catalogue, host: HostEntry, nowMs: number): MetricView[] {
  const { gapMs } = catalogue.pulse(host);
  const sample: LiveSample = { rawHi: 0, rawLo: 0, value: Number.NaN, sampleMs: 0, arrivalMs: 0 };
  return [...host.records.values()]
    .flatMap(({ series }) => series)
    .map((entry) => metricView(entry, catalogue.read(entry, sample) ? sample : undefined, { nowMs, gapMs }))
    .toSorted((a, b) => compareNames(a.metric, b.metric));
}

/**
 * The age counts from the arrival, by our clock; the time is the agent's. Both are 0 before the first sample.
 */
function metricView(
  entry: PlannedSeries,
  sample: LiveSample | undefined,
  { nowMs, gapMs }: { nowMs: number; gapMs: number },
): MetricView {
  const { sources, units, group, title } = entry.record.words;
  return {
    metric: entry.metric,
    value: sample && Number.isFinite(sample.value) ? sample.value : null,
    units,
    kind: kindName(sources[entry.source]?.kind ?? 1),
    time_ms: sample?.sampleMs ?? 0,
    age_ms: sample ? Math.max(0, nowMs - sample.arrivalMs) : 0,
    stale_after_ms: freshForMs(entry.record.words, gapMs),
    group,
    title,
  };
}
