import { randomBytes } from 'node:crypto';
import { mintToken, parseToken } from '../access/secret.ts';
import { parseDuration } from '../config/scalars.ts';
import { TOKEN_ROLES } from '../contract/access.ts';
import { nearest } from '../model/nearest.ts';
import { EXIT } from '../ops/exit.ts';
import { readAccessArguments, readRole } from './access-arguments.ts';
import { byWhom, tellMode, withAccess } from './access-store.ts';
import { commandOf, textFlag, usageFault } from './command.ts';
import { failed } from './settings.ts';
import { minuteOf, textTable } from './table.ts';
import type { TokenRole } from '../contract/access.ts';
import type { Token } from '../model/account.ts';
import type { ExitCode } from '../ops/exit.ts';
import type { AccessStore } from './access-store.ts';
import type { Command, CommandContext } from './command.ts';

const DAY_MS = 86_400_000;
const ENROL_TTL_MS = 365 * DAY_MS;
const TTL_MIN_MS = 60_000;
const TTL_MAX_MS = 36_500 * DAY_MS;
const NOTE_CHARS_MAX = 200;

const CONFIG =
  '  --config FILE   the configuration, whose data_dir holds the tokens (default: muster.yaml)\n';
const EXITS = 'Exit code: 0 done, 1 failed, 2 wrong usage.\n';

const create: Command = {
  name: 'token create',
  summary: 'makes a token for a program, or for instances to enrol with',
  usage: `Usage: muster token create --role viewer|operator|admin|enrol [--group G] [--ttl T] [--note TEXT]
                           [--config FILE] [--json]

Makes a token and prints it on stdout, this once: only its hash is kept. A program sends it as
"Authorization: Bearer TOKEN".

  --role ROLE     viewer: sees; operator: sees, posts events, reports results of checks and
                  has them run; admin: everything; enrol: an instance registers with its
                  group and leaves it, writes metrics to it and reports results of its hosts'
                  checks, and nothing else
  --group G       the group an enrol token is bound to; needed there, and only there
  --ttl T         how long it is valid, such as 90d or 12h, from 1m
                  (default: enrol 365d, the others until they are revoked)
  --note TEXT     what it is for, up to ${NOTE_CHARS_MAX} characters; shown in the list
${CONFIG}  --json          print { id, token, role, group, expires_ms, note } instead

${EXITS}`,
  async run(args, context) {
    const flags = { role: 'string', group: 'string', ttl: 'string', note: 'string' } as const;
    const read = readAccessArguments(args, { flags, json: true });
    if (!read.ok) return usageFault('token create', read.fault, context);
    const wish = readWish(read.flags);
    if (!wish.ok) return usageFault('token create', wish.fault, context);
    return withAccess(read.config, context, (store) =>
      createToken(wish, { store, context, json: read.json }),
    );
  },
};

interface Wish {
  readonly role: TokenRole;
  readonly group: string | null;
  /** Null: valid until it is revoked. */
  readonly ttlMs: number | null;
  readonly note: string;
}

type WishOutcome = ({ readonly ok: true } & Wish) | { readonly ok: false; readonly fault: string };

function readWish(flags: ReadonlyMap<string, string | true>): WishOutcome {
  const asked = readRole(flags, TOKEN_ROLES);
  if (!asked.ok) return asked;
  const { role } = asked;
  const group = textFlag(flags, 'group') ?? null;
  if (role === 'enrol' && group === null) {
    return { ok: false, fault: 'an enrol token is bound to a group: "--group" is missing' };
  }
  if (role !== 'enrol' && group !== null) {
    return {
      ok: false,
      fault: `"--group" binds enrol tokens only: a token of role ${role} sees every group`,
    };
  }
  const ttl = readTtl(textFlag(flags, 'ttl'), role);
  if (!ttl.ok) return ttl;
  const note = textFlag(flags, 'note') ?? '';
  if (note.length > NOTE_CHARS_MAX || /[\p{C}\p{Zl}\p{Zp}]/u.test(note)) {
    return { ok: false, fault: `"--note" takes up to ${NOTE_CHARS_MAX} printable characters` };
  }
  return { ok: true, role, group, ttlMs: ttl.ttlMs, note };
}

type TtlOutcome =
  | { readonly ok: true; readonly ttlMs: number | null }
  | { readonly ok: false; readonly fault: string };

function readTtl(written: string | undefined, role: TokenRole): TtlOutcome {
  if (written === undefined) return { ok: true, ttlMs: role === 'enrol' ? ENROL_TTL_MS : null };
  const parsed = parseDuration(written);
  if (!parsed.ok) return ttlFault(`${JSON.stringify(written)} ${parsed.fault}`, parsed.nearest);
  if (parsed.value < TTL_MIN_MS) return ttlFault(`${written} is too short`);
  if (parsed.value > TTL_MAX_MS) return ttlFault(`${written} is too long`);
  return { ok: true, ttlMs: parsed.value };
}

function ttlFault(what: string, meant?: string): TtlOutcome {
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return { ok: false, fault: `"--ttl" ${what} (expected a time from 1m, such as 90d or 12h${hint})` };
}

function createToken(
  { role, group, ttlMs, note }: Wish,
  { store, context, json }: { store: AccessStore; context: CommandContext; json: boolean },
): ExitCode {
  const groups = store.config.groups.map(({ name }) => name);
  if (group !== null && !groups.includes(group)) {
    const meant = nearest(group, groups);
    const hint = meant === undefined ? `known are ${groups.join(', ')}` : `did you mean "${meant}"?`;
    return failed(`no group ${JSON.stringify(group)} in ${store.config.file}; ${hint}`, context);
  }
  const createdMs = context.nowMs();
  const expiresMs = ttlMs === null ? null : createdMs + ttlMs;
  const { id, text, hash } = mintToken(randomBytes);
  const createdBy = `command line, ${byWhom(context)}`;
  store.repository.addToken({ id, hash, role, group, createdMs, expiresMs, createdBy, note });
  const bound = group === null ? role : `${role} for ${group}`;
  const until = expiresMs === null ? 'until it is revoked' : `until ${minuteOf(expiresMs)}`;
  store.noted('token created', id, `${bound}, valid ${until}${note === '' ? '' : `, ${note}`}`);
  tellMode(store, context);
  if (json) {
    const shown = { id, token: text, role, group, expires_ms: expiresMs, note };
    context.out.write(`${JSON.stringify(shown, null, 2)}\n`);
    return EXIT.done;
  }
  context.err.write(`token ${id}, ${bound}, valid ${until}; this is the only time it is shown:\n`);
  context.out.write(`${text}\n`);
  return EXIT.done;
}

const list: Command = {
  name: 'token list',
  summary: 'all tokens, valid or not, without their secrets',
  usage: `Usage: muster token list [--config FILE] [--json]

All tokens, newest first, those that ended in the last 90 days among them. Never their secrets.

${CONFIG}  --json          print [{ id, role, group, state, created_ms, expires_ms, revoked_ms, created_by,
                  note }] instead

${EXITS}`,
  async run(args, context) {
    const read = readAccessArguments(args, { json: true });
    if (!read.ok) return usageFault('token list', read.fault, context);
    return withAccess(read.config, context, ({ repository }) => {
      const tokens = repository.tokens();
      const nowMs = context.nowMs();
      if (read.json) {
        const rows = tokens.map((token) => tokenView(token, nowMs));
        context.out.write(`${JSON.stringify(rows, null, 2)}\n`);
      } else if (tokens.length === 0) {
        context.err.write('no tokens yet: muster token create --role viewer\n');
      } else {
        const heads = ['ID', 'ROLE', 'GROUP', 'STATE', 'CREATED', 'EXPIRES', 'NOTE'];
        context.out.write(
          textTable(
            heads,
            tokens.map((token) => tokenRow(token, nowMs)),
          ),
        );
      }
      return EXIT.done;
    });
  },
};

function stateOf({ revokedMs, expiresMs }: Token, nowMs: number): 'revoked' | 'expired' | 'valid' {
  if (revokedMs !== null) return 'revoked';
  return expiresMs !== null && expiresMs <= nowMs ? 'expired' : 'valid';
}

function tokenView(token: Token, nowMs: number): object {
  const { id, role, group, createdMs, expiresMs, revokedMs, createdBy, note } = token;
  return {
    id,
    role,
    group,
    state: stateOf(token, nowMs),
    created_ms: createdMs,
    expires_ms: expiresMs,
    revoked_ms: revokedMs,
    created_by: createdBy,
    note,
  };
}

function tokenRow(token: Token, nowMs: number): string[] {
  const { id, role, group, createdMs, expiresMs, note } = token;
  const expires = expiresMs === null ? 'never' : minuteOf(expiresMs);
  return [id, role, group ?? '-', stateOf(token, nowMs), minuteOf(createdMs), expires, note];
}

const revoke: Command = {
  name: 'token revoke',
  summary: 'ends a token at once',
  usage: `Usage: muster token revoke ID [--config FILE]

Ends a token at once, also for a running server.

  ID              as "muster token list" shows it
${CONFIG}
${EXITS}`,
  async run(args, context) {
    const read = readAccessArguments(args, { operand: 'ID' });
    if (!read.ok) return usageFault('token revoke', read.fault, context);
    // Who has only the token itself can end it too.
    const id = parseToken(read.operand)?.id ?? read.operand;
    return withAccess(read.config, context, (store) => {
      const known = store.repository.token(id);
      if (known === undefined) {
        return failed(`no token ${JSON.stringify(id.slice(0, 20))}; "muster token list" has them`, context);
      }
      if (!store.repository.revokeToken(id, context.nowMs())) {
        return failed(`token ${id} was revoked before`, context);
      }
      store.noted('token revoked', id, known.note);
      context.out.write(`token ${id} revoked\n`);
      return EXIT.done;
    });
  },
};

/** What programs and instances call with. */
export const token: Command = commandOf('token', 'what programs call with: create, list, revoke', [
  create,
  list,
  revoke,
]);
