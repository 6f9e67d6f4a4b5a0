import { hashPassword, userNameFault, userNameOf } from '../access/password.ts';
import { ROLES } from '../contract/access.ts';
import { EXIT } from '../ops/exit.ts';
import { readAccessArguments, readRole } from './access-arguments.ts';
import { tellMode, withAccess } from './access-store.ts';
import { commandOf, usageFault } from './command.ts';
import { obtainPassword } from './password-input.ts';
import { failed } from './settings.ts';
import { minuteOf, textTable } from './table.ts';
import type { ExitCode } from '../ops/exit.ts';
import type { AccessStore } from './access-store.ts';
import type { Command, CommandContext } from './command.ts';

const CONFIG = '  --config FILE   the configuration, whose data_dir holds the users (default: muster.yaml)\n';
const PASSWORD = `The password is asked for twice and not shown. Where there is no terminal, it is
the one line on stdin; where stdin is empty, one is made and printed once. It is never a flag,
because every user of the machine sees those.
`;
const ROLE = `  --role ROLE     viewer: sees; operator: sees, posts events, reports results of checks and
                  has them run; admin: everything
`;
const EXITS = 'Exit code: 0 done, 1 failed, 2 wrong usage.\n';

const add: Command = {
  name: 'user add',
  summary: 'adds a person who signs in',
  usage: `Usage: muster user add NAME --role viewer|operator|admin [--config FILE] [--json]

Adds a person who signs in, with or without a running server.
${PASSWORD}
  NAME            a-z, 0-9 and . _ @ + -, up to 64; capital letters do not matter
${ROLE}${CONFIG}  --json          print { name, role, password }; password is null unless it was made

${EXITS}`,
  async run(args, context) {
    const flags = { role: 'string' } as const;
    const read = readAccessArguments(args, { operand: 'NAME', flags, json: true });
    if (!read.ok) return usageFault('user add', read.fault, context);
    const name = userNameOf(read.operand);
    const nameFault = userNameFault(name);
    if (nameFault !== undefined) return usageFault('user add', nameFault, context);
    const asked = readRole(read.flags, ROLES);
    if (!asked.ok) return usageFault('user add', asked.fault, context);
    const { role } = asked;
    return withAccess(read.config, context, (store) => {
      const taken = `there is a user ${name} already; "muster user passwd ${name}" sets a new password`;
      if (store.repository.user(name) !== undefined) return failed(taken, context);
      return setPassword(name, context, {
        json: read.json ? { name, role } : undefined,
        done: `user ${name} added, ${role}`,
        keep: (passwordHash) => {
          const createdMs = context.nowMs();
          // Another command may have been quicker.
          if (!store.repository.addUser({ name, role, passwordHash, createdMs })) return taken;
          store.noted('user added', name, `role ${role}`);
          tellMode(store, context);
          return undefined;
        },
      });
    });
  },
};

const passwd: Command = {
  name: 'user passwd',
  summary: 'sets a new password; the user is signed out everywhere',
  usage: `Usage: muster user passwd NAME [--config FILE] [--json]

Sets a new password and signs the user out everywhere.
${PASSWORD}
${CONFIG}  --json          print { name, password }; password is null unless it was made

${EXITS}`,
  async run(args, context) {
    const read = readAccessArguments(args, { operand: 'NAME', json: true });
    if (!read.ok) return usageFault('user passwd', read.fault, context);
    const name = userNameOf(read.operand);
    return withAccess(read.config, context, (store) => {
      if (store.repository.user(name) === undefined) return failed(unknownUser(name), context);
      return setPassword(name, context, {
        json: read.json ? { name } : undefined,
        done: `user ${name} has a new password and is signed out everywhere`,
        keep: (hash) => {
          if (!store.repository.setPassword(name, hash)) return unknownUser(name);
          store.noted('password set', name);
          return undefined;
        },
      });
    });
  },
};

interface NewPassword {
  /** What `--json` prints beside the password; undefined without it. */
  readonly json: object | undefined;
  readonly done: string;
  /** Keeps the hash; or says why it could not. */
  readonly keep: (hash: string) => string | undefined;
}

async function setPassword(
  name: string,
  context: CommandContext,
  { json, done, keep }: NewPassword,
): Promise<ExitCode> {
  const obtained = await obtainPassword(name, context);
  if (obtained.kind === 'cancelled') return failed('cancelled: nothing was changed', context);
  if (obtained.kind === 'refused') return failed(obtained.fault, context);
  const fault = keep(await hashPassword(obtained.password));
  if (fault !== undefined) return failed(fault, context);
  const { out, err } = context;
  const made = obtained.kind === 'made' ? obtained.password : null;
  if (json !== undefined) {
    out.write(`${JSON.stringify({ ...json, password: made }, null, 2)}\n`);
  } else if (made === null) {
    out.write(`${done}\n`);
  } else {
    err.write(`${done}; the password was made, and this is the only time it is shown:\n`);
    out.write(`${made}\n`);
  }
  return EXIT.done;
}

const list: Command = {
  name: 'user list',
  summary: 'everybody who may sign in',
  usage: `Usage: muster user list [--config FILE] [--json]

Everybody who may sign in, with their roles.

${CONFIG}  --json          print [{ name, role, created_ms }] instead

${EXITS}`,
  async run(args, context) {
    const read = readAccessArguments(args, { json: true });
    if (!read.ok) return usageFault('user list', read.fault, context);
    return withAccess(read.config, context, ({ repository }) => {
      const users = repository.users();
      if (read.json) {
        const rows = users.map(({ name, role, createdMs }) => ({ name, role, created_ms: createdMs }));
        context.out.write(`${JSON.stringify(rows, null, 2)}\n`);
      } else if (users.length === 0) {
        context.err.write('nobody yet: muster user add NAME --role admin\n');
      } else {
        const rows = users.map(({ name, role, createdMs }) => [name, role, minuteOf(createdMs)]);
        context.out.write(textTable(['NAME', 'ROLE', 'CREATED'], rows));
      }
      return EXIT.done;
    });
  },
};

const role: Command = {
  name: 'user role',
  summary: 'gives a user another role',
  usage: `Usage: muster user role NAME --role viewer|operator|admin [--config FILE]

Gives a user another role, from the next request on.

${ROLE}${CONFIG}
${EXITS}`,
  async run(args, context) {
    const read = readAccessArguments(args, { operand: 'NAME', flags: { role: 'string' } });
    if (!read.ok) return usageFault('user role', read.fault, context);
    const asked = readRole(read.flags, ROLES);
    if (!asked.ok) return usageFault('user role', asked.fault, context);
    const name = userNameOf(read.operand);
    return withAccess(read.config, context, (store) => {
      const before = store.repository.user(name)?.role;
      if (before === undefined || !store.repository.setRole(name, asked.role)) {
        return failed(unknownUser(name), context);
      }
      if (before !== asked.role) store.noted('role set', name, `${before} to ${asked.role}`);
      context.out.write(`user ${name} is ${asked.role} now\n`);
      tellAdmins(store, context);
      return EXIT.done;
    });
  },
};

const remove: Command = {
  name: 'user remove',
  summary: 'removes a user, who is signed out everywhere',
  usage: `Usage: muster user remove NAME [--config FILE]

Removes a user, who is signed out everywhere. What they did stays in the audit log.

${CONFIG}
${EXITS}`,
  async run(args, context) {
    const read = readAccessArguments(args, { operand: 'NAME' });
    if (!read.ok) return usageFault('user remove', read.fault, context);
    const name = userNameOf(read.operand);
    return withAccess(read.config, context, (store) => {
      if (!store.repository.removeUser(name)) return failed(unknownUser(name), context);
      store.noted('user removed', name);
      context.out.write(`user ${name} removed\n`);
      tellAdmins(store, context);
      return EXIT.done;
    });
  },
};

function unknownUser(name: string): string {
  return `no user ${JSON.stringify(name)}; "muster user list" names them`;
}

function tellAdmins({ repository }: AccessStore, { err }: CommandContext): void {
  if (repository.users().some((user) => user.role === 'admin')) return;
  err.write('no admin is left: muster user add NAME --role admin, or muster user role NAME --role admin\n');
}

/** People who sign in. */
export const user: Command = commandOf('user', 'people who sign in: add, list, passwd, role, remove', [
  add,
  list,
  passwd,
  role,
  remove,
]);
