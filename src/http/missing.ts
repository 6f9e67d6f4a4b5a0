import { HttpError } from './errors.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

interface Call {
  readonly methods: readonly string[];
  readonly path: RegExp;
}

/** Calls that INTERFACE promises and a later version has; scripts of its users may try them on this one. */
const LATER = [/^\/graphite(?:\/|$)/u, /^\/api\/docs$/u];

/**
 * What to answer where no call is: the methods that a path does have, or that there is nothing. Notes every
 * route registered after it. The router's own look-up reads a path as a route, and throws at `:` and `(`.
 */
export function missingAnswer(
  app: FastifyInstance,
): (request: FastifyRequest, reply: FastifyReply) => HttpError {
  const calls: Call[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    if (!url.includes('*')) calls.push({ methods: [method].flat(), path: pathPattern(url) });
  });
  return (request, reply) => {
    const path = pathOf(request);
    const matching = calls.filter((call) => call.path.test(path));
    const methods = [...new Set(matching.flatMap((call) => call.methods))].filter((name) => name !== 'HEAD');
    if (methods.length > 0 && !methods.includes(request.method)) {
      void reply.header('allow', methods.join(', '));
      const message = `this call has no method ${request.method}`;
      return new HttpError('method_not_allowed', message, `use ${methods.join(' or ')}`);
    }
    if (LATER.some((later) => later.test(path))) {
      const cure = 'look into README.md for what this version does not have yet';
      return new HttpError('not_found', 'this path is not supported by this version of Muster', cure);
    }
    return new HttpError('not_found', 'there is nothing at this path');
  };
}

/** The path as it was asked for, without the query. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

/** `/hosts/:host` as a regular expression; of the signs of one, our routes have the dot alone. */
function pathPattern(url: string): RegExp {
  return new RegExp(`^${url.replaceAll('.', String.raw`\.`).replaceAll(/:\w+/gu, '[^/]+')}$`, 'u');
}
