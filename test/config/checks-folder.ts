import { join } from 'node:path';
import { loadChecks } from '../../src/config/checks.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { folderWith } from './folder.ts';
import type { Semantics } from '../../src/contract/checks.ts';

/** What files of checks come to, by name. */
export function loadFiles(files: Record<string, string>, semantics: Semantics = 'muster') {
  using folder = folderWith(files);
  const paths = Object.keys(files).map((name) => join(folder.path, name));
  const prefix = `${folder.path}/`;
  const display = (path: string) => path.replace(prefix, '');
  const outcome = loadChecks(paths, { env: {}, display, semantics });
  return { ...outcome, ...outcome.rules, errors: outcome.errors.map(formatConfigError) };
}

/** The definitions of one file, by name; a fault is thrown. */
export function definitionsIn(text: string, semantics: Semantics = 'muster') {
  const { errors, definitions } = loadFiles({ 'a.yaml': text }, semantics);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return new Map(definitions.map((one) => [one.name, one]));
}
