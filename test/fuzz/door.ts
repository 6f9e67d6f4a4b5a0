import { AuthUsers } from '../../src/ingest/collectd/auth-users.ts';
import { CollectdDoors } from '../../src/ingest/collectd/collectd-door.ts';
import { GroupMembers } from '../../src/ingest/members.ts';
import { sealOf } from '../../src/cli/load/collectd-seal.ts';
import type { CollectdDoor, SecurityLevel } from '../../src/wire/collectd/door.ts';

export const USER = { user: 'ada', password: 'secret' };

const SEALS = (['Sign', 'Encrypt'] as const).map((level) => sealOf({ level, ...USER }));

/** Doors that know one user. */
export function doorsOf(): CollectdDoors {
  const users = new AuthUsers(new Map([[USER.user, Buffer.from(USER.password)]]));
  return new CollectdDoors({
    users: () => users,
    ticksMs: () => 0,
    onUnverified: () => undefined,
    onForgotten: () => undefined,
  });
}

/** One of them, which takes everything as often as it comes. */
export function doorOf(securityLevel: SecurityLevel): CollectdDoor {
  const rules = { securityLevel, authFile: '/auth', users: [], replayWindowMs: 0 };
  return doorsOf().open('fuzz', rules, new GroupMembers());
}

/** Any bytes under a valid signature (0) or encryption (1): what a user with a broken sender can send. */
export function sealed(kind: 0 | 1, bytes: Uint8Array): Uint8Array {
  const seal = SEALS[kind];
  if (seal === undefined) throw new Error('no seal');
  return seal.close(bytes);
}
