import { crc32 as zlibCrc32 } from 'node:zlib';
import { nscaCipher } from '../../../src/compat/nsca-cipher.ts';
import { NscaStream } from '../../../src/wire/nsca/stream.ts';
import type { NscaCipher, NscaMethod } from '../../../src/wire/nsca/cipher.ts';
import type { NscaPacket } from '../../../src/wire/nsca/packet.ts';

export const crc32 = (bytes: Uint8Array) => zlibCrc32(bytes);

export function cipherOf(method: NscaMethod, password: string | null, iv: Uint8Array): NscaCipher {
  return nscaCipher(method, Buffer.from(password ?? ''), iv);
}

/** What came of bytes that are cut into chunks of that length: packets, and the words of refusals. */
export function readAll(bytes: Uint8Array, cipher: NscaCipher, chunk = 65_536): (NscaPacket | string)[] {
  const seen: (NscaPacket | string)[] = [];
  const sink = {
    packet: (packet: NscaPacket) => void seen.push(packet),
    refused: (fault: string) => void seen.push(fault),
  };
  const stream = new NscaStream({ cipher, crc32, sink });
  for (let at = 0; at < bytes.length; at += chunk) stream.push(bytes.slice(at, at + chunk));
  stream.end();
  return seen;
}
