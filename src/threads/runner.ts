import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { HANDLERS_AT_ONCE } from '../alert-limits.ts';
import { Doors } from '../compat/doors.ts';
import { packResults } from '../model/packed-results.ts';
import { Networks } from '../ingest/senders/networks.ts';
import { environment } from '../runner/environment.ts';
import { HostedPlugins } from '../runner/hosted-plugins.ts';
import { PluginPool } from '../runner/plugin-pool.ts';
import { RunningPrograms } from '../runner/programs.ts';
import { Requests } from './requests.ts';
import type { DecidedOutcome } from '../model/decided.ts';
import type { CheckNowOutcome, PluginRun, ResultRefusal } from '../model/check-result.ts';
import type { HandlerRun } from '../model/handler-run.ts';
import type { FromRunner, JudgeToRunner, RunnerSetup, RunnerToJudge, ToRunner } from './messages.ts';
import type { MessagePort } from 'node:worker_threads';

/**
 * The composition root of the runner: processes of plugins, and the doors by which results of checks come in
 * but for HTTP. The judge owns all states and says what is run; nothing here waits for anything but processes
 * and sockets.
 */

const FIGURES_MS = 1000;

const setup = workerData as RunnerSetup;
const main = parentPort as MessagePort;
const say = (message: FromRunner) => main.postMessage(message);
const tellJudge = (message: RunnerToJudge) => setup.judge.postMessage(message);

const hosted = new HostedPlugins(() =>
  fork(fileURLToPath(new URL('./plugin-host.ts', import.meta.url)), [], {
    // Of its own group: what a terminal sends to ours is not for it.
    detached: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: environment(process.env),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  }),
);
const plugins = new PluginPool({
  atOnce: setup.plugins.atOnce,
  nowMs: Date.now,
  start: (command, timeoutMs) => hosted.start(command, timeoutMs),
  ended: (outcome) => tellJudge({ kind: 'ran', outcomes: [outcome] }),
});

const programs = new RunningPrograms();

/** Event handlers wait for no plugin, and no plugin for them. */
const handlers = new PluginPool({
  atOnce: HANDLERS_AT_ONCE,
  nowMs: Date.now,
  start: (command, timeoutMs) => hosted.start(command, timeoutMs),
  ended: ({ run, end, code, output, detail }) => {
    const said = firstLine(output) || detail;
    tellJudge({ kind: 'handled', outcome: { run, end, code, detail: said } });
  },
});

const reported = new Requests<readonly (ResultRefusal | null)[]>();
const checked = new Requests<CheckNowOutcome>();
const decided = new Requests<DecidedOutcome>();

const doors = new Doors({
  judge: {
    deliver(results) {
      const { request, answer } = reported.open();
      tellJudge({ kind: 'results', request, results: packResults(results) });
      return answer;
    },
    checkNow(service) {
      const { request, answer } = checked.open();
      tellJudge({ kind: 'check-now', request, service });
      return answer;
    },
    decide(question) {
      const { request, answer } = decided.open();
      tellJudge({ kind: 'decide', request, question });
      return answer;
    },
  },
  log: (level, message, fields) => say({ kind: 'log', level, message, fields }),
  nowMs: Date.now,
  allowList: (networks) => new Networks(networks),
});

/** Each is a process of its own: one that hangs keeps no other from being run. */
function handlerCommand({ run, cluster, host, service, handler, command, timeoutMs }: HandlerRun): PluginRun {
  const name = `${service} ${handler} ${run}`;
  return { run, cluster, host, service: name, command: command ?? [], timeoutMs, startMs: 0 };
}

function firstLine(output: string): string {
  return output.trim().split('\n', 1)[0] ?? '';
}

async function use({ request, wishes }: ToRunner & { kind: 'use' }): Promise<void> {
  plugins.atOnce = wishes.plugins.atOnce;
  say({ kind: 'opened', request, faults: await doors.use(wishes.passive) });
}

async function stop(request: number): Promise<void> {
  clearInterval(telling);
  await Promise.all([plugins.stop(), handlers.stop(), hosted.stop(), doors.close()]);
  say({ kind: 'done', request });
  setup.judge.close();
  main.close();
}

setup.judge.on('message', (message: JudgeToRunner) => {
  switch (message.kind) {
    case 'run':
      plugins.add(message.runs);
      return;
    case 'handle':
      handlers.add(message.runs.map(handlerCommand));
      return;
    case 'program': {
      const { request, program } = message;
      programs.run(request, {
        start: () => hosted.start(program.command, program.timeoutMs, program.input),
        ended: (end) => tellJudge({ kind: 'program-ended', request, end }),
      });
      return;
    }
    case 'end-program':
      programs.end(message.request);
      return;
    case 'taken':
      reported.settle(message.request, message.refusals);
      return;
    case 'checked':
      checked.settle(message.request, message.outcome);
      return;
    case 'decided':
      decided.settle(message.request, message.outcome);
      return;
  }
});

// The judge is gone: nobody will answer.
setup.judge.on('close', () => {
  const fault = new Error('the judge thread has ended');
  reported.fail(fault);
  checked.fail(fault);
});

// One message after another: a stop waits for a reload.
let obeying: Promise<void> = Promise.resolve();
main.on('message', (message: ToRunner) => {
  obeying = obeying.then(() => (message.kind === 'use' ? use(message) : stop(message.request)));
});

const telling = setInterval(() => {
  say({ kind: 'figures', figures: { ...plugins.figures(), doors: doors.figures() } });
}, FIGURES_MS);

// The doors stay shut until the server knows its hosts: results would be refused for want of them.
say({ kind: 'started' });
