import Type from 'typebox';
import { SESSION_WHOLE_MS } from '../access/front-door.ts';
import { SessionView, SignIn } from '../contract/access.ts';
import { credentialsOf } from './authority.ts';
import { HttpError } from './errors.ts';
import { answers, NO_QUERY } from './route.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { SignInOutcome } from '../access/front-door.ts';
import type { Identified } from '../access/identify.ts';
import type { Authority } from './authority.ts';
import type { Access } from './ports.ts';

const BODY = { querystring: NO_QUERY, response: answers(SessionView) };
const NOTHING = Type.Object({}, { additionalProperties: false });

/** Who one is to the server; signing in and out. */
export function sessionRoutes(app: FastifyInstance, { access, cookie }: Authority): void {
  app.get('/api/v1/session', { schema: BODY }, (request): SessionView => {
    if (access.mode === 'none') return viewOf(access, { kind: 'absent' });
    return viewOf(access, access.identify(credentialsOf(request, cookie)));
  });
  app.post<{ Body: SignIn }>(
    '/api/v1/session',
    { schema: { ...BODY, body: SignIn } },
    async (request, reply): Promise<SessionView> => {
      if (access.mode === 'none') return viewOf(access, { kind: 'absent' });
      const { name, password } = request.body;
      const attempt = { name, password, from: request.ip, replaces: cookie.read(request) };
      const outcome = signedIn(await access.signIn(attempt), reply);
      cookie.set(reply, outcome.secret, SESSION_WHOLE_MS);
      return viewOf(access, { ...outcome, kind: 'known' });
    },
  );
  app.delete('/api/v1/session', { schema: { ...BODY, body: NOTHING } }, (request, reply): SessionView => {
    const secret = cookie.read(request);
    cookie.clear(reply);
    if (access.mode === 'users' && secret !== undefined && !access.signOut(secret, request.ip)) {
      throw new HttpError('not_ready', 'this browser is signed out, but the session could not be ended');
    }
    return viewOf(access, { kind: 'absent' });
  });
}

/** Throws the error to answer with when nobody came in. */
function signedIn(outcome: SignInOutcome, reply: FastifyReply): SignInOutcome & { kind: 'signed-in' } {
  switch (outcome.kind) {
    case 'signed-in':
      return outcome;
    case 'refused':
      throw new HttpError('sign_in_refused', 'the name or the password is wrong');
    case 'wait': {
      void reply.header('retry-after', String(outcome.retryAfterS));
      const message = `too many attempts have failed: the next one may come in ${outcome.retryAfterS} s`;
      throw new HttpError('too_many_attempts', message);
    }
    case 'busy':
      throw new HttpError('busy', 'too many people sign in at once', 'try again in a few seconds');
    case 'unavailable':
      throw new HttpError('not_ready', 'nobody can sign in: the users cannot be read, or a session written');
  }
}

function viewOf(access: Access, found: Identified): SessionView {
  const known = found.kind === 'known' ? found : null;
  return {
    mode: access.mode,
    name: known?.identity.name ?? null,
    role: access.mode === 'none' ? 'admin' : (known?.identity.role ?? null),
    expires_ms: known?.expiresMs ?? null,
    has_users: access.hasUsers(),
  };
}
