import { Buffer } from 'node:buffer';
import { execa } from 'execa';
import { PLUGIN_ERROR_BYTES_KEPT, PLUGIN_ERROR_BYTES_MAX, PLUGIN_OUTPUT_BYTES_MAX } from '../limits.ts';
import { groupIsAlive, signalGroup } from './process-group.ts';
import { environment } from './environment.ts';
import type { ChildProcess } from 'node:child_process';
import type { PluginEnd } from '../model/check-result.ts';

/** From the request to end to the order, and from that to not waiting for it any longer. */
const TERM_GRACE_MS = 1000;
const KILL_GRACE_MS = 1000;
/** For what a plugin that is gone had still to say, and for its own children to end. */
const LINGER_MS = 500;
const LINGER_LOOK_MS = 50;

/** How a process ended; `code` -1: without an exit status. */
export interface ProcessEnd {
  readonly end: PluginEnd;
  readonly code: number;
  readonly output: string;
  readonly detail: string;
}

/** A process that was started. */
export interface StartedPlugin {
  /** Settles when there is nothing more to learn of it; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Settles when it is gone: one that hangs in the kernel, on a dead disk, outlives its end. */
  readonly gone: Promise<void>;
  /** Ends the whole group at once. */
  kill(): void;
}

/** One of this very process. */
export interface OwnPlugin extends StartedPlugin {
  /** Its process group; undefined: it was not started. */
  readonly group: number | undefined;
}

/**
 * Starts a program without a shell, in a process group of its own, with `input` or nothing to read and
 * little in its environment. What it writes is bounded, and so is its time; whoever exceeds that loses the
 * whole group.
 */
export function startPlugin(command: readonly string[], timeoutMs: number, input?: string): OwnPlugin {
  const [file = '', ...args] = command;
  if (command.some((word) => word.includes('\0'))) {
    return notStarted('an argument holds a NUL');
  }
  try {
    // Group and time limits are ours: the library's end one process and wait for its pipes.
    const child = execa(file, args, {
      detached: true,
      cleanup: false,
      reject: false,
      buffer: false,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      cwd: '/',
      env: environment(process.env),
      extendEnv: false,
    });
    feed(child, input);
    return new PluginProcess(child, { file, timeoutMs });
  } catch (error) {
    return notStarted(startFault(file, error));
  }
}

/** One that ends without having read it all has its reasons. */
function feed({ stdin }: ChildProcess, input: string | undefined): void {
  stdin?.on('error', () => undefined);
  stdin?.end(input);
}

class PluginProcess implements OwnPlugin {
  readonly ended: Promise<ProcessEnd>;
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  readonly #settled = Promise.withResolvers<ProcessEnd>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #output: Buffer[] = [];
  readonly #errors: Buffer[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #outputBytes = 0;
  #errorBytes = 0;
  #cutOff: PluginEnd | undefined;
  #exit: { readonly code: number | null; readonly signal: string | null } | undefined;
  #closed = false;
  #looking: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, { file, timeoutMs }: { file: string; timeoutMs: number }) {
    this.ended = this.#settled.promise;
    this.gone = this.#gone.promise;
    this.#child = child;
    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      this.#gone.resolve();
      this.#settle({ end: 'not-started', detail: startFault(file, error) });
    });
    child.on('exit', (code, signal) => this.#exited(code, signal));
    child.on('close', () => {
      this.#closed = true;
      this.#look();
    });
    child.stdout?.on('data', (bytes: Buffer) => this.#write(bytes));
    child.stderr?.on('data', (bytes: Buffer) => this.#complain(bytes));
    this.#after(timeoutMs, () => this.#cut('timeout'));
  }

  get group(): number | undefined {
    return this.#child.pid;
  }

  kill(): void {
    this.#cutOff ??= 'killed';
    this.#order();
  }

  #write(bytes: Buffer): void {
    const room = PLUGIN_OUTPUT_BYTES_MAX - this.#outputBytes;
    this.#outputBytes += bytes.length;
    if (room > 0) this.#output.push(bytes.subarray(0, room));
    if (bytes.length > room) this.#cut('flooded');
  }

  #complain(bytes: Buffer): void {
    const room = PLUGIN_ERROR_BYTES_KEPT - this.#errorBytes;
    this.#errorBytes += bytes.length;
    if (room > 0) this.#errors.push(bytes.subarray(0, room));
    if (this.#errorBytes > PLUGIN_ERROR_BYTES_MAX) this.#cut('flooded');
  }

  /** Asks the group to end, and sees to it. */
  #cut(why: PluginEnd): void {
    if (this.#cutOff || this.#exit) return;
    this.#cutOff = why;
    // Whoever goes on writing is told by the kernel that nobody reads.
    this.#destroyPipes();
    this.#signal('SIGTERM');
    this.#after(TERM_GRACE_MS, () => this.#order());
  }

  /** Ends the group. What hangs in the kernel ends when it is done there. */
  #order(): void {
    this.#signal('SIGKILL');
    this.#after(KILL_GRACE_MS, () => this.#finish());
  }

  /** The leader is gone; its pipes and its group end with it, or are ended. */
  #exited(code: number | null, signal: string | null): void {
    this.#exit = { code, signal };
    this.#gone.resolve();
    if (this.#cutOff) {
      // What of the group did not end on request is not waited for.
      this.#signal('SIGKILL');
      return this.#finish();
    }
    this.#looking = setInterval(() => this.#look(), LINGER_LOOK_MS);
    this.#after(LINGER_MS, () => {
      this.#cutOff = 'left-children';
      this.#signal('SIGKILL');
      this.#finish();
    });
    this.#look();
  }

  /** Has it ended with all that belongs to it? */
  #look(): void {
    if (this.#exit && this.#closed && !this.#isAlive()) this.#finish();
  }

  #finish(): void {
    const { code = null, signal = null } = this.#exit ?? {};
    const end = this.#cutOff ?? (code === null ? 'killed' : 'exited');
    const detail = end === 'killed' ? (signal ?? '') : this.#errorWords();
    this.#settle({ end, code: code ?? -1, detail });
  }

  #settle(how: { readonly end: PluginEnd; readonly code?: number; readonly detail: string }): void {
    for (const timer of this.#timers) clearTimeout(timer);
    clearInterval(this.#looking);
    this.#destroyPipes();
    const output = Buffer.concat(this.#output).toString('utf8');
    this.#settled.resolve({ code: -1, output, ...how });
  }

  #errorWords(): string {
    const [first = ''] = Buffer.concat(this.#errors).toString('utf8').trim().split('\n', 1);
    return first;
  }

  #destroyPipes(): void {
    this.#child.stdin?.destroy();
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  #isAlive(): boolean {
    return this.#child.pid !== undefined && groupIsAlive(this.#child.pid);
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#child.pid !== undefined) signalGroup(this.#child.pid, signal);
  }

  #after(ms: number, work: () => void): void {
    this.#timers.push(setTimeout(work, ms));
  }
}

function notStarted(detail: string): OwnPlugin {
  const ended = Promise.resolve<ProcessEnd>({ end: 'not-started', code: -1, output: '', detail });
  return { ended, gone: Promise.resolve(), group: undefined, kill: () => undefined };
}

const START_FAULTS = new Map([
  ['ENOENT', 'was not found'],
  ['EACCES', 'may not be run by this user'],
  ['ENOEXEC', 'is no program'],
  ['E2BIG', 'was given arguments that are too long'],
  ['EAGAIN', 'was not started: the system has no room for another process'],
  ['ENOMEM', 'was not started: the system has no memory for another process'],
  ['EMFILE', 'was not started: too many files are open'],
]);

/** `file` and what is wrong with it. A missing interpreter (`#!`) reads like a missing file. */
function startFault(file: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const words = START_FAULTS.get(code) ?? `was not started: ${code || String(error)}`;
  return `${file} ${words}`;
}
