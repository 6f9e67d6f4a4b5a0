import { setImmediate } from 'node:timers/promises';
import Type from 'typebox';
import { ServiceDetail, ServiceView } from '../contract/api.ts';
import { ROWS_PER_ANSWER_MAX, SEARCH_CHARS_MAX } from '../limits.ts';
import { judgeAnswer } from './judge-answer.ts';
import { FactParam, factFilter } from './fact-param.ts';
import { answers, cutRows, nameFilter, NameParam, PatternParam } from './route.ts';
import { sortServices } from './service-order.ts';
import { isProblem } from './severity.ts';
import { unknownService } from './unknown.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Catalogue } from '../live/catalogue.ts';
import type { HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';

const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN', 'UP', 'DOWN', 'UNREACHABLE', 'PENDING'] as const;
const KINDS = ['host', 'metric', 'combined', 'aggregate', 'command', 'passive'] as const;
const ServicesQuery = Type.Object(
  {
    cluster: Type.Optional(PatternParam),
    /** Aggregates have an empty one. */
    host: Type.Optional(PatternParam),
    service: Type.Optional(PatternParam),
    /** Of the host; an aggregate has none. */
    fact: Type.Optional(FactParam),
    state: Type.Optional(Type.Enum([...STATES])),
    state_type: Type.Optional(Type.Enum(['SOFT', 'HARD'])),
    kind: Type.Optional(Type.Enum([...KINDS])),
    /** True: only what is not OK or UP, soft or hard; false: only what is. */
    problem: Type.Optional(Type.Boolean()),
    flapping: Type.Optional(Type.Boolean()),
    /** Words, all of which occur in the names or the output, in any case. */
    q: Type.Optional(Type.String({ maxLength: SEARCH_CHARS_MAX })),
  },
  { additionalProperties: false },
);
type ServicesQuery = Static<typeof ServicesQuery>;
const ServiceQuery = Type.Object(
  {
    /** Empty: of the grid. */
    cluster: Type.String({ maxLength: 1000 }),
    /** Empty: of an aggregate. */
    host: Type.String({ maxLength: 1000 }),
    service: NameParam,
  },
  { additionalProperties: false },
);

/** Services looked at before others have their turn: some 5 ms. */
const SERVICES_A_SLICE = 20_000;

/** What is judged, and how it stands: many in short, one in full. */
export function serviceRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get<{ Querystring: ServicesQuery }>(
    '/api/v1/services',
    { schema: { querystring: ServicesQuery, response: answers(Type.Array(ServiceView)) } },
    async (request, reply) => {
      const found = await listServices(ports, request.query);
      return cutRows(sortServices(found), ROWS_PER_ANSWER_MAX, reply);
    },
  );
  app.get<{ Querystring: Static<typeof ServiceQuery> }>(
    '/api/v1/service',
    { schema: { querystring: ServiceQuery, response: answers(ServiceDetail) } },
    (request) => detailOf(ports, request.query),
  );
}

/** What holds now: whoever has just reported a result finds it. */
async function listServices(ports: HttpPorts, query: ServicesQuery): Promise<ServiceView[]> {
  const { judged, catalogue } = ports;
  const wanted = filterOf(query, catalogue);
  const found: ServiceView[] = [];
  let looked = 0;
  for (const view of judged.services()) {
    looked += 1;
    // oxlint-disable-next-line no-await-in-loop -- the pause is what it is for
    if (looked % SERVICES_A_SLICE === 0) await setImmediate();
    if (wanted(view)) found.push(view);
  }
  return found;
}

function filterOf(query: ServicesQuery, catalogue: Catalogue): (view: ServiceView) => boolean {
  const { state, state_type: type, kind, problem, flapping } = query;
  const inCluster = nameFilter('cluster', query.cluster);
  const onHost = nameFilter('host', query.host);
  const named = nameFilter('service', query.service);
  const hasFacts = hostFacts(query.fact, catalogue);
  const hasWords = wordsFilter(query.q);
  return (view) =>
    (state === undefined || view.state === state) &&
    (type === undefined || view.state_type === type) &&
    (kind === undefined || view.kind === kind) &&
    (problem === undefined || isProblem(view.state) === problem) &&
    (flapping === undefined || view.flapping === flapping) &&
    inCluster(view.cluster) &&
    onHost(view.host) &&
    named(view.service) &&
    hasFacts(view) &&
    hasWords(view);
}

function hostFacts(
  fact: ServicesQuery['fact'],
  catalogue: Catalogue,
): (view: Pick<ServiceView, 'cluster' | 'host'>) => boolean {
  if (fact === undefined) return () => true;
  const matches = factFilter(fact);
  return ({ cluster, host }) => {
    const entry = catalogue.host(cluster, host);
    return entry !== undefined && matches(entry.facts);
  };
}

function wordsFilter(q = ''): (view: ServiceView) => boolean {
  const words = q.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return () => true;
  return ({ service, host, cluster, output }) => {
    const text = `${service}\n${host}\n${cluster}\n${output}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

async function detailOf(
  { checks }: HttpPorts,
  { cluster, host, service }: Static<typeof ServiceQuery>,
): Promise<ServiceDetail> {
  const key = { cluster, host, service };
  const detail = await judgeAnswer(checks.detail(key));
  if (detail === null) throw unknownService(key);
  return detail;
}
