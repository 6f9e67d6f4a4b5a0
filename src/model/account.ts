import type { Role, TokenRole } from '../contract/access.ts';

/** A person who may sign in. */
export interface User {
  /** In lower case. */
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly createdMs: number;
}

/** What a program calls with. Its secret is not kept, only the secret's hash. */
export interface Token {
  readonly id: string;
  readonly hash: string;
  readonly role: TokenRole;
  /** The group an enrolment token is bound to. */
  readonly group: string | null;
  readonly createdMs: number;
  /** Null: never. */
  readonly expiresMs: number | null;
  readonly revokedMs: number | null;
  readonly createdBy: string;
  readonly note: string;
}

/** One signed-in browser. */
export interface Session {
  /** Of the secret in its cookie. */
  readonly hash: string;
  readonly user: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  /** The address it was made from. */
  readonly from: string;
}
