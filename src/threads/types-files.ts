import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseTypesDb } from '../wire/collectd/types-db.ts';
import type { DataSource } from '../model/record.ts';

const SHIPPED = fileURLToPath(new URL('../wire/collectd/types.db', import.meta.url));

/**
 * The types of the given types.db files, later ones over earlier ones; the shipped file where none is given.
 */
export function loadTypes(
  files: readonly string[],
  warn: (message: string) => void,
): ReadonlyMap<string, readonly DataSource[]> {
  const types = new Map<string, readonly DataSource[]>();
  for (const file of files.length === 0 ? [SHIPPED] : files) {
    const parsed = parseTypesDb(readFileSync(file, 'utf8'));
    for (const { line, reason } of parsed.faults) warn(`${file}:${line}: ${reason}; the line is left out`);
    for (const [name, sources] of parsed.types) types.set(name, sources);
  }
  return types;
}
