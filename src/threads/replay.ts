import { join } from 'node:path';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { existsSync } from 'node:fs';
import { createDirectReader } from '../store/rrd/direct-reader.ts';
import { compilePattern } from '../model/pattern.ts';
import { NOTHING_DECIDED } from '../backtest/decided.ts';
import { openForReading } from '../state/database.ts';
import { openStore } from './stores.ts';
import { rangesOf } from '../backtest/stretches.ts';
import { readDecided, readPastHosts, readRecordedStates, readSentPages } from '../state/past-rows.ts';
import { replay } from '../backtest/replay.ts';
import { rrdDirsOf } from './start.ts';
import type { FromPlayer, FromReplay, PlayerSetup, ReplaySetup } from '../backtest/replay-setup.ts';
import type { MessagePort } from 'node:worker_threads';
import type { MusterConfig } from '../contract/config.ts';
import type { Played, PlayedSet } from '../backtest/play.ts';
import type { Recorded } from '../backtest/recorded.ts';
import type { SentPage } from '../state/past-rows.ts';
import type { Store } from '../store/store.ts';

/** The composition root of a replay, in a process beside a server: it reads, and changes nothing. */

const setup = workerData as ReplaySetup;
const main = parentPort as MessagePort;
const say = (message: FromReplay) => main.postMessage(message);

/** Coprocesses that read RRD files. */
const STORE_WORKERS = 2;
/** What is known of the time before decides what the first pages are about. */
const WARM_UP_S = 3600;

const noted = new Set<string>();

async function run(): Promise<void> {
  const { config, fromS, toS } = setup;
  const beginS = fromS - WARM_UP_S;
  await using store = openStore(config.store, {
    rrdDirs: rrdDirsOf(config),
    dataDir: config.dataDir,
    workers: STORE_WORKERS,
    onCount: (what, detail) => noted.add(`the store reports: ${what}: ${detail}`),
  });
  const { recorded, decided, sent } = judged(beginS);
  const result = await replay({
    sets: setup.sets,
    hosts: wantedHosts(beginS),
    recorded,
    decided,
    store: readerOf(config, store),
    play: playSet,
    ranges: rangesOf({ fromS: beginS, toS }, config.store, setup.nowS),
    fromS,
    signal: new AbortController().signal,
    progress: (what, share) => say({ kind: 'progress', what, share }),
  });
  const isWanted = wanted();
  say({
    kind: 'done',
    ...result,
    sent: sent.filter(({ cluster, host, createdMs }) => {
      return createdMs <= result.toS * 1000 && (host === '' || isWanted(cluster, host));
    }),
    eventsFromS: eventsFromS(recorded),
    notes: [...noted].slice(0, NOTES_MAX),
  });
}

const NOTES_MAX = 20;

/** RRD files are read without rrdtool, as far as they can be. */
function readerOf(config: MusterConfig, otherwise: Store): Pick<Store, 'query'> {
  if (config.store.type !== 'rrd') return otherwise;
  return createDirectReader({ roots: { dir: config.store.dir, rrdDirs: rrdDirsOf(config) }, otherwise });
}

function wanted(): (cluster: string, host: string) => boolean {
  const [cluster, host] = [setup.cluster, setup.host].map((source) => {
    const compiled = compilePattern(source);
    return compiled.ok ? compiled.pattern : null;
  });
  return (inCluster, name) => cluster?.matches(inCluster) === true && host?.matches(name) === true;
}

function wantedHosts(beginS: number) {
  const groups = new Set(setup.config.groups.map(({ name }) => name));
  const isWanted = wanted();
  using db = openForReading(join(setup.config.dataDir, 'catalogue.db'));
  return readPastHosts(db, {
    fromMs: beginS * 1000,
    isWanted: (cluster, host) => groups.has(cluster) && isWanted(cluster, host),
  });
}

interface Judged {
  readonly recorded: Recorded;
  readonly decided: ReturnType<typeof readDecided> | typeof NOTHING_DECIDED;
  readonly sent: readonly SentPage[];
}

/** What a judge of that time has kept; nothing, where there was none. */
function judged(beginS: number): Judged {
  const file = join(setup.config.dataDir, 'judge.db');
  if (!existsSync(file)) return { recorded: { before: [], during: [] }, decided: NOTHING_DECIDED, sent: [] };
  using db = openForReading(file);
  const [fromMs, toMs] = [beginS * 1000, setup.toS * 1000];
  return {
    recorded: readRecordedStates(db, fromMs, toMs),
    decided: readDecided(db),
    sent: readSentPages(db, setup.fromS * 1000, toMs),
  };
}

/** The oldest change of state that is known, epoch seconds; null: none is. */
function eventsFromS({ before, during }: Recorded): number | null {
  const first = before[0] ?? during[0];
  return first === undefined ? null : Math.floor(first.timeMs / 1000);
}

/** On a thread of its own where several are judged: each takes a core. */
function playSet(set: PlayedSet, progress: (share: number) => void): Promise<Played> {
  const { promise, resolve, reject } = Promise.withResolvers<Played>();
  const workerData: PlayerSetup = { config: setup.config, set };
  const worker = new Worker(new URL('./replay-player.ts', import.meta.url), { workerData });
  worker.on('message', (message: FromPlayer) => {
    if (message.kind === 'progress') progress(message.share);
    else resolve(message.played);
  });
  worker.on('error', reject);
  worker.on('exit', (code) => reject(new Error(`a player ended with code ${code}`)));
  return promise;
}

try {
  await run();
} catch (error) {
  say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
}
