import Type from 'typebox';
import { DashboardSummary, DashboardView } from '../contract/dashboard.ts';
import { nearest } from '../model/nearest.ts';
import { HTTP_ERRORS, HttpError } from './errors.ts';
import { answers, NameParam, NO_QUERY } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Dashboards } from './ports.ts';
import type { Resources } from './route.ts';

const DashboardPath = Type.Object({ name: NameParam });

/** The dashboards of dashboards/*.yaml as they are now. */
export function dashboardRoutes(app: FastifyInstance, { ports: { dashboards } }: Resources): void {
  app.get(
    '/api/v1/dashboards',
    { schema: { querystring: NO_QUERY, response: answers(Type.Array(DashboardSummary)) } },
    () => dashboards.list(),
  );
  app.get<{ Params: Static<typeof DashboardPath> }>(
    '/api/v1/dashboards/:name',
    { schema: { params: DashboardPath, querystring: NO_QUERY, response: answers(DashboardView) } },
    (request) => dashboards.find(request.params.name) ?? unknownDashboard(request.params.name, dashboards),
  );
}

function unknownDashboard(name: string, dashboards: Dashboards): never {
  const close = nearest(
    name,
    dashboards.list().map((known) => known.name),
  );
  const { cure } = HTTP_ERRORS.dashboard_unknown;
  throw new HttpError(
    'dashboard_unknown',
    `no dashboard is named "${name}"`,
    close === undefined ? cure : `did you mean ${close}? ${cure}`,
  );
}
