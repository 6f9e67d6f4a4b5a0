import { Buffer } from 'node:buffer';
import type { FastifyRequest } from 'fastify';

/**
 * Calls of agents, by their routes. They bring a token and no JSON, and say who they are as InfluxDB's
 * clients do. A page of another site cannot: its Origin gives it away.
 */
const AGENT_ROUTES: ReadonlySet<string> = new Set(['/write', '/api/v2/write', '/query']);

export function isAgentRoute(url: string | undefined): boolean {
  return url !== undefined && AGENT_ROUTES.has(url);
}

/**
 * The token of a request to such a route: `Authorization: Token …` (InfluxDB 2) or `Bearer …`, the password of
 * `Basic …` or of the query's `p` (InfluxDB 1). Undefined: it brought none.
 */
export function agentToken({ headers, query }: FastifyRequest): string | undefined {
  const [, scheme = '', rest = ''] = /^(\w+) +(.*)$/u.exec(headers.authorization ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'token':
    case 'bearer':
      return rest.trim();
    case 'basic':
      return passwordOf(Buffer.from(rest, 'base64').toString());
    default:
      return queried(query, 'p');
  }
}

/** Whether it brought what means to be a token of ours: a password may be there for its sender's sake. */
export function bringsToken(request: FastifyRequest): boolean {
  if (/^(?:token|bearer) +\S/iu.test(request.headers.authorization ?? '')) return true;
  return agentToken(request)?.startsWith('muster_') ?? false;
}

function passwordOf(pair: string): string | undefined {
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
}

function queried(query: unknown, key: string): string | undefined {
  if (typeof query !== 'object' || query === null || !Object.hasOwn(query, key)) return undefined;
  const value: unknown = Reflect.get(query, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
