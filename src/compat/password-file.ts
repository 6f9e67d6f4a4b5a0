import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { PASSWORD_FILE_BYTES_MAX } from '../limits.ts';
import type { BigIntStats } from 'node:fs';
import type { DoorLog } from './log.ts';

/** What send_nsca strips from the end of its own password. */
const BLANKS = new Set([0x20, 0x09, 0x0d]);
const LINE_FEED = 0x0a;

/** The password in the first line of a file, which may change while it is in use. */
export class PasswordFile {
  readonly path: string;
  /** Of the file as it last was in order; undefined: it never was. */
  password: Uint8Array | undefined;
  readonly #log: DoorLog;
  #stamp = '';
  #fault = '';

  /** Reads it at once: whoever needs it opens a socket next. */
  constructor(path: string, log: DoorLog) {
    this.path = path;
    this.#log = log;
    try {
      this.#stamp = stampOf(statSync(path, { bigint: true }));
      this.#take(readFileSync(path));
    } catch (error) {
      this.#refuse(wordsOf(error));
    }
  }

  /** Reads it again if it has changed. One that is no good changes nothing. */
  async look(): Promise<void> {
    try {
      const stamp = stampOf(await stat(this.path, { bigint: true }));
      if (stamp === this.#stamp) return;
      const bytes = await readFile(this.path);
      // Of before it was read: what changes meanwhile is read again.
      this.#stamp = stamp;
      this.#take(bytes);
    } catch (error) {
      this.#refuse(wordsOf(error));
    }
  }

  #take(bytes: Uint8Array): void {
    const line = firstLine(bytes);
    // An editor empties a file before it writes it anew.
    if (line.length === 0) return this.#refuse('has no password in its first line');
    if (this.password !== undefined) this.#log('info', 'password_file has been read', { file: this.path });
    this.password = line;
    this.#fault = '';
  }

  #refuse(fault: string): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    const message = 'password_file cannot be used: the password it had stays';
    this.#log('warn', message, { file: this.path, fault });
  }
}

function firstLine(bytes: Uint8Array): Uint8Array {
  const feed = bytes.indexOf(LINE_FEED);
  let end = feed < 0 ? bytes.length : feed;
  while (end > 0 && BLANKS.has(bytes[end - 1] ?? 0)) end -= 1;
  return bytes.slice(0, end);
}

/** What changes with the file. Throws where it is not one that is read. */
function stampOf(found: BigIntStats): string {
  if (!found.isFile()) throw new Error('is not a file');
  if (found.size > PASSWORD_FILE_BYTES_MAX) {
    throw new Error(`is larger than ${PASSWORD_FILE_BYTES_MAX} bytes`);
  }
  return `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
