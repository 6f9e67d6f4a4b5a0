import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Socket } from 'node:dgram';
import type { Datagram } from './traffic.ts';

/** Addresses of 127.0.n.1…250. */
const SOURCES_PER_NET = 250;
/** What one lane asks the kernel for, so that a burst of a slice finds room. */
const SEND_BUFFER_BYTES = 1024 * 1024;
const DRAIN_LOOK_MS = 1;

export interface LanesOptions {
  readonly address: string;
  /** The first of `ports` that follow one another. */
  readonly port: number;
  readonly ports: number;
  /** Addresses of the loopback to send from; 1: whatever the kernel takes. */
  readonly sources: number;
}

/** What went out, and what did not. */
export interface Sent {
  datagrams: number;
  values: number;
  bytes: number;
  failedValues: number;
  /** Datagrams the kernel did not take, by its reason. */
  readonly failed: Map<string, number>;
  /** What the other end's system answered to datagrams that did go, by reason: fewer than were lost. */
  readonly refused: Map<string, number>;
  /** How often the kernel had no room and was waited for. */
  waits: number;
}

/** A connected socket for each port and source. A host keeps to one of them, as an agent does. */
export class Lanes implements Disposable {
  readonly sent: Sent = {
    datagrams: 0,
    values: 0,
    bytes: 0,
    failedValues: 0,
    failed: new Map(),
    refused: new Map(),
    waits: 0,
  };
  readonly #sockets: readonly Socket[];
  /** One for each count of values, so that sending makes no function. */
  readonly #told = new Map<number, (error: Error | null, bytes: number) => void>();

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
  }

  /** Rejects with the system's refusal, such as of an address this machine does not have. */
  static async open(options: LanesOptions): Promise<Lanes> {
    const sockets: Socket[] = [];
    const lanes = new Lanes(sockets);
    try {
      for (let source = 0; source < options.sources; source += 1) {
        for (let n = 0; n < options.ports; n += 1) {
          const socket = await connected(options, source, n);
          sockets.push(socket);
          socket.on('error', (error) => count(lanes.sent.refused, error));
        }
      }
    } catch (error) {
      lanes[Symbol.dispose]();
      throw error;
    }
    return lanes;
  }

  /**
   * Hands a datagram to the kernel. A promise: there was no room, and its bytes may not be touched before
   * the promise settles. What became of it is in `sent` then, else after the running turn of the event loop.
   */
  send({ bytes, length, values, host }: Datagram): Promise<void> | undefined {
    const socket = this.#sockets[host % this.#sockets.length];
    if (socket === undefined) throw new Error('no lane');
    const told = this.#teller(values);
    if (length === bytes.length) socket.send(bytes, told);
    else socket.send(bytes, 0, length, told);
    if (socket.getSendQueueCount() === 0) return undefined;
    this.sent.waits += 1;
    return drained(socket);
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.close();
  }

  #teller(values: number): (error: Error | null, bytes: number) => void {
    const known = this.#told.get(values);
    if (known !== undefined) return known;
    const { sent } = this;
    const told = (error: Error | null, bytes: number) => {
      if (error === null) {
        sent.datagrams += 1;
        sent.values += values;
        sent.bytes += bytes;
        return;
      }
      count(sent.failed, error);
      sent.failedValues += values;
    };
    this.#told.set(values, told);
    return told;
  }
}

function count(faults: Map<string, number>, error: Error): void {
  const code = 'code' in error ? String(error.code) : error.message;
  faults.set(code, (faults.get(code) ?? 0) + 1);
}

/** The `source`th address of the loopback. */
export function sourceAddress(source: number): string {
  return `127.0.${1 + Math.floor(source / SOURCES_PER_NET)}.${1 + (source % SOURCES_PER_NET)}`;
}

async function connected(
  { address, port, sources }: LanesOptions,
  source: number,
  n: number,
): Promise<Socket> {
  const socket = createSocket({
    type: isIPv6(address) ? 'udp6' : 'udp4',
    sendBufferSize: SEND_BUFFER_BYTES,
  });
  try {
    if (sources > 1) {
      socket.bind({ address: sourceAddress(source), port: 0, exclusive: true });
      await once(socket, 'listening');
    }
    socket.connect(port + n, address);
    await once(socket, 'connect');
  } catch (error) {
    socket.close();
    throw error;
  }
  return socket;
}

async function drained(socket: Socket): Promise<void> {
  while (socket.getSendQueueCount() > 0) await delay(DRAIN_LOOK_MS);
}
