import { basename, join, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { compilePattern } from '../model/pattern.ts';
import { ControlClient } from './control-client.ts';
import { differenceOf, serviceOf } from '../backtest/difference.ts';
import { EXIT } from '../ops/exit.ts';
import { failed, failedBy, loadSettings } from './settings.ts';
import { formatConfigError } from '../config/error.ts';
import { limitsOf } from './replay/limits.ts';
import { loadConfig } from '../config/load.ts';
import { readReplayArguments } from './replay/arguments.ts';
import { replayData, replayText } from './replay/tell.ts';
import { ReplayProgress } from './replay/progress.ts';
import { runReplay } from './replay/run.ts';
import { usageFault } from './command.ts';
import type { Command, CommandContext } from './command.ts';
import type { ComparedPage } from '../backtest/difference.ts';
import type { ExitCode } from '../ops/exit.ts';
import type { LoadOutcome } from '../config/load.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { ReplayArguments } from './replay/arguments.ts';
import type { ReplayDone } from './replay/run.ts';
import type { ReplayRules } from '../backtest/replay.ts';

export const replayCommand: Command = {
  name: 'replay',
  summary: 'who would have been paged: definitions and routes over the stored past',
  usage: `Usage: muster replay --from TIME [--to TIME] [--checks FILE... [--only]] [--routes FILE]
                     [--cluster P] [--host P] [--service P] [--config FILE] [--json]

Judges what is stored of that time anew, by the definitions and routes of the configuration and, if others
are named, by those, too; prints who would have been paged, when and for what, and what would be other.
Nothing is sent, run or changed. Works beside a running server, and without one.

  --from TIME     -7d (s m h d w), 2026-11-20T08:00Z, or epoch seconds
  --to TIME       the same (default: now)
  --checks FILE... files of definitions to try: each takes the place of the configured file of its name,
                  or comes beside them
  --only          these files alone, without the configured ones
  --routes FILE   a muster.yaml whose "alerts:" is to be tried
  --cluster P, --host P
                  regular expressions over whole names: these hosts alone (default: all)
  --service P     the same: pages of these services alone; "disk" is also "disk[df-root]"
  --config FILE   the configuration (default: muster.yaml)
  --json          print { from, to, pages, by_receiver, by_service, now, tried, difference, trust, notes,
                  figures } instead

Exit code: 0 done, 1 failed, or a file is not valid, 2 wrong usage.
`,
  async run(args, context) {
    const read = readReplayArguments(args, context.nowMs());
    if (!read.ok) return usageFault('replay', read.fault, context);
    const sets = setsOf(read.value, context);
    if (sets === undefined) return EXIT.failed;
    const { dataDir, store } = sets.config;
    if (store.type === 'memory')
      return failed('store.type is memory: its past is in the server alone, and gone with it', context);
    if (!existsSync(join(dataDir, 'catalogue.db')))
      return failed(`there is no catalogue.db in ${dataDir}: no server has run on it yet`, context);
    try {
      return await run(read.value, sets, context);
    } catch (error) {
      return failedBy(error, context);
    }
  },
};

interface Sets {
  readonly config: MusterConfig;
  readonly sets: readonly ReplayRules[];
}

/** What holds and what is tried; undefined: some of it is not valid, and stderr has been told. */
function setsOf(asked: ReplayArguments, context: CommandContext): Sets | undefined {
  const { env, cwd } = context;
  const file = asked.config === undefined ? {} : { file: asked.config };
  const present = valid(loadConfig({ env, cwd, ...file }), context);
  if (present === undefined) return undefined;
  const { config } = present;
  const now = { checks: present.checks, alerts: config.alerts, groups: config.groups };
  if (asked.checks.length === 0 && asked.routes === undefined) return { config, sets: [now] };
  const files = asked.checks.map((path) => resolve(cwd, path));
  const names = new Set(files.map((path) => basename(path)));
  const checkFiles = (configured: readonly string[]) => [
    ...configured.filter((path) => !asked.only && !names.has(basename(path))),
    ...files,
  ];
  const tried = files.length === 0 ? present : valid(loadConfig({ env, cwd, ...file, checkFiles }), context);
  const routes = asked.routes === undefined ? config : loadSettings(asked.routes, context);
  if (tried === undefined || routes === undefined) return undefined;
  return { config, sets: [now, { checks: tried.checks, alerts: routes.alerts, groups: config.groups }] };
}

function valid(loaded: LoadOutcome, { err }: CommandContext) {
  if (loaded.ok) return loaded;
  for (const error of loaded.errors) err.write(`${formatConfigError(error)}\n`);
  return undefined;
}

async function run(
  asked: ReplayArguments,
  { config, sets }: Sets,
  context: CommandContext,
): Promise<ExitCode> {
  const { fromS, toS, cluster, host } = asked;
  const nowS = Math.floor(context.nowMs() / 1000);
  const flushed = toS < nowS - config.cache.maxAgeMs / 1000 || (await flush(asked, config));
  const progress = new ReplayProgress(context.err, () => context.nowMs());
  const outcome = await runReplay({ config, sets, fromS, toS, nowS, cluster, host }, (what, share) =>
    progress.at(what, share),
  );
  progress.end();
  if (outcome.kind === 'failed') return failed(outcome.message, context);
  const replayed = replayedOf(asked, { config, sets }, { outcome, flushed });
  context.out.write(asked.json ? `${JSON.stringify(replayData(replayed), null, 2)}\n` : replayText(replayed));
  return EXIT.done;
}

/** A page that the judge writes down and its outbox sends are in one and the same second. */
const SENT_WITHIN_MS = 60_000;

function replayedOf(
  asked: ReplayArguments,
  { config, sets }: Sets,
  { outcome, flushed }: { readonly outcome: ReplayDone; readonly flushed: boolean },
) {
  const wanted = (pages: readonly ComparedPage[]) => pages.filter((page) => isWanted(page, asked.service));
  const [now = [], tried] = outcome.pages.map(wanted);
  const sent = wanted(outcome.sent).filter(({ kind }) => kind !== 'test' && kind !== 'notice');
  return {
    fromS: asked.fromS,
    done: outcome,
    now,
    tried: tried ?? null,
    sent,
    trust: differenceOf(sent, now, SENT_WITHIN_MS),
    limits: limitsOf({ asked, config, sets, outcome, flushed }),
  };
}

function isWanted(page: ComparedPage, service: string): boolean {
  const compiled = compilePattern(service);
  return compiled.ok && (compiled.pattern.matches(page.service) || compiled.pattern.matches(serviceOf(page)));
}

/** Has a running server write what waits; whether nothing does. */
async function flush({ cluster, host }: ReplayArguments, { dataDir }: MusterConfig): Promise<boolean> {
  using client = await ControlClient.on(dataDir);
  if (client === undefined) return true;
  const answer = await client.ask({ do: 'flush', cluster, host, metric: '.*' });
  return answer.ok && 'left' in answer && answer.left === 0;
}
