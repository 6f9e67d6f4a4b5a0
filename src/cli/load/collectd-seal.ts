import { Buffer } from 'node:buffer';
import { createCipheriv, createHash, createHmac, randomFillSync } from 'node:crypto';
import { PART } from '../../wire/collectd/part.ts';

const MAC_BYTES = 32;
const SHA1_BYTES = 20;
const IV_BYTES = 16;
const SIGN_HEAD_BYTES = 4 + MAC_BYTES;
/** Type, length, the user's length. */
const ENCRYPT_HEAD_BYTES = 6;

export interface SealOptions {
  readonly level: 'Sign' | 'Encrypt';
  readonly user: string;
  readonly password: string;
}

/** collectd's own protection of a datagram (network.c, sign_sha256 and encr_aes256). */
export interface Seal {
  /** What it adds to a datagram. */
  readonly overheadBytes: number;
  /** The datagram under its seal, in bytes of its own. */
  close(datagram: Uint8Array): Uint8Array;
}

export function sealOf({ level, user, password }: SealOptions): Seal {
  const name = Buffer.from(user, 'utf8');
  return level === 'Sign' ? signature(name, password) : encryption(name, password);
}

/** HMAC-SHA-256 over the user and what follows. */
function signature(user: Buffer, password: string): Seal {
  const overheadBytes = SIGN_HEAD_BYTES + user.length;
  return {
    overheadBytes,
    close: (datagram) => {
      const sealed = Buffer.alloc(overheadBytes + datagram.length);
      sealed.writeUInt16BE(PART.signature, 0);
      sealed.writeUInt16BE(overheadBytes, 2);
      user.copy(sealed, SIGN_HEAD_BYTES);
      sealed.set(datagram, overheadBytes);
      const mac = createHmac('sha256', password).update(sealed.subarray(SIGN_HEAD_BYTES)).digest();
      mac.copy(sealed, 4);
      return sealed;
    },
  };
}

/** AES-256-OFB over the SHA-1 and the datagram, with a start of its own each time. */
function encryption(user: Buffer, password: string): Seal {
  const key = createHash('sha256').update(password).digest();
  const ivAt = ENCRYPT_HEAD_BYTES + user.length;
  const overheadBytes = ivAt + IV_BYTES + SHA1_BYTES;
  return {
    overheadBytes,
    close: (datagram) => {
      const sealed = Buffer.alloc(overheadBytes + datagram.length);
      sealed.writeUInt16BE(PART.encryption, 0);
      sealed.writeUInt16BE(sealed.length, 2);
      sealed.writeUInt16BE(user.length, 4);
      user.copy(sealed, ENCRYPT_HEAD_BYTES);
      const iv = randomFillSync(sealed.subarray(ivAt, ivAt + IV_BYTES));
      const cipher = createCipheriv('aes-256-ofb', key, iv);
      const hash = cipher.update(createHash('sha1').update(datagram).digest());
      hash.copy(sealed, ivAt + IV_BYTES);
      cipher.update(datagram).copy(sealed, overheadBytes);
      return sealed;
    },
  };
}
