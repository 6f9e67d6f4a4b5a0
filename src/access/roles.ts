import { ROLES } from '../contract/access.ts';
import type { Role, TokenRole } from '../contract/access.ts';

/**
 * What a call takes at least. `enrol`: an enrolment token, or an admin in its place. `report`: an operator, or
 * an enrolment token, for hosts of its own cluster. `known`: everybody who is somebody, enrolment tokens as well.
 */
export type NeededRole = Role | 'anyone' | 'enrol' | 'report' | 'known';

/** Whether a role is enough for a call. An enrolment token's is enough for enrolment alone. */
export function mayCall(role: TokenRole, needed: NeededRole): boolean {
  if (needed === 'anyone' || needed === 'known') return true;
  if (needed === 'enrol') return role === 'enrol' || role === 'admin';
  if (needed === 'report') return role === 'enrol' || mayCall(role, 'operator');
  return role !== 'enrol' && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
