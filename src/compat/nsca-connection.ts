import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { encodeNscaInit, NSCA_IV_BYTES } from '../wire/nsca/packet.ts';
import { NscaStream } from '../wire/nsca/stream.ts';
import { nscaCipher } from './nsca-cipher.ts';
import type { NscaConfig } from '../contract/config.ts';
import type { NscaPacket } from '../wire/nsca/packet.ts';
import type { ResultDesk } from './result-desk.ts';
import type { Socket } from 'node:net';

export interface NscaConnectionOptions {
  readonly socket: Socket;
  /** Of the peer. */
  readonly address: string;
  /** As it is when it connects. */
  readonly config: NscaConfig;
  readonly password: Uint8Array;
  readonly desk: ResultDesk;
  readonly nowMs: () => number;
}

/** One connection of send_nsca: it gets a seed and the time, and brings packets; nothing is answered. */
export class NscaConnection {
  readonly address: string;
  readonly startedMs: number;
  /** When its last packet came: a byte now and then is none. */
  heardMs: number;
  readonly #o: NscaConnectionOptions;
  readonly #stream: NscaStream;

  constructor(options: NscaConnectionOptions) {
    const { socket, config, password, nowMs } = options;
    this.#o = options;
    this.address = options.address;
    this.startedMs = nowMs();
    this.heardMs = this.startedMs;
    const iv = randomBytes(NSCA_IV_BYTES);
    this.#stream = new NscaStream({
      cipher: nscaCipher(config.method, password, iv),
      crc32,
      sink: { packet: (packet) => this.#take(packet), refused: (fault) => this.#refuse(fault, '') },
    });
    socket.write(encodeNscaInit(iv, Math.floor(this.startedMs / 1000)));
    socket.on('data', (chunk) => this.#hear(chunk));
    socket.on('close', () => this.#stream.end());
  }

  /** It does not read because the judge is behind: its silence is not its own. */
  get waits(): boolean {
    return this.#o.socket.isPaused();
  }

  end(): void {
    this.#o.socket.destroy();
  }

  #hear(chunk: Uint8Array): void {
    const { socket, desk, nowMs } = this.#o;
    this.#stream.push(chunk);
    // Others have their turn: a socket is else read 32 times at once, 50 ms of AES (60 of them: 9 s a turn).
    socket.pause();
    if (!desk.isFull) {
      setImmediate(() => socket.resume());
      return;
    }
    desk.whenRoom(() => {
      this.heardMs = nowMs();
      socket.resume();
    });
  }

  #take({ timeS, host, service, code, output }: NscaPacket): void {
    const { desk, config, address, nowMs } = this.#o;
    this.heardMs = nowMs();
    const ageS = Math.floor(this.heardMs / 1000) - timeS;
    if (Math.abs(ageS) * 1000 > config.maxPacketAgeMs) {
      return this.#refuse('packet-age', service === '' ? host : `${host} / ${service}`);
    }
    // Its own time is that of our init packet: the result is of now.
    const timeMs = this.heardMs;
    desk.take({ cluster: '', host, service, code, output, timeMs, door: 'nsca', from: address });
  }

  #refuse(reason: string, about: string): void {
    this.#o.desk.refuse({ door: 'nsca', reason, from: this.address, about });
  }
}
