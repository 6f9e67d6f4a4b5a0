import Type from 'typebox';
import { HostView, MetricView } from '../contract/api.ts';
import { compileMatcher } from '../live/selector.ts';
import { ROWS_PER_ANSWER_MAX } from '../limits.ts';
import { kindName } from '../model/kind.ts';
import { HttpError } from './errors.ts';
import { answers, cutRows, nameFilter, NameParam, NO_QUERY, PatternParam } from './route.ts';
import { compareNames } from './service-index.ts';
import { severity, worseOf } from './severity.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Catalogue, HostEntry, SeriesEntry } from '../live/catalogue.ts';
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
  const { catalogue, clock } = ports;
  app.get<{ Querystring: Static<typeof HostQuery> }>(
    '/api/v1/hosts',
    { schema: { querystring: HostQuery, response: answers(Type.Array(HostView)) } },
    (request, reply) => {
      const { cluster, state, q } = request.query;
      const inCluster = nameFilter('cluster', cluster);
      const found = [...catalogue.hosts()].filter((host) => inCluster(host.cluster)).filter(searchFilter(q));
      const views = found
        .map((host) => fleet.host(host))
        .filter((view) => state === undefined || view.state === state);
      return cutRows(views.toSorted(compareHosts), ROWS_PER_ANSWER_MAX, reply);
    },
  );
  app.get<{ Params: Static<typeof HostParams> }>(
    '/api/v1/hosts/:cluster/:host',
    { schema: { params: HostParams, querystring: NO_QUERY, response: answers(HostView) } },
    (request) => fleet.host(knownHost(catalogue, request.params)),
  );
  app.get<{ Params: Static<typeof HostParams> }>(
    '/api/v1/hosts/:cluster/:host/metrics',
    { schema: { params: HostParams, querystring: NO_QUERY, response: answers(Type.Array(MetricView)) } },
    (request) => metricViews(catalogue, knownHost(catalogue, request.params), clock.nowMs()),
  );
}

function knownHost(catalogue: Catalogue, { cluster, host }: { cluster: string; host: string }): HostEntry {
  const entry = catalogue.host(cluster, host);
  if (!entry) throw new HttpError('host_unknown', `no host ${host} is known in cluster ${cluster}`);
  return entry;
}

/** Part of the name, the address or a fact, in any case; or a regular expression over the whole name. */
function searchFilter(q: string | undefined): (host: HostEntry) => boolean {
  if (q === undefined || q === '') return () => true;
  const part = q.toLowerCase();
  // What is typed need not be a regular expression.
  const matches = typeof compileMatcher(q) === 'string' ? () => false : nameFilter('q', q);
  return (host) =>
    host.name.toLowerCase().includes(part) ||
    host.address.includes(part) ||
    [...host.facts.values()].some((value) => value.toLowerCase().includes(part)) ||
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
  const sample: LiveSample = { rawHi: 0, rawLo: 0, value: Number.NaN, sampleMs: 0, arrivalMs: 0 };
  return [...host.records.values()]
    .flatMap(({ series }) => series)
    .map((entry) => metricView(entry, catalogue.read(entry, sample) ? sample : undefined, nowMs))
    .toSorted((a, b) => compareNames(a.metric, b.metric));
}

/**
 * The age counts from the arrival, by our clock; the time is the agent's. Both are 0 before the first sample.
 */
function metricView(entry: SeriesEntry, sample: LiveSample | undefined, nowMs: number): MetricView {
  const { sources, units, group, title, tmaxS, intervalS } = entry.record.description;
  return {
    metric: entry.metric,
    value: sample && Number.isFinite(sample.value) ? sample.value : null,
    units,
    kind: kindName(sources[entry.source]?.kind ?? 1),
    time_ms: sample?.sampleMs ?? 0,
    age_ms: sample ? Math.max(0, nowMs - sample.arrivalMs) : 0,
    stale_after_ms: Math.max(4 * tmaxS, 3 * intervalS) * 1000,
    group,
    title,
  };
}
