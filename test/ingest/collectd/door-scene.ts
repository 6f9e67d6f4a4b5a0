import { Buffer } from 'node:buffer';
import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { GROUP_DEFAULTS } from '../../../src/contract/config.ts';
import { AuthUsers } from '../../../src/ingest/collectd/auth-users.ts';
import { CollectdDoors } from '../../../src/ingest/collectd/collectd-door.ts';
import { GroupMembers } from '../../../src/ingest/members.ts';
import { parseAuthFile } from '../../../src/wire/collectd/auth-file.ts';
import type { CollectdConfig } from '../../../src/contract/config.ts';
import type { GroupDoor } from '../../../src/ingest/collectd/collectd-door.ts';

/** Users as AuthFiles have them, and packets as collectd signs and encrypts them. */

export const AUTH_FILE = 'alice: s3cr3t-Sign\nbob:Encrypt_Pass 42\n';

export function usersOf(text: string | Uint8Array): AuthUsers {
  return new AuthUsers(parseAuthFile(typeof text === 'string' ? Buffer.from(text) : text).users);
}

interface Scene {
  readonly door: GroupDoor;
  readonly users: AuthUsers;
  readonly members: GroupMembers;
  readonly told: string[];
  readonly clock: { ms: number };
}

/** A door by itself; a group has an AuthFile unless `authFile` is null. */
export function doorScene(
  rules: Partial<CollectdConfig> = {},
  authFile: string | Uint8Array = AUTH_FILE,
): Scene {
  const users = usersOf(authFile);
  const told: string[] = [];
  const clock = { ms: 1000 };
  const doors = new CollectdDoors({
    ticksMs: () => clock.ms,
    users: () => users,
    onUnverified: (group) => told.push(`unverified ${group}`),
    onForgotten: (group) => told.push(`forgotten ${group}`),
  });
  const members = new GroupMembers();
  const door = doors.open('web', { ...GROUP_DEFAULTS.collectd, authFile: 'auth', ...rules }, members);
  return { door, users, members, told, clock };
}

/** A datagram that begins with a signature of everything in it. */
export function signed(parts: Uint8Array, user = 'alice', password = 's3cr3t-Sign'): Uint8Array {
  const name = Buffer.from(user);
  const covered = Buffer.concat([name, parts]);
  const mac = createHmac('sha256', password).update(covered).digest();
  return Buffer.concat([words(0x0200, 36 + name.length), mac, covered]);
}

/** An encryption part. */
export function encrypted(
  parts: Uint8Array,
  user = 'bob',
  password = 'Encrypt_Pass 42',
  iv: Uint8Array = randomBytes(16),
): Uint8Array {
  const name = Buffer.from(user);
  const key = createHash('sha256').update(password).digest();
  const plain = Buffer.concat([createHash('sha1').update(parts).digest(), parts]);
  const covered = createCipheriv('aes-256-ofb', key, iv).update(plain);
  return Buffer.concat([
    words(0x0210, 42 + name.length + parts.length),
    words(name.length),
    name,
    iv,
    covered,
  ]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) bytes.writeUInt16BE(value, i * 2);
  return bytes;
}
