import { EXIT } from '../ops/exit.ts';
import { readArguments, textFlag, usageFault } from './command.ts';
import { ControlClient } from './control-client.ts';
import { failed, failedBy, loadSettings } from './settings.ts';
import type { Command } from './command.ts';

export const flush: Command = {
  name: 'flush',
  summary: 'has the running server write what waits, for tools that read its files',
  usage: `Usage: muster flush [--cluster P] [--host P] [--metric P] [--config FILE] [--json]

Has the server that runs on data_dir write the waiting points of what matches to its store, the ones of
the running second included, and returns when they are written: "rrdtool lastupdate" shows the newest.

  --cluster P, --host P, --metric P
                  regular expressions over whole names (default: everything)
  --config FILE   the configuration (default: muster.yaml)
  --json          print { records, points, left } instead

Exit code: 0 everything that matched is written, 1 failed or some is left, 2 wrong usage.
`,
  async run(args, context) {
    const text = { cluster: 'string', host: 'string', metric: 'string', config: 'string' } as const;
    const read = readArguments(args, { flags: { ...text, json: 'boolean' } });
    if (!read.ok) return usageFault('flush', read.fault, context);
    const config = loadSettings(textFlag(read.flags, 'config'), context);
    if (config === undefined) return EXIT.failed;
    const pattern = (name: keyof typeof text) => textFlag(read.flags, name) ?? '.*';
    const wish = { cluster: pattern('cluster'), host: pattern('host'), metric: pattern('metric') };
    try {
      using client = await ControlClient.on(config.dataDir);
      if (client === undefined) return failed(`no server runs on data_dir ${config.dataDir}`, context);
      const answer = await client.ask({ do: 'flush', ...wish });
      if (!answer.ok) return failed(`${answer.message}\n  ${answer.cure}`, context);
      if (!('points' in answer)) return failed('the server has answered something else', context);
      const { records, points, left } = answer;
      if (read.flags.has('json')) {
        context.out.write(`${JSON.stringify({ records, points, left }, null, 2)}\n`);
      } else {
        const rest = left === 0 ? '' : `, ${left} still wait`;
        context.out.write(`${points} points of ${records} records written${rest}\n`);
      }
      return left === 0 ? EXIT.done : EXIT.failed;
    } catch (error) {
      return failedBy(error, context);
    }
  },
};
