import { formatConfigError } from '../config/error.ts';
import { loadConfig } from '../config/load.ts';
import type { LoadOutcome } from '../config/load.ts';
import type { CheckRules } from '../contract/checks.ts';
import type { MusterConfig } from '../contract/config.ts';
import { EXIT } from '../ops/exit.ts';
import type { ExitCode } from '../ops/exit.ts';
import { createLog } from '../ops/log.ts';
import type { Logger } from '../ops/log.ts';
import { StartError } from '../ops/start-error.ts';
import { readArguments } from './command.ts';
import type { Command, CommandContext, SignalName } from './command.ts';

/** The running server, as this command sees it. */
export interface ServedApp {
  readonly address: string;
  /** Applies the difference, or changes nothing and says why not. */
  reload(
    config: MusterConfig,
    checks: CheckRules,
  ): Promise<{ ok: true; changes: readonly string[] } | { ok: false; errors: readonly string[] }>;
  /** Flushes everything, then resolves. */
  stop(): Promise<void>;
}

export type CreateApp = (options: {
  config: MusterConfig;
  checks: CheckRules;
  log: Logger;
  demo: boolean;
}) => Promise<ServedApp>;

const USAGE = `Usage: muster serve [--config FILE] [--demo]

Runs the server until SIGTERM or SIGINT, then writes everything it holds and exits 0.
SIGHUP reads the configuration again; if it is refused, the server goes on as it was.

  --config FILE   the configuration (default: muster.yaml)
  --demo          adds 60 simulated instances, and keeps everything in DATA_DIR-demo instead

Exit code: 0 stopped, 1 not started or failed, 2 wrong usage.
`;

export const serve: Command = serveWith(async (options) => {
  const { createApp } = await import('../app.ts');
  return createApp(options);
});

/** The command over any way to create the app. */
export function serveWith(createApp: CreateApp): Command {
  return {
    name: 'serve',
    summary: 'runs the server; SIGHUP reloads, SIGTERM flushes everything and exits 0',
    usage: USAGE,
    async run(args, context) {
      const read = readArguments(args, { flags: { config: 'string', demo: 'boolean' } });
      if (!read.ok) return usageFault(read.fault, context);
      const config = read.flags.get('config');
      const file = typeof config === 'string' ? config : undefined;
      return start({ createApp, file, demo: read.flags.has('demo'), context });
    },
  };
}

function usageFault(fault: string, { err }: CommandContext): ExitCode {
  err.write(`muster serve: ${fault}\n`);
  return EXIT.usage;
}

interface Start {
  readonly createApp: CreateApp;
  readonly file: string | undefined;
  readonly demo: boolean;
  readonly context: CommandContext;
}

async function start({ createApp, file, demo, context }: Start): Promise<ExitCode> {
  const load = () =>
    loadConfig({ env: context.env, cwd: context.cwd, ...(file === undefined ? {} : { file }) });
  const loaded = load();
  if (!loaded.ok) {
    for (const warning of loaded.warnings) context.err.write(`${warning} (warning)\n`);
    for (const error of loaded.errors) context.err.write(`${formatConfigError(error)}\n`);
    return EXIT.failed;
  }
  const log = createLog({ sink: context.out });
  for (const warning of loaded.warnings) log.warn(warning);
  const inbox = new SignalInbox(context);
  try {
    const app = await createApp({ config: loaded.config, checks: loaded.checks, log, demo });
    log.info(`serving at ${app.address}`);
    await answerSignals({ app, inbox, load, log });
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    context.err.write(`muster: ${error.message}\n  ${error.cure}\n`);
    return EXIT.failed;
  } finally {
    inbox.close();
  }
}

interface Serving {
  readonly app: ServedApp;
  readonly inbox: SignalInbox;
  readonly load: () => LoadOutcome;
  readonly log: Logger;
}

async function answerSignals({ app, inbox, load, log }: Serving): Promise<void> {
  for (;;) {
    const signal = await inbox.next();
    if (signal === 'SIGHUP') {
      await reload({ app, load, log });
      continue;
    }
    log.info(`${signal}: writing everything, then stopping`);
    inbox.whileStopping((again) => log.warn(`${again}: already stopping`));
    await app.stop();
    log.info('stopped');
    return;
  }
}

async function reload({ app, load, log }: Omit<Serving, 'inbox'>): Promise<void> {
  const loaded = load();
  if (!loaded.ok) {
    for (const warning of loaded.warnings) log.warn(warning);
    for (const error of loaded.errors) log.error(formatConfigError(error));
    log.error('reload refused: the server goes on as it was');
    return;
  }
  for (const warning of loaded.warnings) log.warn(warning);
  const outcome = await app.reload(loaded.config, loaded.checks);
  if (outcome.ok) {
    log.info(`reloaded: ${outcome.changes.length === 0 ? 'nothing changed' : outcome.changes.join('; ')}`);
    return;
  }
  for (const error of outcome.errors) log.error(error);
  log.error('reload refused: the server goes on as it was');
}

const SIGNALS: readonly SignalName[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];

/**
 * Signals since the start, one at a time, so that a reload and a stop never overlap. A stop overtakes waiting
 * reloads, and reloads that wait are one.
 */
class SignalInbox {
  readonly #context: CommandContext;
  readonly #listeners: ReadonlyMap<SignalName, () => void>;
  #waiting: SignalName | undefined;
  #wake: (() => void) | undefined;
  #whileStopping: ((signal: SignalName) => void) | undefined;

  constructor(context: CommandContext) {
    this.#context = context;
    this.#listeners = new Map(SIGNALS.map((signal) => [signal, () => this.#take(signal)]));
    for (const [signal, listener] of this.#listeners) context.signals.on(signal, listener);
  }

  async next(): Promise<SignalName> {
    while (this.#waiting === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const signal = this.#waiting;
    this.#waiting = undefined;
    return signal;
  }

  /** From now on signals only reach `listener`. */
  whileStopping(listener: (signal: SignalName) => void): void {
    this.#whileStopping = listener;
  }

  close(): void {
    for (const [signal, listener] of this.#listeners) this.#context.signals.off(signal, listener);
  }

  #take(signal: SignalName): void {
    if (this.#whileStopping !== undefined) return this.#whileStopping(signal);
    if (this.#waiting === undefined || this.#waiting === 'SIGHUP') this.#waiting = signal;
    this.#wake?.();
  }
}
