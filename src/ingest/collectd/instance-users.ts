import { Buffer } from 'node:buffer';
import { KeyMaker } from './user-keys.ts';
import type { AgentKey } from '../../model/instance.ts';
import type { GroupMembers } from '../members.ts';
import type { UserKeys } from './user-keys.ts';

/**
 * The users of a group that are instances of its own: each writes its own host and no other, and nothing at
 * all once it has left. Keys are made when a user is first heard, and go with what they were made of.
 */
export class InstanceUsers {
  readonly #maker = new KeyMaker();
  readonly #members: GroupMembers;
  readonly #keys = new WeakMap<AgentKey, UserKeys>();

  constructor(members: GroupMembers) {
    this.#members = members;
  }

  /** Undefined: no such user. */
  find(user: string): UserKeys | undefined {
    const key = this.#members.user(user)?.key;
    if (!key) return undefined;
    const known = this.#keys.get(key);
    if (known) return known;
    const keys = this.#maker.make(user, Buffer.from(key.password));
    this.#keys.set(key, keys);
    return keys;
  }

  /** The one host that the user may write; undefined: no such user. */
  hostOf(user: string): string | undefined {
    return this.#members.user(user)?.host;
  }
}
