import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { PUMP_BATCH, RECEIVE_BUFFER_BYTES, RING_BYTES } from '../limits.ts';
import { Ring } from './ring.ts';
import type { Engine } from './engine.ts';
import type { ListenAddress } from '../contract/config.ts';
import type { Wanted } from './group-changes.ts';
import type { RingEntry } from './ring.ts';
import type { Socket } from 'node:dgram';

const RING_SLOTS = 65_536;

export interface Bound {
  /** Which of the wanted listeners it is. */
  readonly key: string;
  readonly group: string;
  readonly address: string;
  /** The port really bound; the one asked for may have been 0. */
  readonly port: number;
  /** Receive buffer the kernel granted, bytes (half of what Linux reports: it counts its own bookkeeping). */
  readonly receiveBufferBytes: number;
}

export type BindOutcome =
  | { readonly ok: true; readonly bound: Bound }
  | { readonly ok: false; readonly message: string };

/** The UDP sockets of one worker. A handler copies into the ring and returns; the pump decodes in batches. */
export class Listeners {
  readonly #engine: Engine;
  readonly #now: () => number;
  readonly #ring = new Ring(RING_BYTES, RING_SLOTS);
  readonly #entry: RingEntry = { start: 0, end: 0, listener: 0, address: '', arrivalMs: 0 };
  readonly #sockets = new Map<string, Socket>();
  #pumping = false;

  constructor(engine: Engine, now: () => number) {
    this.#engine = engine;
    this.#now = now;
  }

  /** Binds one address; `index` is the engine's number of the group. */
  async open({ key, group, listen }: Wanted, index: number): Promise<BindOutcome> {
    const recvBufferSize = RECEIVE_BUFFER_BYTES;
    const socket = isIPv6(listen.address)
      ? createSocket({ type: 'udp6', ipv6Only: true, recvBufferSize })
      : createSocket({ type: 'udp4', recvBufferSize });
    const failed = await bound(socket, listen);
    if (failed !== undefined) {
      socket.close();
      return { ok: false, message: bindMessage(failed, group, listen) };
    }
    socket.on('message', (datagram, from) => this.#take(index, datagram, from.address));
    // After binding, an error is a passing fault of one datagram (ICMP, memory); the socket goes on.
    socket.on('error', () => this.#engine.refuse(index, 'socket-error'));
    this.#sockets.set(key, socket);
    const receiveBufferBytes = socket.getRecvBufferSize() / (process.platform === 'linux' ? 2 : 1);
    const { address, port } = socket.address();
    return { ok: true, bound: { key, group, address, port, receiveBufferBytes } };
  }

  /** Closes a socket; what it had delivered is still decoded. */
  close(key: string): void {
    this.#sockets.get(key)?.close();
    this.#sockets.delete(key);
    this.#drain(Infinity);
  }

  closeAll(): void {
    for (const key of this.#sockets.keys()) this.close(key);
  }

  /** Why an address that cannot be bound yet, because its port is still held, would be refused for itself. */
  async probe({ group, listen }: Wanted): Promise<string | undefined> {
    const socket = createSocket(isIPv6(listen.address) ? 'udp6' : 'udp4');
    const failed = await bound(socket, { address: listen.address, port: 0 });
    socket.close();
    return failed && bindMessage(failed, group, listen);
  }

  #take(index: number, datagram: Buffer, address: string): void {
    if (datagram.length === 0) return this.#engine.refuse(index, 'empty');
    if (!this.#ring.push(index, datagram, address, this.#now())) {
      this.#engine.refuse(index, 'ring-full');
      return;
    }
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    this.#drain(PUMP_BATCH);
    if (this.#ring.length > 0) setImmediate(() => this.#pump());
    else this.#pumping = false;
  }

  #drain(batch: number): void {
    const ring = this.#ring;
    const entry = this.#entry;
    for (let n = 0; n < batch && ring.peek(entry); n += 1) {
      this.#engine.accept(ring.buffer, entry);
      ring.drop();
    }
  }
}

function bound(socket: Socket, listen: ListenAddress): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    socket.once('error', resolve);
    socket.bind({ address: listen.address, port: listen.port }, () => {
      socket.off('error', resolve);
      resolve(undefined);
    });
  });
}

function bindMessage(error: NodeJS.ErrnoException, group: string, listen: ListenAddress): string {
  const where = `udp ${listen.address} port ${listen.port} (group ${group})`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `${where} is in use by another program; stop it or give the group another port`;
    case 'EACCES':
      return `${where} may not be bound by this user; choose a port above 1023`;
    case 'EADDRNOTAVAIL':
      return `${where}: this machine has no such address`;
    default:
      return `${where} could not be bound: ${error.message}`;
  }
}
