import { formatConfigError } from '../config/error.ts';
import { loadConfig } from '../config/load.ts';
import { EXIT } from '../ops/exit.ts';
import { readArguments, textFlag, usageFault } from './command.ts';
import { ControlClient } from './control-client.ts';
import { obstacles } from './doctor/machine.ts';
import { reportText } from './doctor/report.ts';
import { failed, failedBy, loadSettings } from './settings.ts';
import type { ControlAnswer } from '../ops/control-messages.ts';
import type { ExitCode } from '../ops/exit.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { Obstacle } from './doctor/machine.ts';
import type { Command, CommandContext } from './command.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'says who talks to the running server, what is amiss, and what mends it',
  usage: `Usage: muster doctor [--group G] [--host H] [--config FILE] [--json]

Asks the server that runs on data_dir what is amiss between it and who sends to it: unknown senders,
another group's port, wrong keys, clocks that are off, names used twice, instances that registered and
were never heard, lists that are held. Each finding has its usual causes and lines to paste. The page
has the same under "Senders", and so has GET /api/v1/diagnosis.

Where no server runs it looks at what can be seen without one: the configuration, ports that others
have taken, data_dir, the kernel's receive buffers.

  --group G       findings of this group alone
  --host H        findings of this host alone
  --config FILE   the configuration (default: muster.yaml)
  --json          print { running, findings, left_out, kinds } instead; without a server
                  { running, errors, obstacles }

Exit code: 0 a server runs and nothing is amiss, 1 something is, or no server runs, 2 wrong usage.
`,
  async run(args, context) {
    const flags = { group: 'string', host: 'string', config: 'string', json: 'boolean' } as const;
    const read = readArguments(args, { flags });
    if (!read.ok) return usageFault('doctor', read.fault, context);
    const json = read.flags.has('json');
    const file = textFlag(read.flags, 'config');
    const config = loadSettings(file, context);
    if (config === undefined) return EXIT.failed;
    const [group, host] = [textFlag(read.flags, 'group'), textFlag(read.flags, 'host')];
    if (group !== undefined && !config.groups.some(({ name }) => name === group)) {
      const names = config.groups.map(({ name }) => name).join(', ');
      return failed(`no group is called ${group}: there are ${names}`, context);
    }
    try {
      using client = await ControlClient.on(config.dataDir);
      if (client === undefined) return await withoutServer(config, { file, json }, context);
      return told(await client.ask({ do: 'diagnose', group, host }), json, context);
    } catch (error) {
      return failedBy(error, context);
    }
  },
};

function told(answer: ControlAnswer, json: boolean, context: CommandContext): ExitCode {
  if (!answer.ok) return failed(`${answer.message}\n  ${answer.cure}`, context);
  if (!('diagnosis' in answer)) return failed('the server has answered something else', context);
  const { diagnosis } = answer;
  const text = json ? `${JSON.stringify({ running: true, ...diagnosis }, null, 2)}\n` : reportText(diagnosis);
  context.out.write(text);
  return diagnosis.findings.length === 0 ? EXIT.done : EXIT.failed;
}

/** Why it does not run may be seen here; who would talk to it, nobody knows. */
async function withoutServer(
  config: MusterConfig,
  asked: { readonly file: string | undefined; readonly json: boolean },
  { env, cwd, out }: CommandContext,
): Promise<ExitCode> {
  const loaded = loadConfig({ env, cwd, ...(asked.file === undefined ? {} : { file: asked.file }) });
  const errors = loaded.ok ? [] : loaded.errors.map(formatConfigError);
  const found = await obstacles(config);
  if (asked.json) {
    out.write(`${JSON.stringify({ running: false, errors, obstacles: found }, null, 2)}\n`);
  } else {
    out.write(obstaclesText(config, errors, found));
  }
  return EXIT.failed;
}

function obstaclesText(config: MusterConfig, errors: readonly string[], found: readonly Obstacle[]): string {
  const amiss = [...errors.map((what): Obstacle => ({ what, lines: [] })), ...found];
  const none = '  ● the configuration is valid, its ports are free, data_dir can be written\n';
  const parts = amiss.map(({ what, lines }) =>
    [`  ■ ${what}`, ...lines.map((line) => `      ${line}`), ''].join('\n'),
  );
  return [
    `No server runs on data_dir ${config.dataDir}: who talks to it cannot be seen. Start it:\n`,
    `  script/muster serve --config ${config.file}\n`,
    amiss.length === 0
      ? 'What can be seen without it:\n'
      : 'What stands in its way, as far as can be seen:\n',
    ...(amiss.length === 0 ? [none] : parts),
  ].join('\n');
}
