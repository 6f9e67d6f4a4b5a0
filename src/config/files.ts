import { accessSync, constants, globSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileFault } from './reading.ts';

/** What is wrong with a file that has to be read later; undefined if nothing. */
export function unreadable(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile() ? undefined : 'is not a file';
  } catch (error) {
    return fileFault(error);
  }
}

/** Whether a file has one of these bits of its mode. */
export function hasMode(path: string, bits: number): boolean {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & bits) !== 0;
}

export function isDirectory(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

export function isGlob(written: string): boolean {
  return /[*?[\]{}]/.test(written);
}

/** The files a glob stands for, absolute and sorted; none where it cannot be expanded. */
export function expandGlob(written: string, directory: string): string[] {
  try {
    return globSync(written, { cwd: directory })
      .map((found) => resolve(directory, found))
      .toSorted();
  } catch {
    return [];
  }
}

/** A path as messages show it: from the working directory where it lies below it, else absolute. */
export function displayPath(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return below === '' || below.startsWith('..') ? path : below;
}
