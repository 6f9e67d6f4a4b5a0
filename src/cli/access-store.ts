import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../ops/exit.ts';
import { checkDataFormat } from '../ops/data-format.ts';
import { makeDirectory } from '../ops/lock.ts';
import { StartError } from '../ops/start-error.ts';
import { AccessRepository } from '../state/access-repository.ts';
import { DatabaseFault } from '../state/database.ts';
import { knownFormats, ownerFault } from './data-places.ts';
import { failed, loadSettings } from './settings.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { ExitCode } from '../ops/exit.ts';
import type { CommandContext } from './command.ts';

const COMMAND_LINE = 'command line';

/** The users and tokens of one configuration's server, whether it runs or not. */
export interface AccessStore {
  readonly config: MusterConfig;
  readonly repository: AccessRepository;
  /** Writes a change down in the audit log. */
  noted(action: string, subject: string, detail?: string): void;
}

/**
 * Opens what data_dir holds of users and tokens, works with it and closes it. What stands in the way is told
 * on stderr, with the cure.
 */
export async function withAccess(
  file: string | undefined,
  context: CommandContext,
  work: (store: AccessStore) => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
  const config = loadSettings(file, context);
  if (config === undefined) return EXIT.failed;
  const fault = prepare(config.dataDir, context);
  if (fault !== undefined) return failed(fault, context);
  try {
    checkDataFormat(config.dataDir, knownFormats());
    using repository = new AccessRepository(join(config.dataDir, 'access.db'));
    const noted = (action: string, subject: string, detail = '') => {
      const words = [detail, `by ${byWhom(context)}`].filter((word) => word !== '').join(', ');
      const entry = { who: COMMAND_LINE, from: '', action, subject, detail: words };
      repository.note({ ...entry, timeMs: context.nowMs() });
    };
    const code = await work({ config, repository, noted });
    return code;
  } catch (error) {
    if (!(error instanceof DatabaseFault || error instanceof StartError)) throw error;
    return failed(`${error.message}\n  ${error.cure}`, context);
  }
}

/** Told where it matters: what is added now has no effect before the configuration says so. */
export function tellMode({ config }: AccessStore, { err }: CommandContext): void {
  if (config.auth.mode === 'users') return;
  err.write('nobody is asked to sign in yet: set auth: { mode: users } in the configuration and restart\n');
}

/** The system's user, and who became it by sudo. */
export function byWhom({ account, env }: CommandContext): string {
  const before = env['SUDO_USER'] ?? '';
  return /^[\w.@-]{1,64}$/u.test(before) ? `${account.name} (sudo of ${before})` : account.name;
}

/** Files of another user in data_dir would keep the server from its own. Undefined: nothing is wrong. */
function prepare(directory: string, { account, err }: CommandContext): string | undefined {
  try {
    if (!existsSync(directory)) {
      makeDirectory(directory, 0o700);
      err.write(`data_dir ${directory} made: the server has to run as its owner, ${account.name}\n`);
    }
    const fault = ownerFault(directory, { account });
    return fault && `${fault.message}\n  ${fault.cure}`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `data_dir ${directory} cannot be used: ${why}\n  set data_dir to a directory this user may write`;
  }
}
