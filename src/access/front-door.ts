import { identify } from './identify.ts';
import { NOBODYS_HASH, userNameOf } from './password.ts';
import { PasswordLine } from './password-line.ts';
import { RefusalNotes } from './refusals.ts';
import { hashSecret, mintSecret } from './secret.ts';
import { SignInThrottle } from './throttle.ts';
import type { Identity } from '../contract/access.ts';
import type { Session, User } from '../model/account.ts';
import type { Accounts, Credentials, Identified } from './identify.ts';
import type { Random } from './secret.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A session ends when it was not used for so long, and in any case after so long. */
const SESSION_IDLE_MS = 7 * DAY_MS;
export const SESSION_WHOLE_MS = 30 * DAY_MS;
/** Extending it is a write; so often at most. */
const SESSION_EXTEND_MS = HOUR_MS;
/** After one that failed; each attempt may wait for a lock. */
const EXTEND_AGAIN_MS = 60_000;

/** Where sessions are kept. A user's end with the user. */
export interface Sessions {
  addSession(session: Session): void;
  extendSession(hash: string, expiresMs: number): void;
  removeSession(hash: string): void;
}

export interface SignInAttempt {
  readonly name: string;
  readonly password: string;
  /** The address it comes from. */
  readonly from: string;
  /** The secret of the session that it replaces. */
  readonly replaces: string | undefined;
}

export type SignInOutcome =
  | {
      readonly kind: 'signed-in';
      readonly secret: string;
      readonly identity: Identity;
      readonly expiresMs: number;
    }
  /** Whether the name or the password is wrong is not told. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'wait'; readonly retryAfterS: number }
  /** Too many are being verified. */
  | { readonly kind: 'busy' }
  /** The database does not answer. */
  | { readonly kind: 'unavailable' };

/** Where it is written down who came in, who was refused, and who left. */
export interface DoorBook {
  note(entry: { who: string; from: string; action: string; subject: string; detail: string }): void;
}

export interface FrontDoorOptions {
  readonly mode: 'none' | 'users';
  readonly rows: Accounts & Sessions;
  readonly book: DoorBook;
  readonly nowMs: () => number;
  readonly random: Random;
  /** Told what the database did not do. */
  readonly faulted: (fault: unknown) => void;
  readonly line?: PasswordLine;
}

/** People sign in and out here, and every request is asked here who sent it. */
export class FrontDoor {
  readonly mode: 'none' | 'users';
  readonly #rows: Accounts & Sessions;
  readonly #book: DoorBook;
  readonly #nowMs: () => number;
  readonly #random: Random;
  readonly #faulted: (fault: unknown) => void;
  readonly #line: PasswordLine;
  readonly #throttle = new SignInThrottle();
  readonly #refusals = new RefusalNotes();
  #extendFromMs = 0;

  constructor({ line = new PasswordLine(), ...options }: FrontDoorOptions) {
    this.mode = options.mode;
    this.#rows = options.rows;
    this.#book = options.book;
    this.#nowMs = options.nowMs;
    this.#random = options.random;
    this.#faulted = options.faulted;
    this.#line = line;
  }

  /** True as well when the database does not answer: nobody is to be sent to add the first one. */
  hasUsers(): boolean {
    return this.#attempt(() => this.#rows.hasUsers()) ?? true;
  }

  /** A session in use lasts longer. Never throws: the feed asks on its clock. */
  identify(credentials: Credentials): Identified {
    const nowMs = this.#nowMs();
    const found = this.#attempt(() => identify(credentials, this.#rows, nowMs));
    return found === undefined ? { kind: 'unavailable' } : this.#extended(found, credentials, nowMs);
  }

  /** A new secret each time: one that somebody planted in a browser is worth nothing afterwards. */
  async signIn(attempt: SignInAttempt): Promise<SignInOutcome> {
    try {
      return await this.#signIn(attempt);
    } catch (fault) {
      this.#faulted(fault);
      return { kind: 'unavailable' };
    }
  }

  async #signIn({ name: typed, password, from, replaces }: SignInAttempt): Promise<SignInOutcome> {
    const name = userNameOf(typed);
    if (this.#line.full) return { kind: 'busy' };
    const user = this.#rows.user(name);
    const admission = this.#throttle.admit({ name, from }, this.#nowMs());
    if (admission.kind === 'wait') {
      this.#noteRefusal(user, from, 'too many attempts');
      return { kind: 'wait', retryAfterS: admission.retryAfterS };
    }
    const right = await this.#line.verify(password, user?.passwordHash ?? NOBODYS_HASH);
    // Verifying took a while: the user may have been removed, or have another password by now.
    const current = this.#rows.user(name);
    if (!right || !user || current?.passwordHash !== user.passwordHash) {
      this.#noteRefusal(user, from, 'wrong name or password');
      return { kind: 'refused' };
    }
    this.#throttle.succeeded({ name, from });
    if (replaces !== undefined) this.#rows.removeSession(hashSecret(replaces));
    return this.#open(current, from);
  }

  /** Ends the session, whoever's it is. False: the database does not answer, and the session goes on. */
  signOut(secret: string, from: string): boolean {
    const found = this.#attempt(() => {
      const whose = identify({ token: undefined, session: secret }, this.#rows, this.#nowMs());
      this.#rows.removeSession(hashSecret(secret));
      return whose;
    });
    if (found?.kind === 'known') {
      const { name } = found.identity;
      this.#book.note({ who: name, from, action: 'sign-out', subject: name, detail: '' });
    }
    return found !== undefined;
  }

  /** Undefined: the database does not answer. */
  #attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (fault) {
      this.#faulted(fault);
      return undefined;
    }
  }

  #extended(found: Identified, { session: secret = '' }: Credentials, nowMs: number): Identified {
    if (found.kind !== 'known' || found.identity.kind !== 'person' || found.expiresMs === null) return found;
    const idleMs = nowMs + SESSION_IDLE_MS;
    if (idleMs - found.expiresMs < SESSION_EXTEND_MS || nowMs < this.#extendFromMs) return found;
    const extended = this.#attempt(() => this.#extend(hashSecret(secret), idleMs));
    // A full disk shortens sessions; it does not shut people out.
    if (extended === undefined) this.#extendFromMs = nowMs + EXTEND_AGAIN_MS;
    return { ...found, expiresMs: extended ?? found.expiresMs };
  }

  /** When the session ends now. */
  #extend(hash: string, idleMs: number): number | undefined {
    const session = this.#rows.session(hash);
    if (session === undefined) return undefined;
    const expiresMs = Math.min(idleMs, session.createdMs + SESSION_WHOLE_MS);
    if (expiresMs - session.expiresMs < SESSION_EXTEND_MS) return session.expiresMs;
    this.#rows.extendSession(hash, expiresMs);
    return expiresMs;
  }

  #open({ name, role }: User, from: string): SignInOutcome {
    const { secret, hash } = mintSecret(this.#random);
    const createdMs = this.#nowMs();
    const expiresMs = createdMs + SESSION_IDLE_MS;
    this.#rows.addSession({ hash, user: name, createdMs, expiresMs, from });
    this.#book.note({ who: name, from, action: 'sign-in', subject: name, detail: role });
    return { kind: 'signed-in', secret, identity: { kind: 'person', name, role, group: null }, expiresMs };
  }

  /** A name that nobody has is not written down: it is often a password, typed into the wrong field. */
  #noteRefusal(user: User | undefined, from: string, why: string): void {
    const admitted = this.#refusals.admit(this.#nowMs());
    if (admitted === null) return;
    const others = admitted.leftOut > 0 ? `; ${admitted.leftOut} more were not written down` : '';
    const subject = user?.name ?? 'an unknown name';
    this.#book.note({ who: 'nobody', from, action: 'sign-in refused', subject, detail: `${why}${others}` });
  }
}
