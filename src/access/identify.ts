import { hashSecret, parseToken, sameHash } from './secret.ts';
import type { Identity } from '../contract/access.ts';
import type { Session, Token, User } from '../model/account.ts';

/** What a request brought with it. A token is looked at first and alone. */
export interface Credentials {
  readonly token: string | undefined;
  /** The secret of a session's cookie. */
  readonly session: string | undefined;
}

export type Identified =
  | { readonly kind: 'known'; readonly identity: Identity; readonly expiresMs: number | null }
  /** It brought nothing. */
  | { readonly kind: 'absent' }
  /** A token that is unknown, wrong or revoked: which one is not told. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'token-expired' }
  /** Signed out, expired, or ended with its user or the user's old password. */
  | { readonly kind: 'session-ended' }
  /** The database does not answer. */
  | { readonly kind: 'unavailable' };

/** Where users, tokens and sessions are looked up, anew for each question. */
export interface Accounts {
  hasUsers(): boolean;
  user(name: string): User | undefined;
  token(id: string): Token | undefined;
  session(hash: string): Session | undefined;
}

/** Who brought these credentials at this time. */
export function identify(credentials: Credentials, accounts: Accounts, nowMs: number): Identified {
  if (credentials.token !== undefined) return identifyToken(credentials.token, accounts, nowMs);
  if (credentials.session === undefined) return { kind: 'absent' };
  const session = accounts.session(hashSecret(credentials.session));
  const user = session && accounts.user(session.user);
  if (!session || !user || session.expiresMs <= nowMs) return { kind: 'session-ended' };
  const identity = { kind: 'person', name: user.name, role: user.role, group: null } as const;
  return { kind: 'known', identity, expiresMs: session.expiresMs };
}

function identifyToken(text: string, accounts: Accounts, nowMs: number): Identified {
  const parsed = parseToken(text);
  const token = parsed && accounts.token(parsed.id);
  if (!token || !sameHash(token.hash, parsed.hash) || token.revokedMs !== null) return { kind: 'refused' };
  if (token.expiresMs !== null && token.expiresMs <= nowMs) return { kind: 'token-expired' };
  const identity = { kind: 'token', name: nameOf(token), role: token.role, group: token.group } as const;
  return { kind: 'known', identity, expiresMs: token.expiresMs };
}

/** Its id, behind what it is for where somebody wrote that down. */
function nameOf({ id, note }: Token): string {
  return note === '' ? id : `${note} (${id})`;
}
