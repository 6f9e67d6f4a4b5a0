import { formatConfigError } from '../config/error.ts';
import { loadConfig } from '../config/load.ts';
import { EXIT } from '../ops/exit.ts';
import { StartError } from '../ops/start-error.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { ExitCode } from '../ops/exit.ts';
import type { CommandContext } from './command.ts';

/**
 * What muster.yaml says, for commands beside a server: a check or dashboard that somebody is editing does not
 * stop them. Undefined: it is not valid, and stderr has been told.
 */
export function loadSettings(
  file: string | undefined,
  { env, cwd, err }: CommandContext,
): MusterConfig | undefined {
  const named = file === undefined ? {} : { file };
  const loaded = loadConfig({ env, cwd, settingsOnly: true, ...named });
  if (loaded.ok) return loaded.config;
  for (const error of loaded.errors) err.write(`${formatConfigError(error)}\n`);
  return undefined;
}

/** What went wrong, told on stderr. */
export function failed(fault: string, { err }: CommandContext): ExitCode {
  err.write(`muster: ${fault}\n`);
  return EXIT.failed;
}

/** What stands in the way, or the system's refusal, told on stderr; a bug of ours is thrown on. */
export function failedBy(error: unknown, context: CommandContext): ExitCode {
  if (error instanceof StartError) return failed(`${error.message}\n  ${error.cure}`, context);
  if (error instanceof Error && 'code' in error) return failed(error.message, context);
  throw error;
}
