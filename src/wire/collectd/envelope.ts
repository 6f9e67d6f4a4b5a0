import { lengthToNul, u16 } from '../bytes.ts';
import { decodeName } from '../text.ts';
import { HEADER_BYTES } from './part.ts';
import type { Envelope } from './door.ts';

const SIGNATURE_BYTES = 32;
const IV_BYTES = 16;
const CHECKSUM_BYTES = 20;
const USER_LENGTH_BYTES = 2;

/**
 * A SIGN_SHA256 part: `header, signature[32], user`. It covers its own user and everything up to `end`.
 * Undefined: its length leaves no room for a user.
 */
export function readSignature(
  buffer: Uint8Array,
  at: number,
  length: number,
  end: number,
): Envelope | undefined {
  const userAt = at + HEADER_BYTES + SIGNATURE_BYTES;
  const userLength = at + length - userAt;
  if (userLength <= 0) return undefined;
  return {
    user: readUser(buffer, userAt, userLength),
    seal: buffer.subarray(at + HEADER_BYTES, userAt),
    covered: buffer.subarray(userAt, end),
  };
}

/**
 * An ENCR_AES256 part: `header, u16 length, user, IV[16], encrypted(SHA-1[20], parts)`. Undefined: it leaves
 * no room for a user and parts.
 */
export function readEncryption(buffer: Uint8Array, at: number, length: number): Envelope | undefined {
  const userAt = at + HEADER_BYTES + USER_LENGTH_BYTES;
  if (length < HEADER_BYTES + USER_LENGTH_BYTES) return undefined;
  const userLength = u16(buffer, at + HEADER_BYTES);
  const ivAt = userAt + userLength;
  const coveredAt = ivAt + IV_BYTES;
  const end = at + length;
  if (userLength === 0 || coveredAt + CHECKSUM_BYTES >= end) return undefined;
  return {
    user: readUser(buffer, userAt, userLength),
    seal: buffer.subarray(ivAt, coveredAt),
    covered: buffer.subarray(coveredAt, end),
  };
}

/**
 * collectd takes what stands before a NUL. The signature does not cover the length of its part: whoever makes
 * it longer has the first parts of the datagram read as the end of the name, which begin with a NUL.
 */
function readUser(buffer: Uint8Array, at: number, length: number): string {
  return lengthToNul(buffer, at, length) === length ? decodeName(buffer, at, length) : '';
}
