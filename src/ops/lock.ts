import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { writeWhole } from './whole-file.ts';

const LOCK_FILE = 'lock';
const PID_FILE = 'muster.pid';
const SQLITE_BUSY = 5;
const PID_TRIES_MAX = 20;
const PID_WAIT_MS = 25;

export type DataDirLock =
  | { readonly ok: true; release(): void }
  /** `pid`: of the server that holds it; null where the directory itself is what fails. */
  | { readonly ok: false; readonly pid: number | null; readonly message: string; readonly cure: string };

/**
 * Makes data_dir (mode 0700) and holds it for this process until `release` or its end.
 *
 * The lock is the kernel's: an exclusive transaction on an empty SQLite file, which Linux drops with the
 * process however it ends. So nothing is ever stale, two starters cannot both win, a reused pid and another
 * pid namespace (two containers on one volume) change nothing. muster.pid beside it only names the holder.
 */
export function lockDataDir(directory: string): DataDirLock {
  const fault = prepare(directory);
  if (fault !== undefined) return fault;
  const held = hold(join(directory, LOCK_FILE));
  if (held === 'busy') return refusal(directory);
  if (held instanceof Error) return unusable(directory, held);
  const pidFile = join(directory, PID_FILE);
  try {
    writeWhole(pidFile, ownerLine(process.pid));
  } catch (error) {
    held.close();
    return unusable(directory, error);
  }
  const release = () => {
    if (!process.listeners('exit').includes(release)) return;
    process.off('exit', release);
    rmSync(pidFile, { force: true });
    held.close();
  };
  // Also keeps the database, and with it the lock, from being collected when the caller drops the outcome.
  process.on('exit', release);
  return { ok: true, release };
}

function prepare(directory: string): DataDirLock | undefined {
  try {
    makeDirectory(directory, 0o700);
    accessSync(directory, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return unusable(directory, error);
  }
}

/**
 * Makes a directory and its missing parents, all with this mode; one that exists keeps its own. Throws what
 * mkdir says. Node's own `recursive` never returns where mkdir answers ENOENT below a directory that exists,
 * as /proc does.
 */
export function makeDirectory(path: string, mode: number): void {
  const missing: string[] = [];
  let at = resolve(path);
  while (!existsSync(at)) {
    missing.push(at);
    at = dirname(at);
  }
  for (const directory of missing.toReversed()) mkdirUnlessThere(directory, mode);
  if (statSync(at).isDirectory()) return;
  throw Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${at}'`), { code: 'ENOTDIR' });
}

/** Another process may have made it meanwhile. */
function mkdirUnlessThere(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}

function hold(path: string): DatabaseSync | 'busy' | Error {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return 'busy';
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The holder writes its pid a moment after it has the lock, so an old one or none may be seen at first. */
function refusal(directory: string): DataDirLock {
  let owner = readOwner(directory);
  for (let tries = 1; tries < PID_TRIES_MAX && !isRunning(owner); tries += 1) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PID_WAIT_MS);
    owner = readOwner(directory);
  }
  const pid = owner?.pid ?? null;
  const holder = pid === null ? 'its pid is not known' : `pid ${pid}`;
  return {
    ok: false,
    pid,
    message: `another Muster (${holder}) runs on data_dir ${directory}`,
    cure: 'stop that one first, or give this one a data_dir of its own',
  };
}

function unusable(directory: string, error: unknown): DataDirLock {
  const cause = error instanceof Error ? error.message : String(error);
  return {
    ok: false,
    pid: null,
    message: `data_dir ${directory} cannot be written: ${cause}`,
    cure: 'make it a directory this user may write, or set data_dir in muster.yaml to one',
  };
}

interface Owner {
  readonly pid: number;
  /**
   * Clock ticks from boot to the process's start; with the pid it is unique. Empty where /proc is missing.
   */
  readonly startTicks: string;
}

function readOwner(directory: string): Owner | undefined {
  const line = readOrEmpty(join(directory, PID_FILE));
  const match = /^(\d{1,10})(?: (\d+))?\n?$/.exec(line);
  const pid = match?.[1];
  return pid === undefined ? undefined : { pid: Number(pid), startTicks: match?.[2] ?? '' };
}

function isRunning(owner: Owner | undefined): boolean {
  if (owner === undefined) return false;
  if (owner.startTicks !== '') return startTicks(owner.pid) === owner.startTicks;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch {
    return false;
  }
}

function ownerLine(pid: number): string {
  return `${pid} ${startTicks(pid)}`.trimEnd() + '\n';
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)); the name in field 2 may hold spaces and parentheses. */
function startTicks(pid: number): string {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
