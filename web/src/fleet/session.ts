import type { Role, SessionView, TokenRole } from '../../../src/contract/access.ts';

/** A server without sign-in: an older one, too, which does not know the question. */
export const NOBODY_SIGNS_IN: SessionView = {
  mode: 'none',
  name: null,
  role: null,
  expires_ms: null,
  has_users: false,
};

/** Each role may do what those below it may. */
const RANKS: Readonly<Record<TokenRole, number>> = { enrol: -1, viewer: 0, operator: 1, admin: 2 };

export function isSignedIn(session: SessionView | undefined): boolean {
  return session?.mode === 'users' && session.name !== null;
}

/** Whether the page may be shown at all. */
export function isInside(session: SessionView): boolean {
  return session.mode === 'none' || session.name !== null;
}

/** Where nobody signs in everybody may do everything. */
export function mayAct(session: SessionView | undefined, role: Role): boolean {
  if (!session) return false;
  if (session.mode === 'none') return true;
  return session.role !== null && RANKS[session.role] >= RANKS[role];
}

/** As it is once the session is over. */
export function signedOut(session: SessionView | undefined): SessionView | undefined {
  return session && { ...session, mode: 'users', name: null, role: null, expires_ms: null };
}
