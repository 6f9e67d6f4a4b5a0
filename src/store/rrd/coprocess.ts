import { execa } from 'execa';
import {
  RRD_ANSWER_WITHIN_MS,
  RRD_COMMANDS_IN_FLIGHT,
  RRD_COMMANDS_WAITING_MAX,
  RRD_REPLY_CHARS_MAX,
  RRD_RESTART_PAUSE_MAX_MS,
} from '../../limits.ts';
import { Fifo } from './fifo.ts';
import { ReplyReader } from './reply.ts';
import type { Answer } from './reply.ts';

const FIRST_PAUSE_MS = 100;
const STDERR_CHARS = 500;
const GOODBYE_MS = 5000;

/**
 * `down`: no answer, the command may or may not have been done. `suspect`: it was the one being done at the
 * end.
 */
export type Reply =
  | Answer
  | { readonly kind: 'down'; readonly text: string; readonly suspect: boolean }
  | { readonly kind: 'aborted' };

/**
 * A line without its newline. One that is long and may wait for long is a function, called when rrdtool is
 * ready for it: thousands of lines waiting cost more to collect as garbage than to make.
 */
export type CommandLine = string | (() => string);

export interface CoprocessOptions {
  /** Working directory, to which the paths in commands are relative. */
  readonly dir: string;
  /** Epoch milliseconds; only differences count. */
  readonly now: () => number;
  /** Called with the cause each time a process had to be given up. */
  readonly onEnd: (cause: string) => void;
  /** The program; `rrdtool` unless told. */
  readonly program?: string;
  readonly answerWithinMs?: number;
}

interface Command {
  readonly line: CommandLine;
  readonly signal: AbortSignal;
  readonly settle: (reply: Reply) => void;
}

/** One life of the process. `gone` settles when the system has taken it back. */
interface Child {
  readonly stdin: NodeJS.WritableStream;
  readonly kill: () => void;
  readonly gone: Promise<void>;
}

/**
 * One `rrdtool -` that answers commands in order. It is started by the first command, and again by the first
 * one after it ended; a process that ends without having answered anything is started again only after a
 * growing pause, during which commands are answered `down` at once.
 */
export class Coprocess {
  readonly #options: CoprocessOptions;
  readonly #waiting = new Fifo<Command>();
  #underWay = new Fifo<Command>();
  #child: Child | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #pumping = false;
  #closed = false;
  #idle: (() => void) | undefined;
  #barrenStarts = 0;
  #notBeforeMs = 0;

  constructor(options: CoprocessOptions) {
    this.#options = options;
  }

  /** Commands without an answer yet. */
  get owed(): number {
    return this.#waiting.size + this.#underWay.size;
  }

  /**
   * Does one command. A signal that fires while the command waits makes it
   * `aborted`; once rrdtool has it, its answer is awaited.
   */
  run(line: CommandLine, signal: AbortSignal): Promise<Reply> {
    if (signal.aborted) return Promise.resolve({ kind: 'aborted' });
    if (this.#closed) return down('the store is closed');
    if (this.#waiting.size >= RRD_COMMANDS_WAITING_MAX) return down('too many commands wait for rrdtool');
    return new Promise((settle) => {
      this.#waiting.push({ line, signal, settle });
      this.#schedule();
    });
  }

  /** Answers what is under way, then ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#waiting.size + this.#underWay.size > 0) {
      await new Promise<void>((resolve) => (this.#idle = resolve));
    }
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    child.stdin.end();
    const timer = setTimeout(child.kill, GOODBYE_MS);
    await child.gone;
    clearTimeout(timer);
  }

  /** Commands of one turn of the event loop leave in one write. */
  #schedule(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    const child = this.#child ?? this.#start();
    if (!child) {
      this.#answerAll(this.#waiting, 'rrdtool does not stay up; it is tried again shortly');
      return this.#settled();
    }
    let lines = '';
    while (this.#underWay.size < RRD_COMMANDS_IN_FLIGHT) {
      const command = this.#waiting.shift();
      if (!command) break;
      if (command.signal.aborted) {
        command.settle({ kind: 'aborted' });
        continue;
      }
      this.#underWay.push(command);
      const { line } = command;
      lines += `${typeof line === 'string' ? line : line()}\n`;
    }
    if (lines !== '') {
      child.stdin.write(lines);
      this.#watchdog ??= setTimeout(() => this.#hung(child), this.#answerWithinMs());
    }
    this.#settled();
  }

  #start(): Child | undefined {
    if (this.#options.now() < this.#notBeforeMs) return undefined;
    const rrdtool = execa(this.#options.program ?? 'rrdtool', ['-'], {
      buffer: false,
      cwd: this.#options.dir,
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      extendEnv: false,
      reject: false,
    });
    const reader = new ReplyReader();
    let complaint = '';
    rrdtool.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (this.#child === child) this.#read(child, reader, chunk);
    });
    rrdtool.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaint = (complaint + chunk).slice(-STDERR_CHARS);
    });
    rrdtool.stdin.on('error', () => {}); // Its cause is told by the process's end.
    const watch = async (): Promise<void> => {
      const { signal, exitCode, code } = await rrdtool;
      const how = signal ?? (exitCode === undefined ? code : `exit ${exitCode}`);
      this.#ended(child, `rrdtool ended (${how ?? 'unknown'}) ${complaint.trim()}`.trim());
    };
    const child: Child = { stdin: rrdtool.stdin, kill: () => void rrdtool.kill('SIGKILL'), gone: watch() };
    this.#child = child;
    this.#barrenStarts += 1;
    return child;
  }

  #read(child: Child, reader: ReplyReader, chunk: string): void {
    reader.push(chunk, (answer) => this.#underWay.shift()?.settle(answer));
    this.#barrenStarts = 0;
    if (reader.held > RRD_REPLY_CHARS_MAX) return this.#giveUp(child, 'an answer of rrdtool had no end');
    if (this.#underWay.size === 0) this.#disarm();
    else this.#watchdog?.refresh();
    if (this.#waiting.size > 0) this.#schedule();
    else this.#settled();
  }

  #hung(child: Child): void {
    this.#giveUp(child, `rrdtool gave no answer within ${this.#answerWithinMs()} ms`);
  }

  #giveUp(child: Child, cause: string): void {
    child.kill();
    this.#ended(child, cause);
  }

  /** Everything under way is answered, the oldest as the suspect; what still waits gets the next process. */
  #ended(child: Child, cause: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#disarm();
    const pauseMs = this.#barrenStarts === 0 ? 0 : FIRST_PAUSE_MS * 2 ** Math.min(20, this.#barrenStarts - 1);
    this.#notBeforeMs = this.#options.now() + Math.min(RRD_RESTART_PAUSE_MAX_MS, pauseMs);
    const underWay = this.#underWay;
    this.#underWay = new Fifo();
    underWay.shift()?.settle({ kind: 'down', text: cause, suspect: true });
    this.#answerAll(underWay, cause);
    this.#options.onEnd(cause);
    if (this.#waiting.size > 0) this.#schedule();
    else this.#settled();
  }

  #answerAll(commands: Fifo<Command>, text: string): void {
    for (let command = commands.shift(); command; command = commands.shift()) {
      command.settle({ kind: 'down', text, suspect: false });
    }
  }

  #settled(): void {
    if (this.#waiting.size + this.#underWay.size === 0) this.#idle?.();
  }

  #disarm(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
  }

  #answerWithinMs(): number {
    return this.#options.answerWithinMs ?? RRD_ANSWER_WITHIN_MS;
  }
}

function down(text: string): Promise<Reply> {
  return Promise.resolve({ kind: 'down', text, suspect: false });
}
