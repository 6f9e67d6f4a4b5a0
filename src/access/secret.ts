import { createHash, timingSafeEqual } from 'node:crypto';

/** So many random bytes; `randomBytes` of node:crypto is one. */
export type Random = (bytes: number) => Uint8Array;

export interface MintedToken {
  readonly id: string;
  /** Shown once and kept nowhere. */
  readonly text: string;
  readonly hash: string;
}

const SECRET_BYTES = 32;
const ID_CHARS = 8;
/** RFC 4648, 6, in lower case: 32 signs, so that a byte's remainder favours none. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** The name in front lets scanners of source code find one that leaked. */
const TOKEN = /^muster_([a-z2-7]{8})_([\w-]{43})$/u;

/** A new token: `muster_<id>_<secret>`. */
export function mintToken(random: Random): MintedToken {
  const id = [...random(ID_CHARS)].map((byte) => BASE32[byte % BASE32.length]).join('');
  const { secret, hash } = mintSecret(random);
  return { id, text: `muster_${id}_${secret}`, hash };
}

/** The id and the secret's hash; undefined for what is no token. */
export function parseToken(text: string): { readonly id: string; readonly hash: string } | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, hash: hashSecret(secret) };
}

/** A new session's secret. */
export function mintSecret(random: Random): { readonly secret: string; readonly hash: string } {
  const secret = Buffer.from(random(SECRET_BYTES)).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

/** 256 random bits cannot be guessed from their hash, so a fast one is enough. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** In a time that tells nothing of where they differ. */
export function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
