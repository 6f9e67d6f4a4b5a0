import type { NeededRole } from '../access/roles.ts';
import type { Role } from '../contract/access.ts';
import type { FeedTopic } from '../contract/feed.ts';
import type { FastifyInstance } from 'fastify';

/**
 * Who may call what: every route of the server, `METHOD path`, with the least role it takes. A route that is
 * not here is refused at its registration. `anyone`: no credentials asked for; `enrol` and `report`: an
 * enrolment token's only calls, open to admins, and to operators, too.
 */
export const ROUTE_ROLES: Readonly<Record<string, NeededRole>> = {
  'GET /healthz': 'anyone',
  'GET /readyz': 'anyone',
  // The page's own files hold nothing of the fleet; it has to be there to sign in.
  'GET /*': 'anyone',
  // Who has the page may acknowledge what it is about: its link is the credential.
  'GET /ack/:token': 'anyone',
  'POST /ack/:token': 'anyone',
  'GET /api/v1/session': 'anyone',
  'POST /api/v1/session': 'anyone',
  'DELETE /api/v1/session': 'anyone',
  // Clients of InfluxDB look whether it is there before they know anybody's token.
  'GET /ping': 'anyone',
  'POST /write': 'enrol',
  'POST /api/v2/write': 'enrol',
  'POST /query': 'enrol',
  'POST /api/v1/register': 'enrol',
  'POST /api/v1/deregister': 'enrol',
  'GET /boot/:group': 'known',
  'POST /nrdp': 'report',
  'POST /nrdp/': 'report',
  'POST /api/v1/commands': 'operator',
  'GET /metrics': 'viewer',
  'GET /api/openapi.json': 'viewer',
  'GET /api/v1/clusters': 'viewer',
  'GET /api/v1/hosts': 'viewer',
  'GET /api/v1/hosts/:cluster/:host': 'viewer',
  'GET /api/v1/hosts/:cluster/:host/metrics': 'viewer',
  'GET /api/v1/series': 'viewer',
  'GET /api/v1/services': 'viewer',
  'GET /api/v1/service': 'viewer',
  'POST /api/v1/services/:cluster/:host/:service/result': 'operator',
  'POST /api/v1/services/:cluster/:host/:service/check': 'operator',
  'POST /api/v1/services/:cluster/:host/:service/acknowledge': 'operator',
  'DELETE /api/v1/services/:cluster/:host/:service/acknowledge': 'operator',
  'POST /api/v1/acknowledgements': 'operator',
  'DELETE /api/v1/acknowledgements': 'operator',
  'GET /api/v1/downtimes': 'viewer',
  'POST /api/v1/downtimes': 'operator',
  'DELETE /api/v1/downtimes/:id': 'operator',
  'GET /api/v1/silences': 'viewer',
  'POST /api/v1/silences': 'operator',
  'DELETE /api/v1/silences/:id': 'operator',
  'GET /api/v1/checks': 'viewer',
  'GET /api/v1/sources': 'viewer',
  'GET /api/v1/diagnosis': 'viewer',
  'GET /api/v1/reconcilers': 'viewer',
  'POST /api/v1/reconcilers/:name/confirm': 'operator',
  'GET /api/v1/search': 'viewer',
  'GET /api/v1/status': 'viewer',
  'GET /api/v1/incidents': 'viewer',
  'GET /api/v1/explain': 'viewer',
  'GET /api/v1/notifications': 'viewer',
  'GET /api/v1/oncall': 'viewer',
  'POST /api/v1/rotas/:name/overrides': 'operator',
  'DELETE /api/v1/rotas/:name/overrides/:id': 'operator',
  'GET /api/v1/receivers': 'viewer',
  'POST /api/v1/receivers/:name/test': 'operator',
  'GET /api/v1/events': 'viewer',
  'GET /api/v1/losses': 'viewer',
  'POST /api/v1/events': 'operator',
  'DELETE /api/v1/events/:id': 'operator',
  'GET /api/v1/dashboards': 'viewer',
  'GET /api/v1/dashboards/:name': 'viewer',
  'GET /api/v1/live': 'viewer',
  'GET /api/v1/config': 'admin',
  'POST /api/v1/flush': 'operator',
  'POST /api/v1/reload': 'admin',
  'GET /api/v1/audit': 'admin',
};

/** What a subscription of the live feed takes. */
export const FEED_ROLES: Readonly<Record<FeedTopic | 'series', Role>> = {
  series: 'viewer',
  clusters: 'viewer',
  services: 'viewer',
  events: 'viewer',
};

/** What a route takes: HEAD is asked as GET. Undefined for a route without a row. */
export function neededRole(method: string, url: string): NeededRole | undefined {
  return ROUTE_ROLES[`${method === 'HEAD' ? 'GET' : method} ${url}`];
}

/** Refuses every route that is registered after it and has no row: nobody could say who may call it. */
export function demandRoles(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      if (neededRole(one, url) !== undefined) continue;
      throw new Error(`${one} ${url} has no role: give it a row in src/http/roles.ts`);
    }
  });
}
