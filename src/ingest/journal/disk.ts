import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/**
 * The directory a journal is kept in, as the journal needs it. Every method rejects with the operating
 * system's error; calls for one file may overlap.
 */
export interface Disk {
  /** Makes the directory (0700) where it is missing; the names in it. */
  list(directory: string): Promise<readonly string[]>;
  /** `new`: made (0600), and must not exist. */
  open(path: string, how: 'read' | 'write' | 'new'): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** What was made, renamed or removed in the directory outlasts a loss of power. */
  syncDirectory(directory: string): Promise<void>;
}

/** `at`: bytes from the file's start. Buffers are the caller's, and left alone until the promise settles. */
export interface DiskFile {
  /** Its length as it was opened. */
  readonly bytes: number;
  /** Bytes read; fewer than asked for at the end of the file, or where a signal came between. */
  read(into: Uint8Array, at: number): Promise<number>;
  /** All buffers one after the other; the bytes written, which may be fewer. */
  write(buffers: readonly Uint8Array[], at: number): Promise<number>;
  truncate(bytes: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Files of the machine. */
export const machineDisk: Disk = {
  async list(directory) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return readdir(directory);
  },
  async open(path, how) {
    const handle = await open(path, FLAGS[how], 0o600);
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw new Error('it is no plain file');
      return new MachineFile(handle, found.size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  async syncDirectory(directory) {
    const handle = await open(directory, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
const FLAGS = {
  // Without O_NONBLOCK, a named pipe would keep the start waiting for somebody who writes to it.
  read: O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
  write: O_RDWR | O_NOFOLLOW | O_NONBLOCK,
  new: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
} as const;

class MachineFile implements DiskFile {
  readonly bytes: number;
  readonly #handle: FileHandle;

  constructor(handle: FileHandle, bytes: number) {
    this.#handle = handle;
    this.bytes = bytes;
  }

  async read(into: Uint8Array, at: number): Promise<number> {
    return (await this.#handle.read(into, 0, into.length, at)).bytesRead;
  }

  async write(buffers: readonly Uint8Array[], at: number): Promise<number> {
    return (await this.#handle.writev([...buffers], at)).bytesWritten;
  }

  truncate(bytes: number): Promise<void> {
    return this.#handle.truncate(bytes);
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** An error of the operating system in words for people, without the path. */
export function faultOf(error: unknown): string {
  const code = codeOf(error);
  return PLAIN[code] ?? (error instanceof Error ? error.message : String(error));
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const PLAIN: Readonly<Record<string, string>> = {
  EACCES: 'no permission (EACCES)',
  EDQUOT: 'the quota of this user is used up (EDQUOT)',
  EISDIR: 'it is a directory (EISDIR)',
  EIO: 'the disk reports an error (EIO)',
  ELOOP: 'it is a link (ELOOP)',
  EMFILE: 'too many open files (EMFILE)',
  ENFILE: 'too many open files on this machine (ENFILE)',
  ENOENT: 'it is missing (ENOENT)',
  ENOSPC: 'the disk is full (ENOSPC)',
  EROFS: 'the file system is read-only (EROFS)',
};
