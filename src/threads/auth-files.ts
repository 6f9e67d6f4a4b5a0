import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { AuthUsers } from '../ingest/collectd/auth-users.ts';
import { AUTH_FILE_BYTES_MAX } from '../limits.ts';
import { parseAuthFile } from '../wire/collectd/auth-file.ts';
import type { BigIntStats } from 'node:fs';

type Level = 'info' | 'warn';

interface Watched {
  readonly users: AuthUsers;
  /** What the file looked like when it was read last, good or bad. */
  stamp: string;
  /** Why it was not taken; told once. */
  fault: string;
}

/** The AuthFiles of one worker's groups: read when a group comes, and again when they have changed. */
export class AuthFiles {
  readonly #files = new Map<string, Watched>();
  /** The look that is under way. */
  #looking: Promise<void> | undefined;
  readonly #log: (level: Level, message: string, fields: Record<string, unknown>) => void;

  constructor(log: (level: Level, message: string, fields: Record<string, unknown>) => void) {
    this.#log = log;
  }

  /**
   * The users of a file, who follow its changes. One that is not known yet is read at once: the group's
   * sockets are opened next.
   */
  users(path: string): AuthUsers {
    const known = this.#files.get(path);
    if (known) return known.users;
    const file: Watched = { users: new AuthUsers(), stamp: '', fault: '' };
    this.#files.set(path, file);
    try {
      file.stamp = stampOf(statSync(path, { bigint: true }));
      this.#take(path, file, readFileSync(path));
    } catch (error) {
      this.#refuse(path, file, wordsOf(error));
    }
    return file.users;
  }

  /**
   * Reads what has changed since; to be called twice a second. A file that is no good changes nothing. On a
   * disk that hangs one look waits, not one more with each call.
   */
  look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    for (const [path, file] of this.#files) {
      try {
        await this.#lookAt(path, file);
      } catch (error) {
        this.#refuse(path, file, wordsOf(error));
      }
    }
  }

  /** Lets go of files that no group names. */
  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of this.#files.keys()) if (!paths.has(path)) this.#files.delete(path);
  }

  async #lookAt(path: string, file: Watched): Promise<void> {
    const stamp = stampOf(await stat(path, { bigint: true }));
    if (stamp === file.stamp) return;
    const bytes = await readFile(path);
    // Of before it was read: what changes meanwhile is read again.
    file.stamp = stamp;
    this.#take(path, file, bytes);
  }

  #take(path: string, file: Watched, bytes: Uint8Array): void {
    const { users, faults } = parseAuthFile(bytes);
    // An editor empties a file before it writes it anew.
    if (users.size === 0) return this.#refuse(path, file, 'has no line "user: password"');
    file.users.replace(users);
    file.fault = '';
    const lines = faults.map(({ line, reason }) => `line ${line} ${reason}`);
    this.#log('info', 'auth_file has been read', { file: path, users: users.size });
    if (lines.length > 0) this.#log('warn', 'lines of auth_file were passed over', { file: path, lines });
  }

  #refuse(path: string, file: Watched, fault: string): void {
    if (file.fault === fault) return;
    file.fault = fault;
    const kept = file.users.count;
    this.#log('warn', 'auth_file cannot be used: the users it had stay', { file: path, fault, users: kept });
  }
}

/** What changes with the file. Throws where it is not one that is read. */
function stampOf(found: BigIntStats): string {
  if (!found.isFile()) throw new Error('is not a file');
  if (found.size > AUTH_FILE_BYTES_MAX) throw new Error(`is larger than ${AUTH_FILE_BYTES_MAX} bytes`);
  return `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
