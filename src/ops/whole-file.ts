import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file that is there whole or not at all, however the process or the machine ends. Mode 0600. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  renameSync(draft, path);
}
