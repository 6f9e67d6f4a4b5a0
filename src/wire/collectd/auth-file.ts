import { Buffer } from 'node:buffer';
import { AUTH_FAULTS_MAX, AUTH_USERS_MAX } from '../../limits.ts';
import { lengthToNul } from '../bytes.ts';
import { decodeName } from '../text.ts';

/** collectd reads lines into 4096 bytes, the last of which is the NUL. */
const LINE_BYTES_MAX = 4095;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const COLON = 0x3a;
const HASH = 0x23;

/** A line that was passed over: its number from 1, and why in words. Never what stands in it. */
export interface AuthFileFault {
  readonly line: number;
  readonly reason: string;
}

export interface AuthFile {
  /** Passwords by user, byte for byte. */
  readonly users: ReadonlyMap<string, Uint8Array>;
  /** The first few. */
  readonly faults: readonly AuthFileFault[];
}

/**
 * Reads collectd's AuthFile: lines `user: password`, `#` a comment. The user ends at the first colon, and
 * blanks before a colon belong to it; blanks before line and password do not count, those after the password
 * belong to it. The first of two lines for one user counts. Never throws.
 *
 * Source: collectd 5.12, src/utils_fbhash.c, fbh_read_file; lines over 4095 bytes are dropped, not
 * split.
 */
export function parseAuthFile(bytes: Uint8Array): AuthFile {
  const users = new Map<string, Uint8Array>();
  const faults: AuthFileFault[] = [];
  let line = 0;
  for (let at = 0; at < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, at);
    const end = feed < 0 ? bytes.length : feed;
    line += 1;
    const reason = readLine(bytes.subarray(at, end), users);
    if (reason !== undefined && faults.length < AUTH_FAULTS_MAX) faults.push({ line, reason });
    at = end + 1;
  }
  return { users, faults };
}

/** Adds a line's user. Why it was passed over, where it should not have been there. */
function readLine(raw: Uint8Array, users: Map<string, Uint8Array>): string | undefined {
  if (raw.length > LINE_BYTES_MAX) return `is longer than ${LINE_BYTES_MAX} bytes`;
  const end = withoutReturns(raw, lengthToNul(raw, 0, raw.length));
  const userAt = afterBlanks(raw, 0, end);
  if (userAt === end || raw[userAt] === HASH) return undefined;
  const colon = raw.subarray(0, end).indexOf(COLON, userAt);
  if (colon < 0) return 'has no colon: lines are "user: password"';
  if (colon === userAt) return 'names no user';
  const passwordAt = afterBlanks(raw, colon + 1, end);
  if (passwordAt === end) return 'has no password';
  const user = decodeName(raw, userAt, colon - userAt);
  if (users.has(user)) return 'is a second one of its user: the first counts';
  if (users.size >= AUTH_USERS_MAX) return `is beyond the ${AUTH_USERS_MAX} users there may be`;
  users.set(user, Buffer.from(raw.subarray(passwordAt, end)));
  return undefined;
}

function withoutReturns(line: Uint8Array, length: number): number {
  let end = length;
  while (end > 0 && line[end - 1] === RETURN) end -= 1;
  return end;
}

/** Past what C's isspace() calls a blank. */
function afterBlanks(line: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(line[at] ?? 0)) at += 1;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= RETURN);
}
