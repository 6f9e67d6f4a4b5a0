import { readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

const NOT_OURS = new Set(['node_modules', 'dist', '.git', 'vectors', 'results', 'data', 'data-demo']);

/** Files below a folder, as paths from the repository's root; what is generated or captured is left out. */
export function filesBelow(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    if (NOT_OURS.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...filesBelow(path));
    else found.push(path.split(sep).join('/'));
  }
  return found;
}

export function text(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Lines of the files that `wrong` says so of, as `path:line: text`. */
export function findings(paths: readonly string[], wrong: (line: string) => boolean): string[] {
  return paths.flatMap((path) =>
    text(path)
      .split('\n')
      .flatMap((line, i) => (wrong(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
}
