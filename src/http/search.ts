import { setImmediate } from 'node:timers/promises';
import Type from 'typebox';
import { SearchAnswer } from '../contract/api.ts';
import { SEARCH_CHARS_MAX, SEARCH_ROWS_MAX } from '../limits.ts';
import { BestFew } from '../model/best-few.ts';
import { answers } from './route.ts';
import { SearchIndex } from './search-index.ts';
import { compileSearch } from './search-query.ts';
import { compareNames } from './name-order.ts';
import { isProblem, severity } from './severity.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { ServiceView } from '../contract/api.ts';
import type { FleetView } from './fleet-view.ts';
import type { Judged } from './ports.ts';
import type { Resources } from './route.ts';
import type { FindableHost, FindableMetric, Indexed } from './search-index.ts';
import type { Search } from './search-query.ts';

const SearchQuery = Type.Object(
  {
    q: Type.String({ maxLength: SEARCH_CHARS_MAX }),
    /** Of clusters, hosts, services and metrics each. */
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: SEARCH_ROWS_MAX, default: 8 })),
  },
  { additionalProperties: false },
);

/** Services looked at before others have their turn: some 5 ms. */
const SERVICES_A_SLICE = 20_000;

/** Whose name is what was typed comes first, then the worst, then who is called so, then by name. */
interface Hit<T> {
  readonly found: 'exact' | 'part';
  /** Found by a fact or an address alone; else by its name. */
  readonly isByFact?: boolean;
  readonly state: string;
  readonly name: string;
  readonly cluster: string;
  readonly item: T;
}

/** A few of everything that has a name and matches. */
export function searchRoutes(app: FastifyInstance, { ports, fleet }: Resources): void {
  const index = new SearchIndex(ports, () => ports.clock.nowMs());
  app.get<{ Querystring: Static<typeof SearchQuery> }>(
    '/api/v1/search',
    { schema: { querystring: SearchQuery, response: answers(SearchAnswer) } },
    (request) => search({ index, judged: ports.judged, fleet }, request.query),
  );
}

async function search(
  from: { readonly index: SearchIndex; readonly judged: Judged; readonly fleet: FleetView },
  { q, limit = 8 }: Static<typeof SearchQuery>,
): Promise<SearchAnswer> {
  if (q.trim() === '') return { clusters: [], hosts: [], services: [], metrics: [], left_out: 0 };
  const { fleet } = from;
  const wish = { search: compileSearch(q), limit };
  const indexed = await from.index.current();
  const clusters = findClusters(indexed.clusters, { ...wish, fleet });
  const hosts = findHosts(indexed.hosts, { ...wish, fleet });
  const services = await findServices(from.judged.services(), wish);
  const metrics = findMetrics(indexed.metrics, wish);
  return {
    clusters: itemsOf(clusters),
    hosts: itemsOf(hosts).map((host) => foundHost(host, wish.search)),
    services: itemsOf(services),
    metrics: itemsOf(metrics),
    left_out: clusters.leftOut + hosts.leftOut + services.leftOut + metrics.leftOut,
  };
}

function findClusters(
  clusters: Indexed['clusters'],
  { search, limit, fleet }: { search: Search; limit: number; fleet: FleetView },
): BestFew<Hit<SearchAnswer['clusters'][number]>> {
  const best = bestHits<SearchAnswer['clusters'][number]>(limit);
  for (const cluster of clusters) {
    const found = search.find(cluster);
    if (!found) continue;
    const { name, hosts } = cluster;
    const state = fleet.services.cluster(name).worst;
    best.add({ found, state, name, cluster: name, item: { cluster: name, state, hosts } });
  }
  return best;
}

function findHosts(
  hosts: readonly FindableHost[],
  { search, limit, fleet }: { search: Search; limit: number; fleet: FleetView },
): BestFew<Hit<FindableHost & { readonly state: string }>> {
  const best = bestHits<FindableHost & { readonly state: string }>(limit);
  for (const host of hosts) {
    const found = search.find(host);
    if (!found) continue;
    const { cluster, name } = host;
    const state = fleet.hostState(cluster, name);
    const isByFact = !search.mayFind(name);
    best.add({ found, isByFact, state, name, cluster, item: { ...host, state } });
  }
  return best;
}

function foundHost(
  { cluster, name, address, facts, state }: FindableHost & { readonly state: string },
  search: Search,
): SearchAnswer['hosts'][number] {
  const fact = search.fact([name, address, cluster].join('\n'), facts);
  return { cluster, host: name, state, why: fact?.join(': ') ?? '' };
}

async function findServices(
  services: Iterable<ServiceView>,
  { search, limit }: { search: Search; limit: number },
): Promise<BestFew<Hit<SearchAnswer['services'][number]>>> {
  const best = bestHits<SearchAnswer['services'][number]>(limit);
  const names = new Map<string, boolean>();
  let looked = 0;
  for (const { cluster, host, service, state } of services) {
    looked += 1;
    // oxlint-disable-next-line no-await-in-loop -- the pause is what it is for
    if (looked % SERVICES_A_SLICE === 0) await setImmediate();
    let may = names.get(service);
    if (may === undefined) {
      may = search.mayFind(service);
      names.set(service, may);
    }
    if (!may) continue;
    const within = `${host}\n${cluster}`.toLowerCase();
    const found = search.find({ name: service, own: service.toLowerCase(), within });
    if (!found) continue;
    best.add({ found, state, name: `${service} ${host}`, cluster, item: { cluster, host, service, state } });
  }
  return best;
}

function findMetrics(
  metrics: readonly FindableMetric[],
  { search, limit }: { search: Search; limit: number },
): BestFew<Hit<SearchAnswer['metrics'][number]>> {
  const best = bestHits<SearchAnswer['metrics'][number]>(limit);
  for (const metric of metrics) {
    const found = search.find(metric);
    if (!found) continue;
    const { cluster, name, hosts, host, units } = metric;
    best.add({ found, state: '', name, cluster, item: { cluster, metric: name, hosts, host, units } });
  }
  return best;
}

function bestHits<T>(limit: number): BestFew<Hit<T>> {
  return new BestFew<Hit<T>>(limit, compareHits);
}

function compareHits(a: Hit<unknown>, b: Hit<unknown>): number {
  if (a.found !== b.found) return a.found === 'exact' ? -1 : 1;
  const worse = rank(b.state) - rank(a.state);
  const named = Number(a.isByFact ?? false) - Number(b.isByFact ?? false);
  return worse || named || compareNames(a.name, b.name) || compareNames(a.cluster, b.cluster);
}

/** What is no problem is ordered by name alone. */
function rank(state: string): number {
  return isProblem(state) ? severity(state) : 0;
}

function itemsOf<T>(best: BestFew<Hit<T>>): T[] {
  return best.items.map(({ item }) => item);
}
