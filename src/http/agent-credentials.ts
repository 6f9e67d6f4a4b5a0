import { Buffer } from 'node:buffer';
import type { FastifyRequest } from 'fastify';

/**
 * Calls of agents, by their routes. They bring a token and no JSON, and say who they are as InfluxDB's
 * clients do. A page of another site cannot: its Origin gives it away.
 */
const AGENT_ROUTES: ReadonlySet<string> = new Set(['/write', '/api/v2/write', '/query']);

/** Calls of instances that send JSON. */
const INSTANCE_ROUTES: ReadonlySet<string> = new Set(['/api/v1/register', '/api/v1/deregister']);
/** Where instances read what they run. */
const BOOT_ROUTE = '/boot/:group';

/** NRDP's, whose clients send forms with a token in a field. */
const FORM_ROUTES: ReadonlySet<string> = new Set(['/nrdp', '/nrdp/']);
/** Takes lines of text as well. */
const TEXT_ROUTES: ReadonlySet<string> = new Set(['/api/v1/commands']);
/** A form on a page of our own, that has no scripts. */
const PLAIN_FORM_ROUTES: ReadonlySet<string> = new Set(['/ack/:token']);

/** Whether a change by that route may come without JSON: what sends to it cannot do otherwise. */
export function isIntake(url: string | undefined): boolean {
  if (url === undefined) return false;
  const isOther = [FORM_ROUTES, TEXT_ROUTES, PLAIN_FORM_ROUTES].some((routes) => routes.has(url));
  return isOther || isAgentRoute(url);
}

/** Whether a request says who it is in its body only: the handler of such a route asks for itself. */
export function isFormWithToken({ routeOptions: { url = '' }, headers }: FastifyRequest): boolean {
  return FORM_ROUTES.has(url) && isForm(headers['content-type']) && headers.authorization === undefined;
}

export function isForm(contentType: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/iu.test(contentType ?? '');
}

/** Whether a token means to be one of ours: other servers' may be left over where nobody signs in. */
export function isOurs(token: string): boolean {
  return token.startsWith('muster_');
}

/** Whether a token counts there even where nobody signs in: it says for which group somebody speaks. */
export function asksForToken(url: string | undefined): boolean {
  return isAgentRoute(url) || (url !== undefined && INSTANCE_ROUTES.has(url));
}

/** Whether instances call there, by a token and with nobody at a keyboard. */
export function isInstanceRoute(url: string | undefined): boolean {
  return url !== undefined && (INSTANCE_ROUTES.has(url) || url === BOOT_ROUTE);
}

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
  if (!isAgentRoute(request.routeOptions.url))
    return /^bearer +\S/iu.test(request.headers.authorization ?? '');
  if (/^(?:token|bearer) +\S/iu.test(request.headers.authorization ?? '')) return true;
  return isOurs(agentToken(request) ?? '');
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
