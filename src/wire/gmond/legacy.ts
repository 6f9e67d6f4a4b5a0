import { u32 } from '../bytes.ts';

/** Ids before Ganglia 3.1 (monitor-core lib/protocol.x): 0 is a gmetric, 1…127 built-in metrics. */
const ID_END = 128;
const SPOOF_METRIC = 4096;
const SPOOF_HEARTBEAT = 4097;
const ID_AND_WORD_BYTES = 8;

/**
 * Whether the bytes look like a message of Ganglia before 3.1: its id, then a value, or a string that fits
 * for the ids that start with one (0, 4096, 4097). Only to be counted; the bytes may also be a collectd
 * datagram, which is asked first.
 */
export function legacyId(buffer: Uint8Array, start: number, end: number): boolean {
  const size = end - start;
  if (size < ID_AND_WORD_BYTES) return false;
  const id = u32(buffer, start);
  if (id > 0 && id < ID_END) return true;
  if (id !== 0 && id !== SPOOF_METRIC && id !== SPOOF_HEARTBEAT) return false;
  const length = u32(buffer, start + 4);
  return length > 0 && length <= size - ID_AND_WORD_BYTES;
}
