import { formatConfigError } from '../config/error.ts';
import { loadConfig } from '../config/load.ts';
import { EXIT } from '../ops/exit.ts';
import type { LoadOutcome } from '../config/load.ts';
import type { ExitCode } from '../ops/exit.ts';
import { readArguments } from './command.ts';
import type { Command, CommandContext } from './command.ts';

export const checkConfig: Command = {
  name: 'check-config',
  summary: 'validates the configuration, and the checks and dashboards it names',
  usage: `Usage: muster check-config [--config FILE] [--json]

Validates the configuration, and the checks and dashboards it names, and prints every
error at once as file:line:column: message. Nothing is started or written.

  --config FILE   the configuration (default: muster.yaml)
  --json          print { ok, errors, warnings, groups, services, templates,
                  timeperiods, dashboards } instead

Exit code: 0 valid, 1 not valid, 2 wrong usage.
`,
  async run(args, context) {
    const read = readArguments(args, { flags: { config: 'string', json: 'boolean' } });
    if (!read.ok) {
      context.err.write(`muster check-config: ${read.fault}\n`);
      return EXIT.usage;
    }
    const file = read.flags.get('config');
    return report(typeof file === 'string' ? file : undefined, read.flags.has('json'), context);
  },
};

function report(file: string | undefined, json: boolean, { env, cwd, out, err }: CommandContext): ExitCode {
  const loaded = loadConfig({ env, cwd, ...(file === undefined ? {} : { file }) });
  if (json) {
    const answer = loaded.ok
      ? {
          ok: true,
          errors: [],
          warnings: loaded.warnings,
          groups: loaded.config.groups.length,
          services: loaded.checks.definitions.length,
          templates: loaded.templates,
          timeperiods: loaded.checks.timeperiods.length,
          dashboards: loaded.dashboards.length,
        }
      : {
          ok: false,
          errors: loaded.errors,
          warnings: loaded.warnings,
          groups: 0,
          services: 0,
          templates: 0,
          timeperiods: 0,
          dashboards: 0,
        };
    out.write(`${JSON.stringify(answer, null, 2)}\n`);
    return loaded.ok ? EXIT.done : EXIT.failed;
  }
  for (const warning of loaded.warnings) err.write(`${warning} (warning)\n`);
  if (loaded.ok) {
    out.write(`${file ?? 'muster.yaml'} is valid: ${contentsOf(loaded)}\n`);
  } else {
    for (const error of loaded.errors) err.write(`${formatConfigError(error)}\n`);
    const files = new Set(loaded.errors.map((error) => error.file));
    const are = files.size === 1 ? 'is' : 'are';
    err.write(`${[...files].join(', ')} ${are} not valid: ${counted(loaded.errors.length, 'error')}\n`);
  }
  return loaded.ok ? EXIT.done : EXIT.failed;
}

/** `2 groups, 12 service definitions, 1 dashboard`: templates and periods only where there are any. */
function contentsOf({ config, checks, templates, dashboards }: LoadOutcome & { ok: true }): string {
  const parts = [
    counted(config.groups.length, 'group'),
    counted(checks.definitions.length, 'service definition'),
    ...(templates > 0 ? [counted(templates, 'template')] : []),
    ...(checks.timeperiods.length > 0 ? [counted(checks.timeperiods.length, 'time period')] : []),
    counted(dashboards.length, 'dashboard'),
  ];
  return parts.join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
