import { createDecipheriv } from 'node:crypto';
import { nscaKey, PLAIN, xorCipher } from '../wire/nsca/cipher.ts';
import type { NscaCipher, NscaMethod } from '../wire/nsca/cipher.ts';

/** What makes a connection plain that got this seed. */
export function nscaCipher(method: NscaMethod, password: Uint8Array, iv: Uint8Array): NscaCipher {
  if (method === 0) return PLAIN;
  const found = nscaKey(method, password);
  if (found === null) return xorCipher(iv, password);
  const decipher = createDecipheriv(found.algorithm, found.key, iv.subarray(0, found.ivBytes));
  return { stream: (bytes) => decipher.update(bytes), packet: () => undefined };
}
