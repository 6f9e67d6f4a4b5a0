import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { measuredOf } from './applications.ts';
import { collectdTurn } from './collectd-fleet.ts';
import { gmondTurn } from './gmond-fleet.ts';
import { isAlive } from './scenario.ts';
import { APPLICATION_RHYTHM, statsdTurn } from './statsd-fleet.ts';
import { rhythmOf, turnBefore } from './turns.ts';
import { vitalsOf } from './vitals.ts';
import type { Socket } from 'node:dgram';
import type { Behaviour } from './behaviour.ts';
import type { Rhythm } from './turns.ts';

/** A group's socket. */
export interface Destination {
  readonly address: string;
  readonly port: number;
}

/** What runs on an instance and sends. */
type Program = 'agent' | 'application';

interface Sender {
  readonly behaviour: Behaviour;
  readonly program: Program;
  readonly rhythm: Rhythm;
  readonly socket: Socket;
  readonly to: Destination;
  /** Second of its last turn, and how many it has had since it was started. */
  lastS: number;
  turns: number;
}

export interface SendersOptions {
  readonly nowMs: () => number;
  /** Told of a datagram that could not be sent. */
  readonly onFault: (fault: Error) => void;
  /** Runs `look` a few times a second until it is disposed of. */
  readonly every: (look: () => void) => Disposable;
}

/**
 * The agents and applications of the fleet: each sends its turn's datagrams, from its instance's address where
 * it may.
 */
export class Senders implements Disposable {
  readonly #options: SendersOptions;
  readonly #senders: Sender[] = [];
  readonly #timer: Disposable;
  #closed = false;

  constructor(options: SendersOptions) {
    this.#options = options;
    this.#timer = options.every(() => this.#look());
  }

  /** Starts an instance's agent, whose last turn, if it had one, was at `lastS`, and its application. */
  async add(behaviour: Behaviour, to: Destination, lastS: number): Promise<void> {
    const { instance } = behaviour;
    await this.#start({ behaviour, to, lastS, program: 'agent', rhythm: rhythmOf(instance) });
    if (measuredOf(instance).length === 0) return;
    await this.#start({ behaviour, to, lastS, program: 'application', rhythm: APPLICATION_RHYTHM });
  }

  async #start(starting: Omit<Sender, 'socket' | 'turns'>): Promise<void> {
    const { behaviour, to } = starting;
    const socket = await boundSocket(behaviour.instance.address, to.address);
    if (this.#closed) {
      socket.close();
      return;
    }
    socket.on('error', this.#options.onFault);
    this.#senders.push({ ...starting, socket, turns: 0 });
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#timer[Symbol.dispose]();
    for (const { socket } of this.#senders) socket.close();
    this.#senders.length = 0;
  }

  #look(): void {
    const nowS = this.#options.nowMs() / 1000;
    for (const sender of this.#senders) {
      // Turns that were slept through are not made up for: an agent does not either.
      const turnS = turnBefore(sender.rhythm, nowS);
      if (turnS > sender.lastS) this.#turn(sender, turnS);
    }
  }

  #turn(sender: Sender, turnS: number): void {
    const { behaviour, program, socket, to } = sender;
    sender.lastS = turnS;
    if (!isAlive(behaviour.instance, behaviour.faults, turnS)) {
      sender.turns = 0; // What replaces it introduces itself again.
      return;
    }
    const datagrams =
      program === 'agent'
        ? datagramsOf(behaviour, turnS, sender.turns)
        : [statsdTurn(behaviour, vitalsOf(behaviour, turnS))];
    for (const datagram of datagrams) socket.send(datagram, to.port, to.address);
    sender.turns += 1;
  }
}

/** What an instance's agent sends at one of its turns; turn 0 is the first since it was started. */
export function datagramsOf(behaviour: Behaviour, timeS: number, turn: number): readonly Uint8Array[] {
  const vitals = vitalsOf(behaviour, timeS);
  switch (behaviour.instance.agent) {
    case 'gmond':
      return gmondTurn(behaviour, vitals, turn);
    case 'collectd':
      return collectdTurn(behaviour, vitals);
  }
}

/** Linux gives every address of 127/8 to the loopback; elsewhere all instances share one. */
async function boundSocket(address: string, towards: string): Promise<Socket> {
  const type = towards.includes(':') ? 'udp6' : 'udp4';
  const socket = createSocket(type);
  if (type === 'udp6') return socket;
  try {
    socket.bind({ address, port: 0 });
    await once(socket, 'listening');
    return socket;
  } catch {
    socket.close();
    return createSocket(type);
  }
}
