import { nearest } from '../model/nearest.ts';
import { readArguments, textFlag } from './command.ts';
import type { FlagTypes } from './command.ts';

export type AccessArguments =
  | {
      readonly ok: true;
      /** The user's name or the token's id; empty where the command takes none. */
      readonly operand: string;
      readonly flags: ReadonlyMap<string, string | true>;
      /** The configuration; undefined: the default. */
      readonly config: string | undefined;
      readonly json: boolean;
    }
  | { readonly ok: false; readonly fault: string };

/** `operand`: what has to be named, such as NAME. `json`: the command prints data. */
export function readAccessArguments(
  args: readonly string[],
  { operand, flags = {}, json = false }: { operand?: string; flags?: FlagTypes; json?: boolean },
): AccessArguments {
  if (args.some((arg) => /^--?pass(word|wd)?(=|$)/u.test(arg))) {
    const fault =
      'a password is not taken from the command line, where every user of this machine sees it and the ' +
      'shell keeps it: type it when asked, or send it as one line on stdin';
    return { ok: false, fault };
  }
  const types: FlagTypes = { ...flags, config: 'string', ...(json ? { json: 'boolean' } : {}) };
  const read = readArguments(args, { flags: types, restMax: operand === undefined ? 0 : 1 });
  if (!read.ok) return read;
  const [named = ''] = read.rest;
  if (operand !== undefined && named === '') return { ok: false, fault: `${operand} is missing` };
  return {
    ok: true,
    operand: named,
    flags: read.flags,
    config: textFlag(read.flags, 'config'),
    json: read.flags.has('json'),
  };
}

export type RoleOutcome<T> =
  | { readonly ok: true; readonly role: T }
  | { readonly ok: false; readonly fault: string };

/** `--role`, which has to be there and one of `roles`. */
export function readRole<T extends string>(
  flags: ReadonlyMap<string, string | true>,
  roles: readonly T[],
): RoleOutcome<T> {
  const written = textFlag(flags, 'role');
  const expected = `one of ${roles.join(', ')}`;
  if (written === undefined) return { ok: false, fault: `"--role" is missing (expected ${expected})` };
  const role = roles.find((known) => known === written);
  if (role !== undefined) return { ok: true, role };
  const meant = nearest(written, roles);
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return { ok: false, fault: `unknown role ${JSON.stringify(written)} (expected ${expected}${hint})` };
}
