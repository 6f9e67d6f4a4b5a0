import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseToken, sameHash } from '../access/secret.ts';
import { AccessRepository } from '../state/access-repository.ts';
import { DatabaseFault } from '../state/database.ts';
import { ownerFault } from './data-places.ts';
import type { Token } from '../model/account.ts';
import type { CommandContext } from './command.ts';

export type TokenCheck =
  | { readonly kind: 'good' }
  /** Why it must not be embedded, with the cure. */
  | { readonly kind: 'refused'; readonly fault: string }
  /** Why nobody here can say. */
  | { readonly kind: 'unchecked'; readonly why: string };

export interface EmbeddedToken {
  readonly text: string;
  /** Where it was read. */
  readonly file: string;
  readonly group: string;
}

/**
 * Whether a token may stand where many can read it: what the server knows of it must be that it enrols
 * instances of that group, and nothing else. Its text never stands in the answer.
 */
export function checkEmbedded(token: EmbeddedToken, dataDir: string, context: CommandContext): TokenCheck {
  const file = join(dataDir, 'access.db');
  if (!existsSync(file))
    return { kind: 'unchecked', why: `there is no ${file} that ${context.account.name} can see` };
  try {
    // Files of another user that opening it leaves behind would keep the server from its own.
    const fault = ownerFault(dataDir, context);
    if (fault !== undefined) return { kind: 'unchecked', why: fault.message };
    using repository = new AccessRepository(file);
    const parsed = parseToken(token.text);
    const known = parsed && repository.token(parsed.id);
    const same = parsed && known && sameHash(known.hash, parsed.hash) ? known : undefined;
    const flaw = flawOf(same, token.group, context.nowMs());
    if (flaw === undefined) return { kind: 'good' };
    const cure = `script/muster token create --role enrol --group ${token.group} prints one that fits`;
    return { kind: 'refused', fault: `the token in ${token.file} ${flaw}; ${cure}` };
  } catch (error) {
    if (!(error instanceof DatabaseFault)) throw error;
    return { kind: 'unchecked', why: error.message };
  }
}

/** Undefined: none. */
function flawOf(token: Token | undefined, group: string, nowMs: number): string | undefined {
  if (token === undefined) return 'is unknown to this server';
  if (token.revokedMs !== null) return 'has been revoked';
  if (token.expiresMs !== null && token.expiresMs <= nowMs) return 'has expired';
  if (token.role !== 'enrol') {
    return `has the role ${token.role}: whoever reads the output could do all that role may`;
  }
  return token.group === group ? undefined : `is for the group ${token.group ?? ''}, and not for ${group}`;
}
