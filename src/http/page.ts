import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { sendError } from './faults.ts';
import { missingAnswer, pathOf } from './missing.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const NOT_BUILT = `Muster runs, but its page is not built.

  script/setup     builds it, then start the server again

The API works meanwhile: /api/v1/clusters, /api/v1/hosts, /api/openapi.json
`;

/** Vite puts a hash of the content into the name of everything below assets/. */
const HASHED = /[/\\]assets[/\\]/u;

/** The page's files, and the page itself at the addresses of its views, which it reads from there. */
export function pageRoutes(app: FastifyInstance, directory: string): void {
  const built = existsSync(join(directory, 'index.html'));
  if (built) {
    void app.register(fastifyStatic, {
      root: directory,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const forever = 'public, max-age=31536000, immutable';
        void reply.header('cache-control', HASHED.test(path) ? forever : 'no-cache');
      },
    });
  }
  const missing = missingAnswer(app);
  app.setNotFoundHandler((request, reply) => {
    const { method } = request;
    const reading = method === 'GET' || method === 'HEAD';
    const view = isView(pathOf(request));
    const shown = view || (built && isForPeople(request));
    if (!reading || !shown || request.headers.upgrade !== undefined) {
      return sendError(reply, missing(request, reply));
    }
    // The page says in its own words that there is nothing.
    if (built) return reply.code(view ? 200 : 404).sendFile('index.html');
    return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
  });
}

/** A browser that goes to an address, which is not one of a program's calls or the page's files. */
function isForPeople(request: FastifyRequest): boolean {
  const accepts = request.headers.accept ?? '';
  return (
    accepts.includes('text/html') && !/^\/(?:api|assets|graphite|boot|metrics)(?:\/|$)/u.test(pathOf(request))
  );
}

const ALONE: ReadonlySet<string> = new Set([
  '',
  'problems',
  'services',
  'service',
  'checks',
  'events',
  'senders',
  'quiet',
  'oncall',
  'notifications',
  'explain',
]);
const WITH_NAMES: ReadonlySet<string> = new Set(['clusters', 'hosts', 'dashboards']);

/** The page's own addresses, as its views are named in web/src. */
function isView(path: string): boolean {
  const [, first = '', ...others] = path.replace(/\/$/u, '').split('/');
  if (WITH_NAMES.has(first)) return !others.includes('');
  return ALONE.has(first) && others.length === 0;
}
