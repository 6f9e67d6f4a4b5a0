/** One message as an intake takes it, in an object that is used again for the next: bytes start…end of buffer, from whom, when (epoch ms). */
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
