/** What a server asks of its senders: collectd's own words and meaning (collectd.conf(5), plugin network). */
export type SecurityLevel = 'None' | 'Sign' | 'Encrypt';

/** Why a signature or encryption part, and all that follows it, does not count. */
export type DoorRefusal =
  | 'no-auth-file'
  | 'unknown-user'
  | 'bad-signature'
  | 'bad-checksum'
  | 'replayed'
  | 'envelopes-max';

/** A part that other parts stand in, as it lies in a buffer: views, good during the call. */
export interface Envelope {
  /** Empty: it is no name. */
  readonly user: string;
  /** The signature (HMAC-SHA-256, 32 bytes), or the initialization vector (16 bytes). */
  readonly seal: Uint8Array;
  /** What the signature covers; or AES-256-OFB of 20 bytes of SHA-1 and what they are the checksum of. */
  readonly covered: Uint8Array;
}

/** Who is let in. Keys and ciphers are behind it: a decoder has neither. */
export interface CollectdDoor {
  readonly level: SecurityLevel;
  /** `unverified`: the level asks for none and there is nothing to check it with, so it is passed over. */
  verify(envelope: Envelope): 'verified' | 'unverified' | DoorRefusal;
  /** The parts that were encrypted, in a buffer that nobody uses again while they are read. */
  open(envelope: Envelope): Uint8Array | DoorRefusal;
}

/** A server that asks for nothing and knows nobody. */
export const OPEN_DOOR: CollectdDoor = {
  level: 'None',
  verify: () => 'unverified',
  open: () => 'no-auth-file',
};
