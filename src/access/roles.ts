import { ROLES } from '../contract/access.ts';
import type { Role, TokenRole } from '../contract/access.ts';

/** What a call takes at least. `enrol`: an enrolment token, or an admin in its place. */
export type NeededRole = Role | 'anyone' | 'enrol';

/** Whether a role is enough for a call. An enrolment token's is enough for enrolment alone. */
export function mayCall(role: TokenRole, needed: NeededRole): boolean {
  if (needed === 'anyone') return true;
  if (needed === 'enrol') return role === 'enrol' || role === 'admin';
  return role !== 'enrol' && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
