import { expect, test } from 'vitest';
import { mayCall } from '../../src/access/roles.ts';
import { TOKEN_ROLES } from '../../src/contract/access.ts';
import type { NeededRole } from '../../src/access/roles.ts';
import type { TokenRole } from '../../src/contract/access.ts';

const MAY: Readonly<Record<TokenRole, readonly NeededRole[]>> = {
  viewer: ['anyone', 'viewer', 'known'],
  operator: ['anyone', 'viewer', 'operator', 'report', 'known'],
  admin: ['anyone', 'viewer', 'operator', 'admin', 'enrol', 'report', 'known'],
  enrol: ['anyone', 'enrol', 'report', 'known'],
};
const NEEDS: readonly NeededRole[] = ['anyone', 'viewer', 'operator', 'admin', 'enrol', 'report', 'known'];

test.for(TOKEN_ROLES)('what %s may call', (role) => {
  expect(NEEDS.filter((needed) => mayCall(role, needed))).toEqual(MAY[role]);
});
