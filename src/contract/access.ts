import Type from 'typebox';
import type { Static } from 'typebox';

/** Who may do what, and how people and programs say who they are. */

/** Each may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** `enrol`: an instance at boot; it may register itself with its group and nothing else. */
export const TOKEN_ROLES = [...ROLES, 'enrol'] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];

/** Who asks. `open`: nobody signs in on this server (`auth: { mode: none }`). */
export interface Identity {
  readonly kind: 'open' | 'person' | 'token';
  /** The user's name, or the token's id, behind its note if it has one. */
  readonly name: string;
  readonly role: TokenRole;
  /** The group an enrolment token is bound to. */
  readonly group: string | null;
}

/** `GET /api/v1/session`: also answered to who is not signed in. */
export const SessionView = Type.Object({
  /** `none`: nobody signs in, everybody who reaches the server is an admin. */
  mode: Type.Union([Type.Literal('none'), Type.Literal('users')]),
  /** Null: not signed in. */
  name: Type.Union([Type.String(), Type.Null()]),
  role: Type.Union([
    Type.Literal('viewer'),
    Type.Literal('operator'),
    Type.Literal('admin'),
    Type.Literal('enrol'),
    Type.Null(),
  ]),
  expires_ms: Type.Union([Type.Number(), Type.Null()]),
  /** False: there is no user yet, and the command that adds one has to be run first. */
  has_users: Type.Boolean(),
});
export type SessionView = Static<typeof SessionView>;

/** `POST /api/v1/session`. */
export const SignIn = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    password: Type.String({ minLength: 1, maxLength: 1000 }),
  },
  { additionalProperties: false },
);
export type SignIn = Static<typeof SignIn>;

/** One change, or an attempt to get in. Newest first in `GET /api/v1/audit`. */
export const AuditView = Type.Object({
  id: Type.Integer(),
  time_ms: Type.Number(),
  /** A user, a token's id, or `command line`. */
  who: Type.String(),
  /** The address it came from; empty for the command line. */
  from: Type.String(),
  /** `sign-in`, `sign-in refused`, `event posted`, `reload`, `user added`, … */
  action: Type.String(),
  subject: Type.String(),
  detail: Type.String(),
});
export type AuditView = Static<typeof AuditView>;
