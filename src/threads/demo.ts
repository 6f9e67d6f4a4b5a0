import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { behaviourOf } from '../demo/behaviour.ts';
import { fleetOf } from '../demo/fleet.ts';
import { applicationHistoryOf, historyOf } from '../demo/history.ts';
import { jobResult, jobRhythm } from '../demo/jobs.ts';
import { deploysBetween, isAlive } from '../demo/scenario.ts';
import { Senders } from '../demo/senders.ts';
import { rhythmOf, turnBefore } from '../demo/turns.ts';
import { createOncePer } from '../ops/log.ts';
import { openStore } from './stores.ts';
import type { Behaviour } from '../demo/behaviour.ts';
import type { DemoSetup, FromDemo, ToDemo } from './messages.ts';
import type { MessagePort } from 'node:worker_threads';
import type { Store } from '../store/store.ts';

/**
 * The composition root of the demo: its fleet's past is made and written here, and its datagrams are sent, so
 * that the server beside it is not held up. A record's past is complete before its first datagram leaves, so
 * no file has two writers.
 */

const PAST_S = 6 * 3600;
/** One: a server that has just started has better to do for the other cores. */
const STORE_WORKERS = 1;
const LOOK_MS = 100;
const MARKS_EVERY_MS = 1000;
const JOBS_EVERY_MS = 5000;
/** Longer than an agent's interval. */
const HEARD_WITHIN_S = 20;
const FAULT_LOG_MS = 60_000;

type Group = DemoSetup['groups'][number];

const setup = workerData as DemoSetup;
const main = parentPort as MessagePort;
const say = (message: FromDemo) => main.postMessage(message);
const tell = (level: 'info' | 'warn', message: string, fields = {}) =>
  say({ kind: 'log', level, message, fields });

const once = createOncePer(Date.now);
const { startS } = setup;
const senders = new Senders({
  nowMs: Date.now,
  onFault: (fault) => {
    if (once('fault', FAULT_LOG_MS)) tell('warn', 'demo: could not send', { fault: fault.message });
  },
  every: (look) => {
    const timer = setInterval(look, LOOK_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
});
const abort = new AbortController();
/** Instances whose agents send: since when, and the second of the last result of each one's job. */
const jobs = new Map<Behaviour, { readonly sendsS: number; readonly reportedS: number }>();

/** Gives every instance its past, one after another, and starts each as soon as it has. */
async function run(): Promise<void> {
  const beganMs = Date.now();
  const store = setup.store.type === 'rrd' ? openPast(setup.store) : undefined;
  let points = 0;
  for (const instance of fleetOf(startS)) {
    const group = setup.groups.find((g) => g.role === instance.role);
    if (group === undefined || abort.signal.aborted) continue;
    // What is remembered of those that left is let be.
    if (instance.leaving && secondsNow() >= instance.leaving.atS) continue;
    const behaviour = behaviourOf(instance, startS);
    const throughS = Math.floor(secondsNow());
    if (store) points += await write(behaviour, { store, group, throughS });
    // The past ends with the last turn; without a past that one is sent.
    await senders.add(behaviour, group, store ? turnBefore(rhythmOf(instance), throughS) : 0);
    jobs.set(behaviour, { sendsS: secondsNow(), reportedS: 0 });
  }
  await store?.[Symbol.asyncDispose]();
  if (abort.signal.aborted) return;
  const seconds = ((Date.now() - beganMs) / 1000).toFixed(1);
  const past = store
    ? `${points} points of the past written in ${seconds} s`
    : 'the memory store has no past';
  tell('info', `demo: every instance sends; ${past}`);
  say({ kind: 'running' });
}

function openPast(config: DemoSetup['store']): Store {
  return openStore(config, {
    rrdDirs: new Map(),
    dataDir: setup.dataDir,
    workers: STORE_WORKERS,
    onCount: (what, detail) => tell('warn', `demo: the store reports: ${what}`, { detail }),
  });
}

/** Writes what is missing of an instance's past; how many points it is. */
async function write(
  behaviour: Behaviour,
  { store, group, throughS }: { store: Store; group: Group; throughS: number },
): Promise<number> {
  const seenMs = setup.lastSeenMs.get(`${group.cluster}\0${behaviour.instance.name}`) ?? 0;
  const afterS = Math.max(throughS - PAST_S, (seenMs - setup.unwrittenMs) / 1000);
  const past = { cluster: group.cluster, afterS, throughS, types: setup.types };
  let points = 0;
  for (const batch of [historyOf(behaviour, past), applicationHistoryOf(behaviour, past)]) {
    const outcomes = await store.put(batch, { signal: abort.signal, hurry: true });
    for (const outcome of outcomes) {
      if (outcome.ok || outcome.reason === 'aborted' || !once(outcome.reason, FAULT_LOG_MS)) continue;
      tell('warn', 'demo: the store refused points', { reason: outcome.reason, detail: outcome.detail });
    }
    points += batch.timesS.length;
  }
  return points;
}

/** Posts the deployments of the past that no earlier run has, then each as it happens. */
async function postMarks(): Promise<void> {
  const seenMs = Math.max(0, ...setup.lastSeenMs.values());
  let markedS = Math.max(secondsNow() - PAST_S, seenMs / 1000);
  while (!abort.signal.aborted) {
    const throughS = secondsNow();
    for (const { timeS, role, text, tags } of deploysBetween(startS, markedS, throughS)) {
      const cluster = setup.groups.find((g) => g.role === role)?.cluster ?? role;
      say({
        kind: 'mark',
        mark: { timeMs: timeS * 1000, kind: 'deploy', cluster, host: '', text, tags: [...tags], by: 'demo' },
      });
    }
    markedS = throughS;
    await delay(MARKS_EVERY_MS, undefined, { signal: abort.signal }).catch(() => undefined);
  }
}

/** Reports what jobs say that are done, the last of each as soon as its instance has been heard. */
async function reportJobs(): Promise<void> {
  while (!abort.signal.aborted) {
    await delay(JOBS_EVERY_MS, undefined, { signal: abort.signal }).catch(() => undefined);
    const nowS = secondsNow();
    const results = [...jobs].flatMap(([behaviour, { sendsS, reportedS }]) => {
      const { instance, faults } = behaviour;
      const rhythm = jobRhythm(instance);
      const doneS = rhythm ? turnBefore(rhythm, nowS) : 0;
      const cluster = setup.groups.find((g) => g.role === instance.role)?.cluster;
      if (cluster === undefined || doneS <= reportedS || !isAlive(instance, faults, doneS)) return [];
      // Nobody knows a host that has not been heard.
      if (nowS < sendsS + HEARD_WITHIN_S) return [];
      jobs.set(behaviour, { sendsS, reportedS: doneS });
      return [jobResult(behaviour, cluster, doneS)];
    });
    if (results.length > 0 && !abort.signal.aborted) say({ kind: 'results', results });
  }
}

function secondsNow(): number {
  return Date.now() / 1000;
}

const running = Promise.all([run(), postMarks(), reportJobs()]);
main.on('message', (message: ToDemo) => {
  switch (message.kind) {
    case 'stop':
      senders[Symbol.dispose]();
      abort.abort();
      void running.then(() => main.close());
      return;
  }
});
