import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { HttpError, HTTP_ERRORS } from './errors.ts';
import { sendError } from './faults.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const NOT_BUILT = `Muster runs, but its page is not built.

  script/setup     builds it, then start the server again

The API works meanwhile: /api/v1/clusters, /api/v1/hosts, /api/openapi.json
`;

/** Vite puts a hash of the content into the name of everything below assets/. */
const HASHED = /[/\\]assets[/\\]/u;

/**
 * The page's files; any other path outside the API is a view of the page, whose address the page reads
 * itself.
 */
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
  app.setNotFoundHandler((request, reply) => {
    if (!isView(request)) return sendMissing(request, reply);
    if (built) return reply.sendFile('index.html');
    return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
  });
}

const OWN_PATHS = ['/api', '/assets', '/metrics', '/healthz', '/readyz'];

function isView(request: FastifyRequest): boolean {
  const [path = ''] = request.url.split('?', 1);
  const own = OWN_PATHS.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  return (
    !own && (request.method === 'GET' || request.method === 'HEAD') && request.headers.upgrade === undefined
  );
}

function sendMissing(request: FastifyRequest, reply: FastifyReply): void {
  const [path = ''] = request.url.split('?', 1);
  const other = ['GET', 'POST'].filter((method) => request.server.hasRoute({ method, url: path }));
  if (other.length > 0 && !other.includes(request.method)) {
    void reply.header('allow', other.join(', '));
    const message = `this call has no method ${request.method}`;
    sendError(reply, new HttpError('method_not_allowed', message, `use ${other.join(' or ')}`));
    return;
  }
  sendError(reply, new HttpError('not_found', 'there is nothing at this path', HTTP_ERRORS.not_found.cure));
}
