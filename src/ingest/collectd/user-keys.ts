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

/** Makes keys of passwords. */
export class KeyMaker {
  readonly #secret = randomBytes(32);

  make(user: string, password: Uint8Array): UserKeys {
    return {
      signing: createSecretKey(password),
      cipher: createSecretKey(createHash('sha256').update(password).digest()),
      salt: this.#saltOf(user),
    };
  }

  /** The same whenever the user's keys are made anew. */
  #saltOf(user: string): readonly [number, number] {
    const words = createHmac('sha256', this.#secret).update(user).digest();
    return [words.readUInt32LE(0), words.readUInt32LE(4)];
  }
}
