import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, USER_NAME_CHARS_MAX } from '../limits.ts';

/**
 * OWASP's parameters for scrypt with 32 MiB (Password Storage Cheat Sheet): N = 2^15, r = 8, p = 3. One hash
 * takes about a quarter of a second of a pool thread.
 */
const COST = { log2N: 15, r: 8, p: 3 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** A stored text can come from a restored or foreign database: it must not choose how much memory is used. */
const PASSES_MAX = 8;
const MEMORY_BYTES_MAX = 128 * 1024 * 1024;

/** `scrypt$15$8$3$salt$hash`, the last two base64url. */
const STORED = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]{16,86})\$([\w-]{43})$/u;

interface Cost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * What the sign-in of an unknown user is verified against, so that it takes as long as a known one's. No
 * password is known that has this hash.
 */
export const NOBODYS_HASH = `scrypt$${COST.log2N}$${COST.r}$${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** A text that holds the salt, the parameters and the hash. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return ['scrypt', COST.log2N, COST.r, COST.p, text(salt), text(hash)].join('$');
}

/** False as well for a stored text that is none of ours. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, log2N, r, p, salt, hash] = STORED.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) return false;
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  if (!isBearable(cost)) return false;
  const known = Buffer.from(hash, 'base64url');
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64url'), cost), known);
}

/** Why this cannot be a password, in words. Length is what counts (NIST SP 800-63B, 3.1.1). */
export function passwordFault(password: string, name: string): string | undefined {
  const { length } = Array.from(password);
  if (length < PASSWORD_CHARS_MIN) return `a password has at least ${PASSWORD_CHARS_MIN} characters`;
  if (length > PASSWORD_CHARS_MAX) return `a password has at most ${PASSWORD_CHARS_MAX} characters`;
  if (password.toLowerCase() === name.toLowerCase()) return 'a password is not the name of its user';
  return undefined;
}

/** A user's name as it is kept and looked up: a telephone's first capital letter does not matter. */
export function userNameOf(typed: string): string {
  return typed.trim().toLowerCase();
}

const NAMES_OF_NOBODY = new Set(['nobody', 'anybody']);

/** Why this cannot be the name of a user, in words. */
export function userNameFault(name: string): string | undefined {
  if (name.length > USER_NAME_CHARS_MAX) return `a user's name has at most ${USER_NAME_CHARS_MAX} characters`;
  if (NAMES_OF_NOBODY.has(name)) return `${name} is what the audit log calls those it cannot name`;
  if (/^[a-z0-9][a-z0-9._@+-]*$/u.test(name)) return undefined;
  return "a user's name is made of a-z, 0-9 and . _ @ + - and begins with a letter or a digit";
}

function isBearable({ log2N, r, p }: Cost): boolean {
  if (log2N < 1 || r < 1 || p < 1 || p > PASSES_MAX) return false;
  return blockBytes(log2N, r) <= MEMORY_BYTES_MAX;
}

/** RFC 7914, 5: what scryptROMix holds at once. */
function blockBytes(log2N: number, r: number): number {
  return 128 * r * 2 ** log2N;
}

/** The same password typed on two keyboards can be two strings of code points: NFKC makes them one. */
function derive(password: string, salt: Uint8Array, { log2N, r, p }: Cost): Promise<Buffer> {
  // Beside the blocks, OpenSSL counts a few kilobytes of its own.
  const options = { N: 2 ** log2N, r, p, maxmem: MEMORY_BYTES_MAX + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, hash) => {
      if (error) reject(error);
      else resolve(hash);
    });
  });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
