import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { PUMP_BATCH, RECEIVE_BUFFER_BYTES, RING_BYTES } from '../limits.ts';
import { bindMessage } from './bind-message.ts';
import { GraphiteListeners, probeTcp } from './lines/graphite-listeners.ts';
import { Ring } from './ring.ts';
import type { Engine } from './engine.ts';
import type { ListenAddress } from '../contract/config.ts';
import type { Wanted } from './group-changes.ts';
import type { RingEntry } from './ring.ts';
import type { Socket } from 'node:dgram';

const RING_SLOTS = 131_072;
/**
 * Then the sockets are read again: what waits in the ring is shared out among the senders, what waits in the
 * kernel is dropped without a look at whose it is. One reading of a socket takes some 0.1 ms.
 */
const PUMP_SLICE_MS = 0.4;
const LOOKS_EACH = 8;

export interface Bound {
  /** Which of the wanted listeners it is. */
  readonly key: string;
  readonly group: string;
  readonly transport: Wanted['transport'];
  readonly address: string;
  /** The port really bound; the one asked for may have been 0. */
  readonly port: number;
  /**
   * Receive buffer the kernel granted, bytes (half of what Linux reports: it counts its own bookkeeping);
   * infinite for TCP, where nothing is lost for want of it.
   */
  readonly receiveBufferBytes: number;
}

export type BindOutcome =
  | { readonly ok: true; readonly bound: Bound }
  | { readonly ok: false; readonly message: string };

/**
 * The sockets of one worker. A handler of datagrams copies into the ring and returns; the pump decodes in
 * batches.
 */
export class Listeners {
  readonly #engine: Engine;
  readonly #now: () => number;
  readonly #ring: Ring;
  readonly #entry: RingEntry = { start: 0, end: 0, listener: 0, address: '', arrivalMs: 0 };
  readonly #sockets = new Map<string, Socket>();
  readonly #lines: GraphiteListeners;
  readonly #bound = new Map<string, Bound>();
  #pumping = false;

  /** `seed`: a secret word. */
  constructor(engine: Engine, now: () => number, seed: number) {
    this.#engine = engine;
    this.#now = now;
    this.#ring = new Ring(RING_BYTES, RING_SLOTS, seed);
    const isBehind = () => 2 * this.#ring.length > RING_SLOTS;
    this.#lines = new GraphiteListeners({ engine, nowMs: now, isBehind });
  }

  /** The sockets of datagrams that are open. */
  get bound(): readonly Bound[] {
    return [...this.#bound.values()];
  }

  /** Binds one address; `index` is the engine's number of the group. */
  async open(wanted: Wanted, index: number): Promise<BindOutcome> {
    const { key, group, transport, listen } = wanted;
    if (transport === 'tcp') return this.#lines.open(wanted, index);
    const recvBufferSize = RECEIVE_BUFFER_BYTES;
    const socket = isIPv6(listen.address)
      ? createSocket({ type: 'udp6', ipv6Only: true, recvBufferSize })
      : createSocket({ type: 'udp4', recvBufferSize });
    const failed = await bound(socket, listen);
    if (failed !== undefined) {
      socket.close();
      return { ok: false, message: bindMessage(failed, wanted) };
    }
    socket.on('message', (datagram, from) => this.#take(index, datagram, from.address));
    // After binding, an error is a passing fault of one datagram (ICMP, memory); the socket goes on.
    socket.on('error', () => this.#engine.refuse(index, 'socket-error'));
    this.#sockets.set(key, socket);
    const receiveBufferBytes = socket.getRecvBufferSize() / (process.platform === 'linux' ? 2 : 1);
    const { address, port } = socket.address();
    const opened = { key, group, transport, address, port, receiveBufferBytes };
    this.#bound.set(key, opened);
    return { ok: true, bound: opened };
  }

  /** Closes a socket; what it had delivered is still decoded. */
  close(key: string): void {
    this.#lines.close(key);
    this.#sockets.get(key)?.close();
    this.#sockets.delete(key);
    this.#bound.delete(key);
    this.#drain(Infinity, Infinity);
  }

  closeAll(): void {
    for (const key of this.#sockets.keys()) this.close(key);
    this.#lines.closeAll();
  }

  /** Why an address that cannot be bound yet, because its port is still held, would be refused for itself. */
  async probe(wanted: Wanted): Promise<string | undefined> {
    const { transport, listen } = wanted;
    if (transport === 'tcp') {
      const failed = await probeTcp(listen);
      return failed && bindMessage(failed, wanted);
    }
    const socket = createSocket(isIPv6(listen.address) ? 'udp6' : 'udp4');
    const failed = await bound(socket, { address: listen.address, port: 0 });
    socket.close();
    return failed && bindMessage(failed, wanted);
  }

  #take(index: number, datagram: Buffer, address: string): void {
    if (datagram.length === 0) return this.#engine.refuse(index, 'empty', address);
    const outcome = this.#ring.push(index, datagram, address, this.#now());
    if (outcome !== 'taken') {
      this.#engine.refuse(index, outcome === 'share' ? 'source-share' : 'ring-full', address);
      return;
    }
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    this.#drain(PUMP_BATCH, PUMP_SLICE_MS);
    if (this.#ring.length > 0) setImmediate(() => this.#pump());
    else this.#pumping = false;
  }

  /** Decodes what waits, at most so many datagrams and about so long. */
  #drain(batch: number, forMs: number): void {
    const ring = this.#ring;
    const entry = this.#entry;
    const endMs = performance.now() + forMs;
    for (let n = 0; n < batch && ring.peek(entry); n += 1) {
      if (n % LOOKS_EACH === 0 && n > 0 && performance.now() > endMs) return;
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
