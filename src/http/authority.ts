import { mayCall } from '../access/roles.ts';
import {
  agentToken,
  asksForToken,
  bringsToken,
  isAgentRoute,
  isFormWithToken,
  isInstanceRoute,
} from './agent-credentials.ts';
import { ANYBODY } from './audit.ts';
import { HttpError } from './errors.ts';
import { neededRole } from './roles.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials } from '../access/identify.ts';
import type { NeededRole } from '../access/roles.ts';
import type { Identity } from '../contract/access.ts';
import type { SessionCookie } from './cookie.ts';
import type { Access } from './ports.ts';
import type { TokenRefusals } from './token-refusals.ts';

export interface Authority {
  readonly access: Access;
  readonly cookie: SessionCookie;
  readonly refusals: TokenRefusals;
}

/**
 * Asks who sends each request, and refuses what their role does not reach. Where nobody signs in, nobody is
 * asked, but for the token that an agent brings by itself: it says which group the agent writes to.
 */
export function authorizeRequests(app: FastifyInstance, authority: Authority): void {
  app.decorateRequest('identity', null);
  const open = authority.access.mode === 'none';
  app.addHook('onRequest', (request, reply, done) => {
    const { url } = request.routeOptions;
    const isAnybody = open && !(asksForToken(url) && bringsToken(request));
    if (isAnybody) request.identity = ANYBODY;
    done(isAnybody ? undefined : refusal(request, reply, authority));
  });
}

/** What is no route is nobody's secret: it is answered as it is. */
function refusal(
  request: FastifyRequest,
  reply: FastifyReply,
  { access, cookie, refusals }: Authority,
): HttpError | undefined {
  const { url } = request.routeOptions;
  if (url === undefined) return undefined;
  const needed = neededRole(request.method, url) ?? 'admin';
  if (needed === 'anyone' || isFormWithToken(request)) return undefined;
  const token = isAgentRoute(url) ? agentToken(request) : undefined;
  const credentials = token === undefined ? credentialsOf(request, cookie) : { token, session: undefined };
  const found = authorize(access, credentials, needed);
  if (found instanceof HttpError) {
    if (found.status !== 401) return found;
    void reply.header('www-authenticate', 'Bearer realm="Muster"');
    if (found.code === 'sign_in_needed' && isInstanceRoute(url)) return tokenMissing();
    return credentials.token === undefined ? found : refusals.answer(found, request, reply);
  }
  request.identity = found;
  return undefined;
}

function tokenMissing(): HttpError {
  const cure =
    'send the one in /etc/muster/token or MUSTER_TOKEN as authorization: Bearer muster_…; ' +
    'script/muster token create --role enrol --group G makes one';
  return new HttpError('sign_in_needed', 'the request has no token of the group', cure);
}

/** Whoever brought these credentials, if their role is enough for the call. */
export function authorize(
  access: Access,
  credentials: Credentials,
  needed: NeededRole,
): Identity | HttpError {
  const found = access.identify(credentials);
  switch (found.kind) {
    case 'known':
      return mayCall(found.identity.role, needed) ? found.identity : tooWeak(found.identity, needed);
    case 'absent':
      return new HttpError('sign_in_needed', 'nobody is signed in, and the request has no token');
    case 'refused':
      return new HttpError('credentials_refused', 'the token is unknown, or it has been revoked');
    case 'token-expired': {
      const cure = 'ask an admin for a new token: script/muster token create';
      return new HttpError('credentials_expired', 'the token has expired', cure);
    }
    case 'session-ended':
      return new HttpError('credentials_expired', 'the session has ended', 'sign in again');
    case 'unavailable':
      return new HttpError('not_ready', 'users and tokens cannot be read');
  }
}

/** Of other schemes than Bearer nothing is known: a proxy's own may be among them. */
export function credentialsOf(request: FastifyRequest, cookie: SessionCookie): Credentials {
  const [, token] = /^bearer +(.*)$/iu.exec(request.headers.authorization ?? '') ?? [];
  return { token: token?.trim(), session: cookie.read(request) };
}

/** The role is not enough, and what to do. */
export function tooWeak({ kind, name, role }: Identity, call: NeededRole): HttpError {
  // Nobody has the role `report`: it is what operators may, among others.
  const needed = call === 'report' ? 'operator' : call;
  const orEnrol = call === 'report' ? ', or --role enrol --group G for hosts of that group' : '';
  const message = `this takes the role ${needed}; ${kind === 'token' ? 'the token' : name} has ${role}`;
  const cure =
    kind === 'token'
      ? `ask an admin for a token with role ${needed}: script/muster token create --role ${needed}${orEnrol}`
      : `ask an admin for the role ${needed}: script/muster user role ${name} --role ${needed}`;
  return new HttpError('role_too_weak', message, cure);
}
