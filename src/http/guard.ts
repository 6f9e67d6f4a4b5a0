import { isIP } from 'node:net';
import { isIntake } from './agent-credentials.ts';
import { HttpError } from './errors.ts';
import { securityHeaders } from './security-headers.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HeaderOptions } from './security-headers.ts';

/** By which names the server may be asked for, and where it says it is. */
export interface GuardOptions extends HeaderOptions {
  /** http.listen's address. */
  readonly listenAddress: string;
  readonly publicUrl: string;
  /** Further names of it, which instances are told; a reload may change them. */
  readonly alsoNamed?: () => readonly string[];
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];
const WILDCARDS = new Set(['0.0.0.0', '::']);

/**
 * A page of another site can make a browser send requests here, even under that site's own name (DNS
 * rebinding). So the Host header must be a name of ours, whatever changes something or opens the feed must
 * come from our own page, and a change must carry JSON, which no foreign form can send. Agents send none.
 */
export function guardRequests(app: FastifyInstance, options: GuardOptions): void {
  const accepts = hostCheck(options);
  const publicOrigin = originOf(options.publicUrl);
  const headers = securityHeaders(options);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers);
    done(refusal(request, { accepts, publicOrigin }));
  });
}

const READING = new Set(['GET', 'HEAD']);

function refusal(
  request: FastifyRequest,
  own: { accepts: (hostname: string) => boolean; publicOrigin: string | null },
): HttpError | undefined {
  const { host, origin } = request.headers;
  if (hostHeaders(request) > 1) return new HttpError('bad_request', 'the request has two Host headers');
  const hostname = hostnameOf(host);
  if (hostname === null || !own.accepts(hostname)) {
    return new HttpError('host_refused', 'the Host header does not name this server');
  }
  const changes = !READING.has(request.method);
  const upgrades = request.headers.upgrade !== undefined;
  const foreign =
    (origin !== undefined && !isOwnOrigin(origin, host ?? '', own.publicOrigin)) ||
    request.headers['sec-fetch-site'] === 'cross-site';
  if ((changes || upgrades) && foreign) {
    return new HttpError('origin_refused', 'the request comes from a page of another site');
  }
  return undefined;
}

/** Asked after who sends it: somebody without a token is told of that first. */
export function demandJson(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { url } = request.routeOptions;
    const mayLack = READING.has(request.method) || isIntake(url) || isJson(request.headers['content-type']);
    done(mayLack ? undefined : new HttpError('json_needed', 'a change needs a JSON body'));
  });
}

/** Node takes the first; what stands before it may have taken the last (RFC 9112, 3.2). */
function hostHeaders({ raw }: FastifyRequest): number {
  return raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
}

/**
 * Names of this server: loopback, http.listen's address, public_url's host and what instances are told. When it listens on every
 * address, any literal address is one of ours, and no foreign name can be bound to a literal.
 */
export function hostCheck(options: GuardOptions): (hostname: string) => boolean {
  const publicHost = hostnameOf(URL.parse(options.publicUrl)?.host);
  const names = new Set([...LOOPBACK_NAMES, options.listenAddress.toLowerCase()]);
  if (publicHost !== null) names.add(publicHost);
  const isTold = (hostname: string) =>
    options.alsoNamed?.().some((name) => name.toLowerCase() === hostname) === true;
  const everywhere = WILDCARDS.has(options.listenAddress);
  return (hostname) => names.has(hostname) || (everywhere && isIP(hostname) !== 0) || isTold(hostname);
}

/** The name in a Host header, in lower case, without port and brackets; null for what is none. */
export function hostnameOf(host: string | undefined): string | null {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::\d{1,5})?$/iu.exec(host ?? '');
  const name = parts?.[1] ?? parts?.[2];
  return name === undefined ? null : name.toLowerCase();
}

/**
 * The same host and port as the request's own, whatever the scheme (a proxy may end TLS), or the public
 * address.
 */
function isOwnOrigin(origin: string, host: string, publicOrigin: string | null): boolean {
  if (publicOrigin !== null && origin.toLowerCase() === publicOrigin) return true;
  const url = URL.parse(origin);
  return (
    url !== null &&
    /^https?:$/u.test(url.protocol) &&
    url.host === URL.parse(`${url.protocol}//${host}`)?.host
  );
}

function originOf(publicUrl: string): string | null {
  return URL.parse(publicUrl)?.origin.toLowerCase() ?? null;
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(?:;|$)/iu.test(contentType ?? '');
}
