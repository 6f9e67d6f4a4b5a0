import { createServer, isIPv6 } from 'node:net';
import {
  NSCA_CONNECTION_MS,
  NSCA_CONNECTIONS_MAX,
  NSCA_CONNECTIONS_PER_ADDRESS_MAX,
  NSCA_GIVES_WAY_MS,
  NSCA_SILENT_MS,
} from '../limits.ts';
import { plainAddress } from '../model/address.ts';
import { NscaConnection } from './nsca-connection.ts';
import { PasswordFile } from './password-file.ts';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { DoorBooks } from '../model/door-books.ts';
import type { DoorLog } from './log.ts';
import type { ListenAddress, NscaConfig } from '../contract/config.ts';
import type { ResultDesk } from './result-desk.ts';

const LOOK_MS = 2000;
const NO_PASSWORD = new Uint8Array(0);

/** Addresses and networks that may send. */
export interface AllowList {
  has(address: string): boolean;
}

export interface NscaDoorOptions {
  readonly desk: ResultDesk;
  readonly books: DoorBooks;
  readonly log: DoorLog;
  readonly nowMs: () => number;
  readonly allowList: (networks: readonly string[]) => AllowList;
}

interface Rules {
  readonly config: NscaConfig;
  /** Undefined: anybody. */
  readonly allow: AllowList | undefined;
  readonly password: PasswordFile | undefined;
}

/** Where send_nsca sends to. What the configuration says holds for the connections that come after it. */
export class NscaDoor {
  readonly #o: NscaDoorOptions;
  readonly #servers = new Map<string, Server>();
  readonly #connections = new Set<NscaConnection>();
  readonly #perAddress = new Map<string, number>();
  #rules: Rules | undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor(options: NscaDoorOptions) {
    this.#o = options;
  }

  /** Where it listens: the ports really bound. */
  get bound(): readonly AddressInfo[] {
    return [...this.#servers.values()].map((server) => server.address() as AddressInfo);
  }

  /** Listens as configured, or goes on as it did. Answers what could not be listened on, in words. */
  async use(config: NscaConfig | null): Promise<readonly string[]> {
    const wanted = new Map((config?.listen ?? []).map((listen) => [keyOf(listen), listen]));
    const opened = new Map<string, Server>();
    const faults: string[] = [];
    for (const [key, listen] of wanted) {
      if (this.#servers.has(key)) continue;
      const server = createServer({ noDelay: true }, (socket) => this.#connect(socket));
      const fault = await listening(server, listen);
      if (fault === undefined) opened.set(key, server);
      else faults.push(fault);
    }
    if (faults.length > 0) {
      for (const server of opened.values()) server.close();
      return faults;
    }
    for (const [key, server] of opened) this.#open(key, server);
    for (const key of this.#servers.keys()) if (!wanted.has(key)) this.#close(key);
    this.#rule(config);
    return [];
  }

  /** Stops listening, and ends every connection. */
  close(): void {
    for (const key of this.#servers.keys()) this.#close(key);
    this.#rule(null);
  }

  /** Ends connections that are silent, or go on for too long, and reads the password again. */
  look(): void {
    const nowMs = this.#o.nowMs();
    for (const one of this.#connections) {
      if (one.waits) continue;
      const isSilent = nowMs - one.heardMs >= NSCA_SILENT_MS;
      if (isSilent || nowMs - one.startedMs >= NSCA_CONNECTION_MS) one.end();
    }
    void this.#rules?.password?.look();
  }

  #rule(config: NscaConfig | null): void {
    if (config === null) {
      this.#rules = undefined;
      clearInterval(this.#looking);
      this.#looking = undefined;
      for (const one of this.#connections) one.end();
      this.#o.books.connections.delete('nsca');
      return;
    }
    const before = this.#rules?.password;
    const { passwordFile: file, allow } = config;
    const password = file === null ? undefined : before?.path === file ? before : this.#passwordIn(file);
    this.#rules = {
      config,
      allow: allow.length === 0 ? undefined : this.#o.allowList(allow),
      password,
    };
    this.#looking ??= setInterval(() => this.look(), LOOK_MS).unref();
    this.#o.books.connections.set('nsca', this.#connections.size);
  }

  #passwordIn(file: string): PasswordFile {
    return new PasswordFile(file, this.#o.log);
  }

  #open(key: string, server: Server): void {
    // An error after that is one of accepting, for want of descriptors: those connections are not there.
    server.on('error', () => this.#refuse('socket-error', ''));
    this.#servers.set(key, server);
  }

  #close(key: string): void {
    this.#servers.get(key)?.close();
    this.#servers.delete(key);
  }

  #connect(socket: Socket): void {
    // A peer that went away again is no sender.
    socket.on('error', () => socket.destroy());
    const address = plainAddress(socket.remoteAddress ?? '');
    const rules = this.#rules;
    if (address === '' || !rules) return void socket.destroy();
    const refusal = this.#refusal(rules, address);
    if (refusal !== undefined) {
      this.#refuse(refusal, address);
      return void socket.destroy();
    }
    const { desk, nowMs } = this.#o;
    const password = rules.password?.password ?? NO_PASSWORD;
    const one = new NscaConnection({ socket, address, config: rules.config, password, desk, nowMs });
    this.#connections.add(one);
    this.#count(one, 1);
    socket.on('close', () => this.#forget(one));
  }

  #refusal({ config, allow, password }: Rules, address: string): string | undefined {
    if (allow !== undefined && !allow.has(address)) return 'not-allowed';
    if (config.passwordFile !== null && password?.password === undefined) return 'no-password';
    const ofAddress = this.#perAddress.get(address) ?? 0;
    if (ofAddress >= NSCA_CONNECTIONS_PER_ADDRESS_MAX) return 'connections';
    return this.#connections.size < NSCA_CONNECTIONS_MAX || this.#giveWay() ? undefined : 'connections';
  }

  /** Ends the one that was silent longest: who sends something does so at once. False: none was for long. */
  #giveWay(): boolean {
    let silent: NscaConnection | undefined;
    for (const one of this.#connections) {
      if (!one.waits && (silent === undefined || one.heardMs < silent.heardMs)) silent = one;
    }
    if (silent === undefined || this.#o.nowMs() - silent.heardMs < NSCA_GIVES_WAY_MS) return false;
    this.#refuse('connections', silent.address);
    this.#forget(silent);
    silent.end();
    return true;
  }

  #forget(one: NscaConnection): void {
    if (this.#connections.delete(one)) this.#count(one, -1);
  }

  #count(one: NscaConnection, by: 1 | -1): void {
    const ofAddress = (this.#perAddress.get(one.address) ?? 0) + by;
    if (ofAddress > 0) this.#perAddress.set(one.address, ofAddress);
    else this.#perAddress.delete(one.address);
    if (this.#rules) this.#o.books.connections.set('nsca', this.#connections.size);
  }

  #refuse(reason: string, from: string): void {
    this.#o.desk.refuse({ door: 'nsca', reason, from, about: '' });
  }
}

function keyOf({ address, port }: ListenAddress): string {
  return `${address} ${port}`;
}

/** Why it cannot listen there, in words. */
function listening(server: Server, { address, port }: ListenAddress): Promise<string | undefined> {
  return new Promise((resolve) => {
    const refuse = (error: NodeJS.ErrnoException) => resolve(faultOf(error, `${address} port ${port}`));
    server.once('error', refuse);
    server.listen({ host: address, port, ipv6Only: isIPv6(address) }, () => {
      server.off('error', refuse);
      resolve(undefined);
    });
  });
}

function faultOf(error: NodeJS.ErrnoException, where: string): string {
  const place = `tcp ${where} (passive.nsca)`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `${place} is in use by another program; stop it or listen on another port`;
    case 'EACCES':
      return `${place} may not be bound by this user; choose a port above 1023`;
    case 'EADDRNOTAVAIL':
      return `${place}: this machine has no such address`;
    default:
      return `${place} could not be bound: ${error.message}`;
  }
}
