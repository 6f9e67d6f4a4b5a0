import { close, constants, fstat, open } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { execa } from 'execa';
import { COMMAND_LINE_BYTES_MAX } from '../limits.ts';
import { LineFrames } from '../wire/line-frames.ts';
import { readCommand } from '../wire/nagios-command.ts';
import { decodeName } from '../wire/text.ts';
import type { DoorLog } from './log.ts';
import type { ResultDesk } from './result-desk.ts';
import type { Stats } from 'node:fs';

const LOOK_MS = 2000;
/** Whoever is in the pipe's group may report. */
const MODE = '0660';
const NEWLINE = 0x0a;
const BY = { door: 'command', from: 'command_file' } as const;

export interface CommandPipeOptions {
  readonly path: string;
  readonly desk: ResultDesk;
  readonly log: DoorLog;
  readonly nowMs: () => number;
}

/**
 * Nagios' command file: a named pipe that anybody who may write to it writes lines to. It is made where it is
 * not there, and left when the server stops: one that was there belongs to somebody.
 */
export class CommandPipe {
  readonly path: string;
  readonly #o: CommandPipeOptions;
  #socket: Socket | undefined;
  /** Of the pipe that is open. */
  #inode = '';
  #fault: string | undefined;
  #looking: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: CommandPipeOptions) {
    this.#o = options;
    this.path = options.path;
  }

  /** Makes it if need be, and reads it from now on. Why it cannot, in words. */
  async open(): Promise<string | undefined> {
    const fault = await this.#reopen();
    if (fault === undefined && !this.#closed) {
      this.#looking = setInterval(() => void this.look(), LOOK_MS).unref();
    }
    return fault;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#looking);
    this.#socket?.destroy();
  }

  /** Another pipe in its place is read instead; one that is gone is made again. */
  async look(): Promise<void> {
    const found = await lstat(this.path).catch(() => undefined);
    if (found && inodeOf(found) === this.#inode && this.#socket?.destroyed === false) return;
    const fault = await this.#reopen();
    if (fault !== undefined && fault !== this.#fault) {
      this.#o.log('warn', 'command_file is not read', { file: this.path, fault });
    }
    this.#fault = fault;
  }

  async #reopen(): Promise<string | undefined> {
    const made = await pipeAt(this.path);
    if (typeof made === 'string') return made;
    let fd: number;
    try {
      // Written to as well: a pipe that has a writer does not end when the last of the others leaves.
      fd = await openFile(this.path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    } catch (error) {
      return `${this.#place} cannot be opened (${codeOf(error)}): let this user read and write it`;
    }
    // What was looked at may have been another thing than what was opened.
    const opened = await statOf(fd);
    if (!opened.isFIFO()) {
      await closeFile(fd);
      return `${this.#place} is not a named pipe any more: take away what is in its place`;
    }
    this.#inode = inodeOf(opened);
    this.#socket?.destroy();
    const socket = new Socket({ fd, readable: true, writable: false });
    if (this.#closed) return void socket.destroy();
    this.#socket = socket;
    this.#read(socket);
    return undefined;
  }

  get #place(): string {
    return `passive.command_file ${this.path}`;
  }

  #read(socket: Socket): void {
    const { desk } = this.#o;
    const frames = new LineFrames(COMMAND_LINE_BYTES_MAX);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      frames.push(chunk, (buffer, start, end) => this.#hear(buffer, start, end));
      if (!desk.isFull) return;
      socket.pause();
      desk.whenRoom(() => socket.resume());
    });
  }

  #hear(buffer: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end;) {
      const feed = buffer.indexOf(NEWLINE, at);
      const stop = feed < 0 || feed > end ? end : feed;
      if (stop - at > COMMAND_LINE_BYTES_MAX) this.#refuse('line-too-long', '');
      else this.#obey(decodeName(buffer, at, stop - at));
      at = stop + 1;
    }
  }

  #obey(line: string): void {
    if (line.trim() === '') return;
    const { desk, nowMs } = this.#o;
    const read = readCommand(line);
    if (!read.ok) return this.#refuse(read.fault, read.about);
    const { command } = read;
    if (command.kind === 'decision') return desk.decide(command.decision, BY);
    const { host, service } = command;
    if (command.kind === 'check-now') return desk.checkNow(host, service, BY);
    const { code, output, timeS } = command;
    const timeMs = timeS === undefined ? nowMs() : timeS * 1000;
    desk.take({ cluster: '', host, service, code, output, timeMs, ...BY });
  }

  #refuse(reason: string, about: string): void {
    this.#o.desk.refuse({ ...BY, reason, about });
  }
}

const openFile = promisify(open);
const closeFile = promisify(close);
const statOf = promisify(fstat);

/** The pipe there, made if there is nothing; or what is in the way. */
async function pipeAt(path: string): Promise<Stats | string> {
  const place = `passive.command_file ${path}`;
  try {
    const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!found) await execa('mkfifo', ['-m', MODE, '--', path], { stdin: 'ignore' });
    const made = found ?? (await lstat(path));
    return made.isFIFO() ? made : `${place} is no named pipe: move it away, or name another path`;
  } catch (error) {
    return `${place} cannot be made: ${wordsOf(error)}; name a path in a directory this user may write to`;
  }
}

/** What mkfifo said of it, and not how it was called. */
function wordsOf(error: unknown): string {
  if (error instanceof Error && 'stderr' in error && typeof error.stderr === 'string') {
    return error.stderr.trim() || error.message;
  }
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function inodeOf({ dev, ino }: Stats): string {
  return `${dev} ${ino}`;
}
