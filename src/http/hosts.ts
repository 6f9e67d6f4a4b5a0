import Type from 'typebox';
import { HostView, MetricView } from '../contract/api.ts';
import { compileMatcher } from '../live/name-matcher.ts';
import { ROWS_PER_ANSWER_MAX } from '../limits.ts';
import { kindName } from '../model/kind.ts';
import { freshForMs } from '../model/record.ts';
import { HttpError } from './errors.ts';
import { FactParam, factFilter } from './fact-param.ts';
import { answers, cutRows, nameFilter, NameParam, NO_QUERY, PatternParam } from './route.ts';
import { EVERY_NAME, oneName, seriesOf } from './gone-series.ts';
import { absentHost, awaitedHosts, retiredHosts } from './absent-hosts.ts';
import { compareNames } from './name-order.ts';
import { says } from './search-query.ts';
import { severity, worseOf } from './severity.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Catalogue } from '../live/catalogue.ts';
import type { HostEntry } from '../live/entries.ts';
import type { PlannedSeries } from './gone-series.ts';
import type { HttpPorts } from './ports.ts';
import type { RetiredHost } from '../model/retired.ts';
import type { LiveSample } from '../live/columns.ts';
import type { Resources } from './route.ts';

const HostQuery = Type.Object(
  {
    cluster: Type.Optional(PatternParam),
    state: Type.Optional(Type.Enum(['UP', 'DOWN', 'PENDING', 'RETIRED', 'all'])),
    q: Type.Optional(PatternParam),
    fact: Type.Optional(FactParam),
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
      const { cluster, state, q, fact } = request.query;
      const inCluster = nameFilter('cluster', cluster);
      const matches = searchFilter(q);
      const hasFacts = factFilter(fact);
      const isSought = (host: Sought & { readonly cluster: string }) =>
        inCluster(host.cluster) && matches(host) && hasFacts(host.facts);
      const views = [...catalogue.hosts()]
        .filter(isSought)
        .map((host) => fleet.host(host))
        .filter((view) => isAsked(view.state, state));
      // A fleet that comes and goes has more of those that left than of all others.
      const absent = [
        ...(isAsked('PENDING', state) ? awaitedHosts(ports) : []),
        ...(isAsked('RETIRED', state) ? retiredHosts(ports) : []),
      ];
      views.push(...absent.filter(isSought).map(({ view }) => view()));
      return cutRows(views.toSorted(compareHosts), ROWS_PER_ANSWER_MAX, reply);
    },
  );
  app.get<{ Params: Static<typeof HostParams> }>(
    '/api/v1/hosts/:cluster/:host',
    { schema: { params: HostParams, querystring: NO_QUERY, response: answers(HostView) } },
    (request) => {
      const entry = catalogue.host(request.params.cluster, request.params.host);
      return entry ? fleet.host(entry) : absentView(ports, request.params);
    },
  );
  app.get<{ Params: Static<typeof HostParams> }>(
    '/api/v1/hosts/:cluster/:host/metrics',
    { schema: { params: HostParams, querystring: NO_QUERY, response: answers(Type.Array(MetricView)) } },
    (request) => {
      const { cluster, host } = request.params;
      const entry = catalogue.host(cluster, host);
      return entry ? metricViews(catalogue, entry, clock.nowMs()) : retiredMetrics(ports, request.params);
    },
  );
}

/** Without a state, those that have left are not asked for. */
function isAsked(state: string, asked: Static<typeof HostQuery>['state']): boolean {
  return asked === undefined ? state !== 'RETIRED' : asked === 'all' || asked === state;
}

interface HostName {
  readonly cluster: string;
  readonly host: string;
}

function absentView(ports: HttpPorts, name: HostName): HostView {
  const found = absentHost(ports, name);
  if (!found) throw unknown(name);
  return found.view();
}

function unknown({ cluster, host }: HostName): HttpError {
  return new HttpError('host_unknown', `no host ${host} is known in cluster ${cluster}`);
}

/** What it had: the values are history. One that registered and was never heard had nothing. */
function retiredMetrics(ports: HttpPorts, params: HostName): MetricView[] {
  const { cluster, host } = params;
  if (!absentHost(ports, params)) throw unknown(params);
  const query = { fromMs: 0, cluster: oneName(cluster), host: oneName(host), metric: EVERY_NAME };
  const gone = ports.retired.records(query).records.flatMap(seriesOf);
  return gone
    .map((entry) => metricView(entry, undefined, { nowMs: 0, gapMs: 0 }))
    .toSorted((a, b) => compareNames(a.metric, b.metric));
}

type Sought = Pick<RetiredHost, 'name' | 'address'> & { readonly facts: ReadonlyMap<string, string> };

/**
 * Part of the name, the address or a fact, `role:db` for a fact by its name, in any case; or a regular expression
 * over the whole name.
 */
function searchFilter(q: string | undefined): (host: Sought) => boolean {
  if (q === undefined || q === '') return () => true;
  const part = q.toLowerCase();
  // What is typed need not be a regular expression.
  const matches = typeof compileMatcher(q) === 'string' ? () => false : nameFilter('q', q);
  return (host) =>
    host.name.toLowerCase().includes(part) ||
    host.address.includes(part) ||
    [...host.facts].some(([name, value]) => says(name, value, part)) ||
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
