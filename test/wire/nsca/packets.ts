import { NSCA_OLD_PACKET_BYTES, NSCA_PACKET_BYTES } from '../../../src/wire/nsca/packet.ts';
import { crc32 } from './ciphers.ts';
import type { NscaPacketBytes } from '../../../src/wire/nsca/packet.ts';

export interface PacketWish {
  readonly host?: string;
  readonly service?: string;
  readonly code?: number;
  readonly output?: string;
  readonly timeS?: number;
  readonly version?: number;
  readonly size?: NscaPacketBytes;
}

/** A plain packet as send_nsca makes it, its filler aside. */
export function nscaPacket(wish: PacketWish = {}): Uint8Array {
  const { host = 'h1', service = 's1', code = 0, output = 'fine', timeS = 0, version = 3 } = wish;
  const { size = NSCA_PACKET_BYTES } = wish;
  const packet = Buffer.alloc(size);
  packet.writeInt16BE(version, 0);
  packet.writeUInt32BE(timeS, 8);
  packet.writeInt16BE(code, 12);
  packet.write(host, 14, 64, 'latin1');
  packet.write(service, 78, 128, 'latin1');
  packet.write(output, 206, size - 208);
  packet.writeUInt32BE(crc32(packet), 4);
  return packet;
}

/** Such a packet with a damaged byte. */
export function damaged(wish: PacketWish = {}): Uint8Array {
  const packet = nscaPacket(wish);
  packet[300] = (packet[300] ?? 0) ^ 1;
  return packet;
}

export const OLD = { size: NSCA_OLD_PACKET_BYTES } as const;
