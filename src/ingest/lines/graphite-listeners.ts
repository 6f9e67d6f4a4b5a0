import { createServer, isIPv6 } from 'node:net';
import {
  LINE_BYTES_MAX,
  LINE_CONNECTIONS_IN_MAX,
  LINE_CONNECTIONS_PER_ADDRESS_MAX,
  LINE_FAULTS_MAX,
  LINE_SILENT_MS,
  LINE_UNENDED_MS,
} from '../../limits.ts';
import { bindMessage } from '../bind-message.ts';
import { LineFrames } from '../../wire/line-frames.ts';
import { plainAddress } from '../../model/address.ts';
import type { BindOutcome } from '../listeners.ts';
import type { Engine } from '../engine.ts';
import type { ListenAddress } from '../../contract/config.ts';
import type { Server, Socket } from 'node:net';
import type { Wanted } from '../group-changes.ts';

const LOOK_MS = 10_000;
const KEEPALIVE_MS = 60_000;
/** A connection that had to wait for datagrams goes on after so long. */
const PAUSE_MS = 20;

/** One connection that brings lines. */
interface Connection {
  readonly socket: Socket;
  readonly address: string;
  /** The listener that took it. */
  readonly key: string;
  /** The engine's number of the group. */
  readonly index: number;
  readonly frames: LineFrames;
  /** Lines in a row that could not be read. */
  faults: number;
  heardMs: number;
  /** When the line in hand began; 0: there is none. */
  unendedMs: number;
}

/** Why a connection, or the end of one, is turned away. */
export type ConnectionFault = 'connections' | 'not-lines' | 'unended-line';

export interface GraphiteListenersOptions {
  readonly engine: Pick<Engine, 'admits' | 'acceptLines' | 'refuse'>;
  readonly nowMs: () => number;
  /** Datagrams wait that cannot wait as connections can. */
  readonly isBehind: () => boolean;
}

/**
 * Graphite's lines by TCP, beside the datagrams of one worker. What is read is taken at once, so that nothing
 * is kept of a connection but one line that has no end yet; whoever sends faster waits in the kernel.
 */
export class GraphiteListeners {
  readonly #o: GraphiteListenersOptions;
  readonly #servers = new Map<string, Server>();
  readonly #connections = new Set<Connection>();
  readonly #perAddress = new Map<string, number>();
  #looking: NodeJS.Timeout | undefined;

  constructor(options: GraphiteListenersOptions) {
    this.#o = options;
  }

  get connections(): number {
    return this.#connections.size;
  }

  async open(wanted: Wanted, index: number): Promise<BindOutcome> {
    const { key, group, transport } = wanted;
    const server = createServer((socket) => this.#connect(socket, key, index));
    const failed = await listening(server, wanted.listen);
    if (failed !== undefined) return { ok: false, message: bindMessage(failed, wanted) };
    // Afterwards an error is one of accepting (no descriptors left): those connections are not there.
    server.on('error', () => this.#o.engine.refuse(index, 'socket-error'));
    this.#servers.set(key, server);
    this.#looking ??= setInterval(() => this.look(), LOOK_MS).unref();
    const bound = server.address();
    const { address, port } = typeof bound === 'object' && bound !== null ? bound : wanted.listen;
    // The kernel makes the buffers of a connection as large as it needs them.
    return { ok: true, bound: { key, group, transport, address, port, receiveBufferBytes: Infinity } };
  }

  /** Stops listening, and ends the connections that came that way. */
  close(key: string): void {
    const server = this.#servers.get(key);
    if (!server) return;
    this.#servers.delete(key);
    server.close();
    for (const one of this.#connections) if (one.key === key) one.socket.destroy();
    if (this.#servers.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  closeAll(): void {
    for (const key of this.#servers.keys()) this.close(key);
  }

  /** Closes connections that have been silent, or have not ended a line, for too long. */
  look(): void {
    const nowMs = this.#o.nowMs();
    for (const one of this.#connections) {
      const isUnended = one.unendedMs > 0 && nowMs - one.unendedMs >= LINE_UNENDED_MS;
      if (isUnended || nowMs - one.heardMs >= LINE_SILENT_MS) one.socket.destroy();
    }
  }

  #connect(socket: Socket, key: string, index: number): void {
    const { engine, nowMs } = this.#o;
    // A peer that went away again is no sender.
    socket.on('error', () => socket.destroy());
    const address = plainAddress(socket.remoteAddress ?? '');
    if (address === '' || !engine.admits(index, address)) return void socket.destroy();
    const ofAddress = this.#perAddress.get(address) ?? 0;
    if (this.#connections.size >= LINE_CONNECTIONS_IN_MAX || ofAddress >= LINE_CONNECTIONS_PER_ADDRESS_MAX) {
      this.#refuse(index, 'connections', address);
      return void socket.destroy();
    }
    const frames = new LineFrames(LINE_BYTES_MAX);
    const one = { socket, address, key, index, frames, faults: 0, heardMs: nowMs(), unendedMs: 0 };
    this.#connections.add(one);
    this.#perAddress.set(address, ofAddress + 1);
    socket.setKeepAlive(true, KEEPALIVE_MS);
    socket.on('data', (chunk: Buffer) => this.#hear(one, chunk));
    socket.on('close', () => this.#leave(one));
  }

  #hear(one: Connection, chunk: Buffer): void {
    const { engine, nowMs, isBehind } = this.#o;
    const { frames, socket, address, index } = one;
    const arrivalMs = nowMs();
    one.heardMs = arrivalMs;
    frames.push(chunk, (buffer, start, end) => {
      const entry = { start, end, listener: index, address, arrivalMs, protocol: 'graphite' as const };
      one.faults = engine.acceptLines(buffer, entry, one.faults);
    });
    if (frames.unended === 0) one.unendedMs = 0;
    else if (one.unendedMs === 0 || chunk.includes(0x0a)) one.unendedMs = arrivalMs;
    if (one.faults >= LINE_FAULTS_MAX) {
      this.#refuse(index, 'not-lines', address);
      socket.destroy();
    } else if (isBehind()) {
      socket.pause();
      setTimeout(() => socket.resume(), PAUSE_MS).unref();
    }
  }

  #leave(one: Connection): void {
    const { address, index, frames } = one;
    this.#connections.delete(one);
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
    // Half a line may be half a number.
    if (frames.unended > 0) this.#refuse(index, 'unended-line', address);
  }

  #refuse(index: number, fault: ConnectionFault, address: string): void {
    this.#o.engine.refuse(index, fault, address, 'graphite');
  }
}

function listening(server: Server, listen: ListenAddress): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen({ host: listen.address, port: listen.port, ipv6Only: isIPv6(listen.address) }, () => {
      server.off('error', resolve);
      resolve(undefined);
    });
  });
}

/** Why that address cannot be listened on whatever its port; undefined: it can. */
export async function probeTcp({ address }: ListenAddress): Promise<NodeJS.ErrnoException | undefined> {
  const server = createServer();
  const failed = await listening(server, { address, port: 0 });
  server.close();
  return failed;
}
