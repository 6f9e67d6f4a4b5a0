import { Resolver } from 'node:dns/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { hostname } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { AuthFiles } from './auth-files.ts';
import { CollectdDoors, cipherFault } from '../ingest/collectd/collectd-door.ts';
import { Engine } from '../ingest/engine.ts';
import { collides, groupsMissing, listenerChanges, rulesOf } from '../ingest/group-changes.ts';
import { Listeners } from '../ingest/listeners.ts';
import { noJournal } from '../ingest/journal/no-journal.ts';
import { openJournal } from '../ingest/journal/journal.ts';
import { SeriesBudget } from '../ingest/senders/series-budget.ts';
import { openStore } from './stores.ts';
import { watchGcPauses } from '../ops/gc-pauses.ts';
import { intakeOf } from '../ingest/stats.ts';
import { openSums } from './worker-sums.ts';
import type { Journal } from '../ingest/journal/port.ts';
import type { BindOutcome } from '../ingest/listeners.ts';
import type { Place, Wanted } from '../ingest/group-changes.ts';
import type {
  Departed,
  FromIngest,
  IngestNews,
  IngestQuestion,
  IngestReply,
  IngestSetup,
  JudgeToIngest,
  ToIngest,
} from './messages.ts';
import type { GroupConfig } from '../contract/config.ts';
import type { MessagePort } from 'node:worker_threads';

/** The composition root of an ingest worker: sockets, engine, store; nothing else shares its event loop. */

const TICK_MS = 200;
/** With 20 ms for each turn: 100 000 timers of statsd take some 2 s of every flush interval. */
const SETTLE_MS = 50;
const COMMIT_MS = 50;
const STATS_MS = 1000;
/** A changed AuthFile counts within a second. */
const AUTH_LOOK_MS = 500;
const CHANGES_MS = 5000;
const DRAIN_MS = 60_000;
const REMOVE_MS = 10_000;
const RESOLVE_MS = 2000;
const REFUSAL_LOG_MS = 60_000;
const ANNOUNCEMENTS_PER_MESSAGE = 500;
/** While the sockets wait: copying so many, for two threads, takes some 0.5 ms. */
const ANNOUNCEMENTS_PER_TURN = 64;

const gcPauses = watchGcPauses();
const setup = workerData as IngestSetup;
const main = parentPort as MessagePort;
const say = (message: FromIngest) => main.postMessage(message);
const warn = (message: string, fields: Record<string, unknown>) =>
  say({ kind: 'log', level: 'warn', message, fields });

const inform = (message: string, values: number) =>
  say({ kind: 'log', level: 'info', message, fields: { values } });

const tellJudge = (news: IngestNews) => setup.judge.postMessage(news);

/** Hosts whose history is getting another name: what is new under the old one waits. */
const held = new Set<string>();
const heldName = ({ cluster, host }: { cluster: string; host: string }) => `${cluster}\0${host}`;
let renaming: Promise<unknown> = Promise.resolve();

const store = openStore(setup.store, {
  rrdDirs: setup.rrdDirs,
  dataDir: setup.dataDir,
  workers: setup.store.type === 'rrd' ? setup.store.workers : 1,
  onCount: (what, detail) => warn(`the store reports: ${what}`, { detail }),
  onSetAside: (aside) => say({ kind: 'set-aside', ...aside }),
  isHeld: (record) => held.size > 0 && held.has(heldName(record)),
});
/** From one second on: 0 means "never" in tables. */
const ticksMs = () => performance.now() + 1000;
const authFiles = new AuthFiles((level, message, fields) => say({ kind: 'log', level, message, fields }));
const resolver = new Resolver({ timeout: RESOLVE_MS, tries: 1 });
const journal = await openedJournal();
const engine: Engine = new Engine({
  store,
  journal,
  types: setup.types,
  cache: setup.cache,
  reverse: (address) => resolver.reverse(address),
  nowMs: Date.now,
  ticksMs,
  sleep: (ms) => delay(ms),
  random: Math.random,
  onRefusal: refusalLog(),
  doors: openDoors(),
  budget: new SeriesBudget(setup.series.max, setup.series.used),
  ownHost: hostname(),
});
const listeners = new Listeners(engine, Date.now, Math.floor(Math.random() * 0x100000000));
let groups: readonly GroupConfig[] = [];
/** Silences of gmetad's length: it knows no other sign that a host is down. */
const silentMs = (cluster: string) => 4 * (groups.find((g) => g.name === cluster)?.hostTmaxMs ?? 0);
const sums =
  setup.store.type === 'rrd' && setup.store.summaryInfo
    ? openSums(setup.worker, { summed: engine.summed(silentMs), store })
    : undefined;

function openedJournal(): Promise<Journal> | Journal {
  if (setup.journal === null) return noJournal;
  return openJournal({
    ...setup.journal,
    worker: setup.worker,
    records: {
      describe: (record) => engine.describe(record),
      settled: (record) => engine.lastStored(record),
    },
    nowMs: Date.now,
    ticksMs,
    onLost: (values, reason, earlier) => engine.loseJournaled(values, reason, earlier),
    onReport: (level, message, fields) => say({ kind: 'log', level, message, fields }),
  });
}

function openDoors(): CollectdDoors {
  return new CollectdDoors({
    ticksMs,
    users: (file) => authFiles.users(file),
    onUnverified: (group) =>
      warn('signed collectd packets are taken unverified: the group has no auth_file', { group }),
    onForgotten: (group) =>
      warn('more signed packets than can be remembered: replay_window is shorter than asked for', { group }),
  });
}

/** Lets go of AuthFiles that no group names any more. */
function keepAuthFiles(): void {
  authFiles.keepOnly(new Set(groups.flatMap(({ collectd }) => collectd.authFile ?? [])));
}

/** Refusals of one reason are told once a minute; the counter has them all. */
function refusalLog(): ConstructorParameters<typeof Engine>[0]['onRefusal'] {
  const toldMs = new Map<string, number>();
  return ({ cluster, host, metric }, reason, detail) => {
    const nowMs = Date.now();
    if (nowMs - (toldMs.get(reason) ?? 0) < REFUSAL_LOG_MS) return;
    toldMs.set(reason, nowMs);
    warn('the store refused points', { cluster, host, metric, reason, detail });
  };
}

/** Tells what is new, everything at once. */
function announce(restored: boolean): void {
  while (announceSome(restored, ANNOUNCEMENTS_PER_MESSAGE));
}

/** Tells some of what is new; copying a message takes time that the sockets have to wait. */
function announceSome(restored: boolean, max: number): boolean {
  const announcements = engine.takeAnnouncements(max);
  if (announcements.length === 0) return false;
  const batch = { worker: setup.worker, announcements };
  tellJudge({ kind: 'announced', batch });
  say({ kind: 'announced', batch, restored });
  return true;
}

let announcing = false;

/** Tells what is new in pieces, the sockets having their turn in between. */
function announceInTurns(): void {
  if (announcing) return;
  announcing = true;
  const next = () => {
    if (announceSome(false, ANNOUNCEMENTS_PER_TURN)) setImmediate(next);
    else announcing = false;
  };
  next();
}

/** A change of groups that has been prepared. */
let change = { groups, open: [] as Wanted[], deferred: [] as Wanted[], close: [] as Wanted[] };

async function open(wanted: readonly Wanted[]): Promise<BindOutcome[]> {
  const outcomes: BindOutcome[] = [];
  for (const one of wanted) {
    const group = change.groups.find((g) => g.name === one.group);
    if (group) outcomes.push(await listeners.open(one, engine.groupIndex(rulesOf(group))));
  }
  return outcomes;
}

async function prepare(next: readonly GroupConfig[], freed: readonly Place[]): Promise<BindOutcome[]> {
  const changes = listenerChanges(groups, next);
  const waits = (w: Wanted) => freed.some((f) => collides(f, w));
  const deferred = changes.open.filter(waits);
  const ready = changes.open.filter((w) => !waits(w));
  change = { groups: [...next], open: ready, deferred, close: [...changes.close] };
  const hasKeys = next.some((g) => g.collectd.authFile !== null || g.collectd.securityLevel !== 'None');
  const lacking = hasKeys ? cipherFault() : undefined;
  if (lacking !== undefined) return [{ ok: false, message: lacking }];
  for (const group of next) engine.groupIndex(rulesOf(group));
  const outcomes = await open(ready);
  for (const wanted of deferred) {
    const message = await listeners.probe(wanted);
    if (message !== undefined) outcomes.push({ ok: false, message });
  }
  return outcomes;
}

async function commit(): Promise<void> {
  for (const { key } of change.close) listeners.close(key);
  const missing = groupsMissing(groups, change.groups);
  for (const name of missing) {
    await engine.removeGroup(name, REMOVE_MS / missing.length);
  }
  groups = change.groups;
  for (const group of groups) engine.setGroup(rulesOf(group));
  keepAuthFiles();
  void readBack();
  tellStats();
  announce(false);
}

let readingBack = false;

/** What a run that was ended had not stored; told, because nobody else tells of a crash. */
async function readBack(): Promise<void> {
  if (readingBack) return;
  readingBack = true;
  const { earlierValues } = journal.figures();
  if (earlierValues > 0) inform('the last run left values in the journal: they are read back', earlierValues);
  await engine.readBack();
  if (earlierValues > 0) inform('the journal has been read back', engine.books.takenOver);
  tellStats();
}

let storeFault = '';

function tellStats(): void {
  const stats = engine.stats();
  if (storeFault !== '' && stats.storeFault === '') {
    say({ kind: 'log', level: 'info', message: 'the store takes points again', fields: { was: storeFault } });
  }
  storeFault = stats.storeFault;
  say({ kind: 'stats', stats, gcPauses: gcPauses() });
  const groups = intakeOf(engine.books);
  tellJudge({ kind: 'intake', intake: { worker: setup.worker, sockets: listeners.bound, groups } });
}

async function abandon(): Promise<void> {
  for (const { key } of change.open) listeners.close(key);
  const missing = groupsMissing(change.groups, groups);
  for (const name of missing) {
    await engine.removeGroup(name, REMOVE_MS / missing.length);
  }
  keepAuthFiles();
  announce(false);
}

/** What agents had to say becomes events. */
function tellNotifications(): void {
  const notifications = engine.takeNotifications();
  if (notifications.length > 0) say({ kind: 'notifications', notifications });
}

async function stop(request: number): Promise<void> {
  listeners.closeAll();
  clearInterval(ticking);
  clearInterval(settling);
  clearInterval(telling);
  clearInterval(changing);
  clearInterval(looking);
  engine.tellChanges();
  await engine.stop(DRAIN_MS);
  // Not before: whoever loses patience with the drain finds everything in the journal.
  clearInterval(committing);
  await sums?.stop(Date.now());
  sums?.[Symbol.dispose]();
  await store[Symbol.asyncDispose]();
  announce(false);
  tellNotifications();
  say({ kind: 'stopped', request, stats: engine.stats() });
  setup.judge.close();
  setup.query.close();
  main.close();
}

type Wish = ToIngest & {
  readonly kind:
    | 'hold'
    | 'release'
    | 'flush'
    | 'senders'
    | 'write'
    | 'roster'
    | 'depart'
    | 'rename'
    | 'resume';
};

/** Writes and forgets a host; what comes by its name from then on is another's, and waits. */
async function depart(host: { cluster: string; host: string }): Promise<Departed> {
  const fault = await engine.depart(host.cluster, host.host);
  if (fault !== undefined) return { ok: false, fault };
  // All of it in the very turn in which it was forgotten. What is in the journal after this came later.
  held.add(heldName(host));
  journal.commit();
  announce(false);
  return { ok: true, leftMs: Date.now() };
}

async function serve(message: Wish): Promise<void> {
  switch (message.kind) {
    case 'hold': {
      // Both begin at once: a release that comes before the end finds both to end.
      const [fault] = await Promise.all([engine.hold(message.withinMs), sums?.hold(), renaming]);
      say({ kind: 'held', request: message.request, fault });
      return;
    }
    case 'release':
      sums?.release();
      engine.release();
      return;
    case 'flush': {
      const flushed = await engine.flush(message.records, message.withinMs);
      say({ kind: 'flushed', request: message.request, flushed });
      return;
    }
    case 'roster':
      engine.members.take(message.news);
      return;
    case 'depart': {
      const departed = await depart(message);
      say({ kind: 'departed', request: message.request, departed });
      return;
    }
    case 'rename': {
      const renamed = store.rename?.(message.move) ?? Promise.resolve(undefined);
      renaming = Promise.all([renaming, renamed]).then(() => undefined);
      say({ kind: 'renamed', request: message.request, fault: await renamed });
      return;
    }
    case 'resume':
      held.delete(heldName(message));
      return;
    case 'write': {
      const outcome = await engine.desk.write(message.body, () => delay(0));
      say({ kind: 'written', request: message.request, outcome });
      return;
    }
    case 'senders':
      say({ kind: 'senders', request: message.request, found: engine.senders(message.query) });
      return;
  }
}

async function obey(message: Exclude<ToIngest, Wish>): Promise<void> {
  switch (message.kind) {
    case 'restore':
      announce(false);
      engine.restore(message.hosts, message.moved);
      announce(true);
      return;
    case 'prepare': {
      const outcomes = await prepare(message.groups, message.freed);
      say({ kind: 'bound', request: message.request, outcomes });
      return;
    }
    case 'commit':
      await commit();
      say({ kind: 'bound', request: message.request, outcomes: [] });
      return;
    case 'finish':
      say({ kind: 'bound', request: message.request, outcomes: await open(change.deferred) });
      return;
    case 'abandon':
      await abandon();
      say({ kind: 'bound', request: message.request, outcomes: [] });
      return;
    case 'stop':
      await stop(message.request);
      return;
  }
}

async function answer(question: IngestQuestion): Promise<IngestReply> {
  switch (question.kind) {
    case 'tails':
      return {
        kind: 'tails',
        request: question.request,
        tails: question.records.map((key) => engine.tail(key)),
      };
    case 'stored': {
      const rows = await store.query(question.read, new AbortController().signal);
      return { kind: 'stored', request: question.request, rows };
    }
  }
}

// One message after another: a second reload waits for the first.
let obeying: Promise<void> = Promise.resolve();
main.on('message', (message: ToIngest) => {
  // What takes its time and changes no groups delays no reload and no stop.
  switch (message.kind) {
    case 'hold':
    case 'release':
    case 'flush':
    case 'senders':
    case 'write':
    case 'roster':
    case 'depart':
    case 'rename':
    case 'resume':
      void serve(message);
      return;
    default:
      obeying = obeying.then(() => obey(message));
  }
});
setup.judge.on('message', (message: JudgeToIngest) => {
  switch (message.kind) {
    case 'expired':
      return engine.expire(message.hosts);
    case 'performance':
      return engine.perform(message.performances);
  }
});
setup.query.on('message', (question: IngestQuestion) => {
  void answer(question).then((reply) => setup.query.postMessage(reply));
});
const ticking = setInterval(() => {
  engine.tick();
  sums?.tick(Date.now());
  tellNotifications();
  announceInTurns();
}, TICK_MS);
const settling = setInterval(() => engine.statsd.tick(), SETTLE_MS);
const committing = setInterval(() => journal.commit(), COMMIT_MS);
const changing = setInterval(() => engine.tellChanges(), CHANGES_MS);
const telling = setInterval(tellStats, STATS_MS);
const looking = setInterval(() => void authFiles.look(), AUTH_LOOK_MS);
