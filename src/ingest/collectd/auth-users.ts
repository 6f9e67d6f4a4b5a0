import { KeyMaker } from './user-keys.ts';
import type { UserKeys } from './user-keys.ts';

/**
 * The users of one AuthFile. Groups that share the file share this, and see the file's changes in it. Keys
 * are made when a user is first heard: ten thousand of them would hold up a reload.
 */
export class AuthUsers {
  readonly #maker = new KeyMaker();
  #passwords: ReadonlyMap<string, Uint8Array> = new Map();
  #keys = new Map<string, UserKeys>();

  constructor(passwords: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#passwords = passwords;
  }

  get count(): number {
    return this.#passwords.size;
  }

  replace(passwords: ReadonlyMap<string, Uint8Array>): void {
    this.#passwords = passwords;
    this.#keys = new Map();
  }

  has(user: string): boolean {
    return this.#passwords.has(user);
  }

  /** Undefined: no such user. */
  find(user: string): UserKeys | undefined {
    const known = this.#keys.get(user);
    if (known !== undefined) return known;
    const password = this.#passwords.get(user);
    if (password === undefined) return undefined;
    const keys = this.#maker.make(user, password);
    this.#keys.set(user, keys);
    return keys;
  }
}
