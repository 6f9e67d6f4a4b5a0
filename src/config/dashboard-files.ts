import { glob, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DashboardSources } from '../contract/config.ts';
import { DASHBOARD_BYTES_MAX, DASHBOARD_FILES_MAX } from '../limits.ts';
import { readDashboard } from './dashboards.ts';
import type { DashboardFile } from './dashboards.ts';
import { fileFault, unfitFault } from './reading.ts';

/** A file as it was last read, and what tells whether it has changed since. */
interface Known {
  readonly mark: string;
  readonly read: DashboardFile;
}

export interface DashboardScan {
  readonly files: readonly DashboardFile[];
  /** A file is being written just now: look again soon. */
  readonly unsettled: boolean;
  /** Files over the maximum, which are not read. */
  readonly leftOut: number;
}

/** An editor may write a file in several pieces: it is read once it has been left alone for so long. */
const SETTLED_MS = 100;

/**
 * Finds the files of dashboards and reads those that have changed. Nothing here holds up the thread: a
 * directory on a network may take its time.
 */
export class DashboardFiles {
  readonly #display: (path: string) => string;
  #known: ReadonlyMap<string, Known> = new Map();

  /** `display`: a path as messages show it. */
  constructor(display: (path: string) => string) {
    this.#display = display;
  }

  /** Never rejects. `nowMs`: what was written a moment before it waits; without it, nothing does. */
  async scan(sources: DashboardSources, nowMs?: number): Promise<DashboardScan> {
    const paths = await pathsOf(sources);
    const known = new Map<string, Known>();
    let unsettled = false;
    for (const path of paths.slice(0, DASHBOARD_FILES_MAX)) {
      const before = this.#known.get(path);
      const now = await this.#look(path, before, nowMs);
      if (now === 'unsettled') unsettled = true;
      const next = now === 'unsettled' ? before : now;
      if (next !== undefined) known.set(path, next);
    }
    this.#known = known;
    const leftOut = Math.max(0, paths.length - DASHBOARD_FILES_MAX);
    return { files: [...known.values()].map(({ read }) => read), unsettled, leftOut };
  }

  async #look(path: string, before: Known | undefined, nowMs?: number): Promise<Known | 'unsettled'> {
    const file = this.#display(path);
    const broken = (fault: string) => ({ mark: fault, read: readDashboard(file, { ok: false, fault }) });
    try {
      const found = await stat(path);
      const mark = `${found.dev} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
      if (before?.mark === mark) return before;
      const ageMs = nowMs === undefined ? SETTLED_MS : nowMs - found.mtimeMs;
      if (ageMs >= 0 && ageMs < SETTLED_MS) return 'unsettled';
      const fault = unfitFault(found, DASHBOARD_BYTES_MAX);
      if (fault !== undefined) return broken(fault);
      return { mark, read: readDashboard(file, { ok: true, text: await readFile(path, 'utf8') }) };
    } catch (error) {
      return broken(fileFault(error));
    }
  }
}

/** Absolute and sorted. What is named need not exist, and then says so. */
async function pathsOf({ directory, files, globs }: DashboardSources): Promise<string[]> {
  const found = new Set(files);
  for (const written of globs) for (const path of await expanded(written, directory)) found.add(path);
  return [...found].toSorted();
}

async function expanded(written: string, directory: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const path of glob(written, { cwd: directory })) found.push(resolve(directory, path));
  } catch {
    // A directory that is gone or closed has no files.
  }
  return found;
}
