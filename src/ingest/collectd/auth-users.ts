import { createHash, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A user's keys as collectd makes them of the password. */
export interface UserKeys {
  /** Of HMAC-SHA-256: the password itself. */
  readonly signing: KeyObject;
  /** Of AES-256: its SHA-256. */
  readonly cipher: KeyObject;
  /** Two words that are the user's own in this process, and nobody else's to know. */
  readonly salt: readonly [number, number];
}

/**
 * The users of one AuthFile. Groups that share the file share this, and see the file's changes in it. Keys
 * are made when a user is first heard: ten thousand of them would hold up a reload.
 */
export class AuthUsers {
  readonly #secret = randomBytes(32);
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

  /** Undefined: no such user. */
  find(user: string): UserKeys | undefined {
    const known = this.#keys.get(user);
    if (known !== undefined) return known;
    const password = this.#passwords.get(user);
    if (password === undefined) return undefined;
    const keys: UserKeys = {
      signing: createSecretKey(password),
      cipher: createSecretKey(createHash('sha256').update(password).digest()),
      salt: this.#saltOf(user),
    };
    this.#keys.set(user, keys);
    return keys;
  }

  /** The same whenever the file is read anew. */
  #saltOf(user: string): readonly [number, number] {
    const words = createHmac('sha256', this.#secret).update(user).digest();
    return [words.readUInt32LE(0), words.readUInt32LE(4)];
  }
}
