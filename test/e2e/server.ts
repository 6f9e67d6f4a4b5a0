import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';

export const ROOT = resolve(import.meta.dirname, '../..');

/** A directory of the test's own, gone when it is disposed. */
export function scratch(): { dir: string; [Symbol.dispose](): void } {
  const dir = mkdtempSync(join(tmpdir(), 'muster-e2e-'));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A UDP port nobody has now. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

export async function freeTcpPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Asks again until `ask` answers something, at most `withinMs`; the last fault is what it fails with. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  withinMs = 30_000,
): Promise<T> {
  const endMs = Date.now() + withinMs;
  let fault: unknown;
  while (Date.now() < endMs) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      fault = error;
    }
    await delay(100);
  }
  throw new Error(`${what}: not within ${withinMs} ms`, { cause: fault });
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A program run to its end or until it is killed. */
export class Program implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #out = '';
  #err = '';

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env, cwd = ROOT) {
    this.child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (data: Buffer) => (this.#out += data.toString()));
    this.child.stderr?.on('data', (data: Buffer) => (this.#err += data.toString()));
    this.ended = new Promise((done, fail) => {
      this.child.once('error', fail);
      this.child.once('close', (code) => done({ code, out: this.#out, err: this.#err }));
    });
  }

  get out(): string {
    return this.#out;
  }

  get err(): string {
    return this.#err;
  }

  /** Kills it in the moment that it says these words as an error. */
  async endAt(words: string): Promise<Ended> {
    this.child.stderr?.on('data', () => {
      if (this.#err.includes(words)) this.child.kill('SIGKILL');
    });
    return this.ended;
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.ended;
  }
}

export async function run(command: string, args: readonly string[]): Promise<Ended> {
  await using program = new Program(command, args);
  return await program.ended;
}

export interface Books {
  readonly received: number;
  readonly stored: number;
  readonly pending: number;
  readonly coalesced: number;
  readonly rejected: number;
  readonly lost: number;
}

/** A running Muster, as a user starts it. */
export class Server implements AsyncDisposable {
  readonly url: string;
  readonly program: Program;

  private constructor(program: Program, url: string) {
    this.program = program;
    this.url = url;
  }

  /** Starts on a configuration file and waits until it is ready. */
  static async start(file: string, httpPort: number, flags: readonly string[] = []): Promise<Server> {
    const program = new Program(join(ROOT, 'script/muster'), ['serve', '--config', file, ...flags]);
    const server = new Server(program, `http://127.0.0.1:${httpPort}`);
    await until('ready', async () => {
      if (program.child.exitCode !== null) return true;
      return (await fetch(`${server.url}/readyz`)).ok ? true : undefined;
    });
    if (program.child.exitCode !== null) throw new Error(`ended: ${program.err}${program.out}`);
    return server;
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const lines = text
      .split('\n')
      .filter((line) => line.startsWith(name) && /[ {]/.test(line[name.length] ?? ''));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** SIGTERM; the exit code and the closing books. */
  async stop(): Promise<{ code: number | null; books: Books }> {
    const { code, out } = await this.program.end();
    const line = out.split('\n').find((l) => l.includes('"books closed"'));
    if (line === undefined) throw new Error(`no closing books in:\n${out}`);
    return { code, books: JSON.parse(line) as Books };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
  }
}

/** received − everything that became of it: 0 when the books balance. */
export function imbalance({ received, stored, pending, coalesced, rejected, lost }: Books): number {
  return received - stored - pending - coalesced - rejected - lost;
}

/** Writes a configuration file into `dir` and returns its path. */
export function configure(dir: string, text: string, name = 'muster.yaml'): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
}
