import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { localLease } from '../alert/lease.ts';
import { Catalogue } from '../live/catalogue.ts';
import { LossWatch } from '../fleet/loss-watch.ts';
import { readSocketDrops, socketName } from '../ops/kernel-drops.ts';
import { outcomeOf } from '../model/decided.ts';
import { createJudge } from '../judge/judge.ts';
import { refusalsOf, unpackResults } from '../model/packed-results.ts';
import { DatabaseFault } from '../state/database.ts';
import { openOrSetAside } from '../state/set-aside.ts';
import { openJudgeRepository } from '../state/judge-repository.ts';
import { RemotePast } from './remote-past.ts';
import { Sources } from '../judge/values/sources.ts';
import { acknowledgeLinks } from './acknowledge-links.ts';
import { Channels } from './channels.ts';
import { RemoteGraphs } from './remote-graphs.ts';
import { RemotePrograms } from './remote-programs.ts';
import { HandlerRuns } from './handler-runs.ts';
import { Heartbeat } from './heartbeat.ts';
import { machineClock } from './machine-clock.ts';
import { ReceiverTests } from './receiver-tests.ts';
import { sendOut } from '../notify/outgoing/send-out.ts';
import { NO_ALERTS } from '../contract/alerts.ts';
import type {
  FromJudge,
  IngestNews,
  JudgeSetup,
  JudgeToIngest,
  JudgeToQuery,
  JudgeToRunner,
  QueryToJudge,
  RunnerToJudge,
  ToJudge,
} from './messages.ts';
import type { HandlerOutcome } from '../model/handler-run.ts';
import type { Judge } from '../judge/judge.ts';
import type { JudgeReport } from '../judge/report.ts';
import type { JudgeRules } from '../judge/rules.ts';
import type { JudgeRules as JudgeRulesMessage } from './messages.ts';
import type { JudgeRepository } from '../state/judge-repository.ts';
import type { MessagePort } from 'node:worker_threads';

/**
 * The composition root of the judge: checks every second, alert decisions, delivery; nothing shares its event
 * loop.
 */

const TURN_MS = 1000;
/** Results that nobody waits for are told so often at most: thousands may come in a second. */
const NEWS_MS = 100;

const setup = workerData as JudgeSetup;
const main = parentPort as MessagePort;
const say = (message: FromJudge) => main.postMessage(message);
const tellRunner = (message: JudgeToRunner) => setup.runner.postMessage(message);

const catalogue = new Catalogue();
/** Read here and not on the main thread, which may be busy for seconds just then. */
const losses = new LossWatch(Date.now(), ({ address, port }) => socketName(address, port));
for (const port of setup.ingest) {
  port.on('message', (news: IngestNews) => {
    if (news.kind === 'announced') catalogue.apply(news.batch);
    else losses.hear(news.intake);
  });
}

const askQuery = (message: JudgeToQuery) => setup.past.postMessage(message);
const past = new RemotePast(askQuery, say);
const graphs = new RemoteGraphs(catalogue, askQuery);
setup.past.on('message', (message: QueryToJudge) => {
  if (message.kind === 'graph' || message.kind === 'no-graph') graphs.hear(message);
  else past.hear(message);
});

const programs = new RemotePrograms(tellRunner);
const { publicUrl, linkSecret } = setup;
const acknowledge = acknowledgeLinks(publicUrl, linkSecret);
const channels = new Channels({ publicUrl, graphs, programs, clock: Date.now, acknowledge });

function rulesOf(rules: JudgeRulesMessage): JudgeRules {
  const { checks, alerts, groups, boot } = rules;
  const ways = channels.use(alerts.receivers);
  return { ...checks, routes: alerts.routes, alerts, groups, boot, channels: ways };
}

/** The rules the judge goes by. */
let inForce = rulesOf(setup.rules);
const tests = new ReceiverTests();

interface Opened {
  readonly repository: JudgeRepository;
  readonly judge: Judge;
}

/** The judge and its memory. Without that there is nothing to start with: the main thread is told why. */
function openJudge(): Opened | undefined {
  try {
    const repository = openOrSetAside(() => openJudgeRepository(join(setup.dataDir, 'judge.db')), {
      nowMs: Date.now(),
      told: (aside) => say({ kind: 'set-aside', ...aside }),
      removed: (path) =>
        say({
          kind: 'log',
          level: 'warn',
          message: 'an older damaged judge.db was removed',
          fields: { path },
        }),
    });
    const judge = createJudge({
      ...inForce,
      machine: machineClock(),
      catalogue,
      store: repository,
      lease: localLease,
      startedMs: setup.startedMs,
      clock: Date.now,
      random: Math.random,
      sources: new Sources(catalogue, past),
    });
    return { repository, judge };
  } catch (error) {
    if (!(error instanceof DatabaseFault)) throw error;
    say({ kind: 'refused', message: error.message, cure: error.cure });
    return undefined;
  }
}

/** The judge is told of webhooks as it is of commands. */
let handled: (outcome: HandlerOutcome) => void = () => undefined;
const handlerRuns = new HandlerRuns({
  command: (runs) => tellRunner({ kind: 'handle', runs }),
  send: (request, timeoutMs, signal) => sendOut(request, signal, { timeoutMs }),
  ended: (outcome) => handled(outcome),
});

/** Plugins to the runner, and what was measured to the workers that have the hosts. */
function runErrands(judge: Judge): void {
  const { runs, handlers, performances } = judge.takeErrands();
  handlerRuns.run(handlers);
  if (runs.length > 0) tellRunner({ kind: 'run', runs });
  if (performances.length === 0) return;
  for (const [worker, port] of setup.ingest.entries()) {
    const theirs = performances.filter((one) => one.worker === worker);
    if (theirs.length === 0) continue;
    port.postMessage({ kind: 'performance', performances: theirs } satisfies JudgeToIngest);
  }
}

/** Tells what was found between turns, before whoever asked hears the answer. */
function tellBetween(judge: Judge, report: JudgeReport | null): void {
  if (report) say({ kind: 'report', report });
  runErrands(judge);
}

function hearRunner(judge: Judge, message: RunnerToJudge, tellSoon: () => void): void {
  const nowMs = Date.now();
  switch (message.kind) {
    case 'ran':
      tellBetween(judge, judge.ran(message.outcomes, nowMs));
      return;
    case 'handled':
      judge.handled([message.outcome]);
      return;
    case 'program-ended':
      programs.hear(message.request, message.end);
      return;
    case 'results': {
      const { request } = message;
      const outcomes = judge.take(unpackResults(message.results), nowMs);
      tellRunner({ kind: 'taken', request, refusals: refusalsOf(outcomes) });
      tellSoon();
      return;
    }
    case 'decide': {
      const { request, question } = message;
      const { answer, report } = judge.ask(question, nowMs);
      tellBetween(judge, report);
      tellRunner({ kind: 'decided', request, outcome: outcomeOf(question, answer) });
      return;
    }
    case 'check-now': {
      const { request, service } = message;
      const { answer, report } = judge.ask({ kind: 'check-now', service }, nowMs);
      tellBetween(judge, report);
      tellRunner({ kind: 'checked', request, outcome: answer });
      return;
    }
  }
}

const heartbeat = new Heartbeat({
  send: sendOut,
  changed: (fault) => {
    say({ kind: 'heartbeat', fault });
    const message = fault === null ? 'the heartbeat gets through' : 'the heartbeat does not get through';
    say({ kind: 'log', level: fault === null ? 'info' : 'warn', message, fields: { fault } });
  },
});

async function test(judge: Judge, { request, name }: ToJudge & { kind: 'test-receiver' }): Promise<void> {
  const { alerts = NO_ALERTS, channels } = inForce;
  const { onCall } = judge;
  const tested = await tests.test(name, { alerts, channels, onCall }, Date.now());
  say({ kind: 'tested', request, tested });
}

function hearMain(
  { repository, judge }: Opened,
  message: ToJudge,
  stop: (request: number) => Promise<void>,
): void {
  switch (message.kind) {
    case 'rules': {
      const rules = rulesOf(message.rules);
      const accepted = judge.reload(rules);
      if (accepted.ok) inForce = rules;
      heartbeat.use(inForce.alerts?.watcher.heartbeat ?? null);
      say({ kind: 'ruled', request: message.request, faults: accepted.ok ? [] : accepted.faults });
      return;
    }
    case 'roster':
      judge.members.take(message.news);
      return;
    case 'lists':
      judge.members.listed(message.groups);
      return;
    case 'forget':
      repository.prune(message.beforeMs);
      return;
    case 'ask': {
      const { answer, report } = judge.ask(message.question, Date.now());
      tellBetween(judge, report);
      say({ kind: 'answered', request: message.request, answer });
      return;
    }
    case 'test-receiver':
      return void test(judge, message);
    case 'stop':
      return void stop(message.request);
  }
}

/** Judges once a second until it is told to stop. */
function run({ repository, judge }: Opened): void {
  let storeFault: string | null = null;
  handled = (outcome) => judge.handled([outcome]);
  heartbeat.use(inForce.alerts?.watcher.heartbeat ?? null);
  let dropsTold = 0;
  const turn = () => {
    const nowMs = Date.now();
    const begunMs = performance.now();
    const report = judge.turn(nowMs, losses.look(readSocketDrops(losses.names), nowMs));
    const turnMs = performance.now() - begunMs;
    if (report.storeFault !== storeFault) {
      storeFault = report.storeFault;
      const well = storeFault === null;
      const message = well ? 'judge.db can be written again' : 'judge.db cannot be written';
      say({ kind: 'log', level: well ? 'info' : 'error', message, fields: { fault: storeFault } });
    }
    for (const [worker, port] of setup.ingest.entries()) {
      const hosts = report.expired.filter((host) => host.worker === worker);
      if (hosts.length > 0) port.postMessage({ kind: 'expired', hosts } satisfies JudgeToIngest);
    }
    runErrands(judge);
    say({ kind: 'report', report, turnMs });
    heartbeat.turned(report.storeFault ?? report.ownFault);
    if (losses.kernelDropsInAll !== dropsTold) {
      dropsTold = losses.kernelDropsInAll;
      say({ kind: 'kernel-drops', drops: losses.kernelDrops });
    }
  };
  const turning = setInterval(turn, TURN_MS);
  let telling: NodeJS.Timeout | undefined;
  const tellSoon = () => {
    telling ??= setTimeout(() => {
      telling = undefined;
      tellBetween(judge, judge.news());
    }, NEWS_MS).unref();
  };
  const stop = async (request: number) => {
    clearInterval(turning);
    clearTimeout(telling);
    heartbeat.stop();
    handlerRuns.stop();
    await judge.stop();
    repository[Symbol.dispose]();
    say({ kind: 'done', request });
    close();
  };
  main.on('message', (message: ToJudge) => hearMain({ repository, judge }, message, stop));
  setup.runner.on('message', (message: RunnerToJudge) => hearRunner(judge, message, tellSoon));
  say({ kind: 'started' });
}

function close(): void {
  for (const port of setup.ingest) port.close();
  setup.runner.close();
  setup.past.close();
  main.close();
}

const opened = openJudge();
if (opened) run(opened);
else close();
