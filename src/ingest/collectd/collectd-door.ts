import { createDecipheriv, createHmac, getCiphers, hash, timingSafeEqual } from 'node:crypto';
import { Buffer } from 'node:buffer';
import { ReplayMemory, ReplayRoom } from './replay-memory.ts';
import { UserHosts } from './user-hosts.ts';
import { AuthUsers } from './auth-users.ts';
import { InstanceUsers } from './instance-users.ts';
import type { CollectdConfig } from '../../contract/config.ts';
import type { CollectdDoor, DoorRefusal, Envelope, SecurityLevel } from '../../wire/collectd/door.ts';
import type { GroupMembers } from '../members.ts';
import type { UserKeys } from './user-keys.ts';

const CIPHER = 'aes-256-ofb';
/** False in a build without it, where no group that asks for keys is started. */
const CAN_DECIPHER = getCiphers().includes(CIPHER);
const SHA1_BYTES = 20;
const FORGOTTEN_TOLD_MS = 60_000;

export interface DoorOptions {
  /** A clock that is never set, ms. */
  readonly ticksMs: () => number;
  /** The users of an AuthFile, which follow its changes. Without it there are none. */
  readonly users?: (file: string) => AuthUsers;
  /** A signature was passed over because the group has nothing to check it with; told once a group. */
  readonly onUnverified?: (group: string) => void;
  /** Parts are forgotten before the replay window has passed; told once a minute. */
  readonly onForgotten?: (group: string) => void;
}

/** The doors of one worker's groups. */
export class CollectdDoors {
  readonly #options: DoorOptions;
  readonly #room = new ReplayRoom();

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** A door of a group that is new, for its instances as well; `use` gives it other rules later. */
  open(group: string, rules: CollectdConfig, members: GroupMembers): GroupDoor {
    const door = new GroupDoor({ ...this.#options, group, members, room: this.#room });
    door.use(rules);
    return door;
  }
}

/** Why encrypted datagrams could not be read here, in words; undefined: they can. */
export function cipherFault(ciphers: readonly string[] = getCiphers()): string | undefined {
  if (ciphers.includes(CIPHER)) return undefined;
  return `this Node.js has no ${CIPHER}, which collectd encrypts with: use another build of Node.js`;
}

export interface GroupDoorOptions extends DoorOptions {
  readonly group: string;
  readonly members: GroupMembers;
  readonly room: ReplayRoom;
}

/** Who may write into a group, by collectd's rules; see docs/PROTOCOLS.md, "Signed and encrypted". */
export class GroupDoor implements CollectdDoor {
  level: SecurityLevel = 'None';
  readonly #options: GroupDoorOptions;
  readonly #instances: InstanceUsers;
  #rules: CollectdConfig | undefined;
  /** Undefined: the group has no AuthFile. */
  #users: AuthUsers | undefined;
  #hosts: UserHosts;
  /** Undefined: nothing is remembered. */
  #replays: ReplayMemory | undefined;
  #isUnverifiedTold = false;
  /** Of the memory's early turns, those that have been told; and when that was. */
  #earlyTold = 0;
  #toldMs = -Infinity;

  constructor(options: GroupDoorOptions) {
    this.#options = options;
    this.#instances = new InstanceUsers(options.members);
    this.#hosts = new UserHosts([], options.ticksMs);
  }

  /** Other rules; what was taken already stays known as long as the window is the same. */
  use(rules: CollectdConfig): void {
    const old = this.#rules;
    this.#rules = rules;
    this.level = rules.securityLevel;
    this.#users = rules.authFile === null ? undefined : this.#usersOf(rules.authFile);
    this.#hosts = new UserHosts(rules.users, this.#options.ticksMs);
    if (old?.replayWindowMs === rules.replayWindowMs) return;
    this.#replays?.[Symbol.dispose]();
    const windowMs = rules.replayWindowMs;
    const { room, ticksMs } = this.#options;
    this.#earlyTold = 0;
    this.#replays = windowMs === 0 ? undefined : new ReplayMemory({ windowMs, room, nowMs: ticksMs() });
  }

  /** The group leaves: its memory is for others. `use` opens it again. */
  close(): void {
    this.#replays?.[Symbol.dispose]();
    this.#replays = undefined;
    this.#rules = undefined;
  }

  verify({ user, seal, covered }: Envelope): 'verified' | 'unverified' | DoorRefusal {
    const keys = this.#keysOf(user);
    if (keys === undefined) return this.#asksNobody() ? this.#unverified() : 'unknown-user';
    const expected = createHmac('sha256', keys.signing).update(covered).digest();
    if (!timingSafeEqual(expected, seal)) return 'bad-signature';
    return this.#isReplay(keys, seal) ? 'replayed' : 'verified';
  }

  open({ user, seal, covered }: Envelope): Uint8Array | DoorRefusal {
    const keys = CAN_DECIPHER ? this.#keysOf(user) : undefined;
    if (keys === undefined) return this.#asksNobody() ? 'no-auth-file' : 'unknown-user';
    const plain = createDecipheriv(CIPHER, keys.cipher, seal).update(covered);
    const parts = plain.subarray(SHA1_BYTES);
    const expected = hash('sha1', parts, 'buffer');
    if (!timingSafeEqual(expected, plain.subarray(0, SHA1_BYTES))) return 'bad-checksum';
    // The vector alone: who knows what a part says can rewrite it, checksum and all, but not its vector.
    return this.#isReplay(keys, seal) ? 'replayed' : parts;
  }

  /** Whether a user may not write every host. */
  binds(user: string): boolean {
    return this.#ownHostOf(user) !== undefined || this.#hosts.binds(user);
  }

  mayWrite(user: string, host: string): boolean {
    const own = this.#ownHostOf(user);
    return own === undefined ? this.#hosts.mayWrite(user, host) : host === own;
  }

  /** A name that is in the AuthFile is the file's user, whatever instance is called so. */
  #keysOf(user: string): UserKeys | undefined {
    return this.#users?.find(user) ?? this.#instances.find(user);
  }

  #ownHostOf(user: string): string | undefined {
    return this.#users?.has(user) ? undefined : this.#instances.hostOf(user);
  }

  #usersOf(file: string): AuthUsers {
    return this.#options.users?.(file) ?? new AuthUsers();
  }

  /** Nobody has to sign, and whoever does need not be known. */
  #asksNobody(): boolean {
    return this.level === 'None' && this.#users === undefined;
  }

  #unverified(): 'unverified' {
    if (!this.#isUnverifiedTold) this.#options.onUnverified?.(this.#options.group);
    this.#isUnverifiedTold = true;
    return 'unverified';
  }

  #isReplay({ salt }: UserKeys, seal: Uint8Array): boolean {
    const replays = this.#replays;
    if (replays === undefined) return false;
    const nowMs = this.#options.ticksMs();
    const [hi, lo] = fingerprint(seal, salt);
    const isNew = replays.admit(hi, lo, nowMs);
    if (replays.early !== this.#earlyTold) this.#tellForgotten(replays.early, nowMs);
    return !isNew;
  }

  #tellForgotten(early: number, nowMs: number): void {
    if (nowMs - this.#toldMs < FORGOTTEN_TOLD_MS) return;
    this.#earlyTold = early;
    this.#toldMs = nowMs;
    this.#options.onForgotten?.(this.#options.group);
  }
}

/**
 * 64 bits of a signature or an initialization vector, which are random in all their bits. The salt keeps
 * users from choosing what another one's will be.
 */
function fingerprint(seal: Uint8Array, salt: readonly [number, number]): readonly [number, number] {
  const view = Buffer.from(seal.buffer, seal.byteOffset, seal.length);
  let [hi, lo] = salt;
  for (let at = 0; at + 4 <= view.length; at += 4) {
    const word = view.readUInt32LE(at);
    hi = Math.imul(hi ^ word, 0x9e3779b1) >>> 0;
    hi = (hi ^ (hi >>> 15)) >>> 0;
    lo = Math.imul(lo ^ hi ^ word, 0x85ebca6b) >>> 0;
    lo = (lo ^ (lo >>> 13)) >>> 0;
  }
  return hi === 0 && lo === 0 ? [0, 1] : [hi, lo];
}
