import { NSCA_PACKET_BYTES } from './packet.ts';
import type { NscaConfig } from '../../contract/config.ts';

/**
 * How NSCA makes packets secret. The methods that libmcrypt has are ciphers with 8-bit feedback, one stream
 * a connection, seeded with the first bytes of the init packet's 128; their key is the password, filled up
 * with zeros or cut. XOR begins anew with every packet, and all of its seed counts.
 *
 * Source: nsca 2.10, src/utils.c, encrypt_init, encrypt_buffer and decrypt_buffer.
 */

export type NscaMethod = NscaConfig['method'];

/** Makes plain what a connection brings. */
export interface NscaCipher {
  /** The next bytes of the connection; in their place, or in others. */
  stream(bytes: Uint8Array): Uint8Array;
  /** A packet, or the beginning of one, in its place. Its `byteOffset` and length are multiples of four. */
  packet(bytes: Uint8Array): void;
}

/** A block cipher by OpenSSL's name, with its key and the length of its block. */
export interface NscaKey {
  readonly algorithm: 'des-ede3-cfb8' | 'aes-256-cfb8';
  readonly key: Uint8Array;
  readonly ivBytes: 8 | 16;
}

/** The key of a method; null where it has none (nothing, and XOR). */
export function nscaKey(method: NscaMethod, password: Uint8Array): NscaKey | null {
  switch (method) {
    case 0:
    case 1:
      return null;
    case 2: {
      // OpenSSL has DES only as 3DES with one key three times, which is the same.
      const key = filled(password, 8);
      return { algorithm: 'des-ede3-cfb8', key: new Uint8Array([...key, ...key, ...key]), ivBytes: 8 };
    }
    case 3:
      return { algorithm: 'des-ede3-cfb8', key: filled(password, 24), ivBytes: 8 };
    case 14:
      return { algorithm: 'aes-256-cfb8', key: filled(password, 32), ivBytes: 16 };
  }
}

export const PLAIN: NscaCipher = { stream: (bytes) => bytes, packet: () => undefined };

/** Method 1: the seed over and over, and then the password likewise. */
export function xorCipher(iv: Uint8Array, password: Uint8Array): NscaCipher {
  const key = new Uint8Array(NSCA_PACKET_BYTES);
  for (let i = 0; i < key.length; i += 1) {
    const secret = password.length === 0 ? 0 : (password[i % password.length] as number);
    key[i] = (iv[i % iv.length] as number) ^ secret;
  }
  // Four bytes at a time: 1 µs a packet instead of 4.
  const words = new Uint32Array(key.buffer);
  return {
    stream: (bytes) => bytes,
    packet: ({ buffer, byteOffset, byteLength }) => {
      const packet = new Uint32Array(buffer, byteOffset, byteLength / 4);
      for (let i = 0; i < packet.length; i += 1) {
        packet[i] = (packet[i] as number) ^ (words[i] as number);
      }
    },
  };
}

function filled(password: Uint8Array, length: number): Uint8Array {
  const key = new Uint8Array(length);
  key.set(password.subarray(0, length));
  return key;
}
