import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../vectors/', import.meta.url);

/** The bytes of one captured file, path below test/vectors. */
export function vector(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, ROOT)));
}

export function vectorText(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** Names in a folder of test/vectors that match, sorted. */
export function vectorNames(folder: string, pattern: RegExp): string[] {
  return readdirSync(new URL(folder, ROOT))
    .filter((name) => pattern.test(name))
    .toSorted();
}
