import { expect, test } from 'vitest';
import { isInside, isSignedIn, mayAct, NOBODY_SIGNS_IN, signedOut } from '../../web/src/fleet/session.ts';
import type { SessionView } from '../../src/contract/access.ts';

const users = (role: SessionView['role']): SessionView => ({
  mode: 'users',
  name: role === null ? null : 'ana',
  role,
  expires_ms: null,
  has_users: true,
});

test.for([
  { name: 'nobody signs in', session: NOBODY_SIGNS_IN, inside: true, may: [true, true, true] },
  { name: 'not signed in', session: users(null), inside: false, may: [false, false, false] },
  { name: 'a viewer', session: users('viewer'), inside: true, may: [true, false, false] },
  { name: 'an operator', session: users('operator'), inside: true, may: [true, true, false] },
  { name: 'an admin', session: users('admin'), inside: true, may: [true, true, true] },
  { name: 'an enrolment token', session: users('enrol'), inside: true, may: [false, false, false] },
])('$name', ({ session, inside, may }) => {
  expect(isInside(session)).toBe(inside);
  expect((['viewer', 'operator', 'admin'] as const).map((role) => mayAct(session, role))).toEqual(may);
});

test('nothing is allowed before the server has said', () => {
  expect(mayAct(undefined, 'viewer')).toBe(false);
  expect(isSignedIn(undefined)).toBe(false);
});

test('a session that is over asks to sign in, whatever it was', () => {
  for (const session of [users('admin'), NOBODY_SIGNS_IN]) {
    const over = signedOut(session);
    expect(over && isInside(over)).toBe(false);
    expect(isSignedIn(over)).toBe(false);
  }
});
