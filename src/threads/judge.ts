import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { localLease } from '../alert/lease.ts';
import { Catalogue } from '../live/catalogue.ts';
import { LossWatch } from '../fleet/loss-watch.ts';
import { readSocketDrops, socketName } from '../ops/kernel-drops.ts';
import { createJudge } from '../judge/judge.ts';
import { DatabaseFault } from '../state/database.ts';
import { openOrSetAside } from '../state/set-aside.ts';
import { openJudgeRepository } from '../state/judge-repository.ts';
import { webhookChannel } from '../notify/webhook.ts';
import type { Channel } from '../notify/channel.ts';
import type { FromJudge, IngestNews, JudgeSetup, ToJudge } from './messages.ts';
import type { Judge, JudgeRules } from '../judge/judge.ts';
import type { JudgeRules as JudgeRulesMessage } from './messages.ts';
import type { JudgeRepository } from '../state/judge-repository.ts';
import type { ExpiredHost } from '../model/expired-host.ts';
import type { MessagePort } from 'node:worker_threads';

/**
 * The composition root of the judge: checks every second, alert decisions, delivery; nothing shares its event
 * loop.
 */

const TURN_MS = 1000;

const setup = workerData as JudgeSetup;
const main = parentPort as MessagePort;
const say = (message: FromJudge) => main.postMessage(message);

const catalogue = new Catalogue();
/** Read here and not on the main thread, which may be busy for seconds just then. */
const losses = new LossWatch(Date.now(), ({ address, port }) => socketName(address, port));
for (const port of setup.ingest) {
  port.on('message', (news: IngestNews) => {
    if (news.kind === 'announced') catalogue.apply(news.batch);
    else losses.hear(news.intake);
  });
}

function rulesOf(rules: JudgeRulesMessage): JudgeRules {
  const channels = new Map<string, Channel>();
  for (const { name, webhook } of rules.receivers) {
    channels.set(name, webhookChannel({ url: webhook.url, publicUrl: setup.publicUrl }));
  }
  return { ...rules.checks, routes: rules.routes, groups: rules.groups, channels };
}

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
      ...rulesOf(setup.rules),
      catalogue,
      store: repository,
      lease: localLease,
      startedMs: setup.startedMs,
      clock: Date.now,
      random: Math.random,
    });
    return { repository, judge };
  } catch (error) {
    if (!(error instanceof DatabaseFault)) throw error;
    say({ kind: 'refused', message: error.message, cure: error.cure });
    return undefined;
  }
}

/** Judges once a second until it is told to stop. */
function run({ repository, judge }: Opened): void {
  let storeFault: string | null = null;
  let dropsTold = 0;
  const turn = () => {
    const nowMs = Date.now();
    const report = judge.turn(nowMs, losses.look(readSocketDrops(losses.names), nowMs));
    if (report.storeFault !== storeFault) {
      storeFault = report.storeFault;
      const well = storeFault === null;
      const message = well ? 'judge.db can be written again' : 'judge.db cannot be written';
      say({ kind: 'log', level: well ? 'info' : 'error', message, fields: { fault: storeFault } });
    }
    for (const [worker, port] of setup.ingest.entries()) {
      const hosts = report.expired.filter((host) => host.worker === worker);
      if (hosts.length > 0) port.postMessage(hosts satisfies readonly ExpiredHost[]);
    }
    say({ kind: 'report', report });
    if (losses.kernelDropsInAll !== dropsTold) {
      dropsTold = losses.kernelDropsInAll;
      say({ kind: 'kernel-drops', drops: losses.kernelDrops });
    }
  };
  const turning = setInterval(turn, TURN_MS);
  const stop = async (request: number) => {
    clearInterval(turning);
    await judge.stop();
    repository[Symbol.dispose]();
    say({ kind: 'done', request });
    close();
  };
  main.on('message', (message: ToJudge) => {
    switch (message.kind) {
      case 'rules': {
        const accepted = judge.reload(rulesOf(message.rules));
        say({ kind: 'ruled', request: message.request, faults: accepted.ok ? [] : accepted.faults });
        return;
      }
      case 'forget':
        repository.prune(message.beforeMs);
        return;
      case 'ask':
        return;
      case 'stop':
        void stop(message.request);
        return;
    }
  });
  say({ kind: 'started' });
}

function close(): void {
  for (const port of setup.ingest) port.close();
  setup.runner.close();
  main.close();
}

const opened = openJudge();
if (opened) run(opened);
else close();
