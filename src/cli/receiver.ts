import { EXIT } from '../ops/exit.ts';
import { durationWords } from '../model/duration.ts';
import { commandOf, readArguments, textFlag, usageFault } from './command.ts';
import { ControlClient } from './control-client.ts';
import { failed, failedBy, loadSettings } from './settings.ts';
import { textTable } from './table.ts';
import type { Command, CommandContext } from './command.ts';
import type { ControlAnswer, ControlRequest } from '../ops/control-messages.ts';
import type { ExitCode } from '../ops/exit.ts';
import type { ReceiverTestAnswer, ReceiverView } from '../contract/alert-views.ts';

const list: Command = {
  name: 'receiver list',
  summary: 'who can be told, and how pages to them fare',
  usage: `Usage: muster receiver list [--config FILE] [--json]

Shows the receivers of the server on data_dir: where each of their channels leads, whether it takes pages,
when the last one arrived, how many wait, and why the last attempt failed.

  --config FILE   the configuration (default: muster.yaml)
  --json          print what GET /api/v1/receivers answers

Exit code: 0 done, 1 failed, 2 wrong usage.
`,
  run(args, context) {
    const read = readArguments(args, { flags: { config: 'string', json: 'boolean' } });
    if (!read.ok) return Promise.resolve(usageFault('receiver list', read.fault, context));
    return withServer(textFlag(read.flags, 'config'), context, async (ask) => {
      const answer = await ask({ do: 'receivers' });
      if (!answer.ok || !('receivers' in answer)) return failed(faultOf(answer), context);
      const { receivers } = answer;
      context.out.write(read.flags.has('json') ? json(receivers) : shown(receivers, context.nowMs()));
      return EXIT.done;
    });
  },
};

const test: Command = {
  name: 'receiver test',
  summary: 'sends a test page',
  usage: `Usage: muster receiver test NAME [--config FILE] [--json]

Sends a page that says it is a test to every channel of receiver NAME, once and at once, beside whatever
waits, and waits up to 15 s for what becomes of it. The name of a rota or an escalation tests those who are on
now.

  --config FILE   the configuration (default: muster.yaml)
  --json          print what POST /api/v1/receivers/NAME/test answers

Exit code: 0 it arrived everywhere, 1 it did not, 2 wrong usage.
`,
  run(args, context) {
    const read = readArguments(args, { flags: { config: 'string', json: 'boolean' }, restMax: 1 });
    const [name] = read.ok ? read.rest : [];
    if (!read.ok || name === undefined) {
      const fault = read.ok ? 'which one? Name it' : read.fault;
      return Promise.resolve(usageFault('receiver test', fault, context));
    }
    return withServer(textFlag(read.flags, 'config'), context, async (ask) => {
      const answer = await ask({ do: 'test-receiver', name });
      if (!answer.ok || !('tested' in answer)) return failed(faultOf(answer), context);
      context.out.write(read.flags.has('json') ? json(answer.tested) : outcomesShown(answer.tested));
      return answer.tested.outcomes.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
    });
  },
};

export const receiver = commandOf('receiver', 'who can be told: how pages fare, a test page', [list, test]);

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

function faultOf(answer: ControlAnswer): string {
  return answer.ok ? 'the server has answered something else' : `${answer.message}\n  ${answer.cure}`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function shown(receivers: readonly ReceiverView[], nowMs: number): string {
  if (receivers.length === 0) return 'no receivers are configured\n';
  const channels = receivers.flatMap((one) => one.channels);
  const rows = channels.map(({ target, kind, state, last_delivered_ms: lastMs, pending, leads_to: to }) => [
    target,
    kind,
    state,
    lastMs === null ? '-' : `${durationWords(Math.max(0, nowMs - lastMs))} ago`,
    String(pending),
    printable(to),
  ]);
  const faults = channels.flatMap(({ target, fault }) =>
    fault === '' ? [] : [`${target}: ${printable(fault)}\n`],
  );
  return [textTable(['TARGET', 'KIND', 'STATE', 'ARRIVED', 'WAIT', 'TO'], rows), ...faults].join('');
}

function outcomesShown({ outcomes }: ReceiverTestAnswer): string {
  return outcomes
    .map(({ target, ok, detail, took_ms: tookMs }) => {
      const said = printable(detail);
      return `${target}: ${ok ? 'arrived' : 'did not arrive'} after ${tookMs} ms${said === '' ? '' : ` (${said})`}\n`;
    })
    .join('');
}

/** Receivers answer what they like: a terminal is not to act upon it. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '\ufffd');
}
