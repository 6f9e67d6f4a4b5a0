/** Hosts of one size: all have the same metrics. */
export interface LoadFleet {
  readonly hosts: number;
  /** Each is one value a turn. */
  readonly metrics: number;
  /** Between two turns of a host, as its agent says it. */
  readonly intervalS: number;
}

/** A datagram in the making, which the next one overwrites. */
export interface Datagram {
  readonly bytes: Uint8Array;
  /** Of `bytes`, from its start. */
  readonly length: number;
  /** How many values it holds; a description holds none. */
  readonly values: number;
  /** Whose it is: 0 … hosts - 1. */
  readonly host: number;
}

/** What a fleet sends: turn by turn, host after host, without an end. */
export interface Traffic {
  /** `timeS`: the sending host's clock, seconds since the epoch with their fraction. */
  next(timeS: number): Datagram;
}

const DIGITS_MIN = 4;
const HOST_PREFIX = 'load-';

/**
 * The names of the hosts are of one length, so that the same datagram serves every host: only the digits
 * change.
 */
export class HostNames {
  readonly #digits: number;

  constructor(hosts: number) {
    this.#digits = Math.max(DIGITS_MIN, String(hosts - 1).length);
  }

  name(host: number): string {
    return HOST_PREFIX + String(host).padStart(this.#digits, '0');
  }

  /** Writes the digits of `host` into a name that begins at `at`. */
  patch(bytes: Uint8Array, at: number, host: number): void {
    let rest = host;
    for (let i = at + HOST_PREFIX.length + this.#digits - 1; i >= at + HOST_PREFIX.length; i -= 1) {
      bytes[i] = 0x30 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
  }
}

/** Whose turn it is, and which of its datagrams comes next. */
export class Rota {
  host = 0;
  /** Of the host's datagrams. */
  part = 0;
  /** How often every host had its turn. */
  turn = 0;
  readonly #hosts: number;
  readonly #parts: number;

  constructor(hosts: number, parts: number) {
    this.#hosts = hosts;
    this.#parts = parts;
  }

  advance(): void {
    this.part += 1;
    if (this.part < this.#parts) return;
    this.part = 0;
    this.host += 1;
    if (this.host < this.#hosts) return;
    this.host = 0;
    this.turn += 1;
  }
}
