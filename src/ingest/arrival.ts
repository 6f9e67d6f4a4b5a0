/**
 * One message as an intake takes it: bytes start…end of buffer, from whom, when (epoch ms). The object is
 * used again for the next.
 */
export interface Arrival {
  buffer: Uint8Array;
  start: number;
  end: number;
  address: string;
  arrivalMs: number;
  /**
   * The host's name where the message does not say it or is not believed: the sender's address, or what the
   * name server calls it. Undefined: the message's own word counts.
   */
  name: string | undefined;
}
