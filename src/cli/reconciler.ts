import { EXIT } from '../ops/exit.ts';
import { durationWords } from '../model/duration.ts';
import { commandOf, readArguments, textFlag, usageFault } from './command.ts';
import { ControlClient } from './control-client.ts';
import { failed, failedBy, loadSettings } from './settings.ts';
import { textTable } from './table.ts';
import type { Command, CommandContext } from './command.ts';
import type { ControlAnswer, ControlRequest } from '../ops/control-messages.ts';
import type { ExitCode } from '../ops/exit.ts';
import type { ReconcilerView } from '../contract/instances.ts';

const list: Command = {
  name: 'reconciler list',
  summary: 'how the lists of instances stand',
  usage: `Usage: muster reconciler list [--config FILE] [--json]

Shows the lists of instances that the server on data_dir reads: when each was last read well, how many
instances it has, why it cannot be read, what of it was passed over, and what is held.

  --config FILE   the configuration (default: muster.yaml)
  --json          print what GET /api/v1/reconcilers answers

Exit code: 0 done, 1 failed, 2 wrong usage.
`,
  run(args, context) {
    const read = readArguments(args, { flags: { config: 'string', json: 'boolean' } });
    if (!read.ok) return Promise.resolve(usageFault('reconciler list', read.fault, context));
    return withServer(textFlag(read.flags, 'config'), context, async (ask) => {
      const views = await lists(ask);
      if (typeof views === 'string') return failed(views, context);
      context.out.write(read.flags.has('json') ? json(views) : shown(views, context.nowMs()));
      return EXIT.done;
    });
  },
};

const confirm: Command = {
  name: 'reconciler confirm',
  summary: 'retires the instances that a held list misses',
  usage: `Usage: muster reconciler confirm NAME [--digest D] [--config FILE] [--json]

A list that misses more instances at once than its shrink_max is held: it retires nobody until somebody
has looked at it. This retires the instances that list NAME misses now.

  --digest D      only if what is held is still this, as "reconciler list --json" shows it
                  (default: whatever is held now)
  --config FILE   the configuration (default: muster.yaml)
  --json          print { name, digest, gone, words } instead

Exit code: 0 they are retired, 1 failed or nothing is held, 2 wrong usage.
`,
  run(args, context) {
    const flags = { digest: 'string', config: 'string', json: 'boolean' } as const;
    const read = readArguments(args, { flags, restMax: 1 });
    const [name] = read.ok ? read.rest : [];
    if (!read.ok || name === undefined) {
      const fault = read.ok ? 'which one? Name it' : read.fault;
      return Promise.resolve(usageFault('reconciler confirm', fault, context));
    }
    return withServer(textFlag(read.flags, 'config'), context, async (ask) => {
      const views = await lists(ask);
      if (typeof views === 'string') return failed(views, context);
      const held = views.find((view) => view.name === name)?.held;
      const digest = textFlag(read.flags, 'digest') ?? held?.digest ?? '';
      const answer = await ask({ do: 'confirm', name, digest });
      const fault = faultOf(answer, 'confirmed');
      if (fault !== undefined) return failed(fault, context);
      const { gone = 0, words = '' } = held ?? {};
      const said = `${gone} instances are retired\n`;
      context.out.write(read.flags.has('json') ? json({ name, digest, gone, words }) : said);
      return EXIT.done;
    });
  },
};

export const reconciler = commandOf('reconciler', 'lists of instances: how they stand, what is held', [
  list,
  confirm,
]);

type Ask = (request: ControlRequest) => Promise<ControlAnswer>;

async function withServer(
  file: string | undefined,
  context: CommandContext,
  work: (ask: Ask) => Promise<ExitCode>,
): Promise<ExitCode> {
  const config = loadSettings(file, context);
  if (config === undefined) return EXIT.failed;
  try {
    using client = await ControlClient.on(config.dataDir);
    if (client === undefined) return failed(`no server runs on data_dir ${config.dataDir}`, context);
    return await work((request) => client.ask(request));
  } catch (error) {
    return failedBy(error, context);
  }
}

/** Else what is wrong, in words. */
async function lists(ask: Ask): Promise<readonly ReconcilerView[] | string> {
  const answer = await ask({ do: 'reconcilers' });
  if (answer.ok && 'reconcilers' in answer) return answer.reconcilers;
  return faultOf(answer, 'reconcilers') ?? '';
}

function faultOf(answer: ControlAnswer, wanted: string): string | undefined {
  if (!answer.ok) return `${answer.message}\n  ${answer.cure}`;
  return wanted in answer ? undefined : 'the server has answered something else';
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function shown(views: readonly ReconcilerView[], nowMs: number): string {
  if (views.length === 0) return 'no reconcilers are configured\n';
  const rows = views.map(({ name, source, groups, instances, read_ms: readMs }) => [
    name,
    groups.length === 0 ? 'all' : groups.join(','),
    String(instances),
    readMs === 0 ? 'never' : `${durationWords(Math.max(0, nowMs - readMs))} ago`,
    source,
  ]);
  const said = views.flatMap(({ name, fault, others, held }) => [
    ...(fault === '' ? [] : [`${name}: ${fault}\n`]),
    ...(others.instances === 0 ? [] : [`${name}: ${othersWords(others)}\n`]),
    ...(held === null ? [] : heldLines(name, held)),
  ]);
  return [textTable(['NAME', 'GROUPS', 'INSTANCES', 'READ', 'SOURCE'], rows), ...said].join('');
}

/** Names as others give them: a terminal is not to act upon them. */
function othersWords({ instances, groups }: ReconcilerView['others']): string {
  const named = groups.map((group) => JSON.stringify(group.replaceAll(/\p{C}/gu, '\ufffd'))).join(', ');
  return `${instances} more of groups that it does not speak for here: ${named}`;
}

function heldLines(name: string, held: NonNullable<ReconcilerView['held']>): string[] {
  const { words, digest, first, gone } = held;
  const named = first.map(({ group, host, instance_id: id }) => `  ${group} ${host} ${id}\n`);
  const more = gone > first.length ? [`  and ${gone - first.length} more\n`] : [];
  const cure = `  muster reconciler confirm ${name} --digest ${digest}\n`;
  return [`${words}: held until confirmed\n`, ...named, ...more, cure];
}
